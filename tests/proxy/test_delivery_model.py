"""A search for a lost or doubly delivered run among duplicates, crashes, outages, retries and replays in any order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from tests.proxy.stage import golden
from tests.proxy.world import ANSWERS, World

EVENT = {key: value for key, value in golden("v1-service").items() if key not in ("auth", "overlap")}
Choose = Callable[[Sequence[Any]], Any]


def event(**members: Any) -> dict[str, Any]:
    return {**EVENT, "retry": {"max_attempts": 3, "max_age_minutes": 600}, **members}


def replay(number: int) -> dict[str, str]:
    return {"id": f"replay-{number}", "at": "2027-01-05T08:00:05Z"}


def explore(world: World, choose: Choose, steps: int, mishaps: int) -> None:
    """Do `steps` things in an order that `choose` makes up, with at most `mishaps` that go wrong."""
    numbers = count(1)
    for _ in range(steps):
        moves: list[tuple[str, Any]] = [("go", invocation) for invocation in world.invocations]
        moves += [("invoke", due) for due in world.due[:2]]
        if world.events or world.invocations:
            moves.append(("wait", None))
        if mishaps:
            moves += [("kill", invocation) for invocation in world.invocations]
            moves += [("fail", invocation) for invocation in world.invocations if invocation.step[-1] in "?!"]
            moves.append(("duplicate", None))
        if world.letters:
            moves.append(("replay", None))
        if not moves:
            return
        kind, which = choose(moves)
        mishaps -= kind in ("kill", "fail", "duplicate")
        match kind:
            case "invoke":
                world.invoke(which)
            case "wait":
                world.wait()
            case "duplicate":
                world.fire(event())
            case "replay":
                world.fire(event(replay=replay(next(numbers))))
                world.take_letter()
            case _:
                answer = choose(ANSWERS) if which.step == "call" else "200"
                world.go(which, kind, answer)


def check(world: World) -> None:
    """What holds when all is quiet, whatever happened before."""
    record = world.record
    assert record is not None
    (applied,) = world.applied.values() if world.applied else (0,)
    if record.state == "delivered":
        assert applied >= 1, "the ledger says delivered, and the target knows nothing of it"
    else:
        kinds = {"redriven" if "redriven" in letter or "on_failure" in letter else "told" for letter in world.letters}
        assert kinds, f"lost: {record.state}, and on no queue"
        assert record.state == "undelivered" or "redriven" in kinds, f"{record.state}, and nobody will go on with it"
    assert max(applied - 1, 0) <= world.excuses, "delivered more often than crashes and lost answers explain"


@examples(150)
@given(st.data())
def test_no_run_is_lost_or_delivered_twice_without_a_cause(data: st.DataObject) -> None:
    with closing(World()) as world:
        world.fire(event())

        explore(world, lambda moves: data.draw(st.sampled_from(moves)), steps=60, mishaps=4)
        world.finish(answer=data.draw(st.sampled_from(["200", "503", "404"])))

        check(world)


def walked(world: World, *, kill_at: int | None = None, fail_at: int | None = None, answers: Sequence[str] = ()) -> int:
    """Everything there is to do, one thing after the other, with one mishap at a step; how many steps there were."""
    left, taken = list(answers), 0
    for _ in range(500):
        if world.invocations:
            invocation = world.invocations[0]
            answer = (left.pop(0) if left else "200") if invocation.step == "call" else "200"
            verdict = "kill" if taken == kill_at else "fail" if taken == fail_at else "go"
            taken += 1
            world.go(invocation, verdict, answer)
        elif world.due:
            world.invoke(world.due[0])
        elif world.events:
            world.wait()
        else:
            return taken
    raise AssertionError("no end")


STORIES: dict[str, tuple[str, ...]] = {
    "delivered at once": ("200",),
    "delivered at the second attempt": ("503", "200"),
    "exhausted": ("503", "503", "503"),
    "permanent": ("404",),
    "permanent after a retry": ("refused", "404"),
    "ambiguous": ("ambiguous", "200"),
}


@pytest.mark.parametrize("mishap", ["kill_at", "fail_at"])
@pytest.mark.parametrize("answers", STORIES.values(), ids=STORIES)
def test_a_mishap_at_any_step_loses_nothing_and_repeats_no_call_but_one_that_was_under_way(
    answers: tuple[str, ...], mishap: str
) -> None:
    undisturbed = World()
    undisturbed.fire(event())
    steps = walked(undisturbed, answers=answers)
    assert undisturbed.record is not None
    expected = undisturbed.record.state

    for step in range(steps):
        world = World()
        world.fire(event())
        walked(world, answers=answers, **{mishap: step})

        check(world)
        assert world.record is not None
        assert world.record.state == expected or step > 0


@pytest.mark.parametrize("duplicates", [1, 2])
def test_duplicates_at_the_same_time_are_one_call(duplicates: int) -> None:
    world = World()
    for _ in range(duplicates + 1):
        world.fire(event())
    for due in list(world.due):
        world.invoke(due)
    while world.invocations:  # in step with each other
        for invocation in list(world.invocations):
            world.go(invocation)
    world.finish()

    assert world.raw == Counter(dict.fromkeys(world.raw, 1))
    check(world)


def tried(world: World, times: int, fails: Callable[[str], bool]) -> None:
    """Invoke the proxy this often, and have the steps fail that are named."""
    for _ in range(times):
        while not world.due:
            world.wait()
        world.invoke(world.due[0])
        while world.invocations:
            world.go(world.invocations[0], "fail" if fails(world.invocations[0].step) else "go")


def test_a_ledger_out_of_reach_means_no_call_until_it_is_back() -> None:
    world = World()
    world.fire(event())
    tried(world, 6, lambda step: step in ("read?", "write?"))
    assert world.raw == Counter()
    world.finish()

    assert sum(world.raw.values()) == 1
    check(world)


def test_a_delivery_that_the_ledger_cannot_take_is_written_down_later_and_not_repeated() -> None:
    world = World()
    world.fire(event())
    world.invoke(world.due[0])
    called = False
    while world.invocations:
        called = called or world.invocations[0].step == "sent"
        world.go(world.invocations[0], "fail" if called and world.invocations[0].step == "write?" else "go")
    assert world.record is not None
    assert world.record.state == "running"
    world.finish()

    assert world.record.state == "delivered"
    assert sum(world.raw.values()) == 1


def test_neither_ledger_nor_queue_leave_it_to_lambda_and_then_to_a_person() -> None:
    world = World()
    world.fire(event())
    tried(world, 3, lambda step: step[-1] == "?")

    assert world.raw == Counter()
    assert world.letters == [{"on_failure": event()}]


def test_a_replay_delivers_what_was_given_up_once() -> None:
    world = World()
    world.fire(event())
    walked(world, answers=("404",))
    assert len(world.letters) == 1
    for _ in range(2):
        world.fire(event(replay=replay(1)))
    world.fire(event())
    world.finish()

    assert world.record is not None
    assert world.record.state == "delivered"
    assert sum(world.applied.values()) == 1
    assert len(world.letters) == 1


def test_a_replay_of_what_was_delivered_calls_nobody() -> None:
    world = World()
    world.fire(event())
    world.finish()
    world.fire(event(replay=replay(1)))
    world.finish()

    assert sum(world.raw.values()) == 1


def test_a_replay_that_fails_is_back_on_the_queue() -> None:
    world = World()
    world.fire(event())
    walked(world, answers=("404",))
    world.fire(event(replay=replay(1)))
    walked(world, answers=("503", "404"))

    assert [letter["REASON"] for letter in world.letters] == ["http-404", "http-404"]
    assert json.dumps(world.letters[1]["body"]["replay"]) == json.dumps(replay(1))


def test_a_run_is_told_of_as_undelivered_only_when_nothing_can_call_it_again() -> None:
    """Between the refusal and the ledger's coming back, the queue refuses too: the event is delivered after all."""
    world = World()
    world.fire(event())
    world.invoke(world.due[0])
    called = False
    while world.invocations:
        called = called or world.invocations[0].step == "sent"
        mishap = called and world.invocations[0].step in ("write?", "send?")
        world.go(world.invocations[0], "fail" if mishap else "go", "404")
    assert world.letters == []
    world.finish(answer="200")

    assert world.record is not None
    assert (world.record.state, world.letters) == ("delivered", [])


def test_a_refusal_that_the_ledger_cannot_take_is_told_of_later_once() -> None:
    world = World()
    world.fire(event())
    world.invoke(world.due[0])
    called = False
    while world.invocations:
        called = called or world.invocations[0].step == "sent"
        world.go(world.invocations[0], "fail" if called and world.invocations[0].step == "write?" else "go", "404")
    assert world.letters == []
    world.finish()

    assert world.record is not None
    assert (world.record.state, world.record.notice) == ("undelivered", "sent")
    assert [letter["REASON"] for letter in world.letters] == ["http-404"]
    assert sum(world.raw.values()) == 1


def test_an_event_too_old_for_a_call_waits_for_the_ledger_to_say_what_became_of_it() -> None:
    world = World()
    world.fire(event())
    world.finish()
    world.fire(event())
    world.now += 700 * 60
    world.invoke(world.due[0])
    while world.invocations:
        world.go(world.invocations[0], "fail" if world.invocations[0].step in ("read?", "write?") else "go")
    assert world.letters == []
    world.finish()

    assert world.letters == []
    assert sum(world.raw.values()) == 1
