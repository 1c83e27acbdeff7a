from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from proxy.backoff import CAP_SECONDS, FIRST_SECONDS, delay

seeds = st.integers(0, 2**32).map(Random)


@given(st.integers(1, 10_000), seeds)
def test_a_wait_is_jittered_from_nothing_up_to_a_cap_that_grows(attempt: int, chance: Random) -> None:
    assert 0 <= delay(attempt, None, chance) <= min(int(FIRST_SECONDS) * 2 ** (attempt - 1), CAP_SECONDS)


@given(st.integers(1, 50), st.floats(0, 86_400), seeds)
def test_a_wait_is_never_shorter_than_the_target_asks_for(attempt: int, asked: float, chance: Random) -> None:
    waited = delay(attempt, asked, chance)

    assert waited >= asked
    assert waited <= max(asked * 1.1, CAP_SECONDS)


def test_waits_are_spread_over_all_that_they_may_be() -> None:
    chance = Random(7)
    waits = [delay(4, None, chance) for _ in range(1000)]

    assert min(waits) < 5
    assert max(waits) > 75
