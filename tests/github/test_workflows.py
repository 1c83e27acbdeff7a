"""The workflows: what actionlint says, what they may do, and their scripts run as GitHub's runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.actionlint import said_of

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
ACTIONS = {path.parent.name: path for path in sorted((ROOT / ".github/actions").glob("*/action.yml"))}
FILES = {**WORKFLOWS, **ACTIONS}
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
MARKER = "<!-- schedule-catalog diff -->"


def read(name: str) -> dict[str, Any]:
    return yaml.load(WORKFLOWS[name].read_text(), Loader=yaml.BaseLoader)  # "on" stays a key


def jobs(name: str) -> dict[str, Any]:
    return read(name)["jobs"]


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job.get("steps", ())]


def script(name: str, step: str) -> str:
    (found,) = [each["run"] for each in steps(name) if each.get("name") == step]
    return found


def test_actionlint_has_nothing_to_say() -> None:
    assert said_of(*WORKFLOWS.values()) == []


@pytest.mark.parametrize("name", FILES)
def test_actions_are_pinned_by_commit_and_name_their_version(name: str) -> None:
    used = re.findall(r"uses: (.+)$", FILES[name].read_text(), re.MULTILINE)

    assert [each for each in used if not PINNED.match(each) and not each.startswith("./")] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    text = "".join(path.read_text() for path in FILES.values())
    versions = dict[str, set[str]]()
    for action, version in re.findall(r"uses: (\w[^@\n]+)@(.+)$", text, re.MULTILINE):
        versions.setdefault(action, set()).add(version)

    assert all(len(each) == 1 for each in versions.values())


@pytest.mark.parametrize(
    "workflow", [WORKFLOWS["pull-request"], ROOT / "schedule_catalog/starter/templates/review.yml"]
)
def test_a_change_of_a_calendar_is_reviewed_like_one_of_a_schedule(workflow: Path) -> None:
    watched = re.findall(r"^    paths: (\[.+\])$", workflow.read_text(), re.MULTILINE)

    assert [set(yaml.safe_load(each)) >= {"schedules/**", "calendars/**"} for each in watched] == [True]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_no_rights_and_each_job_its_own_and_an_end(name: str) -> None:
    assert read(name)["permissions"] == {}
    for job in jobs(name).values():
        assert job["permissions"]
        assert "uses" in job or int(job["timeout-minutes"]) <= 120


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_uses_no_secret_and_puts_no_expression_into_a_script(name: str) -> None:
    text = WORKFLOWS[name].read_text()

    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert all("${{" not in step.get("run", "") for step in steps(name))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_checkout_leaves_its_token_behind(name: str) -> None:
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]

    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_failing_command_ends_a_pipe_of_a_script(name: str) -> None:
    piped = [step["run"] for step in steps(name) if re.search(r"[^|]\|[^|]", step.get("run", ""))]

    assert not piped or read(name)["defaults"]["run"]["shell"] == "bash"  # with pipefail, unlike what is not named


def test_the_tests_run_on_every_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (job,) = jobs("ci").values()
    versions = job["strategy"]["matrix"]["python-version"]

    assert project["requires-python"] == f">={versions[0]}"
    assert [each.rpartition(" ")[2] for each in project["classifiers"] if ":: 3." in each] == versions
    assert "${{ matrix.python-version }}" in [step.get("with", {}).get("python-version") for step in job["steps"]]
    assert job["strategy"]["fail-fast"] == "false"


def test_actions_are_kept_up_to_date() -> None:
    (update,) = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]

    assert update["package-ecosystem"] == "github-actions"


def test_a_job_may_write_one_kind_of_thing_and_only_these_may() -> None:
    writers = {
        (name, label): {right for right, value in job["permissions"].items() if value == "write"}
        for name in WORKFLOWS
        for label, job in jobs(name).items()
        if "uses" not in job
    }

    assert {job: rights for job, rights in writers.items() if rights} == {
        ("comment", "comment"): {"pull-requests"},
        ("drift", "issue"): {"issues"},
        ("drift", "look"): {"id-token"},
        ("pages", "publish"): {"id-token", "pages"},
        ("preview", "comment"): {"pull-requests"},
        ("preview", "preview"): {"id-token"},
        ("release", "publish"): {"id-token"},
        ("review", "code-scanning"): {"security-events"},
        ("up", "up"): {"id-token"},
    }


@pytest.mark.parametrize(
    ("name", "job"),
    [
        *(("comment", "comment"), ("drift", "issue"), ("preview", "comment")),
        *(("release", "publish"), ("review", "code-scanning")),
    ],
)
def test_what_may_write_elsewhere_runs_nothing_of_the_change(name: str, job: str) -> None:
    used = [step.get("uses", "") for step in jobs(name)[job]["steps"]]

    assert not any("checkout" in each or each.startswith("./") for each in used)


@pytest.mark.parametrize("name", ["pull-request", "deployment"])
def test_a_caller_gives_each_workflow_of_ours_the_rights_that_it_needs_and_no_other(name: str) -> None:
    for job in jobs(name).values():
        called = jobs(Path(job["uses"]).stem)

        needed = {right for each in called.values() for right in each["permissions"].items()}
        needed -= {(right, "read") for right, value in needed if value == "write"}
        assert set(job["permissions"].items()) == needed


def test_runs_of_one_change_replace_each_other() -> None:
    for name in ("ci", "pull-request", "comment"):
        assert read(name)["concurrency"]["cancel-in-progress"] == "true"


# The scripts of comment.yml, with a `gh` that answers from files.

FAKE_GH = """\
#!/bin/sh
echo "$@" >> "$FAKE/calls"
case "$*" in
  *" --input "*) cp comment.json "$FAKE/sent"; echo '{"html_url": "https://example.com/comment"}' ;;
  *repos/o/r/pulls*) cat "$FAKE/pulls" ;;
  *artifacts/7/zip) cat "$FAKE/zip" ;;
  *artifacts?name=schedules-diff) cat "$FAKE/artifacts" ;;
  *issues/12/comments*) cat "$FAKE/comments" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
"""


class Runner:
    """Runs the comment's steps in their order, as their conditions say."""

    def __init__(self, folder: Path) -> None:
        self.fake = folder / "fake"
        self._temp = folder / "temp"
        self.fake.mkdir()
        self._temp.mkdir()
        (self.fake / "gh").write_text(FAKE_GH)
        (self.fake / "gh").chmod(0o755)
        self.answer("pulls", [{"number": 12, "head": {"sha": "a" * 40}}])
        self.answer("artifacts", {"artifacts": [{"id": 7, "size_in_bytes": 900}]})
        self.answer("comments", [])
        self.artifact(f"{MARKER}\n### Schedules\n")

    def answer(self, name: str, value: object) -> None:
        (self.fake / name).write_text(json.dumps(value))

    def artifact(self, text: str | bytes, name: str = "diff.md") -> None:
        with zipfile.ZipFile(self.fake / "zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, text)

    def run(self, conclusion: str = "success") -> str:
        """Return the comment that was written about a run that ended so, or nothing."""
        self._conclusion = conclusion
        pull = self._step("Find the pull request that was reviewed")
        if "number" in pull and self._step("Read the artifact"):
            self._step("Write the comment, or write it anew", NUMBER=pull["number"])
        sent = self.fake / "sent"
        return json.loads(sent.read_text())["body"] if sent.exists() else ""

    @property
    def calls(self) -> str:
        return (self.fake / "calls").read_text()

    def _step(self, name: str, **variables: str) -> dict[str, str]:
        output = self._temp / "output"
        output.write_text("")
        environment = {
            "PATH": f"{self.fake}{os.pathsep}{os.environ['PATH']}",
            "FAKE": str(self.fake),
            "RUNNER_TEMP": str(self._temp),
            "GITHUB_OUTPUT": str(output),
            "REPOSITORY": "o/r",
            "RUN": "99",
            "CONCLUSION": self._conclusion,
            "RUN_URL": "https://example.com/run/99",
            "HEAD": "a" * 40,
            "HEAD_OWNER": "someone",
            "HEAD_BRANCH": 'x"; touch /tmp/never',
            "MARKER": MARKER,
        }
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script("comment", name)],
            env=environment | variables,
            cwd=self._temp,
            check=True,
        )
        return dict(line.split("=", 1) for line in output.read_text().splitlines())


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    missing = [each for each in ("jq", "unzip", "iconv") if not shutil.which(each)]
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: apt-get install jq unzip")
    return Runner(tmp_path)


def test_the_first_review_writes_a_comment(runner: Runner) -> None:
    comment = runner.run()

    assert comment == (
        f"{MARKER}\n<sub>Of aaaaaaaaaaaa, by [this run](https://example.com/run/99).</sub>\n\n### Schedules\n"
    )
    assert "--method POST repos/o/r/issues/12/comments" in runner.calls


def test_the_next_review_updates_the_bots_comment_and_nobody_elses(runner: Runner) -> None:
    body = f"{MARKER}\nold"
    runner.answer(
        "comments",
        [
            {"id": 1, "body": body, "user": {"login": "somebody"}},
            {"id": 2, "body": "hello", "user": {"login": "github-actions[bot]"}},
            {"id": 3, "body": body, "user": {"login": "github-actions[bot]"}},
        ],
    )

    assert runner.run()
    assert "--method PATCH repos/o/r/issues/comments/3" in runner.calls


def test_comments_that_cannot_be_listed_end_the_job_before_a_second_one(runner: Runner) -> None:
    (runner.fake / "comments").unlink()

    with pytest.raises(subprocess.CalledProcessError):
        runner.run()
    assert "--method POST" not in runner.calls


@pytest.mark.parametrize("pulls", [[], [{"number": 12, "head": {"sha": "b" * 40}}], [{"number": "1/../2", "head": {}}]])
def test_a_run_whose_head_is_no_open_pull_requests_says_nothing(runner: Runner, pulls: list[object]) -> None:
    runner.answer("pulls", pulls)

    assert runner.run() == ""


@pytest.mark.parametrize(
    "artifacts",
    [[], [{"id": 7, "size_in_bytes": 5_000_000}], [{"id": "7/../8", "size_in_bytes": 1}]],
)
def test_an_artifact_that_is_missing_or_too_large_is_not_fetched(runner: Runner, artifacts: list[object]) -> None:
    runner.answer("artifacts", {"artifacts": artifacts})

    assert runner.run() == ""
    assert "/zip" not in runner.calls


@pytest.mark.parametrize("conclusion", ["cancelled", "timed_out", "failure"])
def test_a_review_that_left_no_diff_is_told_of_as_unfinished(runner: Runner, conclusion: str) -> None:
    runner.answer("artifacts", {"artifacts": []})

    comment = runner.run(conclusion)

    assert comment.startswith(f"{MARKER}\n<sub>Of aaaaaaaaaaaa, by [this run](https://example.com/run/99).</sub>")
    assert "**The review did not finish:** its run says how far it came." in comment


@pytest.mark.parametrize(
    ("text", "name"),
    [("no marker\n", "diff.md"), (f"{MARKER}\n", "../diff.md"), (f"{MARKER}\n", "other.md"), ("", "diff.md")],
)
def test_an_artifact_of_another_kind_is_not_shown(runner: Runner, text: str, name: str) -> None:
    runner.artifact(text, name)

    assert runner.run() == ""


def test_an_artifact_that_unpacks_to_very_much_is_cut_and_mentions_nobody(runner: Runner) -> None:
    runner.artifact(f"{MARKER}\n@everyone \udcff".encode("utf-8", "surrogateescape") + b"x" * 50_000_000)
    comment = runner.run()

    assert len(comment) < 65_536
    assert "@everyone" not in comment
    assert "everyone" in comment
