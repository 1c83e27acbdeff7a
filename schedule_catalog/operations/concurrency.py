"""Concurrent requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from schedule_catalog.operations.access import CALLS_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Item = TypeVar("Item")
Result = TypeVar("Result")


def answers(ask: Callable[[Item], Result], items: Iterable[Item], at_once: int = CALLS_AT_ONCE) -> list[Result]:
    """Return the result of each item, in their order; the first error ends it and sends no further request."""
    pool = ThreadPoolExecutor(at_once)
    try:
        return list(pool.map(ask, items))
    finally:
        pool.shutdown(cancel_futures=True)
