"""Members of a JSON object with their types; RefusedError names an invalid one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from proxy.errors import RefusedError

T = TypeVar("T")


def members_of(value: object, known: frozenset[str] | None, where: str) -> dict[str, object]:
    """Return `value` as an object that has only `known` keys (None: any)."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in cast("dict[object, object]", value)):
        raise unsupported(f"{where} is not an object")
    members = cast("dict[str, object]", value)
    if known is not None and (unknown := sorted(members.keys() - known)):
        raise unsupported(f'{where} has the unknown key "{shown(unknown[0])}": known are {", ".join(sorted(known))}')
    return members


def text(members: Mapping[str, object], key: str) -> str:
    """Return a required text that is not empty."""
    value = members.get(key)
    if not isinstance(value, str) or not value:
        raise unsupported(f'"{shown(key)}" is not a text')
    return value


def optional_text(members: Mapping[str, object], key: str) -> str | None:
    """Return a text, or None if absent."""
    return text(members, key) if key in members else None


def count(members: Mapping[str, object], key: str, most: int) -> int | None:
    """Return a whole number from 1 to `most`, or None if absent."""
    value = members.get(key)
    if key in members and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most):
        raise unsupported(f'"{key}" is not a whole number from 1 to {most}')
    return cast("int | None", value)


def choice(members: Mapping[str, object], key: str, allowed: tuple[T, ...], default: T | None = None) -> T:
    """Return one of `allowed`; `default` if absent."""
    value = members.get(key, default)
    for candidate in allowed:
        if candidate == value:
            return candidate
    raise unsupported(f'"{key}" is not one of {", ".join(map(str, allowed))}')


def texts(members: Mapping[str, object], key: str) -> tuple[str, ...]:
    """A list of texts that say something; none where there is none."""
    value = members.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in cast("list[object]", value)):
        raise unsupported(f'"{key}" is not a list of texts')
    return tuple(cast("list[str]", value))


def shown(name: str) -> str:
    """Return `name` in a form for one line of a message."""
    return ascii(name)[1:-1][:60]


def unsupported(message: str) -> RefusedError:
    """Return the refusal of an event that this proxy does not understand."""
    return RefusedError("unsupported-request", message)
