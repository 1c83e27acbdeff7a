"""A new entry goes to a file that the catalog reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main
from schedule_catalog.document import parse_document
from schedule_catalog.editing.errors import EditError
from schedule_catalog.editing.owner_file import owner_file

NOW = datetime(2027, 6, 1, tzinfo=UTC)
FILE = "owner: a\nschedules: {}\n"
NEW = ("new", "fresh", "--rate", "1 hour", "--url", "https://a.example.com/y", "--owner", "a")


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "a.yaml").write_text(FILE)
    return folder


def run(folder: Path, *arguments: str) -> int:
    old = Path.cwd()
    os.chdir(folder)
    try:
        return main(arguments, lambda: NOW)
    finally:
        os.chdir(old)


@pytest.mark.parametrize(
    ("file", "instead"),
    [
        ("schedules/q.txt", "schedules/q.yaml"),
        ("schedules/team/q.txt", "schedules/team/q.yaml"),
        ("schedules/.q.yaml", "schedules/q.yaml"),
        ("schedules/.team/q.yaml", "schedules/q.yaml"),
        ("/nowhere/out.yaml", "schedules/out.yaml"),
        ("../x.yaml", "schedules/x.yaml"),
        ("schedules/../x.yml", "schedules/x.yaml"),
        ("schedules", "schedules/schedules.yaml"),
        ("..", "schedules/NAME.yaml"),
    ],
)
def test_a_file_that_the_catalog_does_not_read_is_refused_with_one_that_it_does(
    catalog: Path, file: str, instead: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(catalog.parent, *NEW, "--file", file) == 2

    said = f'schedules new: "{file}" is not a file that the catalog "schedules" reads: write "{instead}"\n'
    assert capsys.readouterr().err == said
    assert [each.name for each in catalog.parent.rglob("*")] == ["schedules", "a.yaml"]


@pytest.mark.parametrize(
    "file", ["schedules/a.yaml", "./schedules/a.yaml", "schedules/../schedules/a.yaml", "link.yaml"]
)
def test_a_file_of_the_catalog_has_one_name_however_it_is_given(catalog: Path, file: str) -> None:
    (catalog.parent / "other").symlink_to(catalog)
    given = {"link.yaml": "other/a.yaml"}.get(file, file)

    assert run(catalog.parent, *NEW, "--file", given) == 0
    assert run(catalog.parent, *NEW, "--file", str(catalog / "a.yaml")) == 1
    assert [each.name for each in catalog.iterdir()] == ["a.yaml"]
    assert "fresh" in (catalog / "a.yaml").read_text()


def test_a_new_file_may_be_in_a_folder_of_the_catalog(catalog: Path) -> None:
    assert run(catalog.parent, *NEW, "--file", "schedules/team/B.YML") == 0
    assert run(catalog.parent, "next", "fresh") == 0


def test_a_catalog_of_one_file_takes_the_entries_of_its_owner_only(catalog: Path) -> None:
    file = catalog / "a.yaml"
    documents = [parse_document(FILE.encode(), str(file))]

    assert owner_file(documents, "a", None, file) == ("a", file)
    with pytest.raises(EditError, match='belongs to "a", not to "b"'):
        owner_file(documents, "b", None, file)
    with pytest.raises(EditError, match=r'write ".*/a\.yaml"'):
        owner_file(documents, "a", catalog / "b.yaml", file)
