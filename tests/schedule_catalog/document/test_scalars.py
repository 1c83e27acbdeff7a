from __future__ import annotations

import sys
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from schedule_catalog.document.scalars import INITIALS, WORDS, ScalarError, core_scalar, number_text, other_reading

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
        ("0x1F", 31),
        ("1.0e+3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5e+2", -150.0),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_a_plain_scalar_is_what_both_versions_of_yaml_take_it_for(text: str, value: object) -> None:
    read = core_scalar(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "OFF",
        "on",
        "yes",
        "n",
        "09:00",
        "1:30",
        "2027-01-05",
        "2027-01-05T09:00",
        "1_000",
        "0b1",
        "=",
        "nul",
        "+",
        "0E0",
        "1e3",
        "1.5e3",
        "-.5",
        "+.5e+1",
        "0o17",
        "1e999",
    ],
)
def test_everything_else_stays_the_text_that_it_is(text: str) -> None:
    assert core_scalar(text) == text


@pytest.mark.parametrize("text", ["0123", "012345670123", "-07", "00", "+09"])
def test_a_leading_zero_is_refused_because_readers_disagree_and_identifiers_lose_it(text: str) -> None:
    with pytest.raises(ScalarError, match="leading zero"):
        core_scalar(text)


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1.0e+999", "-1.0e+400"])
def test_a_number_that_json_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ScalarError, match="quote it"):
        core_scalar(text)


@pytest.mark.parametrize("text", ["18446744073709551616", "-9223372036854775809", "0x" + "f" * 17, "9" * 100_000])
def test_an_integer_beyond_64_bits_is_refused_however_long_it_is(text: str) -> None:
    assert sys.get_int_max_str_digits() < 100_000
    with pytest.raises(ScalarError, match="64 bits"):
        core_scalar(text)


def resolved(loader: Any, text: str) -> str:
    """The name of the tag that PyYAML's resolver gives a plain scalar."""
    return loader("").resolve(yaml.ScalarNode, text, (True, False)).rpartition(":")[2]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@given(text=NUMERIC | st.sampled_from(sorted(WORDS)) | st.floats().map(repr) | st.integers().map(str))
@example(text="0E0")
@example(text="1:30")
@example(text="12:30:45")
@example(text="2027-01-05 09:00:00")
@example(text="1_000")
@example(text="0o17")
@example(text="1e3")
@example(text="1.5e3")
@example(text="190:20:30.15")
def test_a_plain_scalar_equals_what_pyyaml_reads_or_is_text_and_named(loader: Any, text: str) -> None:
    try:
        ours = core_scalar(text)
    except ScalarError:
        return
    kind = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}[type(ours)]
    theirs = resolved(loader, text)
    if theirs == kind:
        assert ours == (text if kind == "str" else yaml.load(text, loader))
    else:
        assert ours == text
        reading = other_reading(text)
        assert text == "<<" or (reading is not None and reading.version == "1.1")


@pytest.mark.parametrize(
    ("text", "version", "plain"),
    [
        ("OFF", "1.1", None),
        ("0E0", "1.2", "0.0"),
        ("1e3", "1.2", "1000.0"),
        ("1e+16", "1.2", "1.0e+16"),
        ("-.5", "1.2", "-0.5"),
        ("0o17", "1.2", "15"),
        ("1e999", "1.2", None),
    ],
)
def test_a_text_that_one_version_of_yaml_takes_for_something_else_names_it(
    text: str, version: str, plain: str | None
) -> None:
    reading = other_reading(text)
    assert reading is not None
    assert (reading.version, reading.plain) == (version, plain)


@pytest.mark.parametrize("text", ["1", "-0.5", "1.0e+16", "a", "~", "true", "0x1F", "e3", "1 hour"])
def test_what_both_versions_read_alike_has_no_other_reading(text: str) -> None:
    assert other_reading(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e16)
@example(5e-324)
def test_a_number_is_written_as_every_reader_reads_it(number: float) -> None:
    text = number_text(number)
    assert core_scalar(text) == yaml.safe_load(text) == number
    assert other_reading(text) is None


@given(st.text(max_size=20))
def test_only_the_known_words_and_initials_can_be_anything_but_text(text: str) -> None:
    if text not in WORDS and text[0] not in INITIALS:
        assert core_scalar(text) == text
        assert other_reading(text) is None
