from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from schedule_client import PlannedCall, Request, RequestRefusedError, ThrottledError
from schedule_client.many import Pace
from tests.schedule_client.aws import REQUEST, Application, answer

MINUTE = timedelta(minutes=1)


def plans(number: int) -> list[PlannedCall]:
    return [PlannedCall(request=REQUEST, delay=MINUTE, key=f"order-{i}") for i in range(number)]


def test_each_plan_has_its_result_in_its_place() -> None:
    app = Application()
    progress: list[int] = []

    results = app.client.schedule_many(plans(50), per_second=1e6, progress=progress.append)

    assert [result.plan.key for result in results] == [f"order-{i}" for i in range(50)]
    assert all(result.call is not None and result.call.key == result.plan.key for result in results)
    assert progress == list(range(1, 51))
    assert len(app.aws.schedules) == 50


def test_what_fails_for_one_is_told_with_it_and_stops_no_other() -> None:
    app = Application()
    app.aws.failures = [answer("ThrottlingException", status=429)]
    wanted = plans(3)
    wanted[1] = PlannedCall(request=Request(url="ftp://x"), delay=MINUTE)

    results = app.client.schedule_many(wanted, concurrency=1, per_second=1e6)

    assert isinstance(results[0].error, ThrottledError)
    assert isinstance(results[1].error, RequestRefusedError)
    assert results[2].call is not None


def test_plans_are_taken_no_faster_than_they_are_made() -> None:
    app = Application()
    taken, most = 0, 0
    lock = threading.Lock()

    def produced() -> Iterator[PlannedCall]:
        nonlocal taken, most
        for plan in plans(40):
            with lock:
                taken += 1
                most = max(most, taken - len(app.aws.schedules))
            yield plan

    app.client.schedule_many(produced(), concurrency=4, per_second=1e6)

    assert most <= 5


def test_a_bug_in_the_producer_of_plans_is_not_swallowed() -> None:
    def broken() -> Iterator[PlannedCall]:
        yield plans(1)[0]
        raise LookupError("no more rows")

    with pytest.raises(LookupError, match="no more rows"):
        Application().client.schedule_many(broken())


@pytest.mark.parametrize(("concurrency", "per_second"), [(0, 1.0), (1, 0.0)])
def test_no_threads_and_no_rate_are_refused(concurrency: int, per_second: float) -> None:
    with pytest.raises(ValueError, match=r"give a (whole number|rate)"):
        Application().client.schedule_many(plans(1), concurrency=concurrency, per_second=per_second)


def test_a_pace_lets_so_many_through_in_a_second_and_saves_nothing_up() -> None:
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)

    pace = Pace(10, sleep, lambda: now[0])
    for _ in range(3):
        pace.wait()
    now[0] += 60
    for _ in range(2):
        pace.wait()

    assert [round(seconds, 3) for seconds in slept] == [0.1, 0.2, 0.1]
