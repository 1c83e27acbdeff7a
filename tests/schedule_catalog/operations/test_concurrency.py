from __future__ import annotations

import threading

import pytest

from schedule_catalog.operations.concurrency import answers


def test_answers_come_in_the_order_of_what_was_asked() -> None:
    assert answers(lambda number: number * 2, range(100)) == [number * 2 for number in range(100)]


def test_the_first_error_ends_it_before_everything_was_asked() -> None:
    asked: list[int] = []
    lock = threading.Lock()

    def refuse(number: int) -> None:
        with lock:
            asked.append(number)
        raise PermissionError

    with pytest.raises(PermissionError):
        answers(refuse, range(100_000))
    assert len(asked) < 100_000
