"""While a pause holds, nothing that it covers is called; afterwards what waited is, once, and the rest says why not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from local.simulation.schedules import schedule_arn
from proxy.aws import AwsRequestError
from proxy.ledger import LedgerError
from proxy.pauses import FRESH_SECONDS, StoredPauses
from schedule_client.contract.pauses import CURRENT, PARTITION, Pauses
from schedule_client.contract.request import Retry
from tests.proxy.pausing import DELIVERED, EFFECT, SUPERSEDED, Paused, wire

SPREAD = 1.0
LATE = 5 / 60  # requests to AWS in between
TRIGGER = {"id": "t-1", "at": wire(0), "run": "own"}
SKIPPED = ("skipped", "paused")


def three_beats(**options: Any) -> Paused:
    """A service is paused from minute 1 to 31: an attempt waits, beats come, a single call is due, one is replayed."""
    at = Paused(failing=lambda name, scheduled: scheduled == 0, **options)
    at.pause(1, 31)
    for minute in (0, 5, 10, 15):
        at.fire(minute)
    at.fire(12, "once", recurs=False)
    at.fire(13, "old", scheduled=-600, replay={"id": "r-1", "at": wire(13)})
    return at


def test_a_paused_service_is_not_called_and_then_gets_the_newest_run_and_every_single_call() -> None:
    at = three_beats().run()

    assert at.ends() == {0.0: SUPERSEDED, 5.0: SUPERSEDED, 10.0: SUPERSEDED, 15.0: DELIVERED}
    assert at.ends("once") == {12.0: DELIVERED}
    assert at.ends("old") == {-600.0: DELIVERED}
    assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < 31]
    after = [(name, minute) for name, _, minute in at.calls if minute >= 31]
    assert [name for name, _ in after] == ["old", "once", "beat"]  # the oldest first
    assert after[-1][1] < 31 + SPREAD + LATE
    assert at.letters == []


def test_an_early_resume_takes_effect_within_five_minutes() -> None:
    at = three_beats()
    at.resume(20)
    at.run()

    assert at.ends()[15.0] == DELIVERED
    assert at.ends("once") == {12.0: DELIVERED}
    assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < 20]
    assert all(minute < 25 + LATE for *_, minute in at.calls)


def test_a_run_after_an_early_resume_is_called_within_ten_seconds() -> None:
    at = Paused()
    at.pause(1, 31)
    at.fire(2, "other")
    at.resume(20)
    at.fire(20 + EFFECT, "late")
    at.run()

    ((_, minute),) = at.attempts("late")
    assert minute < 20 + EFFECT + LATE


@pytest.mark.parametrize(("scope", "name"), [("schedule", schedule_arn("beat")), ("owner", "finance"), ("all", "")])
def test_runs_that_have_not_begun_are_skipped_and_what_has_begun_waits(scope: Any, name: str) -> None:
    at = Paused()
    at.failing = lambda name, scheduled: scheduled == 0 and at.minute < 31
    at.pause(1, 31, scope, name)
    for minute in (0, 5, 10):
        at.fire(minute)
    at.run()

    assert at.ends() == {0.0: DELIVERED, 5.0: SKIPPED, 10.0: SKIPPED}
    assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < 31]
    assert "is paused until 2027-01-05 08:31:00 UTC: upgrade" in (at.records["beat", wire(5)].message or "")


@pytest.mark.parametrize(
    ("scope", "name", "alias", "held"),
    [
        ("application", "shop", "shop", True),
        ("application", "shop", "catalog", False),
        ("owner", "finance", "shop", False),
        ("owner", "other", "catalog", False),
        ("service", "shop", "catalog", False),
        ("service", "billing", "shop", True),
        ("schedule", schedule_arn("other"), "catalog", False),
    ],
)
def test_a_single_call_waits_only_for_a_pause_of_its_own(scope: Any, name: str, alias: str, held: bool) -> None:
    at = Paused()
    at.pause(-1, 10, scope, name)
    at.fire(1, recurs=False, alias=alias)
    at.run()

    ((_, minute),) = at.attempts()
    assert (minute >= 10) is held


@pytest.mark.parametrize(("scope", "name"), [("service", "billing"), ("application", "shop"), ("all", "")])
def test_runs_whose_event_does_not_say_that_they_recur_wait_one_and_all(scope: Any, name: str) -> None:
    """An application's recurring call, made before its environment listed the feature."""
    at = Paused()
    at.pause(1, 31, scope, name)
    for minute in (5, 10, 15):
        at.fire(minute, recurs=False, alias="shop")
    at.run()

    assert at.ends() == {5.0: DELIVERED, 10.0: DELIVERED, 15.0: DELIVERED}
    assert [scheduled for scheduled, _ in at.attempts()] == [5, 10, 15]
    assert all(31 <= minute < 31 + SPREAD + LATE for _, minute in at.attempts())


def test_a_call_by_url_waits_for_the_service_that_it_goes_to() -> None:
    at = Paused()
    at.pause(-1, 10)
    url: dict[str, Any] = {"service": None, "path": None}
    at.fire(1, recurs=False, **url, target_url="https://billing.example.com/x")
    at.fire(1, "elsewhere", recurs=False, **url, target_url="https://other.example.com/x")
    at.run()

    ((_, held),), ((_, free),) = at.attempts(), at.attempts("elsewhere")
    assert held >= 10 > free


def test_a_call_of_another_service_waits_for_the_one_that_it_goes_to() -> None:
    at = Paused()
    at.pause(-1, 10, "service", "pay")
    at.fire(1, recurs=False, path="/%70ay;v=1/x")
    at.fire(1, "elsewhere", recurs=False, path="/payments")
    at.run()

    ((_, held),), ((_, free),) = at.attempts(), at.attempts("elsewhere")
    assert held >= 10 > free


def test_a_run_of_the_far_future_makes_no_other_give_way() -> None:
    at = Paused()
    at.pause(-1, 10)
    at.fire(1, alias="adhoc", scheduled=1_000_000)
    at.fire(2, alias="adhoc")
    at.run()

    assert sorted(scheduled for _, scheduled, _ in at.calls) == [2, 1_000_000]


def test_a_person_may_run_a_schedule_of_the_catalog_in_a_pause_and_an_application_may_not_say_it_is_one() -> None:
    at = Paused()
    at.pause(-1, 10, "all", "")
    at.fire(1, "ours", trigger=TRIGGER)
    at.fire(1, "theirs", alias="shop", trigger=TRIGGER)
    at.run()

    ((_, ours),), ((_, theirs),) = at.attempts("ours"), at.attempts("theirs")
    assert ours < 1 + LATE
    assert theirs >= 10


def test_the_time_in_a_pause_does_not_count_toward_the_age() -> None:
    at = Paused()
    at.pause(-1, 60)
    at.fire(1, retry=Retry(5, 2))
    at.run()

    assert at.ends() == {1.0: DELIVERED}
    waited = at.records["beat", wire(1)].waited or 0.0
    assert waited / 60 == pytest.approx(59.5, abs=1)


def test_looking_at_a_pause_does_not_count_as_a_hop() -> None:
    days = 24 * 60
    at = Paused()
    at.pause(-1, 3 * days)  # 864 looks, where 400 hops are the most
    at.fire(1)
    at.run()

    assert at.ends() == {1.0: DELIVERED}


def test_what_cannot_wait_as_long_as_the_pause_is_undelivered_with_that_reason() -> None:
    days = 24 * 60
    at = Paused()
    at.pause(-1, 20 * days)
    at.fire(1)
    at.run()

    assert at.ends() == {1.0: ("undelivered", "paused")}
    assert at.letters == ["paused"]
    assert at.calls == []


def test_no_attempt_starts_later_than_ten_seconds_after_the_pause_was_made() -> None:
    at = Paused()
    at.pause(0.5, 60)
    for second in range(90):
        at.fire(second / 60, f"s{second}")
    at.run()

    before = [minute for *_, minute in at.calls if minute < 60]
    assert max(before) < 0.5 + EFFECT
    assert max(before) > 0.5  # runs in these seconds were tried


def test_a_longer_pause_holds_what_waited_for_a_shorter_one() -> None:
    at = Paused()
    at.pause(-1, 10)
    at.fire(1)
    at.pause(8, 40)
    at.run()

    ((_, minute),) = at.attempts()
    assert 40 <= minute < 41 + LATE


def test_runs_of_many_schedules_leave_spread_over_a_minute() -> None:
    at = Paused()
    at.pause(0, 100)
    for minute in range(10, 100, 10):
        at.fire(minute, f"s{minute}")
    at.run()

    offsets = sorted((scheduled, minute - 100) for _, scheduled, minute in at.calls)
    assert [round(offset, 1) for _, offset in offsets] == [round(scheduled / 100, 1) for scheduled, _ in offsets]


def test_a_run_that_is_held_gives_the_lock_of_its_schedule_to_the_newest() -> None:
    at = Paused()
    at.failing = lambda name, scheduled: scheduled == 0 and at.minute < 31
    at.pause(1, 31)
    for minute in (0, 5):
        at.fire(minute, request={"overlap": "skip"})
    at.run()

    assert at.ends() == {0.0: SUPERSEDED, 5.0: DELIVERED}


def steps_of_three_beats() -> int:
    return three_beats().run().world.taken


@pytest.mark.parametrize("share", range(8))
def test_a_kill_anywhere_neither_loses_a_run_nor_calls_one_in_the_pause(share: int) -> None:
    for step in range(1 + share, steps_of_three_beats() + 1, 8):
        at = three_beats(kill_at=step).run()

        ends = at.ends()
        assert [ends[minute] for minute in (0.0, 5.0, 10.0)] == [SUPERSEDED] * 3, step
        assert (ends[15.0], at.ends("once")[12.0], at.ends("old")[-600.0]) == (DELIVERED,) * 3, step
        assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < 31], step
        assert len(at.attempts("once")) <= 2, step


def paused_owner(**options: Any) -> Paused:
    """An owner is paused from minute 1 to 31, while an attempt waits and beats come; until then every call fails."""
    at = Paused(**options)
    at.failing = lambda name, scheduled: at.minute < 31
    at.pause(1, 31, "owner", "finance")
    for minute in (0, 5, 10, 15):
        at.fire(minute)
    return at


@pytest.mark.parametrize("share", range(4))
def test_a_kill_anywhere_never_skips_a_run_that_has_begun(share: int) -> None:
    for step in range(1 + share, paused_owner().run().world.taken + 1, 4):
        at = paused_owner(kill_at=step).run()

        called = {scheduled for _, scheduled, _ in at.calls}
        assert called == {scheduled for scheduled, end in at.ends().items() if end == DELIVERED}, step
        assert called | {scheduled for scheduled, end in at.ends().items() if end == SKIPPED} == {0, 5, 10, 15}, step
        assert not [minute for *_, minute in at.calls if 1 + EFFECT < minute < 31], step


def stored(answer: Any, seconds: list[float]) -> StoredPauses:
    def aws(service: str, operation: str, members: Any, /) -> dict[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return StoredPauses("runs", aws, lambda: datetime.fromtimestamp(seconds[0], UTC))


@pytest.mark.parametrize(
    "answer",
    [
        AwsRequestError(None),
        AwsRequestError("AccessDeniedException"),
        {"Item": {"pk": {"S": PARTITION}, "sk": {"S": CURRENT}, "version": {"N": "1"}, "pauses": {"S": "{"}}},
    ],
)
def test_pauses_that_cannot_be_read_keep_every_call_back(answer: Any) -> None:
    with pytest.raises(LedgerError):
        stored(answer, [1000.0])()


def test_pauses_are_read_again_after_a_few_seconds_and_when_the_clock_goes_back() -> None:
    answer: dict[str, Any] = {}
    seconds = [1000.0]
    pauses = stored(answer, seconds)
    assert pauses() == Pauses()
    answer["Item"] = Pauses(1).to_item()

    seconds[0] += FRESH_SECONDS - 0.1
    assert pauses().version == 0
    seconds[0] += 0.1
    assert pauses().version == 1
    answer["Item"] = Pauses(2).to_item()
    seconds[0] -= 3600
    assert pauses().version == 2


def test_a_stack_whose_pauses_are_unreadable_calls_when_they_are_readable_again_and_for_a_person_at_once() -> None:
    at = Paused()
    at.world.dynamodb.items[PARTITION, CURRENT] = {**Pauses(1).to_item(), "pauses": {"S": "?"}}
    at.fire(1)
    at.fire(1, "by-hand", trigger=TRIGGER)
    at.resume(3)
    at.run()

    ((_, held),), ((_, by_hand),) = at.attempts(), at.attempts("by-hand")
    assert held >= 3
    assert by_hand < 1 + LATE
