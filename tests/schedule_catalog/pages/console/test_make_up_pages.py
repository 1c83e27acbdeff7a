"""Running what was missed, from a schedule's page."""

from __future__ import annotations

from typing import Any

from tests.schedule_catalog.operations.aws import NAMES, NOW, Clients, delivered, refusal
from tests.schedule_catalog.operations.records import record
from tests.schedule_catalog.pages.console.site import CATALOG, PAGE, client_of, fields_of, text_of

HOURLY = CATALOG.replace("0 9 * * ? *", "0 * * * ? *")


def missed() -> Clients:
    """An hourly schedule, deployed, with all runs of the last day but those of 06:00 and 07:00."""
    aws = Clients()
    aws.scheduler.add("nightly", ScheduleExpression="cron(0 * * * ? *)", ScheduleExpressionTimezone="Asia/Seoul")
    aws.functions.answer = lambda event: (delivered(), None)
    hours = [f"2026-11-22T{hour:02}" for hour in range(9, 24)] + [f"2026-11-23T{hour:02}" for hour in (*range(6), 8)]
    aws.dynamodb.items = [record("nightly", f"{hour}:00:00Z").to_item() for hour in hours]
    return aws


def marks(aws: Clients) -> list[tuple[str, Any]]:
    return [(event["schedule"]["time"], event["trigger"]["run"]) for _, _, event in aws.functions.invoked]


def test_the_question_names_every_call_and_calls_nothing() -> None:
    aws = missed()
    client = client_of(aws, text=HOURLY)
    assert "Run what was missed…" in client.get(PAGE).text

    asked = client.post(f"{PAGE}/missed")

    shown = text_of(asked)
    assert "Run what was missed: 2 calls?" in shown
    assert "POST https://api.example.com/run, of nightly" in shown
    assert "2026-11-23T06:00:00Z 2026-11-23T07:00:00Z" in shown
    assert fields_of(asked)["fire"] == ["2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z"]
    assert aws.functions.invoked == []


def test_what_was_confirmed_is_called_the_oldest_first_under_its_own_run_keys() -> None:
    aws = missed()
    client = client_of(aws, text=HOURLY)
    fields = fields_of(client.post(f"{PAGE}/missed"))

    shown = text_of(client.post(f"{PAGE}/missed", data=fields))

    assert "2 of 2 calls delivered" in shown
    assert "2026-11-23T06:00:00Z: delivered, status 200" in shown
    assert marks(aws) == [("2026-11-23T06:00:00Z", "own"), ("2026-11-23T07:00:00Z", "own")]


def test_a_fire_that_has_a_run_by_now_is_not_called() -> None:
    aws = missed()
    client = client_of(aws, text=HOURLY)
    fields = fields_of(client.post(f"{PAGE}/missed"))
    aws.dynamodb.items.append(record("nightly", "2026-11-23T06:00:00Z").to_item())

    shown = text_of(client.post(f"{PAGE}/missed", data=fields))

    assert "1 of 1 call delivered" in shown
    assert "1 fire with a run by now, or from more than a day ago: not called" in shown
    assert marks(aws) == [("2026-11-23T07:00:00Z", "own")]


def test_a_fire_that_is_a_day_old_when_the_question_is_answered_is_called() -> None:
    aws = missed()
    aws.dynamodb.items = [item for item in aws.dynamodb.items if "T09:" not in item["sk"]["S"]]
    client = client_of(aws, text=HOURLY)
    day_old = "2026-11-22T09:00:00Z"

    shown = text_of(client.post(f"{PAGE}/missed", data={"confirmed": "1", "fire": day_old}))

    assert f"{day_old}: delivered, status 200" in shown


def test_what_was_called_before_an_error_of_aws_is_shown() -> None:
    aws = missed()
    aws.dynamodb.items = [item for item in aws.dynamodb.items if "T08:" not in item["sk"]["S"]]
    client = client_of(aws, text=HOURLY)
    fields = fields_of(client.post(f"{PAGE}/missed"))

    def answer(event: dict[str, Any]) -> tuple[Any, str | None]:
        aws.functions.failure = refusal("AccessDeniedException")
        return delivered(), None

    aws.functions.answer = answer

    shown = text_of(client.post(f"{PAGE}/missed", data=fields))

    assert "1 of 3 calls delivered" in shown
    assert "2026-11-23T06:00:00Z: delivered, status 200" in shown
    assert "2026-11-23T07:00:00Z: no answer: " in shown
    assert "1 fire after it: not called, run what was missed again for them" in shown


def test_a_fire_that_a_change_of_the_schedule_made_doubtful_is_not_called() -> None:
    aws = missed()
    client = client_of(aws, text=HOURLY)
    fields = fields_of(client.post(f"{PAGE}/missed"))
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["LastModificationDate"] = NOW

    shown = text_of(client.post(f"{PAGE}/missed", data=fields))

    assert "0 of 0 calls delivered" in shown
    assert "in doubt, as the schedule was changed later, and not called: 2026-11-23T06:00:00Z" in shown
    assert aws.functions.invoked == []


def test_only_fires_that_were_missed_are_called_whatever_a_form_says() -> None:
    aws = missed()

    shown = text_of(
        client_of(aws, text=HOURLY).post(f"{PAGE}/missed", data={"confirmed": "1", "fire": "2026-11-23T08:00:00Z"})
    )

    assert "0 of 0 calls delivered" in shown
    assert aws.functions.invoked == []


def test_fires_from_before_the_last_change_are_named_and_not_called() -> None:
    aws = missed()
    aws.scheduler.schedules[NAMES.catalog_group, "nightly"]["LastModificationDate"] = NOW

    shown = text_of(client_of(aws, text=HOURLY).post(f"{PAGE}/missed"))

    assert "Nothing was missed in the last day" in shown
    assert "in doubt, as the schedule was changed later, and not called: 2026-11-23T06:00:00Z" in shown


def test_a_schedule_without_an_entry_has_no_such_action_and_a_read_only_console_refuses_it() -> None:
    aws = missed()
    aws.scheduler.add("nightly", NAMES.adhoc_group)
    other = PAGE.replace(NAMES.catalog_group, NAMES.adhoc_group)
    client = client_of(aws, text=HOURLY)
    assert "Run what was missed…" not in client.get(other).text
    assert "is not in the catalog, which says when it fires" in text_of(client.post(f"{other}/missed"))

    reader = client_of(aws, read_only=True, text=HOURLY)
    assert "Run what was missed…" not in reader.get(PAGE).text
    assert reader.post(f"{PAGE}/missed").status_code == 403
