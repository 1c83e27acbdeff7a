"""The one rule by which every verb finds the settings of a catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.line.project import Project
from schedule_catalog.cli.line.sources import known_settings


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """A monorepo: settings at the top, the catalog three folders below."""
    (tmp_path / "top" / ".git").mkdir(parents=True)
    (tmp_path / "top" / "teams" / "jobs" / "schedules" / "shop").mkdir(parents=True)
    (tmp_path / "top" / "teams" / "jobs" / "schedules" / "shop" / "a.yaml").touch()
    (tmp_path / "Pulumi.above.yaml").write_text("config: {}\n")
    (tmp_path / "top" / "Pulumi.prod.yaml").write_text("config: {}\n")
    return tmp_path / "top"


@pytest.mark.parametrize("part", ["", "shop", "shop/a.yaml"])
def test_the_nearest_folder_above_that_has_pulumi_files_is_the_project(repository: Path, part: str) -> None:
    catalog = repository / "teams" / "jobs" / "schedules" / part

    assert Project.beside([catalog]).folder == repository
    (repository / "teams" / "Pulumi.yaml").write_text("name: shop\n")
    assert Project.beside([catalog]).folder == repository / "teams"


def test_nothing_above_the_repository_counts(repository: Path) -> None:
    (repository / "Pulumi.prod.yaml").unlink()
    catalog = repository / "teams" / "jobs" / "schedules"

    assert Project.beside([catalog]).folder == repository / "teams" / "jobs"
    assert known_settings([catalog], None, None) == {}


def test_outside_of_a_repository_the_settings_are_beside_the_catalog(tmp_path: Path) -> None:
    (tmp_path / "shop" / "schedules").mkdir(parents=True)
    (tmp_path / "Pulumi.above.yaml").write_text("config: {}\n")

    assert Project.beside([tmp_path / "shop" / "schedules"]).folder == tmp_path / "shop"


def test_settings_that_are_given_name_the_project(repository: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "stacks" / "Pulumi.prod.yaml"

    assert Project.beside([repository / "schedules"], [elsewhere]).folder == tmp_path / "stacks"
