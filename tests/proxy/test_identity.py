from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from proxy.errors import RefusedError
from proxy.event import read_run
from proxy.run import Act, Run
from schedule_client.contract.run_keys import call_run_key, fresh_run_key, run_key, template_run_key
from tests.proxy.stage import ARN, TIME, golden

DUE = datetime(2027, 1, 5, 8, tzinfo=UTC)
ACTED = datetime(2027, 1, 5, 10, 30, tzinfo=UTC)


def read(name: str, **change: Any) -> Run:
    return read_run({**golden(name), **change}, "catalog", "request-1")


def test_a_run_of_a_schedule_is_known_by_its_time() -> None:
    run = read("v1-url")

    assert (run.partition, run.sort, run.key) == (f"catalog#{ARN}", TIME, run_key("catalog", ARN, TIME))
    assert run.begins == DUE


def test_a_run_s_age_counts_from_the_end_of_its_window() -> None:
    assert read("v1-call").begins == DUE + timedelta(minutes=15)


def test_an_application_s_key_is_one_run_whatever_its_time() -> None:
    run = read("v1-call")

    assert (run.sort, run.key) == ("key#campaign 7", call_run_key("catalog", "shop-catalog", "campaign 7"))


def test_a_replay_is_the_run_that_it_replays_with_an_age_of_its_own() -> None:
    run = read("v1-replay")

    assert (run.sort, run.key) == (TIME, run_key("catalog", ARN, TIME))
    assert run.act == Act("replay", "3f1c7d52-replay", ACTED)
    assert run.begins == ACTED


def test_a_fresh_trigger_is_a_run_of_its_own_and_another_is_the_schedule_s() -> None:
    fresh = read("v1-trigger")
    own = read("v1-trigger", trigger={"id": "x", "at": "2027-01-05T10:30:00Z", "run": "own"})

    assert (fresh.sort, fresh.key) == (f"{TIME}#7d2a9b40-trigger", fresh_run_key("catalog", ARN, "7d2a9b40-trigger"))
    assert (own.sort, own.key) == (TIME, run_key("catalog", ARN, TIME))


def test_the_template_s_form_is_known_by_lambda_s_request() -> None:
    run = read_run(golden("template"), "direct", "request-1")

    assert (run.partition, run.sort, run.key) == ("direct#request", "request-1", template_run_key("request-1"))
    assert run.begins is None


@pytest.mark.parametrize(
    "change",
    [
        {"replay": {"id": "x"}},
        {"replay": {"id": "x y", "at": "2027-01-05T10:30:00Z"}},
        {"replay": {"id": "x", "at": "2027-01-05 10:30"}},
        {"replay": {"id": "x", "at": "2027-13-05T10:30:00Z"}},
        {"replay": {"id": "x", "at": "2027-01-05T10:30:00Z", "run": "own"}},
        {"trigger": {"id": "x", "at": "2027-01-05T10:30:00Z"}},
        {"trigger": {"id": "x", "at": "2027-01-05T10:30:00Z", "run": "again"}},
        {"key": ""},
        {"key": "x" * 257},
        {"labels": {"a": 1}},
        {"metrics": "all"},
        {"runbook": "javascript:alert(1)"},
        {"runbook": "https://a b"},
        {"runbook": "https://"},
        {"runbook": "https://" + "x" * 2048},
        {"flexible_window_minutes": 1441},
    ],
)
def test_an_odd_member_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        read("v1-url", **change)
    assert caught.value.reason == "unsupported-request"


def test_a_replay_and_a_trigger_at_once_are_refused_and_so_are_they_without_a_schedule() -> None:
    act = {"id": "x", "at": "2027-01-05T10:30:00Z"}
    with pytest.raises(RefusedError, match="not both"):
        read("v1-replay", trigger={**act, "run": "own"})
    event = {key: value for key, value in golden("v1-url").items() if key != "schedule"}
    with pytest.raises(RefusedError, match='for events with a "schedule"'):
        read_run({**event, "replay": act}, "catalog", "request-1")
