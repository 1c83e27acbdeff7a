"""Each golden pair prints what is written beside it, and what it converts is clean with the settings that it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from schedule_catalog.cli.main import main
from schedule_catalog.document import parse_document
from schedule_catalog.importing import SOURCES
from tests.schedule_catalog.importing.golden import CASES, NOW, command_of, run

PAIRS = sorted(CASES.glob("*.out"))
CONVERTING = [case for case in PAIRS if "\nschedules:\n" in case.read_text()]
CATALOG = re.compile(r"^owner: .*?(?=^refused: |^\d+ entr)", re.MULTILINE | re.DOTALL)
SETTINGS = re.compile(r"^config:\n(?: .*\n)*", re.MULTILINE)


def strict(folder: Path, catalog: str, printed: str) -> int:
    """Check a catalog with the settings that were printed."""
    settings = SETTINGS.search(printed)
    assert settings
    (folder / "imported.yaml").write_text(catalog)
    (folder / "Pulumi.prod.yaml").write_text(settings[0])
    where = (str(folder / "imported.yaml"), "--stack", "prod", "--settings", str(folder / "Pulumi.prod.yaml"))
    return main(("check", "--strict", *where), lambda: NOW)


def catalog_of(case: Path) -> str:
    found = CATALOG.search(case.read_text())
    assert found
    return found[0]


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case.stem)
def test_a_file_is_imported_as_is_written_beside_it(case: Path) -> None:
    assert run(command_of(case)) == case.read_text()


@pytest.mark.parametrize("case", CONVERTING, ids=lambda case: case.stem)
def test_what_is_imported_passes_a_strict_check_with_the_printed_settings(case: Path, tmp_path: Path) -> None:
    assert strict(tmp_path, catalog_of(case), case.read_text()) == 0


def test_a_hundred_jobs_of_one_minute_are_clean_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"0 0 * * * curl https://a.example.com/job{number}\n" for number in range(101)]
    (tmp_path / "tab").write_text("".join(lines))

    assert main(("import", str(tmp_path / "tab"), "--catalog", str(tmp_path / "none")), lambda: NOW) == 0
    printed = capsys.readouterr()

    assert "most_calls_per_minute: 101" in printed.err
    assert strict(tmp_path, printed.out, printed.err) == 0


@pytest.mark.parametrize("case", CONVERTING, ids=lambda case: case.stem)
def test_a_printed_catalog_means_the_same_to_every_reader_of_yaml(case: Path) -> None:
    catalog = catalog_of(case)

    assert yaml.safe_load(catalog) == parse_document(catalog.encode(), "").value


def test_every_source_has_a_pair_that_converts_and_one_that_refuses() -> None:
    for source in SOURCES:
        pairs = [case.read_text() for case in PAIRS if case.stem.startswith(source.kind)]

        assert any("\nschedules:\n" in each for each in pairs), source.kind
        assert any("\nrefused: " in each for each in pairs), source.kind
