"""The calendars that a command line means."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.sources import calendars_before, known_calendars, known_settings
from schedule_catalog.settings import Settings, parse_settings
from tests.schedule_catalog.git_repository import git

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
PROD = {"prod": parse_settings("prod", {})}


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    for folder in ("schedules", "stacks", "calendars"):
        (tmp_path / folder).mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "calendars" / "fair.yaml").write_text("description: x\ndates: [2026-12-24]\n")
    return tmp_path


def found(repository: Path, settings: dict[str, Settings]) -> list[str]:
    given = [repository / "stacks" / "Pulumi.prod.yaml"]
    return sorted(known_calendars([repository / "schedules"], given, settings, None, NOW).known or ())


def test_calendars_beside_the_catalog_count_with_settings_in_another_folder(repository: Path) -> None:
    assert found(repository, PROD) == ["fair"]


def test_calendars_beside_the_given_settings_come_first(repository: Path) -> None:
    (repository / "stacks" / "calendars").mkdir()
    (repository / "stacks" / "calendars" / "of-stacks.yaml").write_text("description: x\ndates: [2026-12-24]\n")

    assert found(repository, PROD) == ["of-stacks"]


def test_stacks_with_different_folders_of_calendars_are_not_mixed(repository: Path) -> None:
    settings = PROD | {"dev": parse_settings("dev", {"calendars": "of-dev"})}

    with pytest.raises(
        UsageError, match=r'^"dev" and "prod" have different .* with --stack NAME, or its file with --settings$'
    ):
        found(repository, settings)


def before(repository: Path, settings: dict[str, Settings]) -> list[str]:
    given = [repository / "stacks" / "Pulumi.prod.yaml"]
    return sorted(calendars_before("HEAD", [repository / "schedules"], given, settings, None, NOW).known or ())


def committed(repository: Path) -> None:
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "before")


def test_a_revision_has_the_calendars_of_the_folder_that_it_had(repository: Path) -> None:
    (repository / "stacks" / "Pulumi.prod.yaml").write_text("config: {}\n")
    committed(repository)
    (repository / "calendars").rename(repository / "stacks" / "calendars")
    (repository / "stacks" / "calendars" / "fair.yaml").rename(repository / "stacks" / "calendars" / "moved.yaml")

    assert before(repository, PROD) == ["fair"]
    assert found(repository, PROD) == ["moved"]


def test_a_revision_has_the_folder_that_its_settings_named(repository: Path) -> None:
    settings = repository / "stacks" / "Pulumi.prod.yaml"
    settings.write_text("config: {}\n")
    committed(repository)
    settings.write_text("config: {schedule-catalog:calendars: days}\n")
    (repository / "calendars").rename(repository / "days")
    (repository / "days" / "new.yaml").write_text("description: x\ndates: [2026-12-24]\n")
    now = {"prod": parse_settings("prod", {"calendars": "days"})}

    assert before(repository, now) == ["fair"]
    assert found(repository, now) == ["fair", "new"]


def test_a_revision_has_its_calendars_though_the_settings_are_in_no_repository(
    tmp_path: Path, repository: Path
) -> None:
    inside = tmp_path / "repository"
    inside.mkdir()
    for name in ("Pulumi.yaml", "schedules", "calendars"):
        (repository / name).rename(inside / name)
    committed(inside)
    given = [tmp_path / "stacks" / "Pulumi.prod.yaml"]

    assert sorted(calendars_before("HEAD", [inside / "schedules"], given, PROD, None, NOW).known or ()) == ["fair"]


def test_each_error_of_a_settings_file_is_a_line_of_the_message(repository: Path) -> None:
    settings = repository / "Pulumi.prod.yaml"
    settings.write_text("config:\n  a: 1\n  b: 1\n  a: 2\n  b: 2\n")

    with pytest.raises(UsageError) as refused:
        known_settings([repository / "schedules"], [settings], None)

    assert [line.partition(" error: ")[2].split(",")[0] for line in refused.value.lines] == [
        'duplicate key "a"',
        'duplicate key "b"',
    ]
