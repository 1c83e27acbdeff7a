"""docs/telemetry.md against the proxy: its line, its tables, and the fields that its queries ask for."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, get_args

import pytest

from proxy.event_bus import EventBus
from proxy.log import MAX_LABELS, MAX_MESSAGE, MAX_TEXT, Log
from proxy.metrics import MAX_OWNERS, NAMESPACE, State
from proxy.outcome import Outcome, Verdict
from proxy.trace import traceparent
from proxy.transport import Reply
from schedule_client.contract.proxy_settings import ProxySettings
from schedule_client.contract.undelivered import Undelivered
from tests.docs.page import ROOT, blocks
from tests.proxy.caller import KEY, run
from tests.proxy.embedded_metrics import points
from tests.proxy.stage import ARN, BUS, NOW, TIME, FakeAws

PAGE = (ROOT / "docs" / "telemetry.md").read_text()
STATES: tuple[State, ...] = get_args(State)
QUERIES = [block.text for block in blocks(PAGE) if block.language == "insights"]
COMMANDS = {"filter", "stats", "sort", "display", "limit"}
WORDS = {"and", "or", "as", "by", "desc", "count", "latest", "max", "pct", "bin", "m"}
RUN = run(owner="billing", labels={"team": "ledger"})
DUE = NOW + timedelta(seconds=29.25)
UNAVAILABLE = Outcome(
    "retryable",
    "http-503",
    "the target answered 503",
    Reply(503, b"", "", True),
    traceparent=traceparent(KEY, Random(2027)),
    milliseconds=81.2,
)


def logged(state: State | None, **changes: Any) -> dict[str, Any]:
    """The line of an attempt, or of the outcome `state`."""
    output = io.StringIO()
    log, one = Log("shop", "prod", output), replace(RUN, **changes)
    if state is None:
        log.attempt(one, UNAVAILABLE, NOW)
    else:
        log.settled(one, state, UNAVAILABLE, NOW, due=DUE if state == "waiting" else None)
    return json.loads(output.getvalue())


def rows(after: str) -> dict[str, list[str]]:
    """The rows of the first table behind a heading, by their first cell."""
    table = PAGE.partition(f"\n## {after}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)
    return {name: rest.split(" | ") for name, rest in found}


def test_the_line_is_the_one_of_the_page() -> None:
    shown = next(block.text for block in blocks(PAGE) if block.title == "outcome")
    line = {name: value for name, value in logged("waiting").items() if name.islower() and name != "_aws"}

    assert list(json.loads(shown).items()) == list(line.items())


def test_every_field_is_explained_and_no_other() -> None:
    fields = set(logged(None)) | {name for state in STATES for name in logged(state) if name[0].islower()}

    assert set(rows("The lines")) == fields


def test_the_event_of_an_undelivered_run_is_the_one_of_the_page() -> None:
    shown = json.loads(next(block.text for block in blocks(PAGE) if block.title == "event"))
    aws = FakeAws()
    refused = run(owner="billing", runbook="https://wiki.example.com/close-invoices")
    why = Undelivered(
        reason="http-404",
        message="the target answered 404",
        origin="catalog",
        attempts="1",
        undelivered_at="2027-01-05T08:00:12Z",
        run_key=KEY,
        status="404",
        schedule_arn=ARN,
        scheduled_time=TIME,
    )
    bus = EventBus(BUS, "shop", "prod", aws)
    bus.hold(why, refused, ProxySettings())
    bus.publish()
    (entry,) = aws.bus.entries

    assert shown == {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "resources": entry["Resources"],
        "detail": json.loads(entry["Detail"]),
    }
    assert set(rows("An event for each undelivered run")) == set(shown["detail"])


def test_every_word_of_states_and_outcomes_is_explained() -> None:
    explained = rows("The lines")

    assert set(re.findall(r"`(\w+)`", explained["state"][0])) == set(STATES)
    assert set(re.findall(r"`(\w+)`", explained["outcome"][0])) == set(get_args(Verdict)) - {"delivered"}


@pytest.mark.parametrize("state", STATES)
def test_the_metrics_of_a_state_are_those_of_the_page(state: State) -> None:
    line = logged(state)
    promised = {
        name: unit
        for name, (unit, _, states) in rows("The metrics").items()
        if f"`{state}`" == states
        or (f"`{state}`" in states and "key-reused" not in states)
        or "any with a `status`" in states
    }

    units = {
        one["Name"]: one.get("Unit", "none") for each in line["_aws"]["CloudWatchMetrics"] for one in each["Metrics"]
    }
    assert units == promised


def test_the_dimensions_are_those_of_the_page() -> None:
    own = replace(RUN.request, metrics="per-schedule")
    found = {tuple(name for name, _ in at) for _, at in points(logged("undelivered", request=own))}

    whole = ("Project", "Stack")
    assert found == {whole, (*whole, "Owner"), (*whole, "Owner", "Schedule")}
    assert "Each metric has the dimensions `Project` and `Stack`; `Delivered` and `Failed` also `Owner`" in PAGE
    assert "by schedule (`Owner` and `Schedule`) only for entries with `metrics: per-schedule`" in PAGE


def test_the_numbers_and_names_are_those_of_the_code() -> None:
    assert f"the namespace `{NAMESPACE}`" in PAGE
    assert f"at most {MAX_LABELS} |" in PAGE
    assert f"{MAX_TEXT} characters, {MAX_MESSAGE:,} of the message" in PAGE
    assert MAX_OWNERS == 100
    assert "All others count for `other`" in PAGE


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_query_asks_for_what_the_lines_have(query: str) -> None:
    fields = set(rows("The lines")) | {"@timestamp"}
    assert {part.split()[0] for part in query.split("|")} <= COMMANDS
    plain = re.sub(r'"[^"]*"|\d+', "", query)
    given = set(re.findall(r"\bas (\w+)", plain))

    asked = set(re.findall(r"@?[a-z]\w*(?:\.\w+)?", plain)) - COMMANDS - WORDS - given
    assert {name.partition(".")[0] for name in asked} <= fields


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_query_compares_with_words_that_the_lines_use(query: str) -> None:
    words = {"event": {"attempt", "outcome"}, "state": set(STATES), "outcome": set(get_args(Verdict))}
    words |= {"schedule": {"close-invoices"}, "labels.team": {"ledger"}, "run_key": {KEY}}

    for field, word in re.findall(r'([\w.]+) !?= "([^"]*)"', query):
        assert word in words[field]
