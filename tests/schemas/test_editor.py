"""What an editor shows for a catalog file, asked of the language server that editors run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.schemas.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
TEXT = """\
owner: billing
schedules:
  close-invoices:
    rate: 5 minutes
    timezon: UTC
    enabled: OFF
    retry: {max_attempts: 0}
    request:
      url: https://api.example.com
      path: /close
      auth: {type: oauth}
    \n"""


def opened(server: LanguageServer, name: str, text: str) -> dict[str, str]:
    uri = (ROOT / "schedules" / name).as_uri()
    server.tell(
        "textDocument/didOpen",
        {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
    )
    return {"uri": uri}


def at(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def texts(hover: dict[str, Any]) -> str:
    contents = hover["contents"]
    return contents if isinstance(contents, str) else contents["value"]


def test_wrong_keys_and_values_are_marked_where_they_stand(server: LanguageServer) -> None:
    document = opened(server, "marked.yaml", TEXT)
    diagnostics = server.diagnostics(document["uri"])
    found = {(each["range"]["start"]["line"] + 1, each["message"]) for each in diagnostics}
    lines = {line for line, _ in found}
    assert (5, "Property timezon is not allowed.") in found
    assert (10, "Property path is not allowed.") in found
    assert {6, 7, 11} <= lines
    assert not {1, 2, 3, 4, 8, 9} & lines


def test_an_empty_line_in_a_schedule_completes_to_the_keys_that_it_lacks(server: LanguageServer) -> None:
    document = opened(server, "completed.yaml", TEXT)
    answer = server.ask("textDocument/completion", {"textDocument": document, "position": at(11, 4)})
    items = {item["label"]: item for item in answer["items"]}
    assert {"cron", "at", "description", "timezone", "stacks", "overlap", "runbook"} <= items.keys()
    assert not {"rate", "request", "owner", "url"} & items.keys()
    assert "six fields" in str(items["cron"]["documentation"]).lower()


def test_the_values_of_a_key_are_completed(server: LanguageServer) -> None:
    text = "owner: billing\nschedules:\n  a:\n    rate: 1 hour\n    overlap: \n"
    document = opened(server, "values.yaml", text)
    answer = server.ask("textDocument/completion", {"textDocument": document, "position": at(4, 13)})
    assert {"allow", "skip"} <= {item["label"] for item in answer["items"]}


def test_the_keys_that_leave_out_fires_are_completed_with_their_values_and_explained(server: LanguageServer) -> None:
    text = "owner: a\nschedules:\n  b:\n    rate: 1 hour\n    not_on: [kr]\n    \n    pause:\n      \n"
    document = opened(server, "left-out.yaml", text)

    def labels(line: int, character: int) -> set[str]:
        answer = server.ask("textDocument/completion", {"textDocument": document, "position": at(line, character)})
        return {item["label"] for item in answer["items"]}

    assert {"until", "reason"} <= labels(7, 6)
    assert "fires_in_freezes" in labels(5, 4)
    assert not {"pause", "not_on"} & labels(5, 4)
    for line, words in ((4, "calendars"), (6, "until")):
        shown = texts(server.ask("textDocument/hover", {"textDocument": document, "position": at(line, 6)}))
        assert words in shown


def test_a_key_explains_itself_on_hover(server: LanguageServer) -> None:
    document = opened(server, "hovered.yaml", TEXT)
    shown = texts(server.ask("textDocument/hover", {"textDocument": document, "position": at(3, 6)}))
    assert "Rate" in shown
    assert "A fixed interval in minutes, hours or days" in shown
    assert "5 minutes" in shown


def test_a_calendar_is_completed_and_checked_as_one(server: LanguageServer) -> None:
    uri = (ROOT / "calendars" / "kr.yaml").as_uri()
    text = "description: Holidays\ndates:\n  - {from: 2027-01-01, to: 2027-01-01, why: x}\n\n"
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    server.tell("textDocument/didOpen", {"textDocument": document})

    found = {each["message"] for each in server.diagnostics(uri)}
    answer = server.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": at(3, 0)})

    assert "Property why is not allowed." in found
    assert "timezone" in {item["label"] for item in answer["items"]}
