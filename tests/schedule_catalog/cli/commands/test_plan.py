from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from schedule_catalog.cli.main import main
from tests.schedule_catalog.cli.documents import document
from tests.schedule_catalog.deployment.previews import preview, step

Capture = pytest.CaptureFixture[str]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CATALOG = """
owner: billing
defaults: {service: billing}
schedules:
  over: {at: 2026-11-20T09:00, request: {path: /a}}
  launch: {at: 2026-11-20T09:00, stacks: [prod], request: {path: /a}}
  nightly: {cron: "0 9 * * ? *", request: {path: /b}}
"""


class Desk:
    """A catalog, and a preview beside it."""

    def __init__(self, folder: Path, capsys: Capture) -> None:
        self.file = folder / "preview.json"
        self._catalog = folder / "schedules"
        self._catalog.mkdir()
        (self._catalog / "billing.yaml").write_text(CATALOG)
        self._capsys = capsys

    def settings(self, stack: str, config: str) -> None:
        (self._catalog.parent / f"Pulumi.{stack}.yaml").write_text(f"config: {config}\n")

    def run(self, *options: str, **given: Any) -> tuple[int, str, str]:
        if given:
            text = preview(*given["steps"], errors=given.get("errors", ()), stack=given.get("root", "prod"))
            self.file.write_text(text)
        status = main(["plan", str(self.file), "--catalog", str(self._catalog), *options], clock=lambda: NOW)
        said = self._capsys.readouterr()
        return status, said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, capsys: Capture) -> Desk:
    return Desk(tmp_path, capsys)


def test_the_steps_are_told_and_what_the_clock_brings(desk: Desk) -> None:
    steps = [
        step("update", "proxy", "code", type_="aws:lambda/function:Function"),
        step("create", "nightly"),
        step("delete", "over"),
    ]

    status, printed, told = desk.run(steps=steps)

    assert (status, told) == (0, "")
    assert printed == (
        "stack prod: 1 to create, 1 to update, 1 only by the clock\n"
        "  step    type                    name     changes\n"
        "  delete  aws:scheduler:Schedule  over     by the clock\n"
        "  create  aws:scheduler:Schedule  nightly\n"
        "  update  aws:lambda:Function     proxy    code\n"
    )


def test_the_clock_is_no_drift_and_everything_else_is(desk: Desk) -> None:
    assert desk.run("--drift", steps=[step("delete", "over")])[0] == 0
    assert desk.run("--drift", steps=[])[:2] == (0, "stack prod: nothing to do\n")
    assert desk.run("--drift", steps=[step("delete", "over"), step("update", "nightly", "state")])[0] == 1


def test_a_preview_that_failed_is_a_problem_in_any_case(desk: Desk) -> None:
    status, printed, _ = desk.run(steps=[], errors=("schedules/a.yaml:1:2: error: five fields\nschedules/b.yaml",))

    assert status == 1
    assert "  error: schedules/a.yaml:1:2: error: five fields\n  error: schedules/b.yaml\n" in printed


def test_json_has_all_of_it(desk: Desk) -> None:
    found = document(desk.run("--format", "json", steps=[step("delete", "over")])[1])

    assert found == {
        "version": 1,
        "kind": "plan",
        "stack": "prod",
        "steps": [
            {
                "operation": "delete",
                "type": "aws:scheduler/schedule:Schedule",
                "name": "over",
                "properties": [],
                "by_clock": True,
            }
        ],
        "errors": [],
        "drifted": False,
    }


def test_a_comment_and_an_issue_have_markers_of_their_own_by_which_they_are_found_again(desk: Desk) -> None:
    steps = [step("create", "nightly")]

    assert desk.run("--format", "markdown", steps=steps)[1].startswith("<!-- schedule-catalog preview prod -->\n")
    assert desk.run("--format", "markdown", "--drift", steps=steps)[1].startswith(
        "<!-- schedule-catalog drift prod -->\n"
    )


def test_names_and_messages_of_others_are_shown_and_not_obeyed(desk: Desk) -> None:
    hostile = "@all | <img src=x onerror=alert(1)> `code` #1 \n\n</details> <script>"
    printed = desk.run("--format", "markdown", steps=[step("create", hostile)], errors=(hostile,))[1]
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(printed)

    assert "<img" not in page
    assert "<script" not in page
    assert "</details>" not in page
    assert "@all" not in printed
    assert page.count("<tr>") == 2


def test_thousands_of_steps_and_errors_fit_into_a_comment(desk: Desk) -> None:
    steps = [step("create", f"schedule-{number}") for number in range(5_000)]
    printed = desk.run("--format", "markdown", steps=steps, errors=("an error of some length\n" * 5_000,))[1]

    assert len(printed.encode()) < 60_000
    assert "5000 to create" in printed
    assert "<details><summary>5000 steps</summary>" in printed
    assert "more steps\n\n</details>" in printed
    assert "more lines" in printed


def test_the_entries_of_a_shard_are_its_core_stacks(desk: Desk) -> None:
    desk.settings("prod", "{schedule-catalog:shard: {files: [other.yaml]}}")
    desk.settings("prod-2", "{schedule-catalog:shard: {core: prod, files: [billing.yaml]}}")

    assert desk.run("--drift", steps=[step("delete", "launch", stack="prod-2")], root="prod-2")[0] == 0
    desk.settings("prod-2", "{schedule-catalog:shard: {core: nowhere}}")
    assert desk.run("--drift", steps=[step("delete", "launch", stack="prod-2")], root="prod-2")[0] == 1


def test_a_file_that_is_no_preview_is_wrong_use(desk: Desk) -> None:
    assert desk.run()[0] == 2
    desk.file.write_text("error: no stack named 'prod' found")
    status, _, told = desk.run()

    assert status == 2
    assert 'it is not the output of "pulumi preview --json"' in told
