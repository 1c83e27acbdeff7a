"""Previews as `pulumi preview --json` prints them: a PreviewDigest of pkg/display/json.go, cut to some resources."""

from __future__ import annotations

import json
from typing import Any

SCHEDULES = "schedule-catalog:index:CatalogSchedules"
SCHEDULE = "aws:scheduler/schedule:Schedule"


def step(
    op: str, name: str, *differing: str, type_: str = SCHEDULE, stack: str = "prod", **more: Any
) -> dict[str, Any]:
    """One step; what differs is told as the provider tells it."""
    parent = f"{SCHEDULES}$" if type_ == SCHEDULE else ""
    record: dict[str, Any] = {"op": op, "urn": f"urn:pulumi:{stack}::schedule-catalog::{parent}{type_}::{name}"}
    if differing:
        record["diffReasons"] = [each.split(".")[0] for each in differing]
        record["detailedDiff"] = {each: {"kind": "update", "inputDiff": False} for each in differing}
    return record | more


def preview(*steps: dict[str, Any], errors: tuple[str, ...] = (), stack: str = "prod") -> str:
    """A whole preview: the stack itself is always in it."""
    root = step("same", f"schedule-catalog-{stack}", type_="pulumi:pulumi:Stack", stack=stack)
    diagnostics = [{"message": f"error: {error}\n", "severity": "error"} for error in errors]
    note = {"message": "a note\n", "severity": "info"}
    digest = {
        "config": {"aws:region": "eu-central-1"},
        "steps": [root, *steps],
        "diagnostics": [note, *diagnostics],
        "duration": 1_234_567_890,
        "changeSummary": {"same": 1},
    }
    return json.dumps(digest, indent=4)
