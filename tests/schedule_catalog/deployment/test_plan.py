from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check_documents
from schedule_catalog.deployment.plan import read_plan, tell_clock
from schedule_catalog.document import parse_document
from schedule_catalog.entry import HANDING_MINUTES
from schedule_catalog.errors import PlanError
from tests.schedule_catalog.deployment.previews import preview, step

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CATALOG = b"""
owner: billing
defaults: {service: billing}
schedules:
  over: {at: 2026-11-20T09:00, request: {path: /a}}
  ended: {cron: "0 9 * * ? *", end: 2026-11-21T00:00, request: {path: /b}}
  coming: {at: 2026-12-20T09:00, request: {path: /c}}
  started: {cron: "0 9 * * ? *", start: 2026-11-01T00:00, request: {path: /d}}
  starting: {cron: "0 9 * * ? *", start: 2026-12-01T00:00, request: {path: /e}}
"""


def entries() -> tuple[Entry, ...]:
    return check_documents(
        [parse_document(CATALOG, "billing.yaml")], settings={}, calendars=UNREAD, stack="prod", now=NOW
    ).entries


def clock(*steps: dict[str, object]) -> list[bool]:
    return [each.by_clock for each in tell_clock(read_plan(preview(*steps)), entries(), NOW, HANDING_MINUTES).steps]


def test_nothing_to_do_is_a_plan_without_steps() -> None:
    plan = read_plan(preview(step("same", "coming"), step("refresh", "coming")))

    assert (plan.stack, plan.steps, plan.errors, plan.drifted) == ("prod", (), (), False)


def test_what_takes_away_comes_first_and_only_what_differs_is_named() -> None:
    plan = read_plan(
        preview(
            step("update", "coming", "target.input", "target.retryPolicy.maximumRetryAttempts", "state"),
            step("create", "new", "name"),
            step("delete", "old"),
        )
    )

    assert [(each.operation, each.name, each.properties) for each in plan.steps] == [
        ("delete", "old", ()),
        ("create", "new", ()),
        ("update", "coming", ("state", "target")),
    ]


def test_the_three_steps_of_a_replacement_are_one() -> None:
    steps = [
        step(each, "queue", type_="aws:sqs/queue:Queue")
        for each in ("create-replacement", "replace", "delete-replaced")
    ]
    (only,) = read_plan(preview(*steps)).steps

    assert (only.operation, only.type, only.name) == ("replace", "aws:sqs/queue:Queue", "queue")


def test_reasons_stand_in_where_a_provider_tells_no_details() -> None:
    (only,) = read_plan(preview(step("update", "coming", diffReasons=["description"]))).steps

    assert only.properties == ("description",)


def test_a_step_of_a_newer_pulumi_is_shown_and_not_swallowed() -> None:
    plan = read_plan(preview(step("transmogrify", "coming")))

    assert [each.operation for each in plan.steps] == ["transmogrify"]
    assert plan.drifted


def test_a_finished_entrys_schedule_goes_by_the_clock() -> None:
    assert clock(step("delete", "over"), step("delete", "ended")) == [True, True]


@pytest.mark.parametrize("name", ["coming", "not-in-the-catalog", "started"])
def test_a_schedule_that_goes_for_another_reason_is_not_the_clocks(name: str) -> None:
    assert clock(step("delete", name)) == [False]


def test_a_start_that_has_passed_goes_by_the_clock() -> None:
    assert clock(step("update", "started", "startDate")) == [True]


@pytest.mark.parametrize(
    "given",
    [
        step("update", "started", "startDate", "state"),
        step("update", "starting", "startDate"),
        step("update", "coming", "startDate"),
        step("update", "started"),
        step("create", "started"),
        step("create", "over"),
        step("delete", "over", type_="aws:sqs/queue:Queue"),
    ],
    ids=str,
)
def test_everything_else_is_drift(given: dict[str, object]) -> None:
    plan = tell_clock(read_plan(preview(given)), entries(), NOW, HANDING_MINUTES)

    assert plan.drifted


def test_errors_are_kept_and_notes_are_not() -> None:
    assert read_plan(preview(errors=("schedules/billing.yaml:4:5: error: no",))).errors == (
        "schedules/billing.yaml:4:5: error: no",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not the output of"),
        ("error: no stack", "not the output of"),
        ("[]", "not the output of"),
        ('{"a": 1}', "not the output of"),
        ("[" * 100_000, "not the output of"),
        ('{"steps": {}, "diagnostics": 4}', "diagnostics"),
        ('{"steps": [1]}', "steps"),
        ('{"steps": [{"op": "create"}]}', "urn"),
        ('{"steps": [{"op": "create", "urn": "urn:pulumi:x"}]}', "urn"),
    ],
)
def test_another_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        read_plan(text)


def test_two_stacks_are_refused() -> None:
    with pytest.raises(PlanError, match="dev and prod"):
        read_plan(preview(step("create", "a", stack="dev")))


# What Pulumi 3.259.0 printed of the program, on an emulator of AWS: the state of most resources is left out.

RECORDED = {path.stem: path.read_text() for path in (Path(__file__).parent / "recorded_previews").glob("*.json")}
DEPLOYED = b"""
owner: platform
schedules:
  over: {at: 2027-01-04T09:00, request: {service: callback, path: /api/v1/tasks/callback}}
  started: {cron: "0 9 * * ? *", start: 2027-01-03T00:00, request: {service: callback, path: /api/v1/tasks/callback}}
  steady: {cron: "0 9 * * ? *", request: {service: callback, path: /api/v1/tasks/callback}}
"""


@pytest.mark.parametrize(
    ("name", "drift"),
    [("nothing", []), ("clock", []), ("drift", [("update", "steady", ("state",))])],
)
def test_a_recorded_preview_tells_what_was_changed_by_hand_nine_days_later(name: str, drift: list[object]) -> None:
    later = datetime(2027, 1, 10, tzinfo=UTC)
    documents = [parse_document(DEPLOYED, "platform.yaml")]
    known = check_documents(documents, settings={}, calendars=UNREAD, stack="dev", now=later).entries
    plan = tell_clock(read_plan(RECORDED[name]), known, later, HANDING_MINUTES)

    assert [(each.operation, each.name, each.properties) for each in plan.steps if not each.by_clock] == drift
    assert {each.name for each in plan.steps if each.by_clock} == (set() if name == "nothing" else {"over", "started"})


def test_a_recorded_preview_of_a_broken_catalog_has_its_lines() -> None:
    first, *_ = read_plan(RECORDED["broken"]).errors

    assert first.startswith("schedules/bad.yaml:3:18: error: five fields where AWS takes six")
