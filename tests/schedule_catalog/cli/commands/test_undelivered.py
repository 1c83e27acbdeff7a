from __future__ import annotations

import pytest

from schedule_catalog.cli.errors import UsageError
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.cli.operating import run
from tests.schedule_catalog.operations.aws import Clients, arn, request
from tests.schedule_catalog.operations.messages import DEAD, UNDELIVERED, by_lambda, by_proxy, by_scheduler

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def aws() -> Clients:
    """Five messages: three of the proxy, one of EventBridge Scheduler, one that nobody knows."""
    made = Clients()
    by_proxy(made, "aaaaaaaa-1111")
    by_proxy(made, "aaaaaaaa-2222", "close", owner="growth", reason="expired")
    by_lambda(made, "cccccccc-1111")
    by_scheduler(made, "dddddddd-1111")
    made.scheduler.add("nightly", Target={"Input": request("nightly", owner="billing")})
    made.sqs.add(UNDELIVERED, "eeeeeeee-1111", "\x1b[2Jwho wrote this?")
    return made


def left(aws: Clients) -> set[str]:
    return {*aws.sqs.visible(UNDELIVERED), *aws.sqs.visible(DEAD)}


def listed(aws: Clients, capsys: Capture, *arguments: str) -> list[str]:
    assert run(aws, "undelivered", "list", *arguments) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:-1]]


def test_every_message_is_listed_by_as_much_of_its_identifier_as_it_takes(aws: Clients, capsys: Capture) -> None:
    names = {"aaaaaaaa-1", "aaaaaaaa-2", "cccccccc", "dddddddd", "eeeeeeee"}

    assert set(listed(aws, capsys)) == set(listed(aws, capsys)) == names
    assert len(left(aws)) == 5


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["--schedule", "close"], {"aaaaaaaa-2"}),
        (["--owner", "billing"], {"aaaaaaaa-1", "cccccccc", "dddddddd"}),
        (["--reason", "expired"], {"aaaaaaaa-2"}),
        (["--reason", "expired", "--owner", "billing"], set[str]()),
    ],
)
def test_filters_leave_what_has_all_of_them(aws: Clients, capsys: Capture, given: list[str], found: set[str]) -> None:
    assert set(listed(aws, capsys, *given)) == found


def test_one_is_shown_whole_and_nothing_in_it_reaches_the_terminal_as_it_is(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "undelivered", "show", "aaaaaaaa-1") == 0
    shown = capsys.readouterr().out
    assert f"arn       {arn('nightly')}" in shown
    assert "replay    possible" in shown
    assert '  "target_url": "https://api.example.com/run",' in shown

    assert run(aws, "undelivered", "show", "eee") == 0
    shown = capsys.readouterr().out
    assert "replay  not possible: its shape is unknown" in shown
    assert "who wrote this?" in shown
    assert "\x1b" not in shown


def test_json_is_for_programs(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "undelivered", "list", "--format", "json") == 0
    assert {each["shape"] for each in document(capsys.readouterr().out)["calls"]} == {
        "proxy",
        "scheduler",
        "lambda",
        "unknown",
    }
    assert run(aws, "undelivered", "show", "cccc", "--format", "json") == 0
    assert document(capsys.readouterr().out)["calls"][0]["reason"] == "RetriesExhausted"


def test_a_name_of_none_or_of_several_is_refused(aws: Clients) -> None:
    with pytest.raises(UsageError, match='no undelivered call "zzz"'):
        run(aws, "undelivered", "show", "zzz")
    with pytest.raises(UsageError, match="matches 2 IDs"):
        run(aws, "undelivered", "show", "aaaa")
    with pytest.raises(UsageError, match="specify IDs"):
        run(aws, "undelivered", "replay", "--yes")
    with pytest.raises(UsageError, match="specify IDs"):
        run(aws, "undelivered", "drop", "aaaaaaaa-1", "--all", "--yes")

    assert len(left(aws)) == 5


def test_those_that_are_named_are_replayed_and_the_others_stay(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "undelivered", "replay", "aaaaaaaa-1", "dddd", "--yes") == 0

    assert left(aws) == {"aaaaaaaa-2222", "cccccccc-1111", "eeeeeeee-1111"}
    assert len(aws.functions.invoked) == 2
    assert "aaaaaaaa: replayed" in capsys.readouterr().out.replace("aaaaaaaa-1", "aaaaaaaa")


def test_all_are_replayed_but_what_cannot_be_and_the_status_tells(aws: Clients, capsys: Capture) -> None:
    assert run(aws, "undelivered", "replay", "--all", "--yes") == 1

    assert left(aws) == {"eeeeeeee-1111"}
    assert "eeeeeeee: not replayed: it cannot be replayed: its shape is unknown" in capsys.readouterr().err


def test_what_a_filter_leaves_is_replayed(aws: Clients) -> None:
    assert run(aws, "undelivered", "replay", "--all", "--owner", "growth", "--yes") == 0
    assert left(aws) == {"aaaaaaaa-1111", "cccccccc-1111", "dddddddd-1111", "eeeeeeee-1111"}


def test_what_is_dropped_is_gone(aws: Clients) -> None:
    assert run(aws, "undelivered", "drop", "eee", "--yes") == 0
    assert len(left(aws)) == 4
    assert aws.functions.invoked == []


@pytest.mark.parametrize("action", ["replay", "drop"])
def test_without_a_terminal_nothing_is_done_unless_yes_was_said(aws: Clients, action: str) -> None:
    with pytest.raises(UsageError, match="--yes"):
        run(aws, "undelivered", action, "--all")

    assert len(left(aws)) == 5


def test_messages_that_somebody_else_reads_are_told_of(aws: Clients, capsys: Capture) -> None:
    aws.sqs.receive_message(QueueUrl=UNDELIVERED, MaxNumberOfMessages=2, VisibilityTimeout=300)

    assert run(aws, "undelivered", "list") == 0
    assert "about 2 more are in flight: another command reads them" in capsys.readouterr().err
