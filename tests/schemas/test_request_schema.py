from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schedule_catalog.schema_files import schema

EVENTS = Path(__file__).parents[1] / "events"
VALIDATOR = Draft202012Validator(schema("request"))
SCHEDULE = {"name": "a", "arn": "<aws.scheduler.schedule-arn>", "time": "<aws.scheduler.scheduled-time>"}
VERSION_1: dict[str, Any] = {"v": 1, "service": "billing", "path": "/close", "method": "POST", "schedule": SCHEDULE}


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_ever_released_is_accepted(path: Path) -> None:
    VALIDATOR.validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        {"url": "https://api.example.com"},
        {"target_url": "ftp://api.example.com"},
        {"target_url": "https://api.example.com\n"},
        {"target_url": "https://api.example.com", "service": "billing", "path": "/"},
        {"target_url": "https://api.example.com", "auth": {"type": "bearer", "secret": "key"}},
        {"target_url": "https://api.example.com", "method": "FETCH"},
        {"target_url": "https://api.example.com", "headers": {"X-Count": 1}},
        {"target_url": "https://api.example.com", "headers": {"X Count": "1"}},
        {"target_url": "https://api.example.com", "params": {"a": {"b": 1}}},
        {**VERSION_1, "v": 2},
        {**VERSION_1, "v": "1"},
        {**VERSION_1, "v": True},
        {**VERSION_1, "priority": 1},
        {**VERSION_1, "target_url": "https://api.example.com"},
        {**VERSION_1, "path": "close"},
        {**VERSION_1, "timeout_seconds": 901},
        {**VERSION_1, "retry": {"attempts": 1}},
        {**VERSION_1, "overlap": "never"},
        {**VERSION_1, "auth": {"type": "header", "secret": "key"}},
        {**VERSION_1, "auth": {"type": "bearer", "secret": "key", "name": "X-Api-Key"}},
        {**VERSION_1, "schedule": {"name": "a"}},
        {"v": 1, "service": "billing", "schedule": SCHEDULE},
    ],
    ids=str,
)
def test_an_event_that_the_proxy_could_not_carry_out_is_refused(event: Any) -> None:
    assert not VALIDATOR.is_valid(event)


@pytest.mark.parametrize("body", [None, False, 0, "", [], {}, {"any": [1, None]}])
def test_a_body_is_any_json(body: object) -> None:
    VALIDATOR.validate({**VERSION_1, "body": body})
