from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest

from infra.dashboard import COLUMNS
from proxy.metrics import NAMESPACE
from tests.infra.sample import CONFIG, full_stack
from tests.infra.test_alarms import KNOWN
from tests.pulumi_harness import run_program

BOARD = "aws:cloudwatch/dashboard:Dashboard", "dashboard-board"
OWN = {"Delivered", "Failed", "Retried", "Skipped", "DuplicatesSuppressed", "Latency", "Lateness"}


def widgets(config: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    stack = run_program(config) if config else full_stack()
    return json.loads(stack[BOARD].inputs["dashboardBody"])["widgets"]


def metrics(shown: list[dict[str, Any]]) -> list[list[Any]]:
    return [metric for widget in shown for metric in widget["properties"]["metrics"]]


@pytest.mark.parametrize("metric", metrics(widgets()), ids=str)
def test_every_line_is_of_a_metric_that_there_is(metric: list[Any]) -> None:
    if "expression" in metric[0]:
        assert f"{{{NAMESPACE},Project,Stack,Owner}}" in metric[0]["expression"]
        return
    namespace, name, *dimensions, shown = metric
    if namespace == NAMESPACE:
        assert (name in OWN, dimensions) == (True, ["Project", "schedule-catalog", "Stack", "dev"])
    else:
        assert name in KNOWN[namespace]["metrics"]
        assert dimensions[::2] in KNOWN[namespace]["dimensions"]
    assert shown["stat"] in ("Sum", "Maximum", "p50", "p90", "p99")


def test_no_widget_lies_on_another_or_outside_of_the_grid() -> None:
    places = [(each["x"], each["y"], each["width"], each["height"]) for each in widgets()]

    assert all(x + width <= COLUMNS for x, _, width, _ in places)
    for (x, y, width, height), (other_x, other_y, _, _) in combinations(sorted(places), 2):
        assert not (x <= other_x < x + width and y <= other_y < y + height)


def test_what_the_stack_does_not_have_is_not_shown() -> None:
    tables = {metric[3] for metric in metrics(widgets({**CONFIG, "ledger": False})) if metric[0] == "AWS/DynamoDB"}

    assert tables == {"schedule-catalog-dev-eu-west-1-tasks"}


def test_it_is_shown_in_the_region_of_the_stack() -> None:
    assert {each["properties"]["region"] for each in widgets()} == {"eu-west-1"}
