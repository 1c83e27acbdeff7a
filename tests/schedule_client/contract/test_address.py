from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url as urllib3_parse

from schedule_client.contract.address import Address, join_path, parse_url
from schedule_client.contract.errors import AddressError


@pytest.mark.parametrize(
    ("url", "address", "netloc"),
    [
        ("https://api.example.com", Address("https", "api.example.com", 443, "/", ""), "api.example.com"),
        ("https://API.Example.com:443/A?b=C", Address("https", "api.example.com", 443, "/A", "b=C"), "api.example.com"),
        ("http://a_b.example:8080/", Address("http", "a_b.example", 8080, "/", ""), "a_b.example:8080"),
        ("https://10.0.0.255/x?", Address("https", "10.0.0.255", 443, "/x", ""), "10.0.0.255"),
        ("https://[2001:DB8::1]:8443/?q=?/", Address("https", "2001:db8::1", 8443, "/", "q=?/"), "[2001:db8::1]:8443"),
        (
            "https://xn--bcher-kva.example/%C3%A4",
            Address("https", "xn--bcher-kva.example", 443, "/%C3%A4", ""),
            "xn--bcher-kva.example",
        ),
    ],
)
def test_a_url_is_taken_apart(url: str, address: Address, netloc: str) -> None:
    assert parse_url(url) == address
    assert address.netloc == netloc


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "https://"),
        ("api.example.com/x", "https://"),
        ("ftp://api.example.com", "https://"),
        ("HTTPS://api.example.com", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://", "host"),
        ("https:///path", "host"),
        ("https://user:hidden@api.example.com/", "user name or password"),
        ("https://hidden@api.example.com/", "user name or password"),
        ("https://api.example.com\\@evil.example.com/", r"\\"),
        ("https://api.example.com#@evil.example.com/", "fragment"),
        ("https://api.example.com/#a", "fragment"),
        ("https://api.example.com./", "dot"),
        ("https://api..example.com/", "not a host name"),
        ("https://-api.example.com/", '"host"|malformed'),
        ("https://api-.example.com/", "not a host name"),
        ("https://" + "a" * 64 + ".example.com/", "not a host name"),
        ("https://2130706433/", "IPv4"),
        ("https://0x7f.0.0.1/", "IPv4"),
        ("https://127.0.0.0x1/", "IPv4"),
        ("https://0177.0.0.1/", "IPv4"),
        ("https://127.1/", "IPv4"),
        ("https://256.0.0.1/", "IPv4"),
        ("https://1.2.3.4.5/", "IPv4"),
        ("https://[::1/", "malformed|is not allowed in a URL"),
        ("https://[:::]/", "IPv6"),
        ("https://[::ffff:127.0.0.1]/", "127.0.0.1 in another form"),
        ("https://[::ffff:7f00:1]/", "127.0.0.1 in another form"),
        ("https://127.0.0.1%00.example.com/", "may not stand|malformed"),
        ("https://\u2460\u2461\u2466.0.0.1/", "ASCII"),
        ("https://\uff11\uff12\uff17.0.0.1/", "ASCII"),
        ("https://api\u3002example\u3002com/", "ASCII"),
        ("https://ap\u0456.example.com/", "xn--"),
        ("https://api.example.com:\u0664\u0664\u0663/", "ASCII"),
        ("https://1.2.3.04/", "IPv4"),
        ("https://1.2.3.4./", "dot"),
        ("https://169.254.43518/", "IPv4"),
        ("https://[fe80::1%25eth0]/", "malformed"),
        ("https://api.example.com:0/", "port"),
        ("https://api.example.com:65536/", "port"),
        ("https://api.example.com:٣/", "ASCII"),
        ("https://api.example.com/a b", '" " is not allowed in a URL'),
        ("https://api.example.com/a\nb", "is not allowed in a URL"),
        ("https://api.example.com/ä", "ASCII"),
        ("https://bücher.example/", "xn--"),
        ("https://api.example.com/%zz", '"%" is not allowed in a URL'),
        ("https://api.example.com/${HOST}", "templates are not supported"),
        ("https://{{ host }}/", "templates are not supported"),
        ("https://api.example.com/a/../b", '".."'),
        ("https://api.example.com/a/%2E%2e/b", '".."'),
        ("https://api.example.com/./b", '".."'),
        ("https://api.example.com/a%2fb", "percent-encoding"),
        ("https://api.example.com/" + "a" * 2048, "too long"),
    ],
)
def test_every_other_url_is_refused_with_what_is_wrong(url: str, message: str) -> None:
    with pytest.raises(AddressError, match=message) as raised:
        parse_url(url)

    assert "hidden" not in str(raised.value)
    assert str(raised.value).isprintable()


@given(st.text(st.sampled_from("htps:/@.#?%[]\\ a1-_\n"), max_size=24))
def test_what_is_accepted_says_nothing_more_than_its_parts(tail: str) -> None:
    try:
        address = parse_url("https://" + tail)
    except AddressError:
        return

    again = f"https://{address.netloc}{address.path}" + (f"?{address.query}" if address.query else "")
    assert parse_url(again) == address
    assert "@" not in address.netloc


@pytest.mark.parametrize(
    "path", ["", "a", "//a", "/../a", "/a/..", "/%2e%2e/a", "/a\\..\\b", "/a#b", "/a b", "/%2fa", "/\x00"]
)
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(AddressError):
        join_path(parse_url("https://api.example.com/base"), path)


@pytest.mark.parametrize(
    ("base", "path", "joined"),
    [
        ("https://a.example", "/x", "/x"),
        ("https://a.example/", "/x", "/x"),
        ("https://a.example/b/", "/x/", "/b/x/"),
        ("https://a.example/b?v=1", "/x?y=2", "/b/x?v=1&y=2"),
    ],
)
def test_a_path_and_its_query_are_joined_to_the_base(base: str, path: str, joined: str) -> None:
    address = join_path(parse_url(base), path)

    assert "?".join(filter(None, (address.path, address.query))) == joined


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://a.example", True),
        ("https://a.example:8443", False),
        ("https://b.example:8443", True),
        ("https://b.example", False),
        ("http://a.example", False),
        ("http://c.example", True),
        ("https://c.example", True),
        ("http://c.example:8080", False),
        ("https://sub.a.example", False),
        ("https://a.example.evil.example", False),
    ],
)
def test_hosts_are_allowed_by_name_and_port(url: str, allowed: bool) -> None:
    refusal = parse_url(url).refusal(("a.example", "b.example:8443"), ("c.example",))

    assert (refusal is None) == allowed


@given(
    st.text(st.sampled_from("htps:/.@#?[]\\%ae01x9-_ \t\n\u3002"), max_size=24)
    | st.from_regex(r"[a-z0-9.\-_@:\[\]#?/%]{1,24}")
)
def test_every_reader_of_an_accepted_url_finds_the_same_host(rest: str) -> None:
    for scheme in ("http", "https"):
        try:
            address = parse_url(url := f"{scheme}://{rest}")
        except AddressError:
            continue
        theirs, others = urlsplit(url), urllib3_parse(url)
        assert (theirs.scheme, theirs.hostname) == (address.scheme, address.host)
        assert (others.scheme, (others.host or "").strip("[]")) == (address.scheme, address.host)
        assert {theirs.port or address.port, others.port or address.port} == {address.port}
        assert (theirs.username, others.auth) == (None, None)
