"""What is uploaded: three wheels and their source distributions."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.distributions.workshop import ROOT, Workshop, names_of, repository

pytestmark = pytest.mark.timeout(600)  # a busy machine installs slowly

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
TWINE = Path(sys.executable).with_name("twine")
NAMES = ("schedule_catalog", "schedule_client", "schedule_stack")
EACH = pytest.mark.parametrize("name", NAMES)


def test_an_index_takes_them_all(workshop: Workshop) -> None:
    files = sorted((workshop.folder / "dist").glob("schedule_*"))

    assert [file.name for file in files] == sorted(
        name for each in NAMES for name in (f"{each}-{VERSION}-py3-none-any.whl", f"{each}-{VERSION}.tar.gz")
    )
    assert workshop.run(TWINE, "check", "--strict", *files).count("PASSED") == len(files)


@EACH
def test_a_wheel_of_the_source_distribution_is_that_of_the_checkout(name: str, workshop: Workshop) -> None:
    folder = {"schedule_catalog": "."}.get(name, name)
    workshop.build(workshop.folder / "straight", workshop.folder / "sources" / folder, "--wheel")
    (wheel,) = (workshop.folder / "straight").glob(f"{name}-*.whl")

    assert names_of(wheel) == names_of(workshop.distributions[name])


@EACH
def test_no_requirement_names_a_place(name: str, workshop: Workshop) -> None:
    with ZipFile(workshop.distributions[name]) as wheel:
        metadata = wheel.read(f"{name}-{VERSION}.dist-info/METADATA").decode()

    assert re.search(r"^Requires-Dist: \S", metadata, re.MULTILINE)
    assert not re.search(r"^Requires-Dist: .* @ ", metadata, re.MULTILINE)


@EACH
def test_the_description_shows_and_links_nothing_that_an_index_lacks(name: str, workshop: Workshop) -> None:
    with ZipFile(workshop.distributions[name]) as wheel:
        text = wheel.read(_metadata(name)).decode().partition("\n\n")[2]

    assert text.startswith(
        f"# {name.replace('_', ' ').title()}\n" if name == NAMES[0] else f"# {name.replace('_', '-')}\n"
    )
    assert "```" in text
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", text) == []


def test_they_need_one_another_in_just_their_own_version(workshop: Workshop) -> None:
    needed = set[str]()
    for name, file in workshop.distributions.items():
        with ZipFile(file) as wheel:
            needed |= set(re.findall(r"Requires-Dist: (schedule-\S+)", wheel.read(_metadata(name)).decode()))

    assert needed == {
        f"schedule-catalog[console]=={VERSION}",
        f"schedule-client=={VERSION}",
        f"schedule-client[callback]=={VERSION}",
    }


def _metadata(name: str) -> str:
    return f"{name}-{VERSION}.dist-info/METADATA"


@pytest.mark.parametrize(
    ("name", "tops"),
    [
        ("schedule_catalog", {"schedule_catalog"}),
        ("schedule_client", {"schedule_client", "callback_api"}),
        ("schedule_stack", {"schedule_stack"}),
    ],
    ids=NAMES,
)
def test_nothing_generic_lands_in_site_packages(name: str, tops: set[str], workshop: Workshop) -> None:
    names = names_of(workshop.distributions[name])

    assert {each.split("/")[0] for each in names} == tops | {f"{name}-{VERSION}.dist-info"}
    assert not [each for each in names if "hatch_build" in each or "__pycache__" in each or "/./" in each]


def test_the_stack_carries_every_file_of_the_program(workshop: Workshop) -> None:
    carried = {name for name in names_of(workshop.distributions["schedule_stack"]) if "/tree/" in name}
    parts = ("infra", "local", "proxy")
    files = [each for part in parts for each in (workshop.folder / "sources" / part).rglob("*") if each.is_file()]

    assert carried == {
        *(f"schedule_stack/tree/{each.relative_to(workshop.folder / 'sources')}" for each in files),
        *(f"schedule_stack/tree/{name}" for name in ("__main__.py", "requirements.lock")),
    }


def test_a_wheel_says_which_commit_it_was_built_of(workshop: Workshop, tmp_path: Path) -> None:
    source = repository(workshop, tmp_path / "source", "v1")
    commit = workshop.run("git", "rev-parse", "HEAD", cwd=source)

    workshop.build(tmp_path / "clean", source)
    (source / "README.md").write_text("edited")
    workshop.build(tmp_path / "edited", source)

    assert _commit(tmp_path / "clean") == commit
    assert _commit(tmp_path / "edited") == f"{commit.strip()}-edited\n"


def _commit(folder: Path) -> str:
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as content:
        return content.read("schedule_catalog/commit.txt").decode()
