from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.packages import Platform, outdated, stage

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return stage("proxy", tmp_path, Platform.HOST)


def test_what_was_just_staged_is_up_to_date(folder: Path):
    assert outdated("proxy", folder) is None


def test_a_file_that_was_edited_since_is_named(folder: Path):
    (folder / "proxy" / "call.py").write_text("# of last week")

    assert outdated("proxy", folder) == "proxy/call.py"


def test_a_file_that_is_new_since_is_named(folder: Path):
    (folder / "schedule_client" / "contract" / "retry_message.py").unlink()

    assert outdated("proxy", folder) == "schedule_client/contract/retry_message.py"


def test_a_distribution_of_another_version_than_the_lock_is_named(folder: Path):
    (record,) = folder.glob("urllib3-*.dist-info")
    shutil.move(record, folder / "urllib3-1.0.dist-info")

    assert outdated("proxy", folder) == f"urllib3 {record.name.removeprefix('urllib3-').removesuffix('.dist-info')}"


@pytest.mark.parametrize("package", ["proxy", "callback"])
def test_both_packages_can_be_asked(package: str, tmp_path: Path):
    assert outdated(package, tmp_path) is not None
    assert outdated(package, stage(package, tmp_path, Platform.HOST)) is None
