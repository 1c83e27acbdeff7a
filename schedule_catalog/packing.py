"""Results sent between processes: pickled, with a faster form for frozen records.

The pickle of a frozen dataclass with slots looks up its fields for each object, to write it and to read it.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any


def packed(value: object) -> bytes:
    """Return bytes from which `pickle.loads` restores the value."""
    stream = io.BytesIO()
    _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(value)
    return stream.getvalue()


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: object) -> Any:
        values = _values(obj.__class__)
        return NotImplemented if values is None else (_made, (obj.__class__, *values(obj)))


@cache
def _values(kind: type[object]) -> Callable[[object], tuple[Any, ...]] | None:
    """Function that returns the values of a record of that class; None for other classes."""
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else []
    slots: Iterable[str] = kind.__dict__.get("__slots__", ())
    return attrgetter(*names) if len(names) > 1 and set(names) <= set(slots) else None


@cache
def _setters(kind: type[Any]) -> tuple[Callable[[object, object], None], ...]:
    return tuple(kind.__dict__[each.name].__set__ for each in fields(kind))


def _made(kind: type[object], *values: object) -> object:
    record = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(record, value)
    return record
