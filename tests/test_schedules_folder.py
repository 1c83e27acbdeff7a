"""The catalog that this repository ships is right, and shows what a catalog can say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import yaml

from infra.callback_service import ROUTES
from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli.line.sources import known_settings
from schedule_catalog.settings import NAMESPACE, read_settings
from tests.infra.sample import CONFIG
from tests.pulumi_harness import ACCOUNT, REGION, run_program

ROOT = Path(__file__).parents[1]
PRODUCTION = ROOT / "docs" / "examples" / "Pulumi.prod.yaml"
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
CATALOG = check(
    [ROOT / "schedules"], settings={"dev": read_settings(ROOT / "Pulumi.dev.yaml")}, calendars=UNREAD, now=NOW
)


def test_the_catalog_has_no_problem() -> None:
    assert [str(problem) for problem in CATALOG.problems] == []


def test_it_has_none_in_the_example_of_production_either() -> None:
    settings = read_settings(PRODUCTION)
    problems = check(
        [ROOT / "schedules"], settings={"prod": settings}, calendars=UNREAD, stack="prod", now=NOW
    ).problems

    assert [str(problem) for problem in problems] == []


def test_the_example_of_production_is_deployed_by_the_program() -> None:
    config = yaml.safe_load(PRODUCTION.read_text())["config"]
    values = {key.removeprefix(f"{NAMESPACE}:"): value for key, value in config.items() if key.startswith(NAMESPACE)}
    assert (values["account"], values["region"]) == (ACCOUNT, config["aws:region"])

    here = json.loads(json.dumps(values).replace(config["aws:region"], REGION))
    deployed = run_program({**here, "packages": CONFIG["packages"]}, stack="prod")

    assert deployed["aws:lambda/function:Function", "proxy"].inputs["memorySize"] == 512
    assert len(deployed.of_type("aws:scheduler/schedule:Schedule")) >= 10


def test_the_example_is_no_stack_of_this_repository() -> None:
    assert set(known_settings([ROOT / "schedules"], None, None)) == {"dev"}


def test_it_is_large_enough_to_learn_from() -> None:
    assert CATALOG.schedules >= 15
    assert CATALOG.files == 4


def test_every_kind_of_timing_target_and_secret_is_there() -> None:
    requests = [entry.request for entry in CATALOG.entries]

    assert {entry.timing.kind for entry in CATALOG.entries} == {"cron", "rate", "at"}
    assert {request.service for request in requests} == {None, "billing", "callback", "crm", "ops", "reports"}
    assert {request.auth.type for request in requests if request.auth} == {"bearer", "basic", "header"}


def test_every_optional_key_is_used() -> None:
    for key in ("description", "accept", "metrics", "labels", "runbook"):
        assert any(getattr(entry, key) for entry in CATALOG.entries), key
    for key in ("start", "end", "flexible_window_minutes"):
        assert any(getattr(entry.timing, key) for entry in CATALOG.entries), key
    assert {entry.overlap for entry in CATALOG.entries} == {"allow", "skip"}
    assert not all(entry.timing.enabled for entry in CATALOG.entries)


def test_a_newcomer_sees_a_call_within_a_minute_in_every_stack() -> None:
    every_minute = {entry.name: entry for entry in CATALOG.entries if entry.timing.expression == "rate(1 minute)"}

    assert set(every_minute) == {"heartbeat", "sweep-tasks"}
    assert {entry.stack for entry in every_minute.values()} == {None}
    assert {entry.request.service for entry in every_minute.values()} == {"callback"}


def test_the_sweep_is_what_the_callback_service_serves() -> None:
    (sweep,) = [entry for entry in CATALOG.entries if entry.name == "sweep-tasks"]

    assert f"{sweep.request.method} {sweep.request.path}" == ROUTES["sweep"]


def test_an_entry_has_different_timings_in_different_stacks() -> None:
    timings = {(entry.name, entry.timing.expression) for entry in CATALOG.entries}

    assert len(timings) > len({name for name, _ in timings})
