"""What the pages show of a stack that is not as one expects."""

from __future__ import annotations

import json
from html import unescape

from tests.schedule_catalog.operations.aws import NAMES, request
from tests.schedule_catalog.pages.console.site import client_of, deployed, text_of


def test_marks_that_reverse_what_follows_are_made_visible() -> None:
    aws = deployed()
    target = {"Input": json.dumps(json.loads(request("by-hand")) | {"target_url": "https://a.example/\u202e<b>"})}
    aws.scheduler.add("by-hand", Target=target)
    client = client_of(aws)
    page = f"/schedules/{NAMES.catalog_group}/by-hand"

    for shown in (client.get("/"), client.get(page), client.post(f"{page}/run")):
        assert "\u202e" not in shown.text
        assert "https://a.example/\\u202e<b>" in unescape(shown.text)


def test_a_schedule_with_an_expression_that_is_unknown_here_hides_no_other() -> None:
    aws = deployed()
    aws.scheduler.add("odd", ScheduleExpression="at(2999-01-01T00:00:00)")
    client = client_of(aws)

    board = text_of(client.get("/"))
    assert "failing 1 extra 1" in board
    assert "Fires unknown to this program" in text_of(client.get(f"/schedules/{NAMES.catalog_group}/odd"))


def test_a_board_that_has_become_shorter_shows_its_last_page() -> None:
    shown = text_of(client_of(deployed()).get("/?page=5"))

    assert "nightly" in shown
    assert "1 of 1 schedules" in shown


def test_a_filter_by_an_owner_without_schedules_is_shown_as_it_is() -> None:
    assert "<option selected>nobody</option>" in client_of(deployed()).get("/?owner=nobody").text
