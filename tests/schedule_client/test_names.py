from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client import InvalidKeyError, SettingsError
from schedule_client.contract.run_keys import KEY_MAX_BYTES, KEY_MAX_CHARACTERS
from schedule_client.names import fresh_name, keyed_name, named
from schedule_client.settings import LONGEST_PREFIX

NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")
prefixes = st.from_regex(rf"\A[0-9A-Za-z_.-]{{0,{LONGEST_PREFIX}}}\Z")
keys = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=KEY_MAX_CHARACTERS).filter(
    lambda key: len(key.encode()) <= KEY_MAX_BYTES
)


@given(prefixes, keys)
def test_a_keyed_name_fits_whatever_the_prefix_and_the_key(prefix: str, key: str) -> None:
    name = keyed_name(prefix, key)

    assert NAME.fullmatch(name)
    assert name.startswith(prefix)
    assert keyed_name(prefix, key) == name


@given(prefixes)
def test_a_fresh_name_fits_and_is_another_each_time(prefix: str) -> None:
    names = {fresh_name(prefix) for _ in range(3)}

    assert len(names) == 3
    assert all(NAME.fullmatch(name) and name.startswith(prefix) for name in names)


def test_keys_that_look_alike_have_names_of_their_own() -> None:
    assert len({keyed_name("p-", key) for key in ("a/b", "a-b", "a b", "A-b", "a" * 99, "a" * 98)}) == 6


def test_a_name_shows_its_key() -> None:
    assert keyed_name("orders-", "order 7: reminder") == "orders-order-7-reminder-8e4886a0a9e52c2b"


@pytest.mark.parametrize("key", ["", "a\nb", "x" * 257, "\ud800", "\U0001f511" * 251])
def test_a_key_that_nobody_can_read_is_refused(key: str) -> None:
    with pytest.raises(InvalidKeyError, match="a key has"):
        keyed_name("orders-", key)


def test_an_arn_means_its_schedule_and_anything_else_a_key() -> None:
    arn = "arn:aws:scheduler:eu-central-1:123456789012:schedule/shop-adhoc/orders-1"

    assert named(arn, "orders-", "shop-adhoc") == "orders-1"
    assert named("order-7", "orders-", "shop-adhoc") == keyed_name("orders-", "order-7")


@pytest.mark.parametrize("text", ["arn:aws:sqs:eu-central-1:123456789012:q", "arn:x"])
def test_an_arn_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"is not the ARN of a schedule"):
        named(text, "orders-", "shop-adhoc")
