"""The issue of `drift.yml`: its scripts run as GitHub's runner runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.github.runner import Runner

DRIFT = "<!-- schedule-catalog drift prod -->"
ISSUE = "Open the issue, write it anew, or close it"
STACK = {
    "STACK": "prod",
    "MARKER": DRIFT,
    "CATALOG": "schedules",
    "PROJECT": "p",
    "SETTINGS": "Pulumi.prod.yaml",
    "SHARD": "false",
}


def issue(number: int, body: str | None, login: str = "github-actions[bot]", **more: Any) -> dict[str, Any]:
    return {"number": number, "body": body, "user": {"login": login}} | more


OTHERS = [
    issue(1, f"{DRIFT}\n", "somebody"),
    issue(2, None),
    issue(3, f"{DRIFT}\n", pull_request={}),
    issue(4, "<!-- schedule-catalog drift dev -->\n"),
]


@pytest.mark.parametrize(
    ("plan", "status", "drifted", "ended"),
    [
        (0, 0, "no", 0),
        (1, 0, "yes", 0),
        (0, 1, "yes", 0),
        (1, 1, "yes", 0),
        (2, 0, None, 1),
        (0, 2, None, 1),
        (0, 3, None, 1),
    ],
)
def test_either_kind_of_drift_counts_and_what_could_not_be_asked_fails(
    runner: Runner, plan: int, status: int, drifted: str | None, ended: int
) -> None:
    runner.program("schedules", f'#!/bin/sh\necho "$1"\n[ "$1" = plan ] && exit {plan}\nexit {status}\n')

    assert runner.run("drift", "Tell drift from the clock", **STACK) == ended
    assert runner.output.get("drifted") == drifted
    assert (runner.folder / "drift/drift.md").read_text() == "plan\n\nstatus\n"


def test_a_shard_has_no_status_of_its_own(runner: Runner) -> None:
    runner.program("schedules", '#!/bin/sh\necho "$1"\n[ "$1" = plan ]\n')

    assert runner.run("drift", "Tell drift from the clock", **STACK | {"SHARD": "true"}) == 0
    assert runner.output == {"drifted": "no"}


def test_drift_opens_an_issue(runner: Runner) -> None:
    runner.listed(OTHERS)
    runner.file("drift/drift.md", f"{DRIFT}\n**Stack prod**\n")
    runner.run("drift", ISSUE, DRIFTED="yes", **STACK)

    ((where, sent),) = runner.sent
    assert where == "POST repos/o/r/issues"
    assert sent["title"] == "Stack prod has drifted"
    assert sent["body"].startswith(f"{DRIFT}\n**Stack prod**\n")


def test_drift_that_goes_on_writes_the_same_issue_anew(runner: Runner) -> None:
    runner.listed([issue(9, f"{DRIFT}\nold"), issue(7, f"{DRIFT}\nold"), *OTHERS])
    runner.file("drift/drift.md", f"{DRIFT}\nnew\n")
    runner.run("drift", ISSUE, DRIFTED="yes", **STACK)

    assert [where for where, _ in runner.sent] == ["PATCH repos/o/r/issues/7"]


def test_the_issue_is_closed_when_nothing_differs(runner: Runner) -> None:
    runner.listed([issue(7, f"{DRIFT}\nold"), *OTHERS])
    runner.run("drift", ISSUE, DRIFTED="no", **STACK)

    (told, _), (closed, sent) = runner.sent
    assert told == "POST repos/o/r/issues/7/comments"
    assert closed == "PATCH repos/o/r/issues/7"
    assert sent == {"state": "closed", "state_reason": "completed"}


def test_no_drift_and_no_issue_is_silence(runner: Runner) -> None:
    runner.listed(OTHERS)

    assert runner.run("drift", ISSUE, DRIFTED="no", **STACK) == 0
    assert runner.sent == []


def test_issues_that_cannot_be_listed_end_the_job_before_a_second_one(runner: Runner) -> None:
    (runner.folder / "listed").unlink()
    runner.file("drift/drift.md", f"{DRIFT}\nnew\n")

    assert runner.run("drift", ISSUE, DRIFTED="yes", **STACK) != 0
    assert runner.sent == []


def test_a_text_that_is_too_long_for_an_issue_is_cut(runner: Runner) -> None:
    runner.file("drift/drift.md", f"{DRIFT}\n" + "é" * 100_000)
    runner.run("drift", ISSUE, DRIFTED="yes", **STACK)

    assert len(runner.sent[0][1]["body"]) < 65_536
