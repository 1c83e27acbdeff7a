from __future__ import annotations

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from proxy.trace import traceparent
from schedule_client.contract.run_keys import run_key
from tests.proxy.stage import ARN, TIME

KEY = run_key("catalog", ARN, TIME)
# https://www.w3.org/TR/trace-context/#traceparent-header, and ids that are all zeros are invalid.
LEVEL_1 = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01")


@given(st.integers(), st.text())
def test_every_header_is_one_of_level_1(seed: int, arn: str) -> None:
    assert LEVEL_1.fullmatch(traceparent(run_key("catalog", arn, TIME), Random(seed)))


def test_the_attempts_of_a_run_are_spans_of_one_trace() -> None:
    chance = Random(1)
    parts = [traceparent(KEY, chance).split("-") for _ in range(100)]

    assert {trace for _, trace, _, _ in parts} == {KEY[3:35]}
    assert len({span for _, _, span, _ in parts}) == 100


def test_another_run_is_another_trace() -> None:
    other = run_key("catalog", ARN, "2027-01-06T08:00:00Z")

    assert traceparent(KEY, Random(1)).split("-")[1] != traceparent(other, Random(1)).split("-")[1]


def test_a_span_id_is_never_zero() -> None:
    class Least(Random):
        def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
            return start

    assert traceparent(KEY, Least()).split("-")[2] == "0000000000000001"
