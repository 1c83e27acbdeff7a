from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from schedule_client import contract
from schedule_client.contract.records import asdict, field, frozen, member_names, replace


@frozen(kw_only=True)
class Ours:
    """A record."""

    name: str
    count: int = 1
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    secret: str | None = field(default=None, repr=False)

    @property
    def twice(self) -> int:
        return 2 * self.count


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    name: str
    count: int = 1
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    secret: str | None = dataclasses.field(default=None, repr=False)


@frozen
class Whole:
    number: int


@frozen(order=True)
class Spot:
    kind: ClassVar[str] = "spot"

    line: int
    column: int = 0
    note: str = field(default="", compare=False)


@frozen(eq=False)
class Own:
    number: int


@frozen
class Pair:
    left: Ours
    right: tuple[Ours, ...] = ()


FULL: dict[str, Any] = {"name": "a", "count": 2, "tags": {"b": "c"}, "secret": "s3cr3t"}


@pytest.mark.parametrize("given", [{"name": "a"}, {"name": "a", "count": 3}, FULL])
def test_a_record_shows_and_holds_what_a_dataclass_does(given: dict[str, Any]) -> None:
    ours, theirs = Ours(**given), Theirs(**given)

    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert asdict(ours) == dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert [each.type for each in dataclasses.fields(Ours)] == [each.type for each in dataclasses.fields(Theirs)]
    assert member_names(Ours) == tuple(each.name for each in dataclasses.fields(Ours)) == member_names(Theirs)
    assert list(signature(Ours).parameters) == list(signature(Theirs).parameters)


@pytest.mark.parametrize("given", [{}, {"name": "a", "more": 1}, {"count": 1}])
def test_a_record_refuses_the_arguments_that_a_dataclass_refuses(given: dict[str, Any]) -> None:
    messages = list[str]()
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError) as refused:
            kind(**given)
        messages.append(str(refused.value))
    assert messages[0] == messages[1].replace("Theirs", "Ours")


def test_a_member_without_a_default_after_one_with_a_default_is_refused() -> None:
    with pytest.raises(TypeError, match="without a default follows one with a default: first, second"):

        @frozen
        class Wrong:  # pyright: ignore[reportUnusedClass]
            first: int = 0
            second: int  # pyright: ignore[reportGeneralTypeIssues]


def test_records_of_as_many_members_stay_apart() -> None:
    """They share the code of their initializers."""

    @frozen
    class Point:
        x: int
        y: int = 1

    @frozen
    class Name:
        first: str
        last: str = "Doe"

    assert (Point(2), Point(y=3, x=4)) == (Point(2, 1), Point(4, 3))
    assert Name("Jane") == Name(last="Doe", first="Jane")
    with pytest.raises(TypeError, match="'first'"):
        cast("Any", Name)()


def test_members_by_keyword_are_not_taken_by_position() -> None:
    kind: Any = Ours

    with pytest.raises(TypeError):
        kind("a")


def test_a_default_that_is_made_is_made_for_each() -> None:
    assert Ours(name="a").tags is not Ours(name="a").tags


def test_a_record_is_equal_by_its_members_and_its_class() -> None:
    assert Pair(Ours(name="a")) == Pair(Ours(name="a"), ())
    assert Ours(name="a") != Ours(name="b")
    assert Ours(name="a") != Theirs(name="a")
    assert hash(Whole(1)) == hash(Whole(1))


def test_a_member_that_is_not_compared_neither_separates_nor_sorts_records() -> None:
    assert Spot(1, 2, "a") == Spot(1, 2, "b")
    assert hash(Spot(1, 2, "a")) == hash(Spot(1, 2, "b"))
    assert [each.compare for each in dataclasses.fields(Spot)] == [True, True, False]  # pyright: ignore[reportArgumentType]


def test_ordered_records_are_sorted_by_their_members() -> None:
    first, second, third = Spot(1, 9), Spot(2, 3), Spot(2, 4)

    assert sorted((third, first, second)) == [first, second, third]
    assert (first < second, first <= first, third > second, third >= third, second < first) == (True,) * 4 + (False,)
    with pytest.raises(TypeError):
        assert first < (1, 9)  # pyright: ignore[reportOperatorIssue]


def test_records_without_eq_are_equal_only_to_themselves() -> None:
    one = Own(1)

    assert one == one != Own(1)
    assert len({one, Own(1)}) == 2


def test_a_class_variable_is_no_member() -> None:
    assert (Spot.kind, member_names(Spot)) == ("spot", ("line", "column", "note"))


def test_a_record_inherits_from_no_other() -> None:
    with pytest.raises(TypeError, match="inherits from no other"):

        @frozen
        class Wider(Whole):  # pyright: ignore[reportUnusedClass]
            width: int


def test_a_record_may_have_no_members() -> None:
    @frozen
    class Nothing:
        pass

    assert Nothing() == Nothing() != Whole(1)


@pytest.mark.parametrize(
    "change",
    [
        lambda of: setattr(of, "name", "b"),
        lambda of: setattr(of, "other", "b"),
        lambda of: delattr(of, "name"),
    ],
)
def test_a_record_stays_as_it_is(change: Callable[[Ours], None]) -> None:
    ours = Ours(name="a")
    with pytest.raises((AttributeError, TypeError)):
        change(ours)

    assert ours == Ours(name="a")


@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_a_changed_record_is_another(change: Callable[..., Ours]) -> None:
    ours = Ours(name="a", tags={"b": "c"})

    assert change(ours, count=5) == Ours(name="a", count=5, tags={"b": "c"})
    assert ours.count == 1
    with pytest.raises(TypeError):
        change(ours, more=1)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda of: pickle.loads(pickle.dumps(of))])
def test_a_copy_is_equal(copied: Callable[[Pair], Pair]) -> None:
    pair = Pair(Ours(name="a"), (Ours(name="b", tags={"c": "d"}),))

    assert copied(pair) == pair


def test_records_within_a_record_become_plain_too() -> None:
    pair = Pair(Ours(name="a"), (Ours(name="b"),))

    assert asdict(pair) == dataclasses.asdict(pair)


def test_a_record_can_be_matched_by_position() -> None:
    match Pair(Ours(name="a")):
        case Pair(left, _):
            assert left.name == "a"


def test_a_record_keeps_its_docstring_and_its_properties() -> None:
    assert (Ours.__doc__, Ours(name="a", count=4).twice) == ("A record.", 8)


def test_what_a_class_says_of_itself_holds() -> None:
    @frozen
    class Hidden:
        text: str

        def __repr__(self) -> str:
            return "hidden"

    assert repr(Hidden("s3cr3t")) == "hidden"


def test_the_contract_does_without_dataclasses() -> None:
    modules = (each.stem for each in Path(contract.__path__[0]).glob("[!_]*.py"))
    program = f"from schedule_client.contract import {', '.join(modules)}\nimport sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not {"dataclasses", "inspect"} & set(ran.stdout.split())
