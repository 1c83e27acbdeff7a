from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.packages import PACKAGES, PackageError
from infra.packages.lock import Pin, locked, locked_versions, pins

LOCK = """\
# a comment
anyio==4.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via starlette
pydantic-core==2.5 ; python_version < "4" \\
    --hash=sha256:cc
urllib3==2.8.0 \\
    --hash=sha256:dd
"""


def test_a_requirement_is_cut_out_with_its_hashes():
    assert locked("proxy", LOCK, ("urllib3", "anyio")) == (
        "urllib3==2.8.0 \\\n    --hash=sha256:dd\nanyio==4.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    )


def test_a_marker_stays():
    assert locked("proxy", LOCK, ("pydantic-core",)).startswith('pydantic-core==2.5 ; python_version < "4" \\\n')


def test_versions_are_those_of_the_lock():
    assert locked_versions(LOCK, ("urllib3", "pydantic-core")) == {"urllib3": "2.8.0", "pydantic-core": "2.5"}


FORKED = """\
Zope.Interface[docs, test]==7.0 ; python_version < "3.12" \\
    --hash=sha256:aa
zope-interface==8.0 ; python_version >= "3.12" --hash=sha256:bb  # a comment
"""


def test_each_fork_of_a_name_is_kept_and_lambda_has_one_of_them():
    assert [(pin.name, pin.version, pin.applies) for pin in pins(FORKED)] == [
        ("zope-interface", "7.0", False),
        ("zope-interface", "8.0", True),
    ]
    assert locked("handlers", FORKED, ["zope-interface"]) == FORKED
    assert locked_versions(FORKED) == {"zope-interface": "8.0"}


@pytest.mark.parametrize(
    "line",
    [
        "jinja2",
        "jinja2>=3",
        "jinja2==3.*",
        "jinja2==3,!=3.1",
        "mylib @ https://example.com/a.whl",
        "./local",
        "-r a.txt",
    ],
)
def test_a_line_that_pins_no_version_is_an_error_and_never_left_out(line: str):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        pins(f"{LOCK}{line} \\\n    --hash=sha256:aa\n")


@pytest.mark.parametrize("line", ["--index-url https://example.com/simple", "  --pre"])
def test_an_option_is_an_error_too(line: str):
    with pytest.raises(ValueError, match=f"^{re.escape(line.strip())}$"):
        pins(LOCK + line)


def test_a_pin_may_be_the_last_line_without_an_end():
    assert pins("six==1.0") == (Pin("six", "1.0", True, "six==1.0\n"),)


def test_what_is_not_locked_is_refused_by_name():
    with pytest.raises(PackageError, match='has no "boto9"'):
        locked("proxy", LOCK, ("urllib3", "boto9"))


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_that_is_packaged_is_locked_with_hashes(package: str):
    lock = (Path(__file__).resolve().parents[3] / "requirements.lock").read_text("utf-8")

    for name in PACKAGES[package].distributions:
        assert "--hash=sha256:" in locked(package, lock, (name,))
