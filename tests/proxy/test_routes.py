from __future__ import annotations

import pytest

from proxy.destination import destination
from proxy.routes import Routes
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Request

LAPTOP = Routes.from_json(
    '{"default": "http://127.0.0.1:8099", "direct": ["127.0.0.1", "localhost", "live.example.com"]}'
)
SETTINGS = ProxySettings(
    services={"callback": "http://127.0.0.1:8000", "live": "https://live.example.com"},
    hosts=("api.example.com",),
    cidrs=("10.20.0.0/16",),
)
INNER = ("127.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    ("request_", "endpoint", "cidrs"),
    [
        (Request(url="https://api.example.com/a"), "127.0.0.1:8099", INNER),
        (Request(service="callback", path="/a"), "127.0.0.1:8000", INNER),
        (Request(service="live", path="/a"), "live.example.com", ("10.20.0.0/16",)),
    ],
)
def test_on_a_laptop_loopback_may_be_called_by_whatever_stays_there(
    request_: Request, endpoint: str, cidrs: tuple[str, ...]
) -> None:
    found = destination(request_, SETTINGS, LAPTOP)

    assert (found.endpoint.netloc, found.cidrs) == (endpoint, cidrs)


def test_in_the_cloud_the_settings_say_which_networks_may_be_called() -> None:
    found = destination(Request(url="https://api.example.com/a"), SETTINGS, Routes())

    assert (found.endpoint, found.cidrs) == (found.address, ("10.20.0.0/16",))
