"""Services that need more than a base URL, called over real TLS on loopback."""

from __future__ import annotations

import json
import logging
import ssl
import stat
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from proxy.certificates import Pem, TlsIdentity, identity_context, private_file
from proxy.errors import RefusedError
from proxy.handler import Proxy
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.service import reached
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings, ServiceAccess
from schedule_client.contract.records import replace
from schedule_client.contract.request import Auth
from tests.proxy.caller import caller, run
from tests.proxy.private_api import asking, pem, trusted_by_all
from tests.proxy.stage import FakeAws, FakeClock, golden, stage
from tests.proxy.target import Script, Target, answers, running
from tests.proxy.test_secrecy import ENVIRONMENT

if TYPE_CHECKING:
    from proxy.outcome import Outcome

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
ACCESS = ServiceAccess(ca="ledger-ca", client_certificate="ledger-cert", origins=("catalog",))
STORED: dict[str, str | bytes] = {"/shop/ledger-ca": pem("ca"), "/shop/ledger-cert": pem("client")}
KEY = "T0PsecretWebh00kKey"
HOOK = ServiceAccess(url_secret="hook-url", origins=("catalog",))


def private(target: Target, access: ServiceAccess = ACCESS, **members: Any) -> ProxySettings:
    services = {"billing": f"https://{target.netloc}"}
    return ProxySettings(services=services, access={"billing": access}, secret_prefix="/shop/", **members)


def called(target: Target, access: ServiceAccess = ACCESS, secrets: dict[str, str | bytes] | None = None) -> Outcome:
    return caller(private(target, access), FakeAws(secrets={**STORED, **(secrets or {})})).call(run(), 20)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_private_api_is_called_with_the_certificate_of_its_service(version: ssl.TLSVersion) -> None:
    with running(answers(200), asking(version=version)) as target:
        outcome = called(target)

    assert (outcome.verdict, target.last.path) == ("delivered", "/close")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("shown", "reason", "message"),
    [
        ("", "client-certificate", "declare its client_certificate in the settings"),
        ("expired", "client-certificate", '(expired): store one that it accepts as the secret "ledger-cert"'),
        ("stranger", "client-certificate", '(unknown CA): store one that it accepts as the secret "ledger-cert"'),
    ],
)
def test_a_certificate_that_the_target_refuses_is_named(
    version: ssl.TLSVersion, shown: str, reason: str, message: str
) -> None:
    access = ACCESS if shown else replace(ACCESS, client_certificate=None)
    with running(answers(200), asking(version=version)) as target:
        outcome = called(target, access, {"/shop/ledger-cert": pem(shown)} if shown else None)

    if not shown and version is ssl.TLSVersion.TLSv1_2:
        reason, message = "tls", "it may need a client_certificate"
    assert (outcome.verdict, outcome.reason) == ("retryable", reason), outcome
    assert message in (outcome.message or "")
    assert target.received == []


@pytest.mark.parametrize(
    ("access", "secrets", "message"),
    [
        (ACCESS, {"/shop/ledger-ca": pem("other-ca")}, 'store the certificate of its CA as the secret "ledger-ca"'),
        (replace(ACCESS, ca=None), {}, "or declare its ca in the settings"),
    ],
)
def test_a_target_of_another_ca_is_not_called(
    access: ServiceAccess, secrets: dict[str, str | bytes], message: str
) -> None:
    with running(answers(200), asking()) as target:
        outcome = called(target, access, secrets)

    assert (outcome.verdict, outcome.reason, target.received) == ("retryable", "tls", [])
    assert message in (outcome.message or "")


@pytest.mark.parametrize(
    ("stored", "reason", "message"),
    [
        ({"/shop/ledger-cert": None}, "secret-missing", 'there is no secret "ledger-cert"'),
        ({"/shop/ledger-ca": None}, "secret-missing", 'there is no secret "ledger-ca"'),
        ({"/shop/ledger-cert": pem("locked")}, "secret-unusable", "without a passphrase"),
        ({"/shop/ledger-cert": pem("ca")}, "secret-unusable", "not a certificate with its key"),
        ({"/shop/ledger-cert": pem("client")[:400]}, "secret-unusable", "not a certificate with its key"),
        ({"/shop/ledger-cert": "\x00ü"}, "secret-unusable", "not a certificate with its key"),
        ({"/shop/ledger-ca": "no certificate"}, "secret-unusable", '"ledger-ca" has no certificates in PEM'),
        ({"/shop/ledger-ca": "ü"}, "secret-unusable", '"ledger-ca" has no certificates in PEM'),
        ({"/shop/ledger-ca": ""}, "secret-unusable", '"ledger-ca" has no certificates in PEM'),
    ],
)
def test_a_secret_that_is_missing_or_unusable_is_named_and_nothing_is_called(
    stored: dict[str, Any], reason: str, message: str
) -> None:
    with running(answers(200), asking()) as target:
        secrets = {name: text for name, text in {**STORED, **stored}.items() if text is not None}
        outcome = caller(private(target), FakeAws(secrets=secrets)).call(run(), 20)

    assert (outcome.verdict, outcome.reason, target.connections) == ("permanent", reason, 0)
    assert message in (outcome.message or "")


@pytest.mark.parametrize(
    ("name", "before", "after"), [("ledger-cert", "expired", "client"), ("ledger-ca", "other-ca", "ca")]
)
def test_a_secret_that_was_replaced_is_read_again_within_the_attempt(name: str, before: str, after: str) -> None:
    aws = FakeAws(secrets={**STORED, f"/shop/{name}": pem(before)})
    with running(answers(200), asking()) as target:
        calling = caller(private(target), aws)
        assert calling.call(run(), 20).verdict == "retryable"
        reads = len(aws.reads)
        aws.secrets[f"/shop/{name}"] = pem(after)

        assert calling.call(run(), 20).verdict == "delivered"
        assert len(aws.reads) - reads == len(STORED)
        assert len(target.received) == 1


def test_a_connection_belongs_to_the_certificate_that_opened_it() -> None:
    clock, aws = FakeClock(), FakeAws(secrets=dict(STORED))
    with running(answers(200), asking()) as target:
        settings = private(target, hosts=(target.netloc,))
        settings = replace(settings, services={**settings.services, "open": settings.services["billing"]})
        settings = replace(settings, access={**settings.access, "open": ServiceAccess(ca="ledger-ca")})
        calling = caller(settings, aws, secrets=SecretStore(aws, clock))
        assert [calling.call(run(), 20).verdict for _ in range(2)] == ["delivered"] * 2
        assert target.connections == 1

        by_another_service = calling.call(run(service="open"), 20)
        by_url = calling.call(run(url=f"https://{target.netloc}/close", service=None, path=None), 20)
        aws.secrets["/shop/ledger-cert"], clock.seconds = pem("renewed"), clock.seconds + 301

        assert (by_another_service.reason, by_url.reason) == ("client-certificate", "tls")
        assert calling.call(run(), 20).verdict == "delivered"
        assert len(target.received) == 3


def test_a_key_is_in_no_file_that_others_can_read_and_in_none_afterwards(tmp_path: Path) -> None:
    with private_file("a key", str(tmp_path)) as name:
        assert (Path(name).read_text(), stat.S_IMODE(Path(name).stat().st_mode)) == ("a key", 0o600)

    assert list(tmp_path.iterdir()) == []


def test_no_repr_and_no_error_has_a_key() -> None:
    identity = TlsIdentity(Pem("a", "s3cr3t"), Pem("b", "s3cr3t"))
    with pytest.raises(RefusedError) as raised:
        identity_context(TlsIdentity(certificate=Pem("b", pem("locked"))))

    shown = "".join(traceback.format_exception(raised.value)) + repr(identity)
    assert "s3cr3t" not in shown
    assert "PRIVATE KEY" not in shown


@pytest.mark.parametrize("access", [ACCESS, HOOK])
@pytest.mark.parametrize("origin", ["adhoc", "shop", "callback", "direct"])
def test_another_origin_has_no_secret_of_a_service_read(access: ServiceAccess, origin: str) -> None:
    aws = FakeAws(secrets={**STORED, "/shop/hook-url": "https://127.0.0.1/x"})
    settings = ProxySettings(services={"billing": "https://127.0.0.1"}, access={"billing": access})

    outcome = caller(settings, aws).call(replace(run(), origin=origin), 20)

    assert (outcome.verdict, outcome.reason, aws.reads) == ("permanent", "service-unbound", [])


@pytest.mark.parametrize("secret", ["ledger-ca", "ledger-cert", "hook-url"])
def test_no_request_sends_a_secret_of_a_service_whatever_the_settings_bind(secret: str) -> None:
    bound = {secret: SecretBinding(services=("other",), origins=("catalog",))}
    access = {"billing": ACCESS, "hook": HOOK}
    settings = ProxySettings(services={"other": "https://127.0.0.1"}, access=access, secrets=bound)
    aws = FakeAws(secrets=dict(STORED))

    outcome = caller(settings, aws).call(run(service="other", auth=Auth("bearer", secret)), 20)

    assert (outcome.reason, aws.reads) == ("secret-unbound", [])


# A URL that is the secret.


def hooked(target: Target, path: str = f"/services/T024/B0871/{KEY}?token={KEY}") -> tuple[ProxySettings, str]:
    services = {"billing": f"https://{target.netloc}"}
    return ProxySettings(
        services=services, access={"billing": replace(HOOK, ca="ledger-ca")}, secret_prefix="/shop/"
    ), (f"https://{target.netloc}{path}")


@pytest.mark.parametrize(
    ("path", "params", "line"),
    [
        ("/", {}, f"/services/T024/B0871/{KEY}?token={KEY}"),
        ("/", {"wait": True}, f"/services/T024/B0871/{KEY}?token={KEY}&wait=true"),
        ("/github?a=b", {}, f"/services/T024/B0871/{KEY}/github?token={KEY}&a=b"),
    ],
)
def test_a_secret_url_is_called_as_it_is_or_below(path: str, params: dict[str, Any], line: str) -> None:
    with running(answers(200), trusted_by_all()) as target:
        settings, url = hooked(target)
        outcome = caller(settings, FakeAws(secrets={**STORED, "/shop/hook-url": f"{url}\n"})).call(
            run(path=path, params=params), 20
        )

    assert (outcome.verdict, target.last.path) == ("delivered", line)


@pytest.mark.parametrize(
    "text",
    [
        f"https://evil.example.com/{KEY}",
        f"http://127.0.0.1:1/{KEY}",
        f"https://127.0.0.1:1@evil.example.com/{KEY}",
        f"https://127.0.0.1:1/../{KEY}",
        f"https://127.0.0.1:1/{KEY} x",
        f"https://127.0.0.1/{KEY}",
        KEY,
        "",
    ],
)
def test_a_secret_url_stays_at_the_host_of_the_settings_and_is_not_quoted(text: str) -> None:
    settings = ProxySettings(services={"billing": "https://127.0.0.1:1"}, access={"billing": HOOK})

    with pytest.raises(RefusedError) as raised:
        reached(run(), settings, Routes(), lambda name: text)

    assert raised.value.reason == "secret-unusable"
    assert KEY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_url_that_was_replaced_is_read_again_within_the_attempt(status: int) -> None:
    def script(connection: Any) -> None:
        answers(200 if "/new/" in target.last.path else status, KEY.encode())(connection)

    with running(script, trusted_by_all()) as target:
        settings, url = hooked(target)
        aws = FakeAws(secrets={**STORED, "/shop/hook-url": url})
        calling = caller(settings, aws)
        assert calling.call(run(path="/"), 20).status == status
        aws.secrets["/shop/hook-url"] = url.replace("/services/", "/new/").replace(KEY, "another-K3y-of-the-hook")

        outcome = calling.call(run(path="/"), 20)

    assert outcome.verdict == "delivered"
    assert outcome.reply is not None
    assert KEY.encode() not in outcome.reply.body


ECHOES: dict[str, Callable[[str], Script]] = {
    "delivered": lambda path: answers(200, f"you called {path}".encode(), Content_Type=f"text/plain; {path}"),
    "redirected": lambda path: answers(308, path.encode(), Location=f"https://evil.example.com{path}/"),
    "gone": lambda path: answers(410, json.dumps({"path": path}).encode()),
    "broken": lambda path: answers(503, f"no {path.rpartition('/')[2]}".encode()),
    "garbage": lambda path: lambda connection: connection.sendall(f"{path}\r\n\r\n".encode()),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_a_secret_url_is_in_no_log_answer_queue_or_record(echo: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Proxy.from_environment(ENVIRONMENT, ProxySettings())  # sets what urllib3 logs, as in Lambda
    path = f"/services/T024/B0871/{KEY}?token={KEY}"
    with running(ECHOES[echo](path), trusted_by_all()) as target:
        settings, url = hooked(target, path)
        shop = stage(settings, secrets={**STORED, "/shop/hook-url": url}, ledger=True)
        event = {**golden("v1-service"), "path": "/"}
        del event["auth"]
        answer = shop.handle(event, "catalog")
        shop.close()

    said = json.dumps(
        [answer, shop.all_lines, shop.aws.retries, shop.aws.letters, list(shop.aws.table.items.values())], default=str
    )
    assert target.received[0].path.startswith(path)
    assert KEY not in said + caplog.text
    assert "B0871/" not in said + caplog.text


@pytest.mark.parametrize("access", ["certificate", "url"])
def test_a_redirect_carries_neither_certificate_nor_url_elsewhere(access: str) -> None:
    with running(answers(200), asking()) as elsewhere:
        script = answers(307, b"", Location=f"https://{elsewhere.netloc}/")
        with running(script, asking() if access == "certificate" else trusted_by_all()) as target:
            settings, url = hooked(target) if access == "url" else (private(target), "")
            outcome = caller(settings, FakeAws(secrets={**STORED, "/shop/hook-url": url})).call(run(path="/"), 20)

    assert (outcome.reason, len(target.received), elsewhere.connections) == ("redirect", 1, 0)
