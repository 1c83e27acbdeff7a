"""Command lines of curl and wget as pairs of an option's long name and its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schedule_catalog.importing.errors import NotConvertibleError


@dataclass(frozen=True, slots=True)
class Grammar:
    """Options of a program.

    short: long name of each letter.
    valued: the long names that take a value.
    equals: whether `--name=value` is written with "=".
    """

    program: str
    short: Mapping[str, str]
    valued: frozenset[str]
    equals: bool

    def options(self, arguments: list[str]) -> Iterator[tuple[str, str]]:
        """Yield each option by its long name with its value; a bare argument is a `url`."""
        rest = iter(arguments)
        for argument in rest:
            if argument == "--":
                yield from (("url", each) for each in rest)
            elif argument.startswith("--"):
                yield self._long(argument[2:], rest)
            elif argument.startswith("-") and len(argument) > 1:
                yield from self._letters(argument, rest)
            else:
                yield "url", argument

    def _long(self, name: str, rest: Iterator[str]) -> tuple[str, str]:
        if self.equals and "=" in name:
            name, _, value = name.partition("=")
            return name, value
        return name, self._next(rest, f"--{name}") if name in self.valued else ""

    def _letters(self, argument: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
        index = 1
        while index < len(argument):
            letters = argument[index : index + 2] if argument[index : index + 2] in self.short else argument[index]
            option = self.short.get(letters, f"-{letters}")
            index += len(letters)
            if option in self.valued:
                yield option, argument[index:] or self._next(rest, f"-{letters}")
                return
            yield option, ""

    def _next(self, rest: Iterator[str], option: str) -> str:
        value = next(rest, None)
        if value is None:
            raise NotConvertibleError(f"{self.program}'s option {option} has no value")
        return value


def number(program: str, option: str, value: str) -> float:
    """Return the value of a numeric option, with wget's units."""
    factor = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(value[-1:], 0) if program == "wget" else 0
    try:
        found = float(value[:-1]) * factor if factor else float(value)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e9:
        raise NotConvertibleError(f"{program}'s option {option} has no number")
    return found
