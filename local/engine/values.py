"""Property values as Pulumi's runtime sends them, and as the resource table and the state file want them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from local.engine.archive import Archive

# How the SDK marks what plain JSON cannot say (pulumi.runtime.rpc).
_KIND = "4dabf18193072939515e22adb298388d"
_SECRET_KIND = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Placeholder for the output of a resource that failed (pulumi.runtime.rpc.UNKNOWN)."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is not to be shown or stored in clear."""

    value: Any


def decode(struct: Any, folder: Path) -> dict[str, Any]:
    """A protobuf Struct as Python values: whole numbers as int, Secret and Archive where marked.

    Relative paths of assets are taken from `folder`.
    """
    return {key: _decode(value, folder) for key, value in struct.fields.items()}


def _decode(value: Any, folder: Path) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item, folder) for item in value.list_value.values]
        case "struct_value":
            return _decode_mapping(decode(value.struct_value, folder), folder)
        case _:
            return None


def _decode_mapping(mapping: dict[str, Any], folder: Path) -> Any:
    match mapping.get(_KIND):
        case None:
            return mapping
        case kind if kind == _SECRET_KIND:
            return Secret(mapping.get("value"))
        case kind if kind in (_ARCHIVE, _ASSET):
            return _decode_asset(mapping, folder)
        case kind:
            raise ValueError(
                f'a value of kind "{kind}" is not known to this engine: teach it in local/engine/values.py'
            )


def _decode_asset(mapping: dict[str, Any], folder: Path) -> Archive:
    if "path" in mapping:
        return Archive(path=folder / mapping["path"])
    if "assets" in mapping:
        return Archive(members=mapping["assets"])
    if "text" in mapping:
        return Archive(text=mapping["text"])
    raise ValueError("an asset by URI is not known to this engine: use a file, a folder or text")


def is_asset(mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping, as it was sent, stands for files."""
    return mapping.get(_KIND) in (_ARCHIVE, _ASSET)


def reveal(value: Any) -> Any:
    """The value with its secrets in clear, for the API calls."""
    return reveal(value.value) if isinstance(value, Secret) else _each(value, reveal)


def record(value: Any, salt: str) -> Any:
    """The value as JSON for the state file: a salted hash for a secret, the digest for an archive."""
    if isinstance(value, Secret):
        return {"secret": hashlib.sha256(f"{salt}:{record(value.value, salt)!r}".encode()).hexdigest()}
    if isinstance(value, Archive):
        return {"archive": value.digest()}
    return _each(value, lambda item: record(item, salt))


def mask(value: Any) -> Any:
    """The value with its secrets hidden, for people; what a failed resource would have given is None."""
    if isinstance(value, Secret):
        return "[secret]"
    return None if value == UNKNOWN else _each(value, mask)


def has_unknown(value: Any) -> bool:
    """Whether the value depends on a resource that failed."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(map(has_unknown, cast("dict[str, Any]", value).values()))
    return any(map(has_unknown, cast("list[Any]", value))) if isinstance(value, list) else value == UNKNOWN


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """A mapping or list with its members changed; anything else as it is."""
    if isinstance(value, dict):
        return {key: change(item) for key, item in cast("dict[str, Any]", value).items()}
    return [change(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def secret_property(value: Any) -> dict[str, Any]:
    """An output that the SDK is to treat as secret."""
    return {_KIND: _SECRET_KIND, "value": value}
