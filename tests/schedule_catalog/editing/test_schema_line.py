"""New files complete in the editor: their first line names the repository's copy of the schema."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main
from schedule_catalog.editing import schema_line

NEW = ("new", "sync", "--rate", "1 hour", "--url", "https://hooks.example.com/sync", "--owner")
CALENDAR = ("new", "--calendar", "kr", "--country", "KR", "--years", "2027")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    with chdir(tmp_path):
        assert main(["init", "--yes"]) == 0
        (tmp_path / "Pulumi.dev.yaml").write_text("config: {schedule-catalog:hosts: [hooks.example.com]}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "path", "schema"),
    [
        (("init", "--yes"), "schedules/platform.yaml", "schedule"),
        ((*NEW, "crm"), "schedules/crm.yaml", "schedule"),
        ((*NEW, "crm", "--file", "schedules/sales/crm.yaml"), "schedules/sales/crm.yaml", "schedule"),
        (("import", "crontab", "--into", "schedules"), "schedules/imported.yaml", "schedule"),
        (CALENDAR, "calendars/kr.yaml", "calendar"),
    ],
)
def test_every_command_that_makes_a_file_names_the_copy_of_the_schema(
    repository: Path, arguments: tuple[str, ...], path: str, schema: str
) -> None:
    (repository / "crontab").write_text("0 6 * * * curl -fsS https://crm.example.com/sync\n")
    with chdir(repository):
        assert main(arguments) == 0

    mark, _, copy = (repository / path).read_text().splitlines()[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    assert ((repository / path).parent / copy).resolve() == repository / "schemas" / f"{schema}.schema.json"


def test_an_existing_file_keeps_its_first_line(repository: Path) -> None:
    file = repository / "schedules" / "crm.yaml"
    file.write_text("owner: crm\nschedules: {}\n")
    with chdir(repository):
        assert main((*NEW, "crm")) == 0

    assert file.read_text().startswith("owner: crm\n")


def test_a_copy_outside_of_the_repository_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "schedule.schema.json").write_text("{}")
    (tmp_path / "inner" / ".git").mkdir(parents=True)

    assert schema_line(tmp_path / "schedules" / "a.yaml", "schedule")
    assert schema_line(tmp_path / "inner" / "schedules" / "a.yaml", "schedule") == ()
