"""The steps of review.yml, run in the pull request of the guided tour."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.page import ROOT, Desk

STEPS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".github/workflows/review.yml").read_text())["jobs"]["review"][
    "steps"
]
SCRIPTS = {step["name"]: step["run"] for step in STEPS if "run" in step}


class Review:
    """A checkout of the pull request, and the folder in which its run keeps what it makes."""

    def __init__(self, folder: Path) -> None:
        self._desk = Desk(folder, "tour")
        self.temp = folder / "temp"
        self.temp.mkdir()

    def slow(self) -> None:
        """Make the program one that the change keeps busy for ever."""
        program = self._desk.folder.parent / "bin" / "schedules"
        program.write_text("#!/bin/sh\nexec sleep 600\n")

    def run(self, step: str, settings: str = "", version: str = "", limit: str = "10m") -> str:
        """Return what a step prints, and after it its exit status."""
        variables = {
            "CATALOG": "schedules",
            "SETTINGS": settings,
            "BASE": "HEAD^1",
            "SOURCE_URL": "https://github.com/shop/catalog/blob/0123abc",
            "REPORT_URL": "https://github.com/shop/catalog/actions/runs/7#artifacts",
            "LIMIT": limit,
            "VERSION": version,
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
        }
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        return self._desk.run(
            f"env {given} bash --noprofile --norc -eo pipefail -c {shlex.quote(SCRIPTS[step])}; echo status $?"
        )


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


@pytest.mark.parametrize("settings", ["", "Pulumi.prod.yaml", "Pulumi.*.yaml"])
def test_the_check_annotates_and_fails_the_job(review: Review, settings: str) -> None:
    printed = review.run("Check", settings)

    assert "::error file=schedules/growth.yaml,line=9,col=11,title=cron::five fields" in printed
    assert printed.endswith("status 1\n")


def test_problems_go_to_code_scanning_and_do_not_end_the_job_there(review: Review) -> None:
    assert review.run("Check, as code scanning reads it", "Pulumi.prod.yaml").endswith("status 0\n")

    (run,) = json.loads((review.temp / "sarif/schedules.sarif").read_text())["runs"]
    assert "cron" in {result["ruleId"] for result in run["results"]}


def test_the_diff_is_what_the_comment_shows_and_the_summary_of_the_run(review: Review) -> None:
    assert review.run("What the change means", "Pulumi.prod.yaml").endswith("status 0\n")
    diff = (review.temp / "diff/diff.md").read_text()

    assert diff.startswith("<!-- schedule-catalog diff -->\n")
    assert "❌ **Cannot be deployed: 1 error**" in diff.splitlines()[1]
    assert "](https://github.com/shop/catalog/actions/runs/7#artifacts)" in diff
    assert re.search(
        r"ledger-export</code>\]\(https://github.com/shop/catalog/blob/0123abc/schedules/billing.yaml#L\d+\)", diff
    )
    assert (review.temp / "summary.md").read_text() == diff


def test_a_change_that_takes_too_long_ends_every_step_and_is_told_of(review: Review) -> None:
    review.slow()

    assert review.run("What the change means", limit="0.1s") == "status 0\n"
    diff = (review.temp / "diff/diff.md").read_text()
    assert diff.startswith("<!-- schedule-catalog diff -->\n**The review did not finish:**")
    assert (review.temp / "summary.md").read_text() == diff
    for step in ("Check, as code scanning reads it", "The coming week as a page", "Check"):
        assert not review.run(step, limit="0.1s").endswith("status 0\n")


def test_all_steps_fit_into_the_minutes_of_the_job_and_the_comment_leaves_first() -> None:
    job = yaml.safe_load((ROOT / ".github/workflows/review.yml").read_text())["jobs"]["review"]
    commands = [step["run"] for step in STEPS if "schedules " in step.get("run", "")]
    uploads = [step["with"]["name"] for step in STEPS if step.get("uses", "").startswith("actions/upload-artifact")]

    assert all('timeout --kill-after=10s "$LIMIT"' in command for command in commands)
    assert len(commands) * (int(job["env"]["LIMIT"].removesuffix("m")) + 1) <= job["timeout-minutes"]
    assert uploads[0] == "schedules-diff"


def test_the_report_is_a_page(review: Review) -> None:
    assert review.run("The coming week as a page").endswith("status 0\n")

    assert (review.temp / "report/schedules.html").read_text().startswith("<!doctype html>")


def test_wrong_use_ends_the_job_before_anything_is_uploaded(review: Review) -> None:
    assert review.run("Check, as code scanning reads it", "Pulumi.none.yaml").endswith("status 1\n")


@pytest.mark.parametrize("version", ["main", "v1.0", "", "a" * 39, "a" * 40 + "\nb"])
def test_a_version_that_somebody_can_move_is_refused(review: Review, version: str) -> None:
    step = "See that the version is a commit, which nobody can move"

    assert review.run(step, version=version).endswith("status 1\n")
    assert review.run(step, version="0123456789abcdef" * 2 + "01234567") == "status 0\n"
