from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.destination import Destination, destination
from proxy.errors import RefusedError
from proxy.routes import Routes
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.request import Param, Request

SETTINGS = ProxySettings(
    services={"billing": "https://billing.example.com/base", "port": "https://port.example.com:8443"},
    hosts=("api.example.com", "odd.example.com:8443"),
    http_hosts=("plain.example.com",),
)


def resolved(request: Request) -> Destination:
    return destination(request, SETTINGS, Routes())


@pytest.mark.parametrize(
    ("params", "target"),
    [
        ({}, "/a?x=1"),
        ({"b": "c d&e=f+g%"}, "/a?x=1&b=c%20d%26e%3Df%2Bg%25"),
        ({"n": 1, "f": 1.5, "t": True, "u": False}, "/a?x=1&n=1&f=1.5&t=true&u=false"),
        ({"none": None, "list": [1, None, "z"], "empty": []}, "/a?x=1&list=1&list=z"),
        ({"ä": "/?#"}, "/a?x=1&%C3%A4=%2F%3F%23"),
        ({"": ""}, "/a?x=1&="),
    ],
)
def test_params_are_joined_to_the_urls_own_query(params: dict[str, Param], target: str) -> None:
    assert resolved(Request(url="https://api.example.com/a?x=1", params=params)).target == target


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))
    )
)
def test_whatever_is_in_params_arrives_as_it_is(params: dict[str, str]) -> None:
    target = resolved(Request(url="https://api.example.com/a", params=params)).target

    assert target.isascii()
    assert dict(parse_qsl(urlsplit(target).query, keep_blank_values=True)) == params


@pytest.mark.parametrize(
    ("path", "target"),
    [("/", "/base/"), ("/a", "/base/a"), ("/a?b=1", "/base/a?b=1"), ("/a/b;c=1:2", "/base/a/b;c=1:2")],
)
def test_a_path_is_joined_to_the_services_base(path: str, target: str) -> None:
    found = resolved(Request(service="billing", path=path))

    assert (found.address.netloc, found.target) == ("billing.example.com", target)


@given(st.text(st.sampled_from("/.%2eE\\?#:@&=a5cF;"), max_size=12))
def test_no_path_leads_out_of_the_base(path: str) -> None:
    try:
        found = resolved(Request(service="billing", path=path))
    except RefusedError:
        return

    assert found.endpoint.host == "billing.example.com"
    assert found.address.path.startswith("/base/")
    assert not {".", "..", "%2e"} & set(found.address.path.lower().split("/"))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/",
        "https://API.example.com:443/",
        "https://odd.example.com:8443/",
        "http://plain.example.com",
    ],
)
def test_a_listed_host_is_allowed_with_its_port(url: str) -> None:
    assert resolved(Request(url=url)).target == "/"


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example.com/",
        "https://api.example.com:8443/",
        "https://odd.example.com/",
        "http://api.example.com/",
        "https://billing.example.com/",
        "https://sub.api.example.com/",
    ],
)
def test_whatever_is_not_listed_is_denied(url: str) -> None:
    with pytest.raises(RefusedError, match="is not allowed"):
        resolved(Request(url=url))


def test_a_services_own_port_needs_no_listing() -> None:
    assert resolved(Request(service="port", path="/a")).endpoint.port == 8443
