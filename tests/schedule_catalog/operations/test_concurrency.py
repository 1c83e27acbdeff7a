from __future__ import annotations

import signal
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


def test_an_interrupt_ends_it_before_everything_was_asked() -> None:
    asked: list[int] = []
    both = threading.Barrier(2)
    reader = threading.get_ident()

    def ask(number: int) -> None:
        asked.append(number)
        if len(asked) <= 2 and both.wait() == 0:
            signal.pthread_kill(reader, signal.SIGINT)
        threading.Event().wait(0.01)

    with pytest.raises(KeyboardInterrupt):
        answers(ask, range(10_000), at_once=2)
    assert len(asked) < 10_000
