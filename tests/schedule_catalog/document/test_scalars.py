from __future__ import annotations

import sys

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from schedule_catalog.document.scalars import INITIALS, WORDS, ScalarError, core_scalar, taken_otherwise

NUMERIC = st.text("0123456789+-._:eExXobBT ", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("-19", -19),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5e+2", -150.0),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_a_plain_scalar_is_read_by_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    read = core_scalar(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    ["OFF", "on", "yes", "n", "09:00", "1:30", "2027-01-05", "2027-01-05T09:00", "1_000", "0b1", "=", "nul", "+"],
)
def test_everything_else_stays_the_text_that_it_is(text: str) -> None:
    assert core_scalar(text) == text


@pytest.mark.parametrize("text", ["0123", "012345670123", "-07", "00", "+09"])
def test_a_leading_zero_is_refused_because_readers_disagree_and_identifiers_lose_it(text: str) -> None:
    with pytest.raises(ScalarError, match="leading zero"):
        core_scalar(text)


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e400"])
def test_a_number_that_json_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ScalarError, match="quote it"):
        core_scalar(text)


@pytest.mark.parametrize("text", ["18446744073709551616", "-9223372036854775809", "0x" + "f" * 17, "9" * 100_000])
def test_an_integer_beyond_64_bits_is_refused_however_long_it_is(text: str) -> None:
    assert sys.get_int_max_str_digits() < 100_000
    with pytest.raises(ScalarError, match="64 bits"):
        core_scalar(text)


@given(NUMERIC | st.sampled_from(sorted(WORDS)))
@example("1:30")
@example("12:30:45")
@example("2027-01-05 09:00:00")
@example("1_000")
@example("0o17")
@example("1e3")
@example("1.5e3")
@example("190:20:30.15")
def test_what_pyyaml_reads_otherwise_as_yaml_1_1_is_refused_or_named(text: str) -> None:
    try:
        ours = core_scalar(text)
    except ScalarError:
        return
    tag = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))
    kind = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}[type(ours)]
    if tag != f"tag:yaml.org,2002:{kind}":
        assert text in WORDS or taken_otherwise(text)


@given(st.text(max_size=20))
def test_only_the_known_words_and_initials_can_be_anything_but_text(text: str) -> None:
    if text not in WORDS and text[0] not in INITIALS:
        assert core_scalar(text) == text
        assert taken_otherwise(text) is None
