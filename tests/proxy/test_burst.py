"""A crowded minute in small: the same counts as the benchmark, under a hundredth of AWS's limits."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from benchmarks.burst import MOST_HELD_UP, MOST_LATE, MOST_UNTIL_TOLD, OTHERS, AwsLimits, crowd, p99

SMALL = AwsLimits().scaled(0.01)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("proxy")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def test_all_calls_of_a_crowded_minute_are_made_within_seconds() -> None:
    found = crowd(100, SMALL)

    assert len(found.called) == 100
    assert p99(found.called) <= MOST_LATE
    assert not found.reasons


def test_a_crowd_that_ends_undelivered_is_told_in_seconds_since_the_index_is_spread() -> None:
    spread, single = (crowd(100, SMALL, status=404, spread=spread) for spread in (True, False))

    assert spread.reasons == single.reasons == {"http-404": 100}
    assert spread.told <= MOST_UNTIL_TOLD < single.told


def test_calls_that_hang_hold_up_no_retry_of_others_and_do_not_expire() -> None:
    found = crowd(0, AwsLimits(environments=200), hanging=100)

    assert len(found.of_others) == OTHERS
    assert p99(found.of_others) <= MOST_HELD_UP
    assert found.reasons == {"timeout": 100}
