from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from local.engine.archive import Archive
from local.engine.values import UNKNOWN, Secret, decode, has_unknown, mask, record, reveal

KIND = "4dabf18193072939515e22adb298388d"
SECRET = {KIND: "1b47061264138c4ac30d75fd1eb44270", "value": "hidden"}


def decoded(values: Mapping[str, object], folder: Path = Path("/program")) -> dict[str, object]:
    return decode(ParseDict(dict(values), Struct()), folder)


def test_whole_numbers_are_ints_and_the_rest_is_as_it_was_sent() -> None:
    values = {"a": 1, "b": 1.5, "c": True, "d": None, "e": ["x", {"f": 2}]}
    result = decoded(values)
    assert result == values
    assert type(result["a"]) is int


def test_an_archive_is_taken_from_the_programs_folder() -> None:
    sent = {"code": {KIND: "0def7320c3a5731c473e5ecbe6d01bc7", "path": "build/x"}}
    assert decoded(sent) == {"code": Archive(path=Path("/program/build/x"))}


def test_an_asset_by_uri_is_refused() -> None:
    with pytest.raises(ValueError, match="an asset by URI"):
        decoded({"code": {KIND: "c44067f5952c0a294b673a41bacd8c17", "uri": "https://example.com"}})


def test_a_secret_is_found_at_any_depth_and_revealed_only_for_the_api() -> None:
    values = decoded({"a": [{"b": SECRET}]})
    assert values == {"a": [{"b": Secret("hidden")}]}
    assert reveal(values) == {"a": [{"b": "hidden"}]}
    assert mask(values) == {"a": [{"b": "[secret]"}]}


def test_the_record_of_a_secret_tells_a_change_and_not_the_value() -> None:
    first, same, other = (record(Secret(text), "salt") for text in ("one", "one", "two"))
    assert first == same != other
    assert "one" not in str(first)
    assert record(Secret("one"), "pepper") != first


def test_an_unknown_is_found_at_any_depth() -> None:
    assert has_unknown({"a": [Secret({"b": UNKNOWN})]})
    assert not has_unknown({"a": [Secret({"b": "known"})]})
