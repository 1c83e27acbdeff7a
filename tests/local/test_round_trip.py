"""The schedules of a deployed stack, as AWS's CLI prints them, import to a catalog that deploys the same schedules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.main import main
from schedule_catalog.deployment.arguments import ScheduleArguments, schedule_arguments
from schedule_catalog.settings import read_settings
from tests.local.site import ROOT, Site, operations

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator
    from local.program_process import ProgramProcess

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
SETTINGS = {
    key.removeprefix("schedule-catalog:"): value
    for key, value in yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"].items()
    if key.startswith("schedule-catalog:")
}


def arguments(folder: Path, settings: Path) -> dict[str, ScheduleArguments]:
    """What CreateSchedule is given for each schedule of a stack."""
    stack = read_settings(settings)
    catalog = check([folder], settings={stack.stack: stack}, calendars=UNREAD, stack=stack.stack, now=NOW)
    assert not catalog.errors, catalog.errors
    found = {entry.name: schedule_arguments(entry, NOW, stack) for entry in catalog.for_stack(stack.stack)}
    return {name: each for name, each in found.items() if each is not None}


def printed(answer: dict[str, Any]) -> str:
    """An answer as AWS's CLI prints it."""
    return json.dumps(answer, default=lambda value: value.isoformat(), indent=4)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_schedules_of_a_stack_import_to_the_same_schedules(
    stack: str, tmp_path: Path, emulator: Emulator, process: ProgramProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path / "site", f"trip-{stack}", emulator, process)
    site.settings(stack, {**SETTINGS, "now": NOW.isoformat()})
    site.catalog({path.name: path.read_text() for path in (ROOT / "schedules").glob("*.yaml")})
    operations(site.up(stack))
    answers = site.schedules(stack)
    (tmp_path / "answers.json").write_text("\n".join(map(printed, answers.values())))

    into, none = str(tmp_path / "imported"), str(tmp_path / "none")
    status = main(("import", str(tmp_path / "answers.json"), "--into", into, "--catalog", none), lambda: NOW)

    assert status == 0, capsys.readouterr().err
    assert sorted(path.stem for path in Path(into).iterdir()) == ["billing", "data", "growth", "platform"]
    settings = tmp_path / "site" / f"Pulumi.{stack}.yaml"
    expected = arguments(tmp_path / "site" / "schedules", settings)
    assert len(expected) == len(answers) > 10
    assert arguments(Path(into), settings) == expected
    assert main(("check", "--strict", into, "--settings", str(settings), "--stack", stack), lambda: NOW) == 0
