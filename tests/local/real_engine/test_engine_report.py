from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local.real_engine.engine_report import EngineReport, EngineStep, read_account

QUEUE = "aws:sqs/queue:Queue"


def step(operation: str, name: str, resource_type: str = QUEUE) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::walk::{resource_type}::{name}"
    return {"resOutputsEvent": {"metadata": {"op": operation, "urn": urn, "type": resource_type}}}


def account_of(folder: Path, *events: dict[str, Any]) -> EngineReport:
    log = folder / "events.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in events))
    return read_account(log)


def test_each_change_is_told_once_and_what_stays_is_counted(tmp_path: Path) -> None:
    events = [step("create", "a"), step("create", "a"), step("same", "b"), step("same", "b"), step("delete", "c")]
    account = account_of(tmp_path, *events)
    assert account.changes == {EngineStep("create", "a", QUEUE), EngineStep("delete", "c", QUEUE)}
    assert account.of("delete") == {EngineStep("delete", "c", QUEUE)}
    assert account.summary() == "1 create, 1 delete, 1 unchanged"
    assert list(account.lines()) == [f" + a ({QUEUE})", f" - c ({QUEUE})"]


def test_the_stack_and_its_provider_are_the_engines_own_business(tmp_path: Path) -> None:
    own = [step("create", "dev", "pulumi:pulumi:Stack"), step("update", "default", "pulumi:providers:aws")]
    assert account_of(tmp_path, *own) == EngineReport(frozenset(), 0, ())


def test_a_replacement_is_a_change(tmp_path: Path) -> None:
    account = account_of(tmp_path, step("create-replacement", "a"), step("replace", "a"), step("delete-replaced", "a"))
    assert {change.operation for change in account.changes} == {"create-replacement", "replace", "delete-replaced"}


def test_errors_are_told_in_the_engines_words_and_warnings_are_not_errors(tmp_path: Path) -> None:
    diagnostics = [
        {"diagnosticEvent": {"severity": severity, "message": f"{severity} of walk.yaml:3\n"}}
        for severity in ("warning", "error")
    ]
    assert account_of(tmp_path, *diagnostics).errors == ("error of walk.yaml:3",)


def test_many_changes_are_counted_and_not_listed(tmp_path: Path) -> None:
    account = account_of(tmp_path, *(step("create", f"q{number}") for number in range(9)))
    assert list(account.lines()) == []
    assert account.summary() == "9 create, 0 unchanged"
