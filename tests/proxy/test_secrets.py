from __future__ import annotations

import pytest

from proxy.errors import ProxyError, RefusedError, UnavailableError
from proxy.run import Run
from proxy.secrets import KEPT_SECONDS, SecretStore
from schedule_client.contract.auth_clients import AuthClient
from schedule_client.contract.bindings import SecretBinding
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.records import replace
from schedule_client.contract.request import Auth, Request
from tests.proxy.stage import FakeAws, FakeClock

HOST = "api.example.com"
EVERYWHERE = SecretBinding(("billing",), (HOST,), ("catalog", "adhoc"))
SETTINGS = ProxySettings(
    secret_prefix="/shop/", secrets={"token": EVERYWHERE, "ssm:token": EVERYWHERE, "unused": SecretBinding()}
)


def run(secret: str, origin: str = "catalog", service: str | None = "billing") -> Run:
    auth = Auth("bearer", secret)
    asked = Request(service=service, path="/", auth=auth) if service else Request(url=f"https://{HOST}/", auth=auth)
    return Run(asked, origin, "v1.key", "run", "1")


def failure(store: SecretStore, secret: str) -> ProxyError:
    with pytest.raises(ProxyError) as raised:
        store.credentials(run(secret), HOST, SETTINGS)
    return raised.value


def test_a_name_is_looked_up_below_the_stacks_prefix() -> None:
    store = SecretStore(FakeAws({"/shop/token": "from-ssm"}, {"/shop/token": "from-secrets-manager"}), FakeClock())

    assert store.credentials(run("token"), HOST, SETTINGS).secret == "from-secrets-manager"
    assert store.credentials(run("ssm:token"), HOST, SETTINGS).secret == "from-ssm"


def test_a_binary_secret_is_its_text() -> None:
    assert (
        SecretStore(FakeAws({}, {"/shop/token": b"abc"}), FakeClock()).credentials(run("token"), HOST, SETTINGS).secret
        == "abc"
    )


def test_a_secret_is_kept_for_a_while_and_then_read_again() -> None:
    aws, clock = FakeAws({}, {"/shop/token": "old"}), FakeClock()
    store = SecretStore(aws, clock)
    for _ in range(3):
        store.credentials(run("token"), HOST, SETTINGS)
    assert len(aws.reads) == 1

    aws.secrets["/shop/token"] = "new"
    clock.seconds += KEPT_SECONDS + 1

    assert store.credentials(run("token"), HOST, SETTINGS).secret == "new"


@pytest.mark.parametrize("name", ["token", "ssm:token"])
def test_a_missing_secret_is_refused_and_says_where_to_store_it(name: str) -> None:
    error = failure(SecretStore(FakeAws(), FakeClock()), name)

    assert (type(error), error.reason) == (RefusedError, "secret-missing")
    assert f'"{name}"' in error.message
    assert '"/shop/token"' in error.message


def test_a_secret_whose_key_denies_it_names_kms_and_the_setting() -> None:
    for code, words in (
        ("AccessDeniedException", "Access to KMS is not allowed"),
        ("AccessDeniedException", "The ciphertext refers to a customer master key that does not exist"),
        ("InvalidKeyId", "The KMS key is disabled"),
    ):
        error = failure(SecretStore(FakeAws(denied=code, words=words), FakeClock()), "token")
        assert (type(error), error.reason) == (RefusedError, "secret-missing")
        assert "KMS" in error.message
        assert '"secret_kms_keys"' in error.message


def test_a_missing_secret_is_found_once_it_is_stored() -> None:
    aws = FakeAws()
    store = SecretStore(aws, FakeClock())
    failure(store, "token")

    aws.secrets["/shop/token"] = "new"

    assert store.credentials(run("token"), HOST, SETTINGS).secret == "new"


def test_a_secret_that_may_not_be_read_is_refused() -> None:
    assert (
        failure(SecretStore(FakeAws(denied="AccessDeniedException"), FakeClock()), "token").reason == "secret-missing"
    )


@pytest.mark.parametrize("aws", [FakeAws(reachable=False), FakeAws(denied="ThrottlingException")])
def test_a_store_out_of_reach_may_come_back(aws: FakeAws) -> None:
    error = failure(SecretStore(aws, FakeClock()), "token")

    assert (type(error), error.reason) == (UnavailableError, "secret-store")
    assert '"token"' in error.message


@pytest.mark.parametrize(
    ("asking", "host"),
    [
        (run("other"), HOST),
        (run("unused"), HOST),
        (run("token", "direct"), HOST),
        (run("token", "retry"), HOST),
        (run("token", service="ads"), HOST),
        (run("token", service=None), "other.example.com"),
        (run("token", service=None), HOST + ":8443"),
    ],
)
def test_a_secret_is_not_even_read_for_a_call_that_may_not_carry_it(asking: Run, host: str) -> None:
    aws = FakeAws({}, {"/shop/token": "s3cr3t"})
    with pytest.raises(RefusedError) as raised:
        SecretStore(aws, FakeClock()).credentials(asking, host, SETTINGS)

    assert raised.value.reason == "secret-unbound"
    assert aws.reads == []


@pytest.mark.parametrize("member", ["secret", "ca", "client_certificate"])
def test_a_secret_of_a_client_is_not_sent_by_its_name(member: str) -> None:
    login = AuthClient(type="oauth2", binding=SecretBinding(), token_url="https://login.example.com/")
    login = replace(login, **{member: "token"})
    aws = FakeAws({}, {"/shop/token": "s3cr3t"})

    with pytest.raises(RefusedError) as raised:
        SecretStore(aws, FakeClock()).credentials(run("token"), HOST, replace(SETTINGS, clients={"partner": login}))

    assert raised.value.reason == "secret-unbound"
    assert aws.reads == []


def test_a_call_without_auth_carries_no_secret() -> None:
    asking = Run(Request(url="https://a.example.com"), "catalog", "v1.key", "run", "1")

    assert SecretStore(FakeAws(), FakeClock()).credentials(asking, HOST, SETTINGS).secret is None
