from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from proxy.lookup import MAX_LOOKUPS, Lookup


@contextmanager
def hanging() -> Generator[Lookup]:
    """A system whose answers come when the block ends."""
    end = threading.Event()

    def system(host: str) -> list[str]:
        end.wait(20)
        return ["192.0.2.1"]

    yield Lookup(system)
    end.set()


def test_the_system_knows_the_name_of_this_machine() -> None:
    assert set(Lookup()("localhost", 5)) & {"127.0.0.1", "::1"}


def test_addresses_come_in_order_and_once() -> None:
    assert Lookup(lambda host: ["b", "a", "b"])("api.example.com", 5) == ("b", "a")


@pytest.mark.parametrize("error", [OSError, UnicodeError])
def test_a_name_that_cannot_be_looked_up_has_no_address(error: type[Exception]) -> None:
    def system(host: str) -> list[str]:
        raise error

    assert Lookup(system)("api.example.com", 5) == ()


@pytest.mark.parametrize("host", ["a" * 64 + ".invalid", "nobody.invalid", "_.invalid"])
def test_no_name_breaks_the_system(host: str) -> None:
    assert Lookup()(host, 5) == ()


def test_a_lookup_that_hangs_is_left_behind_in_time() -> None:
    with hanging() as lookup, pytest.raises(TimeoutError):
        lookup("api.example.com", 0.05)


def test_lookups_that_hang_do_not_pile_up() -> None:
    with hanging() as lookup:
        before = threading.active_count()
        for _ in range(MAX_LOOKUPS + 5):
            with pytest.raises(TimeoutError):
                lookup("api.example.com", 0.01)

        assert threading.active_count() - before <= MAX_LOOKUPS


def test_a_lookup_that_ended_makes_room_for_the_next() -> None:
    lookup = Lookup(lambda host: [])

    assert all(lookup("api.example.com", 5) == () for _ in range(3 * MAX_LOOKUPS))
