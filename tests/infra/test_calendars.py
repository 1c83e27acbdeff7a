"""What an edit of a pause, a calendar or a freeze changes in the stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest

from tests.infra.sample import CONFIG
from tests.pulumi_harness import Deployment, run_program

SCHEDULE = "aws:scheduler/schedule:Schedule"
CALL = {"service": "billing", "path": "/x"}
DAILY = {"cron": "0 9 * * ? *", "not_on": ["de"], "request": CALL}
HOURLY = {"rate": "1 hour", "request": CALL}
HOLIDAYS = ["2027-05-01", "2027-12-25"]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "calendars").mkdir()
    write(tmp_path, daily=DAILY, hourly=HOURLY)
    calendar(tmp_path, HOLIDAYS)
    return tmp_path


def write(folder: Path, **entries: Any) -> None:
    (folder / "schedules" / "billing.yaml").write_text(json.dumps({"owner": "billing", "schedules": entries}))


def calendar(folder: Path, dates: list[str]) -> None:
    text = {"description": "Holidays", "timezone": "Europe/Berlin", "dates": dates}
    (folder / "calendars" / "de.yaml").write_text(json.dumps(text))


def deployed(folder: Path, **config: Any) -> Deployment:
    folders = {"catalog": str(folder / "schedules"), "calendars": str(folder / "calendars")}
    return run_program({**CONFIG, "signing": {}, **folders, **config})  # a signing key is a new one in each run


def changed(before: Deployment, after: Deployment) -> set[str]:
    names = before.resources.keys() | after.resources.keys()
    return {
        name
        for type_, name in names
        if (type_, name) not in before.resources
        or (type_, name) not in after.resources
        or plain(before[type_, name].inputs) != plain(after[type_, name].inputs)
    }


def plain(value: Any) -> Any:
    """The inputs with what is in their archives, which compare as objects."""
    match value:
        case pulumi.FileArchive():
            return value.path
        case pulumi.StringAsset():
            return value.text
        case pulumi.AssetArchive():
            return plain(value.assets)
        case dict():
            return {key: plain(inner) for key, inner in cast("dict[str, Any]", value).items()}
        case _:
            return value


def test_an_edit_of_a_calendar_changes_the_function_and_no_schedule(folder: Path):
    before = deployed(folder)
    calendar(folder, [*HOLIDAYS, "2027-12-31"])

    assert changed(before, deployed(folder)) == {"proxy", "manifest-parameter"}


def test_a_freeze_changes_the_function_and_no_schedule(folder: Path):
    assert changed(deployed(folder), deployed(folder, freezes=["de"])) == {"proxy", "manifest-parameter"}


@pytest.mark.parametrize(("name", "values"), [("daily", DAILY), ("hourly", HOURLY)])
def test_a_pause_changes_one_schedule_and_nothing_else(folder: Path, name: str, values: dict[str, Any]):
    before = deployed(folder)
    paused = {**values, "pause": {"until": "2027-02-01T00:00", "reason": "migration"}}
    write(folder, **{"daily": DAILY, "hourly": HOURLY, name: paused})

    assert changed(before, deployed(folder)) == {name}


def test_a_pause_of_a_cron_is_its_start_date(folder: Path):
    pause = {"until": "2027-02-01T00:00", "reason": "migration"}
    write(folder, daily={**DAILY, "timezone": "Asia/Seoul", "pause": pause})

    assert deployed(folder)[SCHEDULE, "daily"].inputs["startDate"] == "2027-01-31T15:00:00Z"


def test_a_calendar_with_a_mistake_stops_the_deployment(folder: Path):
    calendar(folder, ["2027-02-30"])

    with pytest.raises(Exception, match="2027-02-30"):
        deployed(folder)
