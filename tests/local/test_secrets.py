from __future__ import annotations

from typing import TYPE_CHECKING

from local.secrets import seed_secrets, seed_signing_keys
from proxy.signing import signature_headers
from schedule_client.contract import Auth

if TYPE_CHECKING:
    from local.emulator import Emulator


def secret(emulator: Emulator, name: str) -> str:
    return emulator.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


def parameter(emulator: Emulator, name: str) -> str:
    return emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


def test_each_secret_gets_a_placeholder_where_the_proxy_looks(emulator: Emulator) -> None:
    auths = [Auth("bearer", "token"), Auth("header", "ssm:ops/key", "X-Api-Key"), Auth("basic", "login")]
    assert seed_secrets(emulator.client, auths, "/first/") == ("login", "ssm:ops/key", "token")
    assert secret(emulator, "/first/token") == "placeholder-of-token"
    assert secret(emulator, "/first/login") == "user:placeholder-of-login"
    assert parameter(emulator, "/first/ops/key") == "placeholder-of-ops-key"


def test_a_secret_that_is_there_is_left_as_it_is(emulator: Emulator) -> None:
    emulator.client("secretsmanager").create_secret(Name="/second/token", SecretString="stored by hand")
    assert seed_secrets(emulator.client, [Auth("bearer", "token"), Auth("bearer", "token")], "/second/") == ()
    assert secret(emulator, "/second/token") == "stored by hand"


def test_each_signing_key_gets_a_key_of_its_own_with_which_the_proxy_can_sign(emulator: Emulator) -> None:
    assert seed_signing_keys(emulator.client, ["orders", "billing"], "/third/") == ("billing", "orders")

    keys = [secret(emulator, f"/third/signing/{name}") for name in ("billing", "orders")]
    assert len(set(keys)) == 2
    for key in keys:
        assert signature_headers("billing", key, "v1.key", 1, b"")["webhook-signature"].startswith("v1,")


def test_a_signing_key_that_is_there_stays_for_whoever_checks_with_it(emulator: Emulator) -> None:
    seed_signing_keys(emulator.client, ["billing"], "/fourth/")
    before = secret(emulator, "/fourth/signing/billing")

    assert seed_signing_keys(emulator.client, ["billing", "orders"], "/fourth/") == ("orders",)
    assert secret(emulator, "/fourth/signing/billing") == before
