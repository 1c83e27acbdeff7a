"""Results sent between processes: pickled, with a faster form for frozen records.

The pickle of a frozen record looks up its members for each object, to write it and to read it.
"""

from __future__ import annotations

import io
import pickle
from collections import deque
from collections.abc import Callable
from functools import cache
from itertools import repeat
from operator import attrgetter, call
from typing import Any, Final

from schedule_client.contract.records import member_names

_CALL: Final[Any] = call


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
    names = member_names(kind) if "__record__" in vars(kind) else ()
    return attrgetter(*names) if len(names) > 1 else None


@cache
def _setters(kind: type[Any]) -> tuple[Callable[[object, object], None], ...]:
    return tuple(getattr(kind, name).__set__ for name in member_names(kind))


def _made(kind: type[object], *values: object) -> object:
    record = object.__new__(kind)
    done: map[None] = map(_CALL, _setters(kind), repeat(record), values)
    deque(done, maxlen=0)  # takes half the time of a `for` loop
    return record
