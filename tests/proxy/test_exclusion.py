"""A run whose scheduled time a pause, a calendar or a freeze leaves out is skipped, and says why; nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.errors import RefusedError
from proxy.event import read_run
from schedule_client.contract.exclusions import UtcCalendar
from schedule_client.contract.proxy_settings import ProxySettings
from tests.proxy.stage import FakeContext, Stage, golden, stage

# The run of the golden event is due at 2027-01-05T08:00:00Z.
DUE = 1_799_136_000
HOLIDAY = UtcCalendar("kr@Asia/Seoul", ((DUE - 3600, DUE + 1, "Founding day"),))
OVER = UtcCalendar("de@Europe/Berlin", ((DUE - 3600, DUE, "Yesterday"),))
CLOSING = UtcCalendar("closing@UTC", ((DUE, DUE + 60, ""),))
TRIGGER = {"id": "t-1", "at": "2027-01-05T08:00:10Z", "run": "own"}


def event(**keys: Any) -> dict[str, Any]:
    plain = {key: value for key, value in golden("v1-service").items() if key != "auth"}
    return {**plain, "recurring": True, **keys}


def settings(*calendars: UtcCalendar, freezes: tuple[str, ...] = ()) -> ProxySettings:
    return ProxySettings(
        services={"billing": "https://127.0.0.1:9"},
        calendars={each.name: each for each in calendars},
        freezes=freezes,
    )


def records(shown: Stage) -> list[dict[str, Any]]:
    return [{key: next(iter(value.values())) for key, value in item.items()} for item in shown.aws.table.items.values()]


def attempts(shown: Stage) -> list[dict[str, Any]]:
    """The attempts that were made: nobody listens there."""
    return [line for line in shown.lines if line.get("reason") == "connect"]


@pytest.mark.parametrize(
    ("keys", "known", "reason", "message"),
    [
        ({"not_on": ["kr@Asia/Seoul"]}, settings(HOLIDAY), "calendar", 'left out by the calendar "kr": Founding day'),
        ({}, settings(CLOSING, freezes=("closing@UTC",)), "freeze", 'left out by the freeze "closing"'),
        (
            {"pause": {"until": "2027-01-05T08:00:01Z", "reason": "migration"}},
            settings(),
            "paused",
            "its entry is paused: migration",
        ),
    ],
)
@pytest.mark.parametrize("ledger", [True, False])
def test_a_run_that_is_left_out_is_skipped_with_its_reason(
    keys: dict[str, Any], known: ProxySettings, reason: str, message: str, ledger: bool
) -> None:
    shown = stage(known, ledger=ledger)

    answer = shown.handle(event(**keys), "catalog")

    assert (answer["success"], answer["outcome"], answer["reason"]) == (False, "skipped", reason)
    assert attempts(shown) == []
    assert [(line["state"], line["reason"], line["message"]) for line in shown.lines] == [("skipped", reason, message)]
    states = [(each["state"], each["reason"], each["message"]) for each in records(shown) if each["sk"] != "lock"]
    assert states == ([("skipped", reason, message)] if ledger else [])
    assert all(each["sk"] != "lock" for each in records(shown))
    assert (shown.aws.retries, shown.aws.letters) == ([], [])


@pytest.mark.parametrize(
    ("keys", "known", "alias"),
    [
        ({"not_on": ["de@Europe/Berlin"]}, settings(OVER), "catalog"),
        ({"fires_in_freezes": True}, settings(CLOSING, freezes=("closing@UTC",)), "catalog"),
        ({"pause": {"until": "2027-01-05T08:00:00Z", "reason": "migration"}}, settings(), "catalog"),
        ({"not_on": ["kr@Asia/Seoul"], "trigger": TRIGGER}, settings(HOLIDAY), "catalog"),
        ({"not_on": ["kr@Asia/Seoul"]}, settings(HOLIDAY), "adhoc"),
        ({}, settings(CLOSING, freezes=("closing@UTC",)), "adhoc"),
    ],
)
def test_what_counts_is_called(keys: dict[str, Any], known: ProxySettings, alias: str) -> None:
    shown = stage(known, ledger=True)

    shown.handle(event(**keys), alias)

    assert len(attempts(shown)) == 1


def test_a_single_call_of_the_catalog_goes_on_in_a_freeze() -> None:
    shown = stage(settings(CLOSING, freezes=("closing@UTC",)), ledger=True)
    single = event()
    del single["recurring"]

    shown.handle(single, "catalog")

    assert len(attempts(shown)) == 1


def test_a_retry_of_a_run_that_began_goes_on() -> None:
    shown = stage(settings(HOLIDAY), ledger=True)
    shown.handle(event(), "catalog")
    message = shown.aws.take_retry()
    assert message["attempt"] == 2
    body = {**message, "due": 0, "event": event(not_on=["kr@Asia/Seoul"])}

    shown.proxy.handle({"Records": [{"messageId": "m", "body": json.dumps(body)}]}, FakeContext("retry"))

    assert len(attempts(shown)) == 2


def test_an_unknown_calendar_waits_for_the_proxy_that_knows_it() -> None:
    shown = stage(settings(), ledger=True)

    answer = shown.handle(event(not_on=["kr@Asia/Seoul"]), "catalog")

    assert (answer["handed_over"], answer["reason"]) == (True, "unknown-calendar")
    assert attempts(shown) == []
    message = shown.aws.take_retry()
    assert (message["attempt"], message["hops"]) == (1, 1)
    newer = stage(settings(HOLIDAY), ledger=True)
    newer.aws.table.items.update(shown.aws.table.items)
    body = json.dumps({**message, "due": 0})
    newer.proxy.handle({"Records": [{"messageId": "m", "body": body}]}, FakeContext("retry"))
    assert [each["state"] for each in records(newer)] == ["skipped"]


def test_an_unknown_calendar_is_undelivered_when_the_age_ends() -> None:
    shown = stage(settings(), ledger=True)
    late = event(not_on=["kr@Asia/Seoul"], retry={"max_attempts": 1, "max_age_minutes": 1})
    late["schedule"] = {**late["schedule"], "time": "2027-01-05T07:59:13Z"}

    shown.handle(late, "catalog")

    assert [each["REASON"] for each in shown.aws.letters] == ["unknown-calendar"]


@pytest.mark.parametrize(
    "keys",
    [
        {"recurring": False},
        {"not_on": "kr@Asia/Seoul"},
        {"not_on": [""]},
        {"fires_in_freezes": False},
        {"pause": {"until": "soon", "reason": "x"}},
        {"pause": {"until": "2027-01-05T08:00:00Z"}},
    ],
)
def test_what_a_series_cannot_be_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        read_run(event(**keys), "catalog", "request-1")

    assert caught.value.reason == "unsupported-request"


def test_only_a_recurring_event_has_calendars() -> None:
    single = event(not_on=["kr@Asia/Seoul"])
    del single["recurring"]

    with pytest.raises(RefusedError, match='"not_on" is for an event that is "recurring"'):
        read_run(single, "catalog", "request-1")
