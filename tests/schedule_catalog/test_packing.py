"""Results between processes: what arrives is what was sent."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from schedule_catalog.packing import packed
from schedule_catalog.problem import Place, Problem, Severity
from schedule_catalog.timing import Timing
from schedule_client.contract.records import frozen
from tests.catalog_texts import checked, entries


class Special(Timing):
    """A class of a record that has no slots of its own."""


@frozen
class One:
    value: int


@dataclass
class Plain:
    first: int
    second: list[int]


def test_entries_and_problems_arrive_as_they_were() -> None:
    found = checked("owner: a\nschedules:\n  b: {at: 2020-01-01T09:00, request: {url: 'https://a.b/c'}}\n")
    text = "rate: 1 hour\nstart: 2027-01-05T09:00\nlabels: {a: b}\nstacks: [prod, dev]"
    sent = [*entries(text), *found.entries, *found.problems]

    arrived = pickle.loads(packed(sent))

    assert found.problems
    assert arrived == sent
    assert [repr(each) for each in arrived] == [repr(each) for each in sent]
    with pytest.raises(AttributeError, match="frozen"):
        arrived[0].name = "other"


@pytest.mark.parametrize(
    "value",
    [
        Special.of("rate(1 hour)"),
        One(1),
        Plain(1, [2]),
        (Severity.ERROR, datetime(2027, 1, 5, tzinfo=UTC), {"a": [None, 1.5]}),
    ],
)
def test_anything_else_is_pickled_as_ever(value: object) -> None:
    arrived = pickle.loads(packed(value))

    assert arrived == value
    assert type(arrived) is type(value)


def test_what_several_records_share_is_shared_when_it_arrives() -> None:
    place = Place("a.yaml", 1, 1)
    first, second = pickle.loads(packed([(place, 1), (place, 2)]))

    assert first[0] is second[0]
    assert pickle.loads(packed(Problem.at(place, "past", "x"))) == Problem.at(place, "past", "x")
