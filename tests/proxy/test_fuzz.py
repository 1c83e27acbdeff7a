"""No event makes the proxy raise anything but its own errors, and none has it connect to a forbidden address."""

from __future__ import annotations

import copy
import json
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from hypothesis import event as note
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import ProxyError
from proxy.guard import Guard
from schedule_client.contract.address import parse_url
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.errors import AddressError, ContractError
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import member_names
from schedule_client.contract.retry_message import RetryMessage, Unrecorded
from tests.properties import examples
from tests.proxy.stage import ARN, EVENTS, NOW, TIME, FakeContext, Stage, golden, stage

INNER = "127.0.0.1 10.1.1.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 [::1] [::] [fd00:ec2::254]"
MASKED = (
    "[::ffff:169.254.169.254] [::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::1] [::ffff:a9fe:a9fe]"
)
ODD = "127.1 0x7f.1 0x7f000001 2130706433 017700000001 0177.0.0.1 127.0.0.1. 169.254.43518 1.2.3.4.5 [::1%25lo] ::1 [1]"
NAMES = "api.example.com inner.example.com mixed.example.com localhost api.example.com. xn--a _ -a.b a..b"
TRICKS = (
    "user:pw@127.0.0.1",
    "api.example.com@127.0.0.1",
    "127.0.0.1\\@api.example.com",
    "api.example.com#@127.0.0.1",
    "127.0.0.1#.example.com",
    "api.example.com\t",
    "127.0.0.1%00.example.com",
    "\u2460\u2461\u2466.0.0.1",
    "ap\u0456.example.com",
    "\uff11\uff12\uff17.0.0.1",
    "api\u3002example\u3002com",
    "",
)
HOSTS = (*INNER.split(), *MASKED.split(), *ODD.split(), *NAMES.split(), *TRICKS)
ADDRESSES = {
    "api.example.com": ("93.184.215.14", "2600:1f18::1"),
    "inner.example.com": ("10.1.1.1",),
    "mixed.example.com": ("93.184.215.14", "::ffff:169.254.169.254"),
    "localhost": ("127.0.0.1", "::1"),
}
LISTED = IPv4Address("10.99.0.1")


@dataclass
class World:
    connected: list[str] = field(default_factory=list[str])

    def resolve(self, host: str, seconds: float, /) -> tuple[str, ...]:
        return ADDRESSES.get(host, ("93.184.215.14", "169.254.169.254"))

    def connect(self, address: str, port: int, seconds: float, /) -> socket.socket:
        self.connected.append(address)
        raise ConnectionRefusedError


def _listable() -> tuple[str, ...]:
    """Every host that settings could name: nothing but the guard stands before them."""
    found: set[str] = set()
    for host in (*HOSTS, str(LISTED)):
        for scheme in ("http", "https"):
            with suppress(AddressError):
                found.add(parse_url(f"{scheme}://{host}/").netloc)
    return tuple(sorted(found))


SETTINGS = ProxySettings(
    services={
        "billing": "https://api.example.com",
        **{f"s{number}": f"http://{host}/base" for number, host in enumerate(HOSTS)},
    },
    hosts=_listable(),
    http_hosts=_listable(),
    cidrs=("10.99.0.0/24",),
    secrets={"billing-token": SecretBinding(services=("billing",), origins=("direct", "catalog", "adhoc"))},
)
SECRETS: dict[str, str | bytes] = {"billing-token": "s3cr3t"}


def forbidden(text: str) -> bool:
    """Said by the standard library and not by what is tested."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        return forbidden(str(inner)) if inner else not address.is_global or text.startswith("64:ff9b")
    return address != LISTED and (not address.is_global or address.is_multicast)


# A random text is never a time, and a random number seldom one at an edge: without these the fuzz did not come to the
# arithmetic behind the grammar, where 9999-12-31T23:59:59Z with a window had no end.
EDGES = [0, -1, 1, 1440, 2**31, 2**53, 2**63, 253_402_300_799, 253_402_300_800, 10**18, 10**400, -(10**400)]
YEARS = (1, 999, 1582, 1900, 1969, 1970, 2026, 2027, 2028, 2038, 2261, 9997, 9998, 9999)
CLOCKS = ("01-01T00:00:00Z", "12-31T23:59:59Z", "02-29T12:00:00Z", "06-30T23:59:60Z", "12-31T24:00:00Z")
INSTANTS = st.sampled_from([f"{year:04}-{clock}" for year in YEARS for clock in CLOCKS]) | st.datetimes().map(
    lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0")
)
ENDS = st.sampled_from(["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9998-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
NOT_JSON = [float("nan"), float("inf"), -float("inf"), 1e308, 5e-324, -0.0]
ODD_TEXTS = ["\ud800", "\udfff!", "x\uffffy", "\0", "\x7f", "\u2028", "\U0010ffff", "\U0001f511" * 256, "a" * 70_000]


def _nested(depth: int) -> Any:
    value: Any = 0
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(EDGES)
    | st.sampled_from(NOT_JSON)
    | st.sampled_from(ODD_TEXTS)
    | st.sampled_from([99, 101, 400, 900]).map(_nested)
    | INSTANTS
    | st.sampled_from(
        ["GET", "POST", "/", "/x?y=z", "//h", "/..", "billing", "s3", "bearer", "billing-token", ARN, TIME, ""]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["https", "http", "HTTP", "file", "gopher", "https:", ""]),
    st.sampled_from(HOSTS)
    | st.text(max_size=12)
    | st.ip_addresses().map(str)
    | st.ip_addresses(v=6).map("[{}]".format),
    st.sampled_from(["", ":443", ":80", ":0", ":99999", ":00080", ":-1", ":", ":8\u0660"]),
    st.sampled_from(["", "/", "/a?b=c", "?x", "#f", "/%2e%2e/", "//127.0.0.1/", "\r\nHost: 127.0.0.1\r\n"])
    | st.text(max_size=8),
)
MEMBERS = (
    "v target_url service path method headers params body auth timeout_seconds retry overlap owner schedule labels"
)
MORE = "metrics flexible_window_minutes key replay trigger type secret name arn time id at run max_attempts Records"
KEYS = (*MEMBERS.split(), *MORE.split())
GOLDEN = [golden(path.stem) for path in sorted(EVENTS.glob("*.json"))]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A golden event in which up to three members are others."""
    event = copy.deepcopy(draw(st.sampled_from(GOLDEN)))
    for _ in range(draw(st.integers(1, 3))):
        node = event
        while nested := [key for key, value in node.items() if isinstance(value, dict)]:
            if draw(st.booleans()):
                break
            node = node[draw(st.sampled_from(nested))]
        key = draw(st.sampled_from([*node, *KEYS]) | st.text(max_size=6))
        node[key] = draw(JSON | URLS)
    return event


@st.composite
def addressed(draw: st.DrawFn) -> Any:
    """A sound event that goes wherever it likes."""
    if draw(st.booleans()):
        return {"target_url": draw(URLS | st.sampled_from(HOSTS).map("http://{}/".format)), "body": draw(JSON)}
    service = draw(st.sampled_from(sorted(SETTINGS.services)))
    schedule = {"name": "close", "arn": ARN, "time": TIME}
    return {"v": 1, "service": service, "path": draw(st.sampled_from(["/", "/a?b"])), "schedule": schedule}


@st.composite
def edged(draw: st.DrawFn) -> Any:
    """A sound event but for up to three members at an edge: more of them, and the first would hide the others."""
    counts = st.integers(1, 5) | st.sampled_from([1000, 1440, 14 * 1440, *EDGES])
    act = st.fixed_dictionaries({"id": st.just("a"), "at": ENDS | INSTANTS})
    edges: dict[str, st.SearchStrategy[Any]] = {
        "schedule": (ENDS | ENDS | INSTANTS).map(lambda time: {"name": "close", "arn": ARN, "time": time}),
        "flexible_window_minutes": counts,
        "timeout_seconds": counts,
        "retry": st.fixed_dictionaries({}, optional={"max_attempts": counts, "max_age_minutes": counts}),
        "key": st.text(max_size=300) | st.sampled_from(ODD_TEXTS),
        "overlap": st.just("skip"),
        "replay": act,
        "trigger": act.map(lambda members: {**members, "run": "own"}),
        "body": SCALARS,
    }
    event: dict[str, Any] = {"v": 1, "service": "billing", "path": "/", "flexible_window_minutes": 1}
    event["schedule"] = {"name": "close", "arn": ARN, "time": TIME}
    for name in draw(st.lists(st.sampled_from(sorted(edges)), min_size=1, max_size=3, unique=True)):
        event[name] = draw(edges[name])
    return event


EVENTS_OF_ALL_KINDS = JSON | mutated() | addressed() | addressed() | edged()
NUMBERS = (
    st.sampled_from([0, 1, 2, 5, 10**9, 1.5, -1, NOW.timestamp(), NOW.timestamp() + 10**6, *EDGES, *NOT_JSON])
    | st.floats()
    | st.floats(253_370_000_000, 253_403_000_000)
)
TEXTS = st.sampled_from(
    ["", "catalog", "adhoc", "direct", "retry", "v1.key", "waiting", "delivered", "undelivered", "due"]
)


TEXTS_OF_NO_MESSAGE = [
    "[" * 100_000,
    '{"v":' * 3000 + "1" + "}" * 3000,
    "9" * 5000,
    "NaN",
    '{"v":1,"due":-Infinity}',
    '"\\ud800"',
]


def members_of(kind: type) -> dict[str, st.SearchStrategy[Any]]:
    """Members of the message, each by itself of the right kind, and seldom of another."""
    numbers = {"attempt", "due", "hops", "since", "status", "milliseconds"}
    return {
        name: st.integers(0, 99).flatmap(
            lambda odd, name=name: JSON if not odd else NUMBERS if name in numbers else TEXTS
        )
        for name in member_names(kind)
    }


@st.composite
def queued(draw: st.DrawFn) -> Any:
    """A batch of the retry queue, each message with an event of any kind."""
    message = {"v": st.just(1), **members_of(RetryMessage), "event": EVENTS_OF_ALL_KINDS}
    message["unrecorded"] = st.none() | st.fixed_dictionaries({}, optional=members_of(Unrecorded))
    written = st.fixed_dictionaries(message).map(json.dumps)
    body = written | written | JSON.map(json.dumps) | st.text(max_size=12) | st.sampled_from(TEXTS_OF_NO_MESSAGE)
    record = st.fixed_dictionaries({"messageId": st.just("m"), "body": body})
    return {"Records": draw(st.lists(record, min_size=1, max_size=2))}


def shop(world: World, ledger: bool) -> Stage:
    return stage(SETTINGS, secrets=SECRETS, guard=Guard(world.resolve, world.connect), ledger=ledger)


@examples(700)
@given(EVENTS_OF_ALL_KINDS, st.sampled_from(["", "catalog", "adhoc", "retry"]), st.booleans())
def test_no_event_breaks_the_proxy_or_leads_it_astray(event: Any, alias: str, ledger: bool) -> None:
    handled(event, alias, ledger)


@examples(400)
@given(edged(), st.sampled_from(["catalog", "adhoc"]), st.booleans())
def test_no_event_at_the_edge_of_times_and_numbers_breaks_the_proxy(event: Any, alias: str, ledger: bool) -> None:
    handled(event, alias, ledger)


@examples(300)
@given(queued(), st.booleans())
def test_no_message_breaks_the_proxy_or_leads_it_astray(batch: Any, ledger: bool) -> None:
    handled(batch, "retry", ledger)


def handled(event: Any, alias: str, ledger: bool) -> None:
    world = World()
    ours = shop(world, ledger)

    with suppress(ProxyError, ContractError):
        ours.proxy.handle(event, FakeContext(alias))

    reasons = {line.get("reason") for line in ours.all_lines}
    note(str(sorted(map(str, reasons))))
    assert "internal" not in reasons
    json.dumps([ours.aws.retries, ours.aws.letters], allow_nan=True).encode()
    assert not any(map(forbidden, world.connected))


def test_the_fuzz_reaches_what_may_be_called() -> None:
    world = World()
    ours = shop(world, ledger=False)
    for host in ("api.example.com", "10.99.0.1"):
        ours.handle({"target_url": f"http://{host}/"})

    assert world.connected == [*ADDRESSES["api.example.com"], "10.99.0.1"]
