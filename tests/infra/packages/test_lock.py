from __future__ import annotations

from pathlib import Path

import pytest

from infra.packages import PACKAGES, PackageError
from infra.packages.lock import locked, locked_versions

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


def test_what_is_not_locked_is_refused_by_name():
    with pytest.raises(PackageError, match='has no "boto9"'):
        locked("proxy", LOCK, ("urllib3", "boto9"))


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_that_is_packaged_is_locked_with_hashes(package: str):
    lock = (Path(__file__).resolve().parents[3] / "requirements.lock").read_text("utf-8")

    for name in PACKAGES[package].distributions:
        assert "--hash=sha256:" in locked(package, lock, (name,))
