"""Usage times prices."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources

import pytest

from schedule_catalog.cost import Cost, EntryCost, StackSize, costs, of_retry, others, prices, size_of, stack_cost
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import NOW, entry

DAILY = entry('cron: "0 9 * * ? *"')


def of_a_million(seconds: float, **size: object) -> Cost:
    return replace(stack_cost([EntryCost(DAILY, Cost(1e6, {}))], replace(StackSize(seconds=seconds), **size)), fixed={})


@pytest.mark.parametrize(("seconds", "usd"), [(0.1, 3.30), (1.0, 4.81)])
def test_a_million_delivered_runs_cost_a_third_to_half_of_qstash(seconds: float, usd: float) -> None:
    million = of_a_million(seconds)

    assert million.total == pytest.approx(usd, abs=0.01)
    assert million.runs["Scheduler"] == pytest.approx(1.00)
    assert million.runs["Lambda requests"] == pytest.approx(0.20)
    assert million.runs["Lambda time"] == pytest.approx((seconds + 0.05) * 125_000 * 0.0000133334)
    assert million.runs["run ledger"] == pytest.approx(1.25 + 0.16, abs=0.01)
    assert million.runs["logs"] == pytest.approx(0.41, abs=0.01)


def test_a_retry_pays_for_its_message_instead_of_its_event() -> None:
    runs = of_a_million(1.0).runs
    of_messages, of_reads = 3 * 0.50, 2 * 0.125

    assert 1e6 * of_retry(StackSize(seconds=1.0)) == pytest.approx(
        sum(runs.values()) - runs["Scheduler"] - runs["pauses"] + of_messages + of_reads
    )
    alone = of_a_million(1.0, ledger=False).total
    assert 1e6 * of_retry(StackSize(seconds=1.0, ledger=False)) == pytest.approx(alone - 1.00 + of_messages)


@pytest.mark.parametrize(
    ("calls", "seconds", "reads"), [(1, 0.1, 1.0), (1e6, 0.1, 0.26), (1e6, 1.0, 0.315), (1e9, 1.0, 0.116)]
)
def test_the_more_calls_a_month_the_more_of_them_share_a_read_of_the_pauses(
    calls: float, seconds: float, reads: float
) -> None:
    cost = stack_cost([EntryCost(DAILY, Cost(calls, {}))], StackSize(seconds=seconds))

    assert cost.runs["pauses"] == pytest.approx(calls * reads * 0.125e-6, rel=0.01)


def test_the_costs_of_the_schedules_add_up_to_that_of_the_calls() -> None:
    found = costs([DAILY, entry("rate: 1 minute"), entry('cron: "0 * * * ? *"')], StackSize(), NOW)

    assert sum(each.cost.total for each in found) == pytest.approx(sum(stack_cost(found, StackSize()).runs.values()))


def test_without_a_ledger_none_is_paid() -> None:
    assert not {"run ledger", "pauses"} & of_a_million(1.0, ledger=False).runs.keys()


def test_the_charges_come_by_their_size() -> None:
    charges = [usd for _, usd in stack_cost(costs([DAILY], StackSize(), NOW), StackSize()).charges]

    assert charges == sorted(charges, reverse=True)


def test_the_prices_say_where_and_when_they_were_read() -> None:
    assert "secondary sources" in prices().source
    assert prices().date >= "2026"
    assert "14,000,000 invocations" in prices().free


def test_each_price_has_its_source_and_the_date_of_that_if_it_has_one() -> None:
    data = json.loads(resources.files("schedule_catalog").joinpath("prices.json").read_text("utf-8"))
    groups = [value for name, value in data.items() if isinstance(value, dict) and name != "others"]
    found = [each for group in (*groups, *data["others"].values()) for each in group.values()]

    assert len(found) == 19
    assert all(set(each) == {"usd", "dated", "source"} and each["source"] for each in found)
    assert all(each["dated"] is None or re.fullmatch(r"20\d\d(-\d\d)?", each["dated"]) for each in found)


def test_the_schedule_that_calls_most_comes_first_and_a_disabled_one_costs_nothing() -> None:
    hourly, off = entry('cron: "0 * * * ? *"'), entry("rate: 1 minute\nenabled: false")

    found = costs([off, DAILY, hourly], StackSize(), NOW)

    assert [each.entry for each in found] == [hourly, DAILY, off]
    assert [each.cost.calls for each in found] == [pytest.approx(730), pytest.approx(365 / 12), 0]


def test_a_stack_without_a_schedule_costs_what_is_always_there() -> None:
    idle = stack_cost([], StackSize(owners=3, secrets=2, ready=2, memory_mb=512))

    assert sum(idle.runs.values()) == 0
    assert idle.fixed == pytest.approx(
        {
            "alarms": 36 * 0.10,
            "metrics": (7 + 3 * 2) * 0.30,
            "dashboard": 3.00,
            "secrets": 2 * 0.40,
            "retry queue": 657_000 * 0.50 / 1_000_000,
            "Lambda executions kept ready": 2 * 0.5 * 730 * 3600 * 0.0000033334,
        }
    )


def test_a_schedule_with_metrics_of_its_own_pays_for_them() -> None:
    own = replace(DAILY, metrics="per-schedule")
    plain, counted = (stack_cost([EntryCost(each, Cost(0, {}))], StackSize()).fixed["metrics"] for each in (DAILY, own))

    assert counted - plain == pytest.approx(4 * 0.30)


def test_the_size_is_that_of_the_settings() -> None:
    settings = parse_settings(
        "prod",
        {
            "owners": {"billing": {}},
            "services": {"billing": "https://billing.example.com"},
            "secrets": {"token": {"services": ["billing"]}, "ssm:other": {"services": ["billing"]}},
            "proxy": {"memory_mb": 512, "provisioned_concurrency": 3},
            "ledger": False,
        },
    )

    assert size_of(settings, 0.5) == StackSize(512, 0.5, False, 3, 1, 1 + len(settings.signing))
    assert size_of(None, 0.5) == StackSize(seconds=0.5)


def test_the_same_calls_are_priced_at_two_other_services() -> None:
    found = [EntryCost(DAILY, Cost(500_000, {}))] * 2

    assert others(found) == {"QStash": 10.0, "Google Cloud Scheduler + Tasks": pytest.approx(0.8 + 2 * 0.1)}
