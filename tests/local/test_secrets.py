from __future__ import annotations

from typing import TYPE_CHECKING

from local.placeholder_urls import placeholder_urls
from local.secrets import seed_secrets, seed_urls
from schedule_client.contract.proxy_settings import ServiceAccess

if TYPE_CHECKING:
    from local.emulator.emulator import Emulator


def secret(emulator: Emulator, name: str) -> str:
    return emulator.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


def parameter(emulator: Emulator, name: str) -> str:
    return emulator.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


def test_each_secret_gets_a_placeholder_where_the_proxy_looks(emulator: Emulator) -> None:
    names = {"token": False, "ssm:ops/key": False, "login": True}
    assert seed_secrets(emulator.client, names, "/first/") == ("login", "ssm:ops/key", "token")
    assert secret(emulator, "/first/token") == "placeholder-of-token"
    assert secret(emulator, "/first/login") == "user:placeholder-of-login"
    assert parameter(emulator, "/first/ops/key") == "placeholder-of-ops-key"


def test_a_secret_that_is_there_is_left_as_it_is(emulator: Emulator) -> None:
    emulator.client("secretsmanager").create_secret(Name="/second/token", SecretString="stored by hand")
    assert seed_secrets(emulator.client, {"token": False}, "/second/") == ()
    assert secret(emulator, "/second/token") == "stored by hand"


def test_a_service_whose_url_is_a_secret_gets_one_at_its_host(emulator: Emulator) -> None:
    services = {"alerts": "https://hooks.example.com", "chat": "https://chat.example.com:8443", "billing": "https://b"}
    access = {
        "alerts": ServiceAccess(url_secret="alerts-url"),
        "chat": ServiceAccess(url_secret="ssm:chat/url"),
        "billing": ServiceAccess(ca="ca"),
    }
    emulator.client("secretsmanager").create_secret(Name="/third/alerts-url", SecretString="stored by hand")

    seed_urls(emulator.client, placeholder_urls(services, access), "/third/")

    assert secret(emulator, "/third/alerts-url") == "stored by hand"
    assert parameter(emulator, "/third/chat/url") == "https://chat.example.com:8443/placeholder-of-ssm-chat-url"
