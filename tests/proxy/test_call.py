from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.request import Auth
from tests.proxy.caller import CATALOG, KEY, Guarded, billing, caller, run
from tests.proxy.stage import NOW, FakeAws, FakeClock
from tests.proxy.target import Target, answers, running

if TYPE_CHECKING:
    from proxy.call import Caller

BEARER = Auth("bearer", "token")
NEW, OLD = ("whsec_" + b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@pytest.fixture(name="target")
def _target() -> Iterator[Target]:
    with running(answers(200)) as target:
        yield target


@dataclass
class Shop:
    """A service with the bearer secret `token` and the signing key `billing`."""

    target: Target
    aws: FakeAws = field(default_factory=lambda: FakeAws({}, {"/shop/token": "old"}))

    def caller(self, clock: Any = time.monotonic, **settings: Any) -> Caller:
        return caller(billing(self.target, secrets={"token": CATALOG}, **settings), self.aws, clock)


@pytest.fixture(name="shop")
def _shop(target: Target) -> Shop:
    return Shop(target)


def test_a_refused_secret_is_read_anew_and_a_changed_one_is_sent_within_the_same_attempt(shop: Shop) -> None:
    shop.target.script = Guarded(shop.target, "Bearer new")
    calling = shop.caller()
    assert calling.call(run(auth=BEARER), 10).reason == "http-401"

    shop.aws.secrets["/shop/token"] = "new"
    outcome = calling.call(run(auth=BEARER), 10)

    assert (outcome.verdict, outcome.status) == ("delivered", 200)
    assert [each.headers["authorization"] for each in shop.target.received[1:]] == ["Bearer old", "Bearer new"]
    assert len({each.headers["traceparent"] for each in shop.target.received[1:]}) == 1
    assert {each.headers["idempotency-key"] for each in shop.target.received} == {KEY}


def test_a_refused_secret_that_is_still_the_same_is_a_permanent_failure_after_one_call(shop: Shop) -> None:
    shop.target.script = answers(401)

    outcome = shop.caller().call(run(auth=BEARER), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "http-401")
    assert len(shop.target.received) == 1
    assert shop.aws.reads.count("/shop/token") == 2


def test_a_changed_secret_that_is_refused_too_is_not_read_a_third_time(shop: Shop) -> None:
    names = iter(range(100))
    shop.target.script = Guarded(shop.target, "Bearer never", before_refusing=lambda: rotate())

    def rotate() -> None:
        shop.aws.secrets["/shop/token"] = f"new-{next(names)}"

    outcome = shop.caller().call(run(auth=BEARER), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "http-401")
    assert len(shop.target.received) == 2
    assert shop.aws.reads.count("/shop/token") == 2


def test_a_refusal_without_credentials_is_a_permanent_failure_after_one_call(shop: Shop) -> None:
    shop.target.script = answers(401)

    assert shop.caller().call(run(), 10).reason == "http-401"
    assert len(shop.target.received) == 1
    assert shop.aws.reads == []


def test_a_refused_secret_that_cannot_be_read_anew_may_be_right_later(shop: Shop) -> None:
    def out_of_reach() -> None:
        shop.aws.reachable = False

    shop.target.script = Guarded(shop.target, "Bearer new", before_refusing=out_of_reach)

    outcome = shop.caller().call(run(auth=BEARER), 10)

    assert (outcome.verdict, outcome.reason) == ("retryable", "secret-store")


def test_a_changed_secret_is_left_for_the_next_attempt_when_no_time_is_left(shop: Shop) -> None:
    clock = FakeClock()

    def slow_and_changed() -> None:
        clock.seconds += 10
        shop.aws.secrets["/shop/token"] = "new"

    shop.target.script = Guarded(shop.target, "Bearer new", before_refusing=slow_and_changed)
    calling = shop.caller(clock)

    assert (first := calling.call(run(auth=BEARER), 10)).reason == "no-time"
    assert first.verdict == "retryable"
    assert calling.call(run(auth=BEARER), 10).verdict == "delivered"
    assert len(shop.target.received) == 2


def test_a_call_is_signed_with_the_key_that_is_bound_to_its_service(shop: Shop) -> None:
    shop.aws.secrets["/shop/signing/billing"] = NEW
    shop.aws.secrets["/shop/signing/elsewhere"] = OLD
    elsewhere = SecretBinding(services=("ads",), origins=("catalog",))
    calling = shop.caller(signing={"elsewhere": elsewhere, "billing": CATALOG})

    assert calling.call(run(body={"n": 1, "note": "für"}), 10).verdict == "delivered"

    request = shop.target.last
    verify_at(NOW.timestamp(), NEW, request.body, request.headers)
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert "/shop/signing/elsewhere" not in shop.aws.reads


@pytest.mark.parametrize("members", [{"method": "GET"}, {"body": None}, {"body": ""}, {"body": [1, 1.5, "\u2028"]}])
def test_the_bytes_that_are_signed_are_the_bytes_that_are_sent(shop: Shop, members: dict[str, Any]) -> None:
    shop.aws.secrets["/shop/signing/billing"] = f"{NEW} {OLD}"

    shop.caller(signing={"billing": CATALOG}).call(run(**members), 10)

    for key in (NEW, OLD):
        verify_at(NOW.timestamp(), key, shop.target.last.body, shop.target.last.headers)


def verify_at(seconds: float, key: str, body: bytes, headers: dict[str, str]) -> None:
    """Have the official library compute what the headers say; it verifies within five minutes of its own clock only."""
    assert headers["webhook-timestamp"] == str(int(seconds))
    signature = Webhook(key).sign(headers["webhook-id"], NOW, body.decode())
    assert signature in headers["webhook-signature"].split(" ")


def test_a_call_that_no_signing_key_is_bound_to_is_not_signed(shop: Shop) -> None:
    shop.caller(signing={"billing": SecretBinding(services=("billing",), origins=("adhoc",))}).call(run(), 10)

    assert {name for name in shop.target.last.headers if name.startswith("webhook-")} == {"webhook-id"}


@pytest.mark.parametrize(
    ("secrets", "verdict", "reason"),
    [
        ({}, "permanent", "signing-key-missing"),
        ({"/shop/signing/billing": "s3cr3t"}, "permanent", "signing-key-malformed"),
        (None, "retryable", "secret-store"),
    ],
)
def test_a_call_is_not_made_unsigned_when_it_should_be_signed(
    shop: Shop, secrets: dict[str, str | bytes] | None, verdict: str, reason: str
) -> None:
    calling = shop.caller(signing={"billing": CATALOG})
    shop.aws.secrets, shop.aws.reachable = secrets or {}, secrets is not None

    outcome = calling.call(run(), 10)

    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    assert 'the signing key "billing"' in str(outcome.message) or 'no signing key "billing"' in str(outcome.message)
    assert shop.target.received == []


def test_a_signing_key_that_the_target_no_longer_takes_is_read_anew_as_well(shop: Shop) -> None:
    shop.aws.secrets["/shop/signing/billing"] = OLD

    def rotate() -> None:
        shop.aws.secrets["/shop/signing/billing"] = NEW

    accepted = Webhook(NEW).sign(KEY, NOW, "")
    shop.target.script = Guarded(shop.target, accepted, "webhook-signature", rotate)

    assert shop.caller(signing={"billing": CATALOG}).call(run(), 10).verdict == "delivered"
    assert len(shop.target.received) == 2


def test_a_signing_key_is_never_sent_whatever_the_settings_bind(shop: Shop) -> None:
    shop.aws.secrets["/shop/signing/billing"] = NEW
    settings = billing(shop.target, secrets={"signing/billing": CATALOG})

    outcome = caller(settings, shop.aws).call(run(auth=Auth("bearer", "signing/billing")), 10)

    assert (outcome.verdict, outcome.reason) == ("permanent", "secret-unbound")
    assert shop.target.received == []


def test_every_attempt_carries_the_trace_that_its_outcome_names(shop: Shop) -> None:
    calling = shop.caller()
    outcomes = [calling.call(run(), 10) for _ in range(3)]

    sent = [each.headers["traceparent"] for each in shop.target.received]
    assert [outcome.traceparent for outcome in outcomes] == sent
    assert len(set(sent)) == 3
    assert {header.split("-")[1] for header in sent} == {KEY[3:35]}


def test_an_attempt_that_was_not_sent_has_a_trace_in_the_log_all_the_same(shop: Shop) -> None:
    assert (shop.caller().call(run(service="nobody"), 10).traceparent or "").startswith(f"00-{KEY[3:35]}-")


class _Broken:
    def send(self, *args: object) -> None:
        raise ValueError("Invalid header value b'Bearer s3cr3t'")


def test_a_failure_of_the_proxy_itself_is_retryable_and_says_where_but_not_what(shop: Shop) -> None:
    calling = caller(billing(shop.target), shop.aws, transport=_Broken())

    outcome = calling.call(run(), 10)

    assert (outcome.verdict, outcome.reason) == ("retryable", "internal")
    assert (outcome.message or "").startswith("the proxy itself failed: ValueError at test_call.py:")
    assert "s3cr3t" not in repr(outcome)


def test_whoever_kills_the_function_is_not_stopped(shop: Shop) -> None:
    class Killing:
        def send(self, *args: object) -> None:
            raise SystemExit

    with pytest.raises(SystemExit):
        caller(billing(shop.target), shop.aws, transport=Killing()).call(run(), 10)


def test_a_timeout_of_the_request_holds_where_more_time_is_left(shop: Shop) -> None:
    class Measuring:
        def send(self, message: object, destination: object, seconds: float) -> None:
            seen.append(seconds)
            raise SystemExit

    seen: list[float] = []
    calling = caller(billing(shop.target), shop.aws, FakeClock(), transport=Measuring())
    for asked, left in ((7, 20.0), (None, 100.0), (None, 12.0), (900, 12.0)):
        with pytest.raises(SystemExit):
            calling.call(run(timeout_seconds=asked), left)

    assert seen == [7, 30, 12, 12]


def test_an_outcome_says_how_long_the_attempt_took(shop: Shop) -> None:
    clock = FakeClock()

    def slow() -> None:
        clock.seconds += 1.5

    shop.target.script = Guarded(shop.target, "nobody", before_refusing=slow)

    assert shop.caller(clock).call(run(), 10).milliseconds == 1500
