"""Variables of a shell, a container or a template: their value if it is known and not secret, else a mark in the text.

A mark is the variable's name between two NULs. Arguments of a process cannot contain a NUL, so no other text has one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from schedule_catalog.importing.secrecy import Confidential, is_secret_name, looks_secret

_NUL = "\0"
_MARK = re.compile(r"\0([^\0]+)\0")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def mark(name: str) -> str:
    """Return the mark of a variable whose value is secret or unknown."""
    return f"{_NUL}{name}{_NUL}"


def marked(text: str) -> tuple[str, ...]:
    """Return the variables whose marks are in a text."""
    return tuple(_MARK.findall(text))


def without_marks(text: str) -> str:
    """Return a text without its marks."""
    return _MARK.sub("", text)


def leading(text: str) -> tuple[str, str] | None:
    """Return the variable at the start of a text and the rest, or None."""
    found = _MARK.match(text)
    return (found[1], text[found.end() :]) if found else None


@dataclass(slots=True)
class Variables:
    """Variables of a source.

    values: literal values by name.
    secrets: name of a secret in the source, such as a Kubernetes Secret and its key, by variable.
    """

    confidential: Confidential
    values: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str] = field(default_factory=dict[str, str])

    def set(self, name: str, value: str) -> None:
        """Define a variable."""
        self.values[name] = value
        if is_secret_name(name):
            self.confidential.add(value)

    def expanded(self, name: str) -> str:
        """Return the value of a variable, or a mark if it is secret or unknown."""
        value = self.values.get(name)
        if value is None or name in self.secrets:
            return mark(name)
        if is_secret_name(name) or looks_secret(value):
            self.confidential.add(value)
            return mark(name)
        return value

    def with_values(self, values: Mapping[str, str]) -> Variables:
        """Return these and further variables."""
        more = Variables(self.confidential, dict(self.values), dict(self.secrets))
        for name, value in values.items():
            more.set(name, value)
        return more


def kebab(name: str) -> str:
    """Return a variable's name in the style of names of secrets and services."""
    return re.sub(r"[^a-z0-9]+", "-", _CAMEL.sub("-", name).lower()).strip("-") or "value"
