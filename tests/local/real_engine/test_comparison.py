from __future__ import annotations

from typing import Any

from google.protobuf.struct_pb2 import Struct

from local.real_engine.comparison import changed_inputs, recorded_inputs

ARCHIVE = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7"}


def struct(**values: Any) -> Struct:
    made = Struct()
    made.update(values)
    return made


def test_whole_numbers_are_ints_at_any_depth() -> None:
    recorded = recorded_inputs(struct(a=1, b=[{"c": 2}], d=1.5, e=True))
    assert recorded == {"a": 1, "b": [{"c": 2}], "d": 1.5, "e": True}
    assert type(recorded["a"]) is int
    assert type(recorded["b"][0]["c"]) is int


def test_a_package_deep_within_is_its_hash() -> None:
    assert recorded_inputs(struct(a=[{"b": {**ARCHIVE, "hash": "h", "path": "p"}}])) == {"a": [{"b": "h"}]}


def test_keys_that_came_went_or_changed_are_named() -> None:
    assert changed_inputs(struct(a=1, b=1, c=1), struct(a=1, b=2, d=1)) == {"b", "c", "d"}
