from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.deployment.alarms import alarm_description
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, Clients
from tests.schedule_catalog.operations.messages import by_proxy
from tests.schedule_catalog.operations.records import record

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    return write_catalog(tmp_path)


def test_drift_is_told_in_words_and_by_the_status(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("nightly", ScheduleExpression="cron(0 10 * * ? *)")
    aws.scheduler.add("by-hand", State="DISABLED")
    by_proxy(aws, "one")

    assert run(aws, "status", *where) == 1

    printed = capsys.readouterr().out.splitlines()
    lines = printed[printed.index("") + 1 :]
    assert lines[0] == "stack prod, eu-central-1: 0 of 1 schedules match the catalog"
    assert lines[1:3] == ["extra: in AWS, but not in this catalog", "  by-hand"]
    cells = [re.split(" {2,}", line.strip()) for line in lines]
    assert cells[5] == ["field", "catalog", "AWS"]
    assert ["expression", "cron(0 9 * * ? *)", "cron(0 10 * * ? *)"] in cells
    assert '  undelivered    1 waiting  see "schedules undelivered list"' in lines


def test_every_schedule_is_a_row_the_worst_first(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("by-hand")
    aws.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul")
    failed = replace(record("nightly", "2026-11-23T00:00:00Z"), state="undelivered", reason="status", status=503)
    aws.dynamodb.items += [record("nightly", "2026-11-22T00:00:00Z").to_item(), failed.to_item()]

    run(aws, "status", *where)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 schedules: 1 failing, 1 extra"
    assert [re.split(" {2,}", line.strip()) for line in lines[1:3]] == [
        ["state", "schedule", "owner", "runs", "last run", "next fire"],
        ["failing", "nightly", "billing", "+x", "2026-11-23 00:00 UTC", "2026-11-24 00:00 UTC", "status (503)"],
    ]
    assert lines[3].split()[:2] == ["extra", "by-hand"]
    assert lines[4].startswith("runs, the newest last: + delivered")


def test_the_reason_of_a_failure_is_shown_while_the_next_run_is_running(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("nightly")
    failed = replace(record("nightly", "2026-11-22T00:00:00Z"), state="undelivered", reason="status", status=503)
    running = replace(record("nightly", "2026-11-23T00:00:00Z"), state="running")
    aws.dynamodb.items += [failed.to_item(), running.to_item()]

    run(aws, "status", *where)

    assert re.split(" {2,}", capsys.readouterr().out.splitlines()[2].strip())[-1] == "status (503)"


def test_owner_leaves_only_the_rows_of_that_owner(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("by-hand")

    run(aws, "status", "--owner", "billing", *where)
    shown = capsys.readouterr().out.partition("\nstack prod")[0]
    assert shown.startswith("1 schedule: 1 missing\n")
    assert "by-hand" not in shown
    with pytest.raises(UsageError, match='has no owner "biling": did you mean "billing"'):
        run(aws, "status", "--owner", "biling", *where)


def test_what_is_missing_is_told(where: list[str], capsys: Capture) -> None:
    assert run(Clients(), "status", *where) == 1
    assert 'missing: not in AWS, "pulumi up" creates them\n  nightly\n' in capsys.readouterr().out


def test_json_has_all_of_it(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("nightly")

    assert run(aws, "status", "--format", "json", *where) == 1
    found = document(capsys.readouterr().out)
    assert (found["stack"], found["region"], found["drifted"]) == ("prod", "eu-central-1", True)
    assert {"field": "timezone", "catalog": "Asia/Seoul", "aws": "UTC"} in found["changed"][0]["fields"]
    (schedule,) = found["schedules"]
    assert (schedule["name"], schedule["state"], schedule["origin"]) == ("nightly", "missed", "catalog")
    assert schedule["missed"] == ["2026-11-22T09:00:00Z"]  # of the zone that is deployed


def test_markdown_is_what_a_terminal_shows_and_nobody_can_break_out_of_it(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.scheduler.add("nightly", Description="</pre><img src=x> @all\n\n# big")

    assert run(aws, "status", "--format", "markdown", *where) == 1
    printed = capsys.readouterr().out
    page = MarkdownIt("commonmark", {"html": True}).render(printed)
    assert unescape(page).startswith("<pre>\nstack prod, eu-central-1: 0 of 1 schedules match the catalog\n")
    assert page.count("<") == 2
    assert "@all" not in printed


def test_markdown_of_a_stack_that_has_nothing_right_is_cut(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    for number in range(3_000):
        aws.scheduler.add(f"by-hand-{number}")

    assert run(aws, "status", "--format", "markdown", *where) == 1
    printed = capsys.readouterr().out
    assert len(printed.encode()) <= 15_100
    assert printed.endswith("\nand more\n</pre>\n")


def test_settings_are_needed(where: list[str], tmp_path: Path) -> None:
    (tmp_path / "Pulumi.prod.yaml").unlink()

    with pytest.raises(UsageError, match="--settings"):
        run(Clients(), "status", *where)


def test_markdown_reads_neither_applications_nor_the_ledger(where: list[str]) -> None:
    aws = Clients(replace(MANIFEST, ledger_table=None))
    aws.scheduler.add("shop-1", NAMES.adhoc_group)

    run(aws, "status", "--format", "markdown", *where)
    assert len(aws.scheduler.asked) == 1


def test_alarms_that_are_on_are_shown_with_their_runbooks(where: list[str], capsys: Capture) -> None:
    aws = Clients()
    aws.cloudwatch.add(NAMES.of("failed"), alarm_description("calls are undelivered", "failed"))

    run(aws, "status", *where)
    cells = [re.split(" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert ["failed", "2026-11-23 09:00 UTC", "calls are undelivered", "docs/alarms.md#alarm-failed"] in cells
    run(aws, "status", "--format", "json", *where)
    (alarm,) = document(capsys.readouterr().out)["alarms"]
    assert (alarm["name"], alarm["since"], alarm["runbook"]) == ("failed", "2026-11-23T09:00:00Z", "failed")
    aws.cloudwatch.denied = True
    run(aws, "status", *where)
    assert (
        "alarms: unknown, as AWS did not answer cloudwatch:DescribeAlarms: is the permission missing?"
        in capsys.readouterr().out
    )
