"""Variants of an entry by stack: defaults < entry < stack.

Mappings merge by key, lists and scalars are replaced. A key also replaces the keys that it excludes: a
timing another timing, `url` both `service` and `path` and the other way round, a kind of body the others, `auth` one of
another type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

from schedule_catalog.timing import PERIOD, TIMES
from schedule_client.contract.records import frozen

Values: TypeAlias = Mapping[str, Any]
Pointer: TypeAlias = tuple[str | int, ...]

TIMINGS = ("cron", "rate", "at")
REQUEST_DEFAULTS = ("service", "headers", "auth")
"""Keys of `defaults` that belong to the request."""
CONTENTS = frozenset(("body", "form", "text"))
"""Keys of a request that are its body."""


@frozen
class Variant:
    """Entry as some stacks get it.

    stacks: their names; None for every stack.
    layers: sources of the values as pointers into the file, the strongest first.
    """

    stacks: tuple[str, ...] | None
    values: Values
    layers: tuple[Pointer, ...]

    def is_for(self, stack: str) -> bool:
        """Whether *stack* gets this variant."""
        return self.stacks is None or stack in self.stacks

    def only(self, stack: str) -> Variant:
        """Return the variant for only this stack of those that it names."""
        return self if self.stacks is None else Variant((stack,), self.values, self.layers)


def entry_defaults(defaults: Values) -> dict[str, Any]:
    """Return the `defaults` of a file in the shape of an entry."""
    shaped = {key: value for key, value in defaults.items() if key not in REQUEST_DEFAULTS}
    request = {key: defaults[key] for key in REQUEST_DEFAULTS if key in defaults}
    return {**shaped, "request": request} if request else shaped


def variants(name: str, entry: Values, defaults: Values) -> Iterator[Variant]:
    """Yield each variant once for all stacks that share it; *defaults* are those of `entry_defaults`."""
    layers: tuple[Pointer, ...] = (("schedules", name), ("defaults",), ())
    merged = merge(defaults, entry) if defaults else entry
    stacks = merged.get("stacks")
    own = overrides(merged)
    plain = tuple(stack for stack, override in own.items() if not override)
    if not own:
        yield Variant(None if stacks is None else tuple(stacks), _used(merged, entry), layers)
    if plain:
        yield Variant(plain, _used(merged, entry), layers)
    for stack, override in own.items():
        if override:
            over: tuple[Pointer, ...] = (("schedules", name, "stacks", stack), ("defaults", "stacks", stack))
            yield Variant((stack,), _used(merge(merged, override), override), (*over, *layers))


def overrides(values: Values) -> Mapping[str, Values]:
    """Return the differences between the stacks of an entry; none where `stacks` is a list or absent."""
    stacks = values.get("stacks")
    return cast("dict[str, Values]", stacks) if isinstance(stacks, dict) else {}


def merge(under: Values, over: Values, within: str = "entry") -> dict[str, Any]:
    """Return *under* with the values of *over* on top; *within* is the path of the two mappings."""
    merged = dict(under)
    for key in _excluded(under, over, within):
        merged.pop(key, None)
    for key, value in over.items():
        beneath = merged.get(key)
        if isinstance(value, dict) and isinstance(beneath, dict):
            inner = cast("Values", beneath), cast("Values", value)
            merged[key] = merge(*inner, _WITHIN.get((within, key), ""))
        else:
            merged[key] = value
    return merged


# Mappings whose keys may exclude each other, by path; a body with the same keys is not affected.
_WITHIN = {("entry", "request"): "request", ("request", "auth"): "auth"}


def _excluded(under: Values, over: Values, within: str) -> tuple[str, ...]:
    """Keys of *under* that keys of *over* exclude."""
    if within == "entry":
        return TIMINGS if "cron" in over or "rate" in over or "at" in over else ()
    if within == "request":
        target = ("service", "path") if "url" in over else ("url",) if "service" in over or "path" in over else ()
        return (*target, *(CONTENTS - over.keys() if CONTENTS & over.keys() else ()))
    if within == "auth" and over.get("type", under.get("type")) != under.get("type"):
        return tuple(under)
    return ()


def local_times(values: Values) -> Iterator[tuple[Pointer, str]]:
    """Yield the local times that bound an entry, and where they are."""
    yield from (((key,), str(values[key])) for key in TIMES if key in values)
    if "pause" in values:
        yield ("pause", "until"), str(values["pause"]["until"])


def is_plain_rate(values: Values) -> bool:
    """Whether a timezone would have no meaning: an interval without bounds, pause and calendars."""
    return "rate" in values and not any(key in values for key in (*PERIOD, "not_on"))


def _used(merged: Values, written: Values) -> Values:
    """Leave out keys of a weaker layer that do not apply: the timezone of a plain rate, the period of a single time."""
    idle: tuple[str, ...] = ()
    if "rate" in merged and is_plain_rate(merged):
        idle = ("timezone",)
    elif "at" in merged:
        idle = PERIOD
    if any(key in merged and key not in written for key in idle):
        return {key: value for key, value in merged.items() if key not in idle or key in written}
    return merged
