"""The mover: a crontab, and the rules of an account as AWS lists them, become a checked catalog that runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.emulator.emulator import Emulator
from tests.docs.page import ROOT, Desk
from tests.journeys.documented import documented, documented_words

PAGE = "docs/moving-in.md"
CRONTAB = (
    "schedules import crontab.txt --timezone Europe/Berlin --owner shop --service shop=http://localhost:8080 "
    "--url 'https://shop.example.com/jobs/{name}' --into schedules/shop.yaml"
)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    """A repository that `schedules init` laid out."""
    desk = Desk(tmp_path, "none")
    desk.run(documented("schedules init --yes", "README.md"))
    return desk


def adopt_settings(desk: Desk, printed: str) -> None:
    """Add the settings that `import` printed to the stack's file, each service with its address."""
    wanted = yaml.safe_load("config:" + printed.partition("\nconfig:")[2])["config"]
    path = desk.folder / "Pulumi.dev.yaml"
    settings: dict[str, Any] = yaml.safe_load(path.read_text())
    settings["config"]["schedule-catalog:owners"] |= wanted.pop("schedule-catalog:owners")
    settings["config"].update(wanted)
    path.write_text(yaml.safe_dump(settings))


def test_a_crontab_moves_in_and_every_job_is_called_in_a_simulated_week(desk: Desk) -> None:
    shutil.copy(ROOT / "tests/docs/moving-in/crontab.txt", desk.folder)
    plan = desk.run(documented("schedules import crontab.txt --timezone Europe/Berlin --plan", PAGE))
    assert "2 entries, times verified by the next 100 fires" in plan
    assert "3 refused" in plan

    printed = desk.run(documented(CRONTAB, PAGE))
    assert "5 entries, times verified by the next 100 fires" in printed
    assert "7Fq9" not in printed + (desk.folder / "schedules/shop.yaml").read_text()
    adopt_settings(desk, printed)

    assert desk.run(documented("schedules check --strict", PAGE)) == "6 schedules in 2 files: no problems\n"
    simulate = "dev --simulate --from 2027-01-04 --to 2027-01-11 --format json"
    documented_words(tuple(simulate.split()), "docs/simulate.md")
    out = json.loads(desk.run(f"schedules {simulate} 2>/dev/null"))
    delivered = {name: each["delivered"] for name, each in out["schedules"].items()}
    assert {name: count for name, count in delivered.items() if name != "first-call"} == {
        "books-close": 5,
        "monthly": 1,
        "products": 7,
        "reminders-send": 7,
        "tidy": 7,
    }


@pytest.fixture(name="rules")
def _rules(tmp_path: Path) -> Iterator[str]:
    """What `aws events list-rules` and `list-targets-by-rule` print of an account with rules of several kinds."""
    with Emulator(tmp_path / "emulator") as emulator:
        events = emulator.client("events")
        events.put_rule(Name="nightly", ScheduleExpression="cron(0 2 * * ? *)", State="ENABLED")
        events.put_rule(Name="on-upload", EventPattern='{"source": ["aws.s3"]}', State="ENABLED")
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:close"
        events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": arn, "Input": '{"mode": "nightly"}'}])
        listed = {"Rules": events.list_rules()["Rules"]}
        targets = {"Rule": "nightly", "Targets": events.list_targets_by_rule(Rule="nightly")["Targets"]}
        yield "\n".join(json.dumps(each, default=str) for each in (listed, targets))


def test_the_rules_of_an_account_move_in_and_one_that_waits_for_events_stays(desk: Desk, rules: str) -> None:
    (desk.folder / "rules.json").write_text(rules)
    line = "schedules import rules.json --url 'https://shop.example.com/jobs/{name}' --plan"

    plan = desk.run(documented(line, "docs/moving-in-sources.md"))
    assert "rule nightly: nightly: changed" in plan
    assert "0 refused, 1 skipped" in plan
    assert "skipped: rule on-upload: it waits for events and has no schedule" in plan

    printed = desk.run(line.replace("--plan", "--into schedules/rules.yaml"))
    adopt_settings(desk, printed)
    entries = yaml.safe_load((desk.folder / "schedules/rules.yaml").read_text())["schedules"]
    assert entries["nightly"]["cron"] == "0 2 * * ? *"
    assert entries["nightly"]["request"]["body"] == {"mode": "nightly"}
    assert desk.run(documented("schedules check --strict", PAGE)) == "2 schedules in 2 files: no problems\n"
