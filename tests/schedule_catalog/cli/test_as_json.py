from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from schedule_catalog.cli.as_json import Kind, number, whole
from schedule_catalog.cli.main import main
from schedule_catalog.operations import PauseTarget, pause
from tests.schedule_catalog.cli.documents import document, kinds
from tests.schedule_catalog.cli.operating import run, write_catalog
from tests.schedule_catalog.operations.aws import Clients
from tests.schedule_catalog.operations.messages import by_proxy, by_scheduler
from tests.schedule_catalog.operations.records import record

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CATALOG = """owner: billing
defaults: {timezone: Europe/Paris}
schedules:
  nightly:
    cron: "30 2 * * ? *"
    request: {url: "https://a.example"}
  over:
    at: 2026-01-05T09:00
    request: {url: "https://a.example"}
"""
PREVIEW = """{"steps": [{"op": "update", "urn": "urn:pulumi:prod::shop::aws:sqs/queue:Queue::retry",
  "detailedDiff": {"tags": {}}}], "changeSummary": {}}"""
NEW = ("new", "hourly", "--rate", "1 hour", "--url", "https://a.example/x", "--owner", "billing")

# What is typed, and the kind that it prints. Those that write come last.
OF_CATALOG: list[tuple[str, tuple[str, ...]]] = [
    ("check", ("check",)),
    ("next", ("next", "--count", "1")),
    ("next", ("next", "--expression", "rate(5 minutes)")),
    ("cost", ("cost",)),
    ("diff", ("diff", "HEAD")),
    ("report", ("report", "--out", "week.html")),
    ("plan", ("plan", "preview.json")),
    ("fmt", ("fmt", "--check")),
    ("fmt", ("fmt", "--dry-run")),
    ("new", (*NEW, "--dry-run")),
    ("new", NEW),
    ("prune", ("prune", "--dry-run")),
    ("prune", ("prune",)),
    ("import", ("import", "crontab", "jobs", "--plan")),
    ("import", ("import", "crontab", "jobs", "--into", "schedules/imported.yaml")),
    ("fmt", ("fmt",)),
]
OF_STACK: list[tuple[str, tuple[str, ...]]] = [
    ("status", ("status",)),
    ("history", ("history", "nightly")),
    ("history", ("history", "--failed")),
    ("missed", ("history", "--missed")),
    ("trigger", ("trigger", "nightly", "--yes")),
    ("trigger", ("trigger", "nightly", "--as-of", "2026-11-23T00:00Z", "--yes")),
    ("pause", ("pause", "nightly", "--for", "2h", "--reason", "x", "--yes")),
    ("resume", ("resume", "--owner", "billing")),
    ("trigger-runs", ("trigger", "nightly", "--skipped", "--since", "1w", "--yes")),
    ("undelivered", ("undelivered", "list")),
    ("undelivered", ("undelivered", "show", "aaaaaaaa-1")),
    ("undelivered-replay", ("undelivered", "replay", "--all", "--yes")),
    ("env", ("env",)),
    ("keys-rotate", ("keys", "rotate", "billing", "--yes")),
    ("undelivered-drop", ("undelivered", "drop", "--all", "--yes")),
]
# Printed by `schedules dev --simulate`, and held to its schema there.
ELSEWHERE = {"simulate"}


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_catalog(tmp_path, CATALOG.replace("30 2", "30 4"))
    Path("jobs").write_text("0 9 * * * curl -fsS https://a.example/close\n0 9 * * * /bin/true\n")
    Path("Pulumi.prod.yaml").write_text(
        "config: {schedule-catalog:hosts: [a.example], schedule-catalog:signing: {billing: {hosts: [a.example]}}}\n"
    )
    Path("preview.json").write_text(PREVIEW)
    for arguments in (("init", "-qb", "main"), ("add", "."), ("commit", "-qm", "a")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], check=True)
    Path("schedules/billing.yaml").write_text(CATALOG + "  broken:\n    cron: 5\n    request: {}\n")
    return tmp_path


@pytest.mark.parametrize(("kind", "typed"), OF_CATALOG, ids=[" ".join(typed[:3]) for _, typed in OF_CATALOG])
def test_what_a_verb_prints_is_one_document_of_its_kind(
    kind: str, typed: tuple[str, ...], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if typed[0] not in ("check", "diff"):
        Path("schedules/billing.yaml").write_text(CATALOG)

    status = main([*typed, "--format", "json"], clock=lambda: NOW)

    found = document(capsys.readouterr().out)
    assert (found["version"], found["kind"]) == (1, kind)
    assert status in (0, 1)


@pytest.mark.parametrize(("kind", "typed"), OF_STACK, ids=[" ".join(typed[:3]) for _, typed in OF_STACK])
def test_what_a_verb_about_a_stack_prints_is_one_document_of_its_kind(
    kind: str, typed: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = Clients()
    aws.scheduler.add("nightly", ScheduleExpressionTimezone="Asia/Seoul", ScheduleExpression="cron(0 9 * * ? *)")
    by_proxy(aws, "aaaaaaaa-1111")
    by_scheduler(aws, "dddddddd-1111")
    aws.dynamodb.items.append(record("nightly", "2026-11-23T00:00:00Z").to_item())
    aws.dynamodb.items.append(replace(record("nightly", "2026-11-20T00:00:00Z"), state="skipped").to_item())
    pause(aws.stack, PauseTarget("owner", "billing"), NOW + timedelta(hours=1), "x", "arn:kim", NOW)
    aws.secrets.add("/shop/prod/signing/billing", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")

    run(aws, *typed, "--format", "json")

    assert document(capsys.readouterr().out)["kind"] == kind


def test_every_kind_has_a_schema_and_is_printed_in_a_test() -> None:
    printed = {kind for kind, _ in (*OF_CATALOG, *OF_STACK)} | ELSEWHERE

    assert set(get_args(Kind)) == kinds() == printed


def test_every_kind_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "machine-output.md").read_text()
    rows = [
        line.split("|")
        for line in page.partition("## Kinds")[2].splitlines()
        if line.startswith("| `") or "` |" in line
    ]

    assert {row[2].strip(" `") for row in rows} == kinds()


@pytest.mark.parametrize(("value", "shown"), [(0.1 + 0.2, "0.3"), (2.0, "2"), (1.23456, "1.235"), (-0.0001, "0")])
def test_numbers_have_no_noise(value: float, shown: str) -> None:
    assert str(number(value)) == shown


@pytest.mark.parametrize(("text", "found"), [("404", 404), (None, None), ("", None), ("x", None), ("9" * 99, None)])
def test_a_text_of_a_queue_is_a_number_only_where_it_is_one(text: str | None, found: Any) -> None:
    assert whole(text) == found
