from __future__ import annotations

from tests.schedule_catalog.operations.aws import MANIFEST
from tests.schedule_catalog.operations.messages import by_proxy
from tests.schedule_catalog.pages.console.site import client_of, deployed, fields_of, text_of


def test_undelivered_calls_are_grouped_by_reason_and_replayed_after_a_preview() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    by_proxy(aws, "two")
    client = client_of(aws)

    assert "All 2" in text_of(client.get("/undelivered"))
    asked = client.post("/undelivered", data={"action": "replay", "all": "1"})
    assert "Replay: 2 calls?" in text_of(asked)
    assert aws.functions.invoked == []
    done = client.post("/undelivered", data=fields_of(asked))
    assert "2 calls replayed" in text_of(done)
    assert len(aws.functions.invoked) == 2
    assert "No undelivered calls." in text_of(client.get("/undelivered"))


def test_only_chosen_calls_are_deleted() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    by_proxy(aws, "two")
    client = client_of(aws)

    assert client.post("/undelivered", data={"action": "drop"}).status_code == 400
    assert client.post("/undelivered", data={"action": "burn", "all": "1"}).status_code == 400
    asked, asked_in_another_tab = (client.post("/undelivered", data={"action": "drop", "id": "one"}) for _ in "12")
    client.post("/undelivered", data=fields_of(asked))
    assert list(aws.sqs.queues[MANIFEST.undelivered_queue_url]) == ["two"]
    again = client.post("/undelivered", data=fields_of(asked_in_another_tab))
    assert "1 call already gone" in text_of(again)


def test_all_of_one_call_is_shown_and_nothing_in_it_is_markup() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    evil = "<script>alert(1)</script>"
    aws.sqs.add(MANIFEST.undelivered_queue_url, "odd", evil, {}, 0)
    client = client_of(aws)

    assert 'href="/undelivered/one"' in client.get("/undelivered").text
    shown = client.get("/undelivered/one")
    assert "reason http-500" in text_of(shown)
    assert "replay possible" in text_of(shown)
    assert "Request" in text_of(shown)
    odd = client.get("/undelivered/odd")
    assert evil not in odd.text
    assert "replay not possible: its shape is unknown" in text_of(odd)
    assert "Replay…" not in odd.text
    asked = client.post("/undelivered", data={"action": "replay", "id": "one"})
    client.post("/undelivered", data=fields_of(asked))
    gone = client.get("/undelivered/one")
    assert (gone.status_code, "No such undelivered call" in text_of(gone)) == (404, True)


def test_one_call_of_a_console_that_only_reads_has_no_buttons() -> None:
    aws = deployed()
    by_proxy(aws, "one")

    shown = client_of(aws, read_only=True).get("/undelivered/one")

    assert shown.status_code == 200
    assert "<button" not in shown.text


def test_a_replay_asks_only_about_calls_that_can_be_replayed() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    aws.sqs.add(MANIFEST.undelivered_queue_url, "odd", "not json", {}, 0)
    client = client_of(aws)

    asked = client.post("/undelivered", data={"action": "replay", "all": "1"})
    shown = text_of(asked)
    assert "Replay: 1 call?" in shown
    assert "not replayed: " in shown
    assert fields_of(asked)["id"] == ["one"]
    none = client.post("/undelivered", data={"action": "replay", "id": "odd"})
    assert (none.status_code, "not replayed: " in text_of(none)) == (400, True)


def test_calls_that_another_reader_holds_are_not_told_as_none() -> None:
    aws = deployed()
    by_proxy(aws, "one")
    aws.sqs.receive_message(QueueUrl=MANIFEST.undelivered_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=300)

    shown = text_of(client_of(aws).get("/undelivered"))
    assert "No undelivered calls." not in shown
    assert "About 1 more are held by another reader" in shown
