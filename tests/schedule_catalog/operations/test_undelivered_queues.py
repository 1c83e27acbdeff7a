from __future__ import annotations

import json
from typing import Any

import pytest

from schedule_catalog.operations import UndeliveredCallError, UndeliveredQueues, replay, replayed_event
from schedule_catalog.operations.undelivered_queues import HOLD_SECONDS
from tests.schedule_catalog.operations.aws import MANIFEST, NAMES, NOW, Clients, arn, refusal, request
from tests.schedule_catalog.operations.messages import (
    DEAD,
    UNDELIVERED,
    by_proxy,
    by_redrive,
    by_scheduler,
    event,
)


@pytest.fixture
def aws() -> Clients:
    """Both queues with thirty messages."""
    made = Clients()
    for number in range(25):
        by_proxy(made, f"proxy-{number:02}")
    for number in range(4):
        by_scheduler(made, f"scheduler-{number:02}")
    by_redrive(made, "redriven")
    sends(made)
    return made


def sends(aws: Clients, **members: Any) -> None:
    """Have the schedule of the messages be there, with their request."""
    aws.scheduler.add("nightly", Target={"Input": request("nightly", **{"owner": "billing", **members})})


def everything(aws: Clients) -> int:
    return len(aws.sqs.visible(UNDELIVERED)) + len(aws.sqs.visible(DEAD))


def test_both_queues_are_read_whole_and_put_back_as_they_were(aws: Clients) -> None:
    with UndeliveredQueues(aws.stack) as mailbox:
        letters = mailbox.read(1000)
        assert everything(aws) == 0, "what is read is held"

    assert len(letters) == len({letter.identifier for letter in letters}) == everything(aws) == 30
    assert not mailbox.truncated
    assert [letter.at for letter in letters] == sorted(letter.at for letter in letters)


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, ValueError])
def test_however_it_ends_everything_is_put_back(aws: Clients, end: type[BaseException]) -> None:
    def read() -> None:
        with UndeliveredQueues(aws.stack) as mailbox:
            mailbox.read(1000)
            raise end

    with pytest.raises(end):
        read()

    assert everything(aws) == 30


def test_a_command_that_is_killed_holds_its_messages_for_a_while_only(aws: Clients) -> None:
    UndeliveredQueues(aws.stack).read(1000)
    assert everything(aws) == 0

    aws.sqs.clock = HOLD_SECONDS
    assert everything(aws) == 30


def test_reading_ends_where_it_is_told_to(aws: Clients) -> None:
    with UndeliveredQueues(aws.stack) as mailbox:
        assert 10 <= len(mailbox.read(10)) < 30
        assert mailbox.truncated
    with UndeliveredQueues(aws.stack) as mailbox:
        assert "proxy-03" in {letter.identifier for letter in mailbox.read(1000, lambda found: "proxy-03" in found)}
        assert everything(aws) > 0
        assert not mailbox.truncated


def test_a_queue_that_does_not_take_its_messages_back_is_no_failure(aws: Clients) -> None:
    def refuse(**_: object) -> None:
        raise refusal("ThrottlingException")

    aws.sqs.change_message_visibility_batch = refuse
    with UndeliveredQueues(aws.stack) as mailbox:
        mailbox.read(1000)
    aws.sqs.clock = HOLD_SECONDS

    assert everything(aws) == 30


def test_a_replay_is_sent_to_the_alias_of_its_origin_and_then_deleted(aws: Clients) -> None:
    with UndeliveredQueues(aws.stack) as mailbox:
        for letter in mailbox.read(1000):
            replay(aws.stack, mailbox, letter, NOW, f"id-{letter.identifier}")

    assert everything(aws) == 0
    assert {kind for _, kind, _ in aws.functions.invoked} == {"Event"}
    by_alias = [function for function, _, _ in aws.functions.invoked]
    assert (by_alias.count(MANIFEST.aliases["catalog"]), by_alias.count(MANIFEST.aliases["adhoc"])) == (29, 1)
    sent = next(sent for _, _, sent in aws.functions.invoked if sent["replay"]["id"] == "id-proxy-00")
    assert sent == {**event(), "replay": {"id": "id-proxy-00", "at": "2026-11-23T09:00:00Z"}}


def test_a_kill_between_sending_and_deleting_leaves_the_message_for_a_second_replay(aws: Clients) -> None:
    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    aws.sqs.delete_message = killed
    with pytest.raises(KeyboardInterrupt), UndeliveredQueues(aws.stack) as mailbox:
        replay(aws.stack, mailbox, mailbox.read(1000)[0], NOW, "id")

    assert len(aws.functions.invoked) == 1
    assert everything(aws) == 30


def test_a_function_that_cannot_be_invoked_leaves_the_message(aws: Clients) -> None:
    aws.functions.failure = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt), UndeliveredQueues(aws.stack) as mailbox:
        replay(aws.stack, mailbox, mailbox.read(1000)[0], NOW, "id")

    assert everything(aws) == 30


def test_a_message_that_was_held_too_long_is_not_replayed_beside_somebody_else(aws: Clients) -> None:
    with UndeliveredQueues(aws.stack) as mailbox:
        letter = mailbox.read(1000)[0]
        aws.sqs.clock = HOLD_SECONDS
        with pytest.raises(UndeliveredCallError, match="held for too long"):
            replay(aws.stack, mailbox, letter, NOW, "id")

    assert aws.functions.invoked == []
    assert everything(aws) == 30


def test_what_cannot_be_replayed_stays_and_says_why() -> None:
    aws = Clients()
    aws.sqs.add(UNDELIVERED, "odd", "who wrote this?")
    by_scheduler(aws, "cut", IS_PAYLOAD_TRUNCATED="true")
    with UndeliveredQueues(aws.stack) as mailbox:
        for letter in mailbox.read(1000):
            with pytest.raises(UndeliveredCallError, match="cannot be replayed: "):
                replay(aws.stack, mailbox, letter, NOW, "id")

    assert aws.functions.invoked == []
    assert everything(aws) == 2


@pytest.mark.parametrize(
    "members",
    [None, {"owner": "growth"}, {"auth": {"type": "bearer", "secret": "token"}}],
    ids=["gone", "changed", "another request"],
)
def test_what_the_catalogs_schedule_does_not_send_is_not_replayed_from_the_queue_that_others_write(
    members: dict[str, Any] | None,
) -> None:
    aws = Clients()
    if members is not None:
        sends(aws, **members)
    by_scheduler(aws, "a")
    with UndeliveredQueues(aws.stack) as mailbox:
        (letter,) = mailbox.read(10)
        with pytest.raises(UndeliveredCallError, match="schedules trigger nightly --as-of 2026-11-22T09:00:00Z"):
            replay(aws.stack, mailbox, letter, NOW, "id")

    assert aws.functions.invoked == []
    assert everything(aws) == 1


def test_a_message_that_an_application_made_up_for_the_catalogs_alias_goes_nowhere() -> None:
    """By the ad-hoc role, whose schedules may write the queue: in the shapes that other parts write."""
    aws = Clients()
    sends(aws)
    theirs = {**event(), "auth": {"type": "bearer", "secret": "billing-token"}}
    function = {"requestContext": {"functionArn": MANIFEST.aliases["catalog"]}, "requestPayload": theirs}
    aws.sqs.add(DEAD, "as-lambda", json.dumps(function))
    aws.sqs.add(DEAD, "as-nobody", json.dumps({"requestContext": {}, "requestPayload": {**theirs, "schedule": {}}}))
    aws.sqs.add(DEAD, "as-scheduler", json.dumps(theirs), {"ERROR_CODE": "x", "SCHEDULE_ARN": arn("nightly")})
    with UndeliveredQueues(aws.stack) as mailbox:
        letters = mailbox.read(10)
        for letter in letters:
            with pytest.raises(UndeliveredCallError, match="cannot be replayed"):
                replay(aws.stack, mailbox, letter, NOW, "id")

    assert len(letters) == 3
    assert aws.functions.invoked == []


def test_a_call_that_was_made_at_run_time_is_replayed_by_its_own_alias_whatever_it_holds() -> None:
    aws = Clients()
    by_scheduler(aws, "a", NAMES.adhoc_group)
    with UndeliveredQueues(aws.stack) as mailbox:
        replay(aws.stack, mailbox, mailbox.read(10)[0], NOW, "id")

    assert [function for function, _, _ in aws.functions.invoked] == [MANIFEST.aliases["adhoc"]]


def test_an_earlier_replay_is_replaced_and_the_templates_form_has_none() -> None:
    aws = Clients()
    by_proxy(aws, "a")
    message = aws.sqs.queues[UNDELIVERED]["a"]
    message["Body"] = message["Body"].replace('"v":', '"replay": {"id": "old", "at": "x"}, "v":')
    by_proxy(aws, "b", origin="direct", schedule_arn=None)
    aws.sqs.queues[UNDELIVERED]["b"]["Body"] = '{"target_url": "https://a.example.com"}'
    with UndeliveredQueues(aws.stack) as mailbox:
        first, second = sorted(mailbox.read(10), key=lambda letter: letter.identifier)
        replay(aws.stack, mailbox, second, NOW, "new")

    assert replayed_event(first, NOW, "new")["replay"]["id"] == "new"
    assert aws.functions.invoked == [(NAMES.proxy, "Event", {"target_url": "https://a.example.com"})]


def test_reading_ends_when_only_messages_reappear_that_were_read(aws: Clients) -> None:
    def slowly(**asked: Any) -> dict[str, Any]:
        aws.sqs.clock += HOLD_SECONDS  # a queue that takes so long to read
        return receive(**asked)

    receive, aws.sqs.receive_message = aws.sqs.receive_message, slowly  # pyright: ignore[reportAttributeAccessIssue]

    with UndeliveredQueues(aws.stack) as queues:
        assert 0 < len(queues.read(1_000_000, lambda found: False)) <= 30
        assert queues.truncated
