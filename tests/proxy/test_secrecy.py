"""Everything that the proxy says is walked for a planted secret, in every way that a call can go wrong."""

from __future__ import annotations

import io
import json
import logging
import socket
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from local.simulation.dynamodb import DynamoDb
from proxy.answer import answer
from proxy.body import MAX_BODY_BYTES
from proxy.delivered import Delivered
from proxy.errors import ProxyError
from proxy.handler import Proxy
from proxy.log import Log
from proxy.message import message
from proxy.secrets import Credentials, SecretStore, SigningKey
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Auth
from tests.proxy.caller import CATALOG, billing, caller, run
from tests.proxy.stage import ARN, NOW, TABLE, TIME, FakeAws, FakeClock, queues, stage
from tests.proxy.target import Script, Target, answers, closes_after, resets, running
from tests.proxy.test_redaction import CODES, ENCODERS, left

if TYPE_CHECKING:
    from proxy.call import Caller

SECRET, PASSWORD = "pl4nted-t0ken", "pl4nted-passw0rd"
BASIC = f"ann:{PASSWORD}"
SIGNING = "whsec_" + b64encode(b"pl4nted-signing-key-of-32-bytes!").decode()
SPELLINGS = (
    "pl4nted",
    b64encode(SECRET.encode()).decode(),
    b64encode(BASIC.encode()).decode(),
    SIGNING.removeprefix("whsec_"),
)
AUTHS = (Auth("bearer", "token"), Auth("basic", "login"), Auth("header", "ssm:token", "X-Api-Key"))


def hangs(connection: socket.socket) -> None:
    time.sleep(0.4)


def body(echo: str) -> bytes:
    return json.dumps({"you sent": echo.split(" ")}).encode()


# What a target can do with what it was sent.
SCRIPTS: dict[str, Callable[[str], Script]] = {
    "delivered": lambda echo: answers(200, body(echo), Content_Type=f"application/json; {echo}"),
    "redirected": lambda echo: answers(302, body(echo), Location=f"https://evil.example.com/{echo}?token={echo}"),
    "unauthorized": lambda echo: answers(401, body(echo)),
    "refused": lambda echo: answers(404, body(echo)),
    "throttled": lambda echo: answers(429, body(echo), Retry_After=echo),
    "broken": lambda echo: answers(500, body(echo)),
    "garbage": lambda echo: closes_after(f"{echo}\r\n\r\n".encode()),
    "cut off": lambda echo: closes_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + body(echo)),
    "bad header": lambda echo: closes_after(f"HTTP/1.1 200 OK\r\n{echo}\r\n\r\n".encode()),
    "bad length": lambda echo: closes_after(f"HTTP/1.1 200 OK\r\nContent-Length: {echo}\r\n\r\n".encode()),
    "bad encoding": lambda echo: answers(200, body(echo), Content_Encoding="gzip"),
    "reset": lambda _: resets,
    "silent": lambda _: hangs,
}
ENVIRONMENT = {
    "PROJECT": "shop",
    "STACK": "prod",
    "RETRY_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/retry",
    "UNDELIVERED_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/undelivered",
    "LEDGER_TABLE": "ledger",
}
ECHOES = {"bearer": SECRET, "header": SECRET, "basic": f"{BASIC} {PASSWORD} {b64encode(BASIC.encode()).decode()}"}


@pytest.fixture(name="target")
def _target() -> Iterator[Target]:
    with running(answers(200)) as target:
        yield target


def stored() -> FakeAws:
    secrets: dict[str, str | bytes] = {
        "/shop/token": SECRET,
        "/shop/login": BASIC,
        "/shop/signing/billing": SIGNING,
    }
    return FakeAws({"/shop/token": SECRET}, secrets)


def bound(target: Target) -> ProxySettings:
    secrets = dict.fromkeys(("token", "login", "ssm:token"), CATALOG)
    return billing(target, secrets=secrets, signing={"billing": CATALOG})


def said(calling: Caller, auth: Auth, seconds: float = 0.2) -> str:
    """All that a call of `auth` leaves behind: its log lines, its answer, and the reprs of what is passed around."""
    asking, output = run(auth=auth, owner="billing"), io.StringIO()
    outcome = calling.call(asking, seconds)
    log = Log("shop", "prod", output)
    log.attempt(asking, outcome, NOW)
    log.settled(asking, "undelivered", outcome, NOW)
    answered = json.dumps(answer(Delivered("undelivered", outcome), asking.key))
    return f"{output.getvalue()}\n{answered}\n{outcome!r}\n{calling!r}\n{asking!r}"


def assert_clean(text: str) -> None:
    assert [spelling for spelling in SPELLINGS if spelling in text] == []


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: auth.type)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_secret_is_said_whatever_the_target_answers(
    target: Target,
    script: Callable[[str], Script],
    auth: Auth,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    Proxy.from_environment(ENVIRONMENT, bound(target))  # silences what quotes headers
    target.script = script(ECHOES[auth.type])

    text = said(caller(bound(target), stored()), auth)

    assert "v1," in target.last.headers["webhook-signature"]
    assert any(spelling in str(target.last.headers) for spelling in SPELLINGS), "the secret was not even sent"
    captured = capsys.readouterr()
    assert_clean(text + captured.out + captured.err + caplog.text)


UNUSABLE: dict[str, str | bytes] = {
    "two lines": f"{SECRET}\nX-Evil: 1",
    "no latin": f"{SECRET}🔑",
    "no password": SECRET,
    "empty": "",
    "no text": SECRET.encode() + b"\xff\xfe",
    "half a pair": f"{SECRET}\ud800",
}


@pytest.mark.parametrize("auth", AUTHS[:2], ids=lambda auth: auth.type)
@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE)
def test_a_secret_that_cannot_be_sent_is_not_quoted(target: Target, text: str | bytes, auth: Auth) -> None:
    aws = stored()
    aws.secrets["/shop/token"] = aws.secrets["/shop/login"] = text

    assert_clean(said(caller(bound(target), aws), auth))


@pytest.mark.parametrize(
    "key", [SECRET, f"whsec_{SECRET}", f"{SIGNING} {SIGNING} {SIGNING}", SECRET.encode() + b"\xff", f"{SIGNING}🔑"]
)
def test_a_signing_key_that_cannot_sign_is_not_quoted(target: Target, key: str | bytes) -> None:
    aws = stored()
    aws.secrets["/shop/signing/billing"] = key

    text = said(caller(bound(target), aws), AUTHS[0])

    assert '"billing"' in text.replace("\\", "")
    assert_clean(text)
    assert target.received == []


class _Talkative:
    """A part of the proxy that fails with all that it was given."""

    def send(self, *given: Any) -> None:
        raise ValueError(f"Invalid header value {dict(given[0].headers)!r}")


def test_a_failure_of_the_proxy_itself_does_not_say_what_it_worked_on(target: Target) -> None:
    calling = caller(bound(target), stored(), transport=_Talkative())

    text = said(calling, AUTHS[0])

    assert "ValueError" in text
    assert_clean(text)


class _Killed(BaseException):
    """The function's time is over."""


class _Killing:
    def send(self, *_: Any) -> None:
        raise _Killed


def test_the_traceback_of_a_killed_call_has_nothing_secret(target: Target) -> None:
    calling = caller(bound(target), stored(), transport=_Killing())
    with pytest.raises(_Killed) as raised:
        calling.call(run(auth=AUTHS[0]), 1)

    assert_clean("".join(traceback.format_exception(raised.value)))


class _Quoting(FakeAws):
    """A store whose errors hold the secret."""

    def __call__(self, service: str, operation: str, members: object, /) -> dict[str, Any]:
        raise RuntimeError(f"cannot parse {SECRET}")


@pytest.mark.parametrize(
    "aws",
    [
        FakeAws(reachable=False),
        FakeAws(denied="AccessDeniedException"),
        FakeAws({}, {"/shop/token": SECRET.encode() + b"\xff"}),
        _Quoting(),
    ],
)
def test_no_error_of_a_store_holds_a_secret_nor_do_those_behind_it(aws: FakeAws) -> None:
    settings = ProxySettings(secret_prefix="/shop/", secrets={"token": CATALOG})
    with pytest.raises(ProxyError) as raised:
        SecretStore(aws, FakeClock()).credentials(run(auth=AUTHS[0]), "a.example.com", settings)

    assert_clean("".join(f"{error!r} {error} {vars(error)}" for error in chain_of(raised.value)))
    assert_clean("".join(traceback.format_exception(raised.value)))


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_no_repr_of_what_carries_a_secret_shows_it() -> None:
    sent = message(run(auth=AUTHS[1]), "a.example.com", BASIC)
    credentials = Credentials(SECRET, SigningKey("billing", SIGNING))

    assert_clean(f"{sent!r} {credentials!r} {[sent, credentials]}")
    assert "'Authorization'" in repr(sent)
    assert "'billing'" in repr(credentials)


def failing(step: str, asked: object) -> None:
    raise RuntimeError(f"{step} failed")


# What of AWS is out of reach.
OUTAGES: dict[str, Callable[[FakeAws], None]] = {
    "nothing": lambda aws: None,
    "the ledger": lambda aws: setattr(aws, "table", DynamoDb(TABLE, failing)),
    "the ledger after the call": lambda aws: setattr(aws, "table", DynamoDb(TABLE, _Later(2))),
    "the queues": lambda aws: setattr(aws, "sqs", queues(failing)),
}


class _Later:
    """Lets some requests pass, and fails all that follow."""

    def __init__(self, passed: int) -> None:
        self._left = passed

    def __call__(self, step: str, asked: object) -> None:
        self._left -= step.endswith("?")
        if self._left < 0:
            failing(step, asked)


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_nothing_secret_is_kept_in_a_queue_or_the_ledger_or_raised(
    target: Target, script: Callable[[str], Script], outage: Callable[[FakeAws], None]
) -> None:
    secrets = stored().secrets
    target.script = script(ECHOES["basic"])
    shop = stage(bound(target), secrets=secrets, ledger=True)
    outage(shop.aws)
    schedule = {"name": "close-invoices", "arn": ARN, "time": TIME}
    event = {"v": 1, "service": "billing", "path": "/close", "schedule": schedule, "timeout_seconds": 1}
    event["auth"] = {"type": "basic", "secret": "login"}

    raised: BaseException | None = None
    answered: object = None
    try:
        answered = shop.handle(event, "catalog", seconds=0.3)
    except ProxyError as error:
        raised = error

    assert target.received or shop.lines or raised
    kept = [answered, shop.aws.retries, shop.aws.letters, list(shop.aws.table.items.values())]
    errors = "".join(f"{error!r}{vars(error)}" for error in chain_of(raised)) + "".join(
        traceback.format_exception(raised) if raised else []
    )
    assert_clean(f"{shop.output.getvalue()} {json.dumps(kept)} {errors}")


LONG_SECRET = "pl4nted-t0ken+/=of&many<signs>"


@pytest.mark.parametrize("status", [302, 404, 503])
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut"])
@pytest.mark.parametrize("name", [*ENCODERS, *CODES])
def test_no_spelling_of_a_secret_in_an_answer_reaches_anybody(
    target: Target, name: str, cut: bool, status: int
) -> None:
    spelled = {**ENCODERS, **CODES}[name](LONG_SECRET)
    padding = b"x" * (MAX_BODY_BYTES - len(spelled) * 2 // 3) if cut else b""
    line = "".join(spelled.split())
    target.script = answers(status, padding + spelled.encode(), Location=f"https://evil.example.com/{line}")
    shop = stage(bound(target), secrets={**stored().secrets, "/shop/token": LONG_SECRET}, ledger=True)
    schedule = {"name": "close-invoices", "arn": ARN, "time": TIME}
    event = {"v": 1, "service": "billing", "path": "/close", "schedule": schedule}

    answered = shop.handle({**event, "auth": {"type": "bearer", "secret": "token"}}, "catalog")

    assert target.last.headers["authorization"] == f"Bearer {LONG_SECRET}"
    queues = shop.aws
    kept = [answered, queues.retries, queues.letters, list(shop.aws.table.items.values())]
    text = shop.output.getvalue() + json.dumps(kept, ensure_ascii=False)
    shown = text + str(answered["api_response"])
    assert left(spelled, shown) == []
    assert left(line, shown) == []
