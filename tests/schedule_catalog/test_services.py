"""Services of the settings that are mappings, as the program, the proxy and applications have them."""

from __future__ import annotations

import json

from schedule_catalog.deployment.client_environment import known_names
from schedule_catalog.settings import parse_settings, proxy_settings
from schedule_client.contract.proxy_settings import ProxySettings, ServiceAccess


def test_a_service_may_be_a_mapping_with_its_secrets_and_the_origins_that_call_it():
    services = {
        "billing": {"url": "https://billing.example.com/api/"},
        "ledger": {"url": "https://ledger.example.com", "ca": "ledger-ca"},
        "vault": {"url": "https://vault.example.com", "client_certificate": "ssm:vault", "origins": ["adhoc", "shop"]},
        "alerts": {"host": "hooks.example.com:8443", "url_secret": "alerts-url"},
        "callback": {"url": "https://callback.example.com", "client_certificate": "callback"},
    }
    settings = parse_settings("dev", {"services": services, "applications": {"shop": {}, "old": {}}})
    proxy = proxy_settings(settings, "", ())

    assert settings.services == {
        "billing": "https://billing.example.com/api",
        "ledger": "https://ledger.example.com",
        "vault": "https://vault.example.com",
        "alerts": "https://hooks.example.com:8443",
        "callback": "https://callback.example.com",
    }
    assert {name: each.origins for name, each in settings.access.items()} == {
        "billing": None,
        "ledger": None,
        "vault": ("adhoc", "shop"),
        "alerts": ("catalog",),
        "callback": ("catalog",),
    }
    assert proxy.access["vault"] == ServiceAccess(None, None, "ssm:vault", ("adhoc", "shop", "old"))
    assert proxy.access["callback"].origins == ("catalog", "callback")
    assert ProxySettings.from_json(proxy.to_json()) == proxy
    assert known_names(settings, "shop")["SCHEDULER_SERVICES"] == "billing,ledger,vault"
    texts = {"services": json.dumps(services), "applications": {"shop": {}, "old": {}}}
    assert parse_settings("dev", texts) == settings
