"""`overlap: skip`: a schedule's run is left out while the one before is under way, whatever becomes of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from schedule_client.contract.ledger import RunRecord
from tests.proxy.stage import golden
from tests.proxy.world import World

FIRST, SECOND = "2027-01-05T08:00:00Z", "2027-01-05T08:01:00Z"
EVENT = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "retry")}


def event(time: str) -> dict[str, Any]:
    return {**EVENT, "overlap": "skip", "schedule": {**EVENT["schedule"], "time": time}}


def records(world: World) -> dict[str, RunRecord]:
    return {sort: RunRecord.from_item(item) for (_, sort), item in world.table.items.items() if sort != "lock"}


def states(world: World) -> dict[str, str]:
    return {sort: record.state for sort, record in records(world).items()}


def until(world: World, step: str, answer: str = "200") -> None:
    """Let the invocation go on until it stops at `step`."""
    while world.invocations and world.invocations[0].step != step:
        world.go(world.invocations[0], answer=answer)


def through(world: World, answers: Sequence[str] = ()) -> None:
    """Invoke what is due, and let it end."""
    left = list(answers)
    world.invoke(world.due[0])
    while world.invocations:
        calls = world.invocations[0].step == "call"
        world.go(world.invocations[0], answer=left.pop(0) if calls and left else "200")


def overtake(world: World) -> None:
    """Have the second run arrive while the first is being called."""
    world.fire(event(FIRST))
    world.invoke(world.due[0])
    until(world, "sent")
    world.fire(event(SECOND))
    second = world.invoke(world.due[0])
    while second in world.invocations:
        world.go(second)
    world.finish()


def test_a_run_is_skipped_while_the_one_before_is_being_called() -> None:
    world = World()
    overtake(world)

    assert states(world) == {FIRST: "delivered", SECOND: "skipped"}
    assert records(world)[SECOND].reason == "overlap"
    assert sum(world.raw.values()) == 1
    assert world.letters == []


def test_a_run_is_skipped_while_the_one_before_waits_for_its_next_attempt() -> None:
    world = World()
    world.fire(event(FIRST))
    through(world, ["503"])
    world.fire(event(SECOND))
    second = next(due for due in world.due if not due.queued)
    invocation = world.invoke(second)
    while invocation in world.invocations:
        world.go(invocation)
    world.finish()

    assert states(world) == {FIRST: "delivered", SECOND: "skipped"}


def test_a_run_is_called_when_the_one_before_has_ended_well_or_badly() -> None:
    for answer in ("200", "404"):
        world = World()
        world.fire(event(FIRST))
        through(world, [answer])
        world.fire(event(SECOND))
        world.finish()

        assert states(world)[SECOND] == "delivered"


def test_a_lock_whose_holder_died_for_good_is_over_with_its_lease() -> None:
    world = World()
    world.fire(event(FIRST))
    world.invoke(world.due[0])
    until(world, "sent")
    world.go(world.invocations[0], "kill")
    world.lose()
    world.now += 3600
    world.fire(event("2027-01-05T09:00:00Z"))
    world.finish()

    assert states(world)["2027-01-05T09:00:00Z"] == "delivered"


def test_a_duplicate_of_a_skipped_run_is_not_called_when_its_turn_would_have_come() -> None:
    world = World()
    overtake(world)
    world.fire(event(SECOND))
    world.finish()

    assert states(world) == {FIRST: "delivered", SECOND: "skipped"}
    assert sum(world.raw.values()) == 1


@pytest.mark.parametrize("mishap", ["kill", "fail"])
@pytest.mark.parametrize("answers", [("200",), ("503", "200"), ("404",)], ids="-".join)
def test_a_mishap_at_any_step_of_either_run_loses_none(answers: tuple[str, ...], mishap: str) -> None:
    step, went_on = 0, True
    while went_on:
        world = World()
        world.fire(event(FIRST))
        world.fire(event(SECOND))
        went_on = _walk(world, answers, mishap, step)
        step += 1

        for sort, record in records(world).items():
            applied = world.applied[record.run_key]
            if record.state == "delivered":
                assert applied >= 1
            elif record.state == "undelivered":
                assert [letter for letter in world.letters if letter.get("SCHEDULED_TIME") == sort]
            else:
                assert record.state == "skipped", f"{sort} is {record.state}"
                assert applied == 0
        assert len(records(world)) == 2
    assert step > 10


def _walk(world: World, answers: Sequence[str], mishap: str, at: int) -> bool:
    """Both runs, the first one step ahead, with a mishap at the step `at`; whether there was such a step."""
    left, taken = list(answers), 0
    for _ in range(2000):
        if len(world.invocations) < 2 and world.due:
            world.invoke(world.due[0])
        elif world.invocations:
            invocation = world.invocations[taken % len(world.invocations)]
            answer = (left.pop(0) if left else "200") if invocation.step == "call" else "200"
            world.go(invocation, mishap if taken == at else "go", answer)
            taken += 1
        elif world.events:
            world.wait()
        else:
            return taken > at
    raise AssertionError("no end")


def test_the_lock_lasts_until_the_next_attempt_even_when_that_comes_late() -> None:
    world = World()
    world.fire(event(FIRST))
    through(world, ["503"])
    world.now += 120  # the lease of the first attempt is over, and the queue is slow
    world.fire(event(SECOND))
    second = world.invoke(next(due for due in world.due if not due.queued))
    while second in world.invocations:
        world.go(second)

    assert states(world) == {FIRST: "waiting", SECOND: "skipped"}
