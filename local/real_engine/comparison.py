"""Inputs as the engine keeps them in its state, where of a package only the hash is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from google.protobuf.json_format import MessageToDict

from local.engine.values import is_asset

if TYPE_CHECKING:
    from google.protobuf import struct_pb2


def changed_inputs(before: struct_pb2.Struct, after: struct_pb2.Struct) -> frozenset[str]:
    """Return the keys whose values differ; packages by the hash that the engine gave them, not by where they lie."""
    old, new = recorded_inputs(before), recorded_inputs(after)
    return frozenset(key for key in {*old, *new} if old.get(key) != new.get(key))


def recorded_inputs(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the inputs, whole numbers as int, with a package's hash in its place."""
    return {key: _comparable(value) for key, value in MessageToDict(struct).items()}


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return [_comparable(item) for item in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    mapping = cast("dict[str, Any]", value)
    if is_asset(mapping):
        return mapping["hash"]
    return {key: _comparable(item) for key, item in mapping.items()}
