"""Two copies of one event, in every order of their effects, with a mishap at every step: all of it, not a sample.

A state that was met before is not gone on from: what an invocation knows is what it did and what the ledger had then.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest

from tests.proxy.test_delivery_model import check, event
from tests.proxy.world import Invocation, World

TWICE = {"max_attempts": 2, "max_age_minutes": 600}
Move: TypeAlias = tuple[str, int]


@dataclass
class Walk:
    """A world that was brought to where it is by moves, which can be made again in another."""

    world: World
    answers: tuple[str, ...]
    mishaps: int
    called: int = 0
    known: dict[int, list[Hashable]] = field(default_factory=dict[int, "list[Hashable]"])
    kept: list[Invocation] = field(default_factory=list[Invocation])  # so that no other has the id of one that ended

    def moves(self) -> list[Move]:
        """All that may happen next; time goes on when there is nothing else to do.

        An effect that is done concerns nobody else: what had it goes on at once, or dies. No order is lost by that.
        """
        running = list(enumerate(self.world.invocations))
        for place, invocation in running:
            if invocation.step[-1] in "!t":  # "read!", "write!", "send!", "sent"
                return [("go", place), *self._mishaps(place, invocation)]
        found = [("go", place) for place, _ in running]
        found += [("invoke", place) for place, _ in enumerate(self.world.due)]
        for place, invocation in running:
            found += self._mishaps(place, invocation)
        return found or ([("wait", 0)] if self.world.events else [])

    def _mishaps(self, place: int, invocation: Invocation) -> list[Move]:
        if not self.mishaps:
            return []
        fails: list[Move] = [("fail", place)] if invocation.step[-1] in "?!" else []
        begun = invocation.step[-1] in "!t" or id(invocation) not in self.known
        return [*fails, ("kill", place)] if begun else fails

    def make(self, move: Move) -> None:
        """Have one thing happen."""
        kind, place = move
        if kind == "wait":
            self.world.wait()
        elif kind == "invoke":
            invoked = self.world.invoke(self.world.due[place])
            assert invoked is not None
            self.kept.append(invoked)
        else:
            self.mishaps -= kind != "go"
            self._go(self.world.invocations[place], kind)

    def _go(self, invocation: Invocation, kind: str) -> None:
        answer = "200"
        if invocation.step == "call" and kind != "kill":
            answer = self.answers[min(self.called, len(self.answers) - 1)]
            self.called += 1
        record = self.world.record
        seen = self.known.setdefault(id(invocation), [])
        seen.append((invocation.step, kind, answer, record.version if record else 0))
        self.world.go(invocation, kind, answer)

    def state(self) -> Hashable:
        """Everything that what may happen yet depends on; of ids, only which are equal."""
        world = self.world
        running = [(one.event, one.step, self.known.get(id(one))) for one in world.invocations]
        counts = (sum(world.raw.values()), sum(world.applied.values()), world.excuses, len(world.letters))
        names: dict[str, str] = {}
        text = repr((world.now, self.mishaps, self.called, counts, world.record, running, world.events))
        return re.sub(r"(request|message|batch)-\d+", lambda id_: names.setdefault(id_[0], str(len(names))), text)


def walks(answers: tuple[str, ...], mishaps: int) -> Iterator[World]:
    """Every end to which two copies of an event can come."""
    met: set[Hashable] = set()
    paths: list[tuple[Move, ...]] = [()]
    while paths:
        path = paths.pop()
        with closing(World()) as world:
            walk = Walk(world, answers, mishaps)
            for _ in range(2):
                world.fire(event(retry=TWICE))
            for move in path:
                walk.make(move)
            while moves := walk.moves():
                if path:
                    if (state := walk.state()) in met:
                        break
                    met.add(state)
                paths += [(*path, move) for move in moves[1:]]
                path = (*path, moves[0])
                walk.make(moves[0])
            else:
                yield world


@pytest.mark.parametrize(
    ("answers", "mishaps"),
    [
        pytest.param(("200",), 1, id="delivered, with a mishap"),
        pytest.param(("404",), 1, id="permanent, with a mishap"),
        pytest.param(("503", "200"), 0, id="delivered at the second attempt"),
        pytest.param(("ambiguous", "200"), 0, id="delivered twice, since nobody could know"),
        pytest.param(("503", "503"), 0, id="exhausted"),
    ],
)
def test_in_every_order_of_two_copies_nothing_is_lost_and_nothing_repeated(
    answers: tuple[str, ...], mishaps: int
) -> None:
    ends = 0
    for world in walks(answers, mishaps):
        check(world)
        ends += 1
    assert ends > 1
