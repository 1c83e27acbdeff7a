"""Calls times prices."""

from __future__ import annotations

import pytest

from schedule_catalog.cost import cost, costs, prices
from tests.catalog_texts import NOW, entry


def test_a_million_calls_of_a_second_cost_what_the_three_prices_say() -> None:
    of_million = cost(1_000_000, 512)

    assert of_million.scheduler == pytest.approx(1.00)
    assert of_million.requests == pytest.approx(0.20)
    assert of_million.duration == pytest.approx(500_000 * 0.0000166667)
    assert of_million.total == pytest.approx(1.00 + 0.20 + 8.33335)


def test_the_prices_say_where_and_when_they_were_read() -> None:
    assert "secondary sources" in prices().source
    assert prices().date >= "2026"
    assert prices().free_invocations == 14_000_000


def test_the_schedule_that_calls_most_comes_first_and_a_disabled_one_costs_nothing() -> None:
    daily, hourly = entry('cron: "0 9 * * ? *"'), entry('cron: "0 * * * ? *"')
    off = entry("rate: 1 minute\nenabled: false")

    found = costs([off, daily, hourly], 256, NOW)

    assert [each.entry for each in found] == [hourly, daily, off]
    assert [each.cost.calls for each in found] == [pytest.approx(730), pytest.approx(365 / 12), 0]


def test_executions_that_are_always_ready_cost_by_the_hour_whether_calls_come_or_not() -> None:
    idle = cost(0, 512, ready=2)

    assert idle.provisioned == pytest.approx(2 * 0.5 * 730 * 3600 * 0.0000041667)
    assert idle.total == idle.provisioned
    assert cost(1000, 512).provisioned == 0
