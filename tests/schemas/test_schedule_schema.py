from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from jsonschema import Draft202012Validator

from schedule_catalog.schema_files import schema

DEFINITIONS = schema("schedule")["$defs"]
# What surrounds the author's text in AWS's: cron(…), rate(…), at(…:00).
WRAPPERS = {"cron": "cron()", "rate": "rate()", "at": "at()"}
PLACES = ["entry", "override", "defaults", "request", "auth", "retry", "pause"]
OPTIONAL = {
    "description", "timezone", "start", "end", "enabled", "flexible_window_minutes", "timeout_seconds", "retry",
    "overlap", "accept", "metrics", "labels", "runbook", "pause", "not_on", "fires_in_freezes",
}  # fmt: skip
TIMINGS = {"cron", "rate", "at"}


@pytest.fixture(scope="module")
def aws() -> Any:
    """CreateSchedule's input as botocore's service model describes it."""
    model = botocore.session.get_session().get_service_model("scheduler")
    return model.operation_model("CreateSchedule").input_shape


def accepts(definition: str, value: Any) -> bool:
    whole = {"$defs": DEFINITIONS, "$ref": f"#/$defs/{definition}"}
    return Draft202012Validator(whole).is_valid(value)


def test_every_schedule_name_is_one_for_aws_and_none_is_longer(aws: Any) -> None:
    name = aws.members["Name"]
    for good in ("a", "0", "close-invoices", "a" * 63):
        assert accepts("schedule_name", good)
        assert re.search(name.metadata["pattern"], good)
        assert name.metadata["min"] <= len(good) <= name.metadata["max"]
    for bad in ("", "a" * 64, "A", "-a", "a_b", "a.b", "a\n", "ä"):
        assert not accepts("schedule_name", bad)


def test_descriptions_and_zones_have_the_limits_of_aws(aws: Any) -> None:
    assert DEFINITIONS["description"]["maxLength"] == aws.members["Description"].metadata["max"]
    zone = aws.members["ScheduleExpressionTimezone"].metadata
    assert (DEFINITIONS["timezone"]["minLength"], DEFINITIONS["timezone"]["maxLength"]) == (zone["min"], zone["max"])


def test_a_timing_fits_aws_with_its_wrapper(aws: Any) -> None:
    longest = aws.members["ScheduleExpression"].metadata["max"]
    for kind, wrapper in WRAPPERS.items():
        assert longest - 4 <= DEFINITIONS[kind]["maxLength"] + len(wrapper) <= longest


def test_the_flexible_window_has_the_limits_of_aws(aws: Any) -> None:
    window = aws.members["FlexibleTimeWindow"].members["MaximumWindowInMinutes"].metadata
    ours = DEFINITIONS["flexible_window_minutes"]
    assert (ours["minimum"], ours["maximum"]) == (window["min"], window["max"])


def test_enabled_has_a_value_for_each_state_of_aws(aws: Any) -> None:
    assert set(aws.members["State"].enum) == {"ENABLED", "DISABLED"}
    assert DEFINITIONS["enabled"]["type"] == "boolean"


def test_a_stack_may_change_the_optional_keys_the_timing_and_the_request_and_nothing_else() -> None:
    assert DEFINITIONS["override"]["properties"].keys() == OPTIONAL | TIMINGS | {"request"}
    assert DEFINITIONS["entry"]["properties"].keys() == OPTIONAL | TIMINGS | {"request", "stacks"}


def test_defaults_hold_the_optional_keys_and_three_of_the_request() -> None:
    assert DEFINITIONS["defaults"]["properties"].keys() == OPTIONAL | {"stacks", "service", "headers", "auth"}


def nodes(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, inner in schema.items():
            yield from nodes(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from nodes(inner, f"{path}/{index}")


@pytest.mark.parametrize("place", PLACES)
def test_every_key_has_a_title_and_a_description_for_editors(place: str) -> None:
    for key, node in DEFINITIONS[place]["properties"].items():
        described = DEFINITIONS[node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        assert described["title"], key
        assert described["description"].endswith("."), key


@pytest.mark.parametrize("name", ["schedule", "calendar", "request"])
def test_no_pattern_lets_a_final_line_break_pass(name: str) -> None:
    for path, node in nodes(schema(name)):
        pattern = node.get("pattern")
        if isinstance(pattern, str) and pattern != "^/":
            assert pattern.startswith("^"), path
            assert pattern.endswith("$(?!\\n)"), path


@pytest.mark.parametrize("definition", sorted(DEFINITIONS))
def test_every_example_and_default_is_valid(definition: str) -> None:
    for path, node in nodes(DEFINITIONS[definition]):
        if path and "$ref" not in node and "type" not in node:
            continue
        validator = Draft202012Validator({**node, "$defs": DEFINITIONS})
        for example in [*node.get("examples", ()), *([node["default"]] if "default" in node else ())]:
            assert validator.is_valid(example), (path, example)
