from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.networks import admits_address

PUBLIC = ("8.8.8.8", "93.184.215.14", "172.15.255.255", "172.32.0.0", "100.128.0.0", "2600:1f18::1", "2a00:1450::8")
# fmt: off
REFUSED = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
    "127.255.255.254", "169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::2", "100::1", "fc00::1",
    "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "2001:2::1",
    "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "4000::1", "::ffff:0:8.8.8.8", "64:ff9b:1::1",
    "64:ff9b:1::808:808", "64:ff9b:2::808:808",
)
# fmt: on
# Each carries the IPv4 address at its own place.
CARRIERS = {
    "mapped": lambda number: (0xFFFF << 32) | number,
    "NAT64": lambda number: (0x64FF9B << 96) | number,
    "6to4": lambda number: (0x2002 << 112) | (number << 80) | 1,
    "compatible": lambda number: number,
    "Teredo": lambda number: (0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF),
    "Teredo server": lambda number: (0x20010000 << 96) | (number << 64) | (0x08080808 ^ 0xFFFFFFFF),
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_needs_no_listing(address: str) -> None:
    assert admits_address((), address)


@pytest.mark.parametrize("address", REFUSED)
def test_whatever_is_not_public_is_refused(address: str) -> None:
    assert not admits_address((), address)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("address", [address for address in (*PUBLIC, *REFUSED) if ":" not in address])
def test_an_address_that_carries_another_is_as_good_as_that(carrier: str, address: str) -> None:
    number = int(IPv4Address(address))
    # :: and ::1 are addresses of their own, and neither is public.
    assert admits_address((), str(IPv6Address(CARRIERS[carrier](number)))) == admits_address((), address)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_listing_carries_over_to_the_address_that_is_carried(carrier: str) -> None:
    address = str(IPv6Address(CARRIERS[carrier](int(IPv4Address("10.20.1.1")))))

    assert admits_address(("10.20.0.0/16",), address)
    assert not admits_address(("10.21.0.0/16",), address)


@pytest.mark.parametrize("cidr", ["::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32", "::/96", "::/1"])
def test_listing_a_range_of_carriers_opens_nothing(cidr: str) -> None:
    for carrier in CARRIERS.values():
        assert not admits_address((cidr,), str(IPv6Address(carrier(int(IPv4Address("169.254.169.254"))))))


@pytest.mark.parametrize(
    ("cidr", "address"),
    [
        ("127.0.0.0/8", "127.9.9.9"),
        ("::1/128", "::1"),
        ("fd00::/8", "fd00:ec2::254"),
        ("64:ff9b:1::/48", "64:ff9b:1::1"),
    ],
)
def test_a_listed_network_is_open_to_its_last_address(cidr: str, address: str) -> None:
    assert admits_address((cidr,), address)


@pytest.mark.parametrize("address", ["", "localhost", "010.0.0.1", "0x7f.1", "127.1", "2130706433", "1.2.3.4/32"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not admits_address(("0.0.0.0/1",), address)


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_private_is_refused(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        assert not admits_address((), str(address))


@given(st.ip_addresses(v=6))
def test_outside_the_global_range_nothing_but_carriers_is_called(address: IPv6Address) -> None:
    if admits_address((), str(address)):
        assert int(address) >> 125 == 1 or int(address) >> 32 in (0, 0xFFFF, 0x64FF9B << 64)
