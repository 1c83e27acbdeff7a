"""Failures of the JSON Schema in words for the author, at the node to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schedule_catalog.checking.fault import Fault
from schedule_catalog.checking.structure.unknown_keys import unknown_key_message
from schedule_catalog.checking.structure.values import HOW_TO_WRITE, limit_message, value_message
from schedule_catalog.timing import PERIOD
from schedule_catalog.wording import quoted
from schedule_client.contract.request import CLIENT_TYPES

if TYPE_CHECKING:
    from jsonschema import ValidationError

_UNKNOWN_SHOWN = 20
_TIMINGS = ("cron", "rate", "at")
_NOT_IN_NAMES = re.compile("[^a-z0-9]+")


def faults(error: ValidationError, root: Any) -> Iterator[Fault]:
    """Return the faults of one failure in the document `root`; a failure about several keys becomes several faults."""
    pointer = tuple(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        name = str(error.instance)
        yield Fault((*pointer, name), _name_message(name, error), at_key=True)
    elif error.validator == "additionalProperties":
        yield from _unknown_keys(pointer, error)
    elif error.validator == "required":
        yield from _missing_keys(pointer, error)
    elif error.validator == "anyOf":
        message = 'a timing is missing: write one of cron: "0 9 * * ? *", rate: 5 minutes, at: 2027-01-05T09:00'
        yield Fault(pointer, message, rule="timing", at_key=True)
    elif not error.validator:
        yield from _excluded(error, root)
    elif error.validator != "type" or "enum" not in _schema(error):  # the values that an enum allows say its type too
        yield Fault(pointer, value_message(error))


def _unknown_keys(pointer: tuple[str | int, ...], error: ValidationError) -> Iterator[Fault]:
    mapping: Any = error.instance
    known: Any = _schema(error)["properties"]
    unknown = [key for key in mapping if key not in known]
    for key in unknown[:_UNKNOWN_SHOWN]:
        message = unknown_key_message(key, mapping[key], known, pointer)
        yield Fault((*pointer, key), message, rule="unknown-key", at_key=True)
    if len(unknown) > _UNKNOWN_SHOWN:
        message = f"unknown keys from here on: {len(unknown) - _UNKNOWN_SHOWN:,} more"
        yield Fault((*pointer, unknown[_UNKNOWN_SHOWN]), message, rule="unknown-key", at_key=True)


def _missing_keys(pointer: tuple[str | int, ...], error: ValidationError) -> Iterator[Fault]:
    """One fault for each missing key; jsonschema also reports the mapping once for each; equal faults count once."""
    mapping: Any = error.instance
    required: Any = error.validator_value
    where = f" in {_named(pointer)}" if pointer else ""
    for key in required:
        if key not in mapping:
            yield Fault(pointer, f'"{key}" is missing{where}: {HOW_TO_WRITE[key]}', rule="missing-key", at_key=True)


def _named(pointer: tuple[str | int, ...]) -> str:
    last = pointer[-1]
    return quoted(last) if isinstance(last, str) else f"item {last + 1} of {quoted(pointer[-2])}"


def _excluded(error: ValidationError, root: Any) -> Iterator[Fault]:
    """Keys of a mapping that other keys exclude.

    jsonschema reports the failure of a bare `false` at the mapping, so all of its keys are checked.
    """
    pointer = tuple(error.absolute_path)
    if _at(root, pointer) is error.instance:
        pointer = pointer[:-1]
    mapping = _at(root, pointer)
    for key in mapping:
        found = _exclusion(key, mapping, in_auth=pointer[-1:] == ("auth",))
        if found:
            rule, message = found
            yield Fault((*pointer, key), message, rule=rule, at_key=True)


def _exclusion(key: str, mapping: Any, in_auth: bool) -> tuple[str, str] | None:
    if in_auth:
        return _exclusion_in_auth(key, mapping.get("type"))
    if key in ("service", "path") and "url" in mapping:
        return "target", f'"url" and "{key}" exclude each other: keep one'
    if key in PERIOD and "at" in mapping:
        return "timing", f'"{key}" has no meaning with "at": a one-time schedule fires once, remove it'
    timings = [timing for timing in mapping if timing in _TIMINGS]
    if key in timings[1:]:
        return "timing", f'"{timings[0]}" and "{key}" exclude each other: keep one timing'
    return None


def _exclusion_in_auth(key: str, kind: Any) -> tuple[str, str] | None:
    if key == "client" and kind not in CLIENT_TYPES:
        return "schema", f'"client" is only for the types {", ".join(CLIENT_TYPES)}: remove it, or write one of them'
    if key in ("secret", "name") and kind in CLIENT_TYPES:
        return "schema", f'"{key}" is not for the type "{kind}", which has a "client": remove it'
    if key == "name" and kind != "header":
        return "schema", '"name" is only for the type "header": remove it, or write type: header'
    return None


def _at(value: Any, pointer: tuple[str | int, ...]) -> Any:
    for step in pointer:
        value = value[step]
    return value


def _name_message(name: str, error: ValidationError) -> str:
    schema = _schema(error)
    title = str(schema["title"]).lower()
    if error.validator != "pattern":
        return f"the {title} {quoted(name)} {limit_message(error)}"
    message = f"{quoted(name)} cannot be a {title}: {schema['patternErrorMessage']}"
    near = _NOT_IN_NAMES.sub("-", name.lower()).strip("-")
    return f'{message}, such as "{near}"' if near and re.search(schema["pattern"], near) else message


def _schema(error: ValidationError) -> dict[str, Any]:
    """Part of the schema that failed; never a bare true or false."""
    part: Any = error.schema
    return part
