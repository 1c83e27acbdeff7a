"""Typed reading of untyped configuration: a `Reader` makes a typed value of a `ConfigValue`, a value and its place."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar, cast

from schedule_catalog.settings.commands import Path, path_text, plaintext_command, remove_command, set_command
from schedule_catalog.settings.errors import Mistake
from schedule_catalog.wording import listed, nearest, quoted
from schedule_client.contract.records import field, frozen

T = TypeVar("T")
U = TypeVar("U")


@frozen
class Mistakes:
    """Mistakes found so far in the settings of one stack."""

    stack: str
    found: list[Mistake] = field(default_factory=list[Mistake])

    def add(self, path: Path, message: str, command: str) -> None:
        """Add one mistake."""
        self.found.append(Mistake(path_text(path), message, command))


@frozen
class Example:
    """Valid value, and its position below the invalid one."""

    value: str
    below: Path = ()

    def inside(self, step: str | int) -> Example:
        """Return the example of a container that has this one at *step*."""
        return Example(self.value, (step, *self.below))


@frozen
class ConfigValue:
    """One configuration value and its position."""

    path: Path
    value: object
    mistakes: Mistakes

    def child(self, step: str | int, value: object) -> ConfigValue:
        """Return the node of a value inside this one."""
        return ConfigValue((*self.path, step), value, self.mistakes)

    def refuse(self, message: str, example: Example) -> None:
        """Report this value, with the command that sets the example."""
        command = set_command(self.mistakes.stack, (*self.path, *example.below), example.value)
        if example.below and len(self.path) > 1 and self.value is not None:
            # The CLI sets nothing below a value that is not a mapping or a list, except below a key of the stack.
            command = f"{remove_command(self.mistakes.stack, self.path)} && {command}"
        self.mistakes.add(self.path, message, command)


@frozen
class Reader(Generic[T]):
    """Reader of one kind of value: it reports mistakes and then returns None.

    of_secret: whether the value names a secret, so that beginners may put the secret itself there.
    """

    read: Callable[[ConfigValue], T | None]
    example: Example
    of_secret: bool = False


class Section:
    """Mapping with known keys; each `take` makes a key known, `finish` reports the unknown ones."""

    def __init__(self, node: ConfigValue, values: Mapping[str, object]) -> None:
        self._node = node
        self._values = values
        self._examples: dict[str, Example] = {}

    def take(self, key: str, reader: Reader[T], default: U) -> T | U:
        """Return the value of *key*, or *default* if it is absent or invalid."""
        self._examples[key] = reader.example
        if self._values.get(key) is None:
            return default
        value = read_plain(reader, self._node.child(key, self._values[key]))
        return default if value is None else value

    def require(self, key: str, reader: Reader[T]) -> T | None:
        """Return the value of *key*, or None after a report that it is absent or invalid."""
        if self._values.get(key) is None:
            self._node.child(key, None).refuse("is missing", reader.example)
        return self.take(key, reader, None)

    @property
    def known(self) -> frozenset[str]:
        """Keys that were taken so far."""
        return frozenset(self._examples)

    def finish(self) -> None:
        """Report every key that was not taken, with the nearest known one."""
        for key in self._values:
            if key not in self._examples:
                self._report_unknown(key)

    def _report_unknown(self, key: str) -> None:
        node = self._node.child(key, None)
        remove = remove_command(node.mistakes.stack, node.path)
        near = nearest(key, self._examples)
        if near is None:
            node.mistakes.add(node.path, f'unknown key "{key}": known: {listed(self._examples)}', remove)
            return
        example = self._examples[near]
        right = set_command(node.mistakes.stack, (*self._node.path, near, *example.below), example.value)
        node.mistakes.add(node.path, f'unknown key "{key}", did you mean "{near}"?', f"{remove} && {right}")


def read_plain(reader: Reader[T], node: ConfigValue) -> T | None:
    """Read a value in plain text: no setting is a secret itself."""
    if not is_encrypted(node.value):
        return reader.read(node)
    stack = node.mistakes.stack
    if isinstance(_structure(cast("dict[str, object]", node.value)["secure"]), dict | list):
        # Pulumi's runtime decrypts the whole key when one value in it is encrypted; the stack file shows which.
        command = f"schedules check --stack {shlex.quote(stack)}"
        node.mistakes.add(node.path, "contains an encrypted value; run the check to see which", command)
    elif reader.of_secret:
        message = "is encrypted: this setting says who may use a secret, and the secret itself is in Secrets Manager"
        node.mistakes.add(node.path, message, remove_command(stack, node.path))
    else:
        node.mistakes.add(node.path, "is encrypted, but is not a secret", plaintext_command(stack, node.path))
    return None


def is_encrypted(value: object) -> bool:
    """Return whether the value in a stack file is `{secure: …}`, which only Pulumi can decrypt."""
    return isinstance(value, Mapping) and set(cast("Mapping[object, object]", value)) == {"secure"}


def text(example: str, pattern: str = r".+", expected: str = "a text") -> Reader[str]:
    """Return a reader of texts that match *pattern* completely."""

    def read(node: ConfigValue) -> str | None:
        # Most patterns are of settings that a stack does not have: re compiles one when it is first used, and keeps it.
        if isinstance(node.value, str) and re.fullmatch(pattern, node.value, re.ASCII):
            return node.value
        node.refuse(f"{quoted(node.value)} is not {expected}", reader.example)
        return None

    reader = Reader(read, Example(example))
    return reader


def whole(low: int, high: int, example: int) -> Reader[int]:
    """Return a reader of whole numbers between two bounds, both included."""

    def read(node: ConfigValue) -> int | None:
        number = _integer(node.value)
        if number is None or not low <= number <= high:
            node.refuse(f"{quoted(node.value)} is not a whole number from {low} to {high}", reader.example)
            return None
        return number

    reader = Reader(read, Example(str(example)))
    return reader


def choice(allowed: tuple[int, ...], example: int) -> Reader[int]:
    """Return a reader of a few whole numbers."""

    def read(node: ConfigValue) -> int | None:
        number = _integer(node.value)
        if number not in allowed:
            listed = ", ".join(map(str, allowed))
            node.refuse(f"{quoted(node.value)} is not one of {listed}", reader.example)
            return None
        return number

    reader = Reader(read, Example(str(example)))
    return reader


def one_of(allowed: tuple[str, ...]) -> Reader[str]:
    """Return a reader of a few words, ignoring case."""

    def read(node: ConfigValue) -> str | None:
        word = str(node.value).upper()
        if word not in allowed:
            node.refuse(f"{quoted(node.value)} is not one of {', '.join(allowed)}", reader.example)
            return None
        return word

    reader = Reader(read, Example(allowed[0]))
    return reader


def switch(example: bool) -> Reader[bool]:
    """Return a reader of `true` or `false`."""

    def read(node: ConfigValue) -> bool | None:
        value = {"true": True, "false": False}.get(str(node.value).lower())
        if value is None:
            node.refuse(f"{quoted(node.value)} is not true or false", reader.example)
        return value

    reader = Reader(read, Example(str(example).lower()))
    return reader


def several(item: Reader[T]) -> Reader[tuple[T, ...]]:
    """Return a reader of lists."""

    def read(node: ConfigValue) -> tuple[T, ...] | None:
        values = _structure(node.value)
        if not isinstance(values, list):
            node.refuse(f"{quoted(node.value)} is not a list", reader.example)
            return None
        read_items = (read_plain(item, node.child(i, value)) for i, value in enumerate(cast("list[object]", values)))
        return tuple(value for value in read_items if value is not None)

    reader = Reader(read, item.example.inside(0))
    return reader


def distinct(item: Reader[T]) -> Reader[frozenset[T]]:
    """Return a reader of lists without an order."""
    items = several(item)

    def read(node: ConfigValue) -> frozenset[T] | None:
        values = items.read(node)
        return None if values is None else frozenset(values)

    return Reader(read, items.example)


def named(name: Reader[str], item: Reader[T]) -> Reader[dict[str, T]]:
    """Return a reader of mappings with arbitrary names."""

    def read(node: ConfigValue) -> dict[str, T] | None:
        values = _mapping(node, reader.example)
        if values is None:
            return None
        result: dict[str, T] = {}
        for key, value in values.items():
            child = node.child(key, value)
            if _is_name(child, name) and (read_value := read_plain(item, child)) is not None:
                result[key] = read_value
        return result

    reader = Reader(read, item.example.inside(name.example.value), item.of_secret)
    return reader


def section(build: Callable[[Section], T], example: Example, of_secret: bool = False) -> Reader[T]:
    """Return a reader of mappings whose keys *build* knows."""

    def read(node: ConfigValue) -> T | None:
        values = _mapping(node, example)
        if values is None:
            return None
        keys = Section(node, values)
        result = build(keys)
        keys.finish()
        return result

    return Reader(read, example, of_secret)


def _is_name(node: ConfigValue, name: Reader[str]) -> bool:
    """Whether a name is valid: a name is a key, so it is reported at its position, and fixed by removing it."""
    probe = Mistakes(node.mistakes.stack)
    if name.read(ConfigValue(node.path, node.path[-1], probe)) is not None:
        return True
    remove = remove_command(node.mistakes.stack, node.path)
    for mistake in probe.found:
        node.mistakes.add(node.path, mistake.message, remove)
    return False


def _mapping(node: ConfigValue, example: Example) -> dict[str, object] | None:
    values = _structure(node.value)
    if isinstance(values, Mapping):
        return {str(key): value for key, value in cast("Mapping[object, object]", values).items()}
    node.refuse("is not a mapping", example)  # not quoted: beginners may put a credential where a mapping is expected
    return None


def _structure(value: object) -> object:
    """Structure of a value: JSON text from Pulumi's runtime, native in a stack file."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _integer(value: object) -> int | None:
    """Integer of a value: text from Pulumi's runtime."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
        return int(value)
    return None
