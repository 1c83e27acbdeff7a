from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest

from proxy.connection import Deadline
from proxy.errors import ProxyError, RefusedError, TransportError, UnavailableError
from proxy.guard import MAX_ADDRESSES, Guard
from tests.proxy.stage import FakeClock

PUBLIC = "93.184.215.14"


@dataclass
class World:
    """Names and listeners; whoever is in `silent` lets a caller wait, whoever is in `closed` refuses."""

    names: dict[str, tuple[str, ...]]
    silent: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    clock: FakeClock = field(default_factory=FakeClock)
    lookups: list[str] = field(default_factory=list[str])
    tried: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    waits: list[float] = field(default_factory=list[float])

    def resolve(self, host: str, seconds: float, /) -> tuple[str, ...]:
        self.lookups.append(host)
        if host in self.silent:
            self.clock.seconds += seconds
            raise TimeoutError
        return self.names.get(host, ())

    def connect(self, address: str, port: int, seconds: float, /) -> socket.socket:
        self.tried.append((address, port))
        self.waits.append(seconds)
        if address in self.silent:
            self.clock.seconds += seconds
            raise TimeoutError
        if address in self.closed:
            raise ConnectionRefusedError
        return socket.socket()

    def open(self, host: str, cidrs: tuple[str, ...] = (), seconds: float = 5.0) -> None:
        deadline = Deadline(self.clock)
        deadline.set(seconds)
        Guard(self.resolve, self.connect).open(host, 443, cidrs, deadline).close()

    def failure(self, host: str, cidrs: tuple[str, ...] = ()) -> ProxyError:
        with pytest.raises(ProxyError) as raised:
            self.open(host, cidrs)
        return raised.value


def test_a_name_is_looked_up_once_and_its_address_connected_to() -> None:
    world = World({"api.example.com": (PUBLIC,)})

    world.open("api.example.com")

    assert (world.lookups, world.tried) == (["api.example.com"], [(PUBLIC, 443)])


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "::1", "fd00:ec2::254", "::ffff:127.0.0.1"])
def test_an_address_is_judged_without_a_lookup(host: str) -> None:
    world = World({host: (PUBLIC,)})

    assert isinstance(error := world.failure(host), RefusedError)
    assert (error.reason, world.lookups, world.tried) == ("address-refused", [], [])


@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_refused_address_refuses_the_name(position: int) -> None:
    addresses = [PUBLIC, PUBLIC]
    addresses.insert(position, "192.168.1.1")
    world = World({"mixed.example.com": tuple(addresses)})

    assert world.failure("mixed.example.com").reason == "address-refused"
    assert world.tried == []


def test_a_refused_address_behind_many_others_refuses_the_name() -> None:
    world = World({"many.example.com": (PUBLIC,) * 50 + ("127.0.0.1",)})

    assert world.failure("many.example.com").reason == "address-refused"
    assert world.tried == []


def test_a_listed_network_may_be_called_and_no_other() -> None:
    world = World({"inner.example.com": ("10.20.1.1",), "other.example.com": ("10.21.1.1",)})

    world.open("inner.example.com", ("10.20.0.0/16",))

    assert world.failure("other.example.com", ("10.20.0.0/16",)).reason == "address-refused"
    assert world.tried == [("10.20.1.1", 443)]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    first, second, third = "93.184.215.1", "93.184.215.2", "93.184.215.3"
    world = World({"api.example.com": (first, second, third)}, silent=(first,), closed=(second,))

    world.open("api.example.com")

    assert [address for address, _ in world.tried] == [first, second, third]


@pytest.mark.parametrize("count", [1, 2, 8])
def test_addresses_that_do_not_answer_share_the_time(count: int) -> None:
    addresses = tuple(f"93.184.215.{number}" for number in range(count))
    world = World({"api.example.com": addresses}, silent=addresses)

    assert world.failure("api.example.com").reason == "connect-timeout"
    assert sum(world.waits) <= 5.001
    assert min(world.waits) > 0.5


def test_a_name_of_many_addresses_is_given_up() -> None:
    addresses = tuple(f"93.184.215.{number}" for number in range(200))
    world = World({"api.example.com": addresses}, closed=addresses)

    assert world.failure("api.example.com").reason == "connect"
    assert len(world.tried) == MAX_ADDRESSES


def test_a_name_without_addresses_and_one_that_hangs_have_reasons_of_their_own() -> None:
    world = World({}, silent=("slow.example.com",))

    none, late = world.failure("nobody.example.com"), world.failure("slow.example.com")

    assert isinstance(none, TransportError)
    assert isinstance(late, TransportError)
    assert (none.reason, late.reason) == ("dns", "dns-timeout")


def test_settings_with_something_that_is_no_network_stop_the_call() -> None:
    assert isinstance(World({"a.example.com": (PUBLIC,)}).failure("a.example.com", ("10.0.0.0/99",)), UnavailableError)


def test_what_a_resolver_makes_up_is_not_connected_to() -> None:
    world = World({"odd.example.com": ("not an address",)})

    assert isinstance(world.failure("odd.example.com"), ProxyError)
    assert world.tried == []
