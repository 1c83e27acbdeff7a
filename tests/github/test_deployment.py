"""The workflows that reach AWS: who gets credentials, and their scripts run as GitHub's runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.test_workflows import ROOT, jobs, read, steps

AWS = ("preview", "up", "drift")
ACTION = yaml.safe_load((ROOT / ".github/actions/stack/action.yml").read_text())
GUARD = "See that it is set up, and that the version is a commit, which nobody can move"


@pytest.mark.parametrize("name", AWS)
def test_only_what_a_repository_calls_reaches_aws(name: str) -> None:
    assert list(read(name)["on"]) == ["workflow_call"]


def test_a_fork_gets_no_credentials_and_is_told_so() -> None:
    fork, preview = (" ".join(jobs("preview")[job]["if"].split()) for job in ("fork", "preview"))

    # One is the other's opposite: there is always a job, and never both.
    assert (
        fork
        == "github.event.pull_request.head.repo.full_name != github.repository || github.actor == 'dependabot[bot]'"
    )
    assert preview == fork.replace("!=", "=").replace(" = ", " == ").replace("||", "&&").replace(
        "github.actor ==", "github.actor !="
    )
    assert jobs("preview")["fork"]["permissions"] == {"contents": "read"}
    assert "fork" in jobs("preview")["fork"]["steps"][0]["run"]


def test_the_role_that_deploys_is_used_behind_an_environment_alone() -> None:
    users = {name for name in AWS if "AWS_DEPLOY_ROLE" in (ROOT / f".github/workflows/{name}.yml").read_text()}

    assert users == {"up"}
    assert jobs("up")["up"]["environment"] == "${{ inputs.environment }}"
    assert read("up")["on"]["workflow_call"]["inputs"]["environment"]["required"] == "true"


def test_two_deployments_of_a_stack_never_run_at_once_and_none_is_killed() -> None:
    assert jobs("up")["up"]["concurrency"] == {
        "group": "schedules-up-${{ inputs.stack }}",
        "cancel-in-progress": "false",
    }


def test_the_credentials_last_as_long_as_a_deployment_may() -> None:
    bootstrap = (ROOT / "infra/bootstrap/stack.yaml").read_text()
    (given,) = (step["with"]["seconds"] for step in steps("up") if "seconds" in step.get("with", {}))

    assert int(given) == int(jobs("up")["up"]["timeout-minutes"]) * 60
    assert f"MaxSessionDuration: {given}\n" in bootstrap


def test_what_is_installed_and_built_has_no_credentials() -> None:
    order = [step.get("uses", step.get("name", "")).partition("@")[0] for step in ACTION["runs"]["steps"]]

    assert order[-1] == "aws-actions/configure-aws-credentials"
    assert "schedules packages" in "".join(step.get("run", "") for step in ACTION["runs"]["steps"][:-1])


@pytest.mark.parametrize("pinned", [True, False], ids=["pinned", "checkout"])
def test_a_repository_that_pins_the_program_is_deployed_by_that_and_another_by_the_checkout(
    pinned: bool, tmp_path: Path
) -> None:
    """The action's own script, with a `python` and a `make` that note what they are asked for."""
    runner = Runner(tmp_path / "bin")
    work = tmp_path / "work"
    (work / ".schedule-catalog").mkdir(parents=True)
    noted = '#!/bin/sh\necho "$(basename "$0")" "$@" >> "$FAKE/calls"\n'
    made = 'mkdir -p .venv/bin; for name in pip schedules; do cp "$0" ".venv/bin/$name"; done\n'
    runner.program("python", noted + f'[ "$1" != -m ] || {{ {made.strip()}; }}\n')
    runner.program("make", noted)
    if pinned:
        (work / "requirements.txt").write_text("schedule-stack==0.1.0\n")
    (script,) = (step["run"] for step in ACTION["runs"]["steps"] if "PROGRAM" in step.get("run", ""))

    environment = {"PATH": f"{runner.folder}:/usr/bin:/bin", "FAKE": str(runner.folder)}
    files = {name: str(tmp_path / name) for name in ("GITHUB_ENV", "GITHUB_PATH")}
    subprocess.run(["bash", "-e", "-c", script], cwd=work, env={**environment, **files}, check=True)

    program = work if pinned else work / ".schedule-catalog"
    assert (tmp_path / "GITHUB_ENV").read_text() == f"PROGRAM={program}\n"
    assert (tmp_path / "GITHUB_PATH").read_text() == f"{program}/.venv/bin\n"
    assert (runner.folder / "calls").read_text().splitlines() == (
        [
            "python -m venv .venv",
            "pip install --quiet --disable-pip-version-check -r requirements.txt",
            "schedules packages",
        ]
        if pinned
        else [f"make -C {program} packages"]
    )


def test_the_cli_is_of_the_version_that_the_lock_has() -> None:
    (version,) = (
        step["with"]["pulumi-version"] for step in ACTION["runs"]["steps"] if "pulumi" in step.get("uses", "")
    )

    assert f"\npulumi=={version} " in (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize("name", AWS)
def test_pulumi_is_told_the_stack_and_its_settings_and_asks_nobody(name: str) -> None:
    (line,) = re.findall(r"pulumi (?:preview|up) [^>\n]*", "\n".join(step.get("run", "") for step in steps(name)))

    assert '--cwd "$PROGRAM" --stack "$STACK" --config-file "$SETTINGS" --non-interactive' in line
    assert ("--yes" in line) == (name == "up")
    assert ("--refresh" in line) == (name == "drift")


def test_the_look_for_drift_asks_for_no_key() -> None:
    read_policy = (ROOT / "infra/bootstrap/stack.yaml").read_text().partition("  WritePolicy:")[0]

    assert "--exclude '**SecretVersion**'" in "".join(step.get("run", "") for step in steps("drift"))
    assert "GetSecretValue" not in read_policy


@pytest.mark.parametrize("name", AWS)
def test_every_input_is_explained(name: str) -> None:
    assert all(each["description"] for each in read(name)["on"]["workflow_call"]["inputs"].values())


# The scripts, with a `gh` that keeps issues and comments, and a `schedules` that prints and ends as it is told.

FAKE_GH = """\
#!/bin/sh
echo "$@" >> "$FAKE/calls"
while [ $# -gt 0 ]; do
  case "$1" in
    --method) method=$2; shift ;;
    --input) cp "$2" "$FAKE/sent.$(wc -l < "$FAKE/calls")" ; sent=yes; shift ;;
    --jq) query=$2; shift ;;
    repos/*) path=$1 ;;
  esac
  shift
done
if [ "$sent" ]; then echo '{"html_url": "https://example.com/it"}'; exit; fi
case "$path" in
  */comments*|*/issues) cat "$FAKE/listed" ;;
  */commits) jq -r "$query" "$FAKE/listed" ;;
  *) echo "unexpected: $path" >&2; exit 1 ;;
esac
"""


@dataclass
class Runner:
    """A runner's folders, and what is on its path."""

    folder: Path
    output: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.program("gh", FAKE_GH)
        (self.folder / "calls").write_text("")
        self.listed([])

    def program(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def listed(self, value: object) -> None:
        (self.folder / "listed").write_text(json.dumps(value))

    def file(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text)

    def run(self, workflow: str, step: str, **variables: str) -> int:
        """Run a step and return how it ended."""
        (script,) = [each["run"] for each in steps(workflow) if each.get("name") == step]
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        environment = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}",
            "FAKE": str(self.folder),
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "REPOSITORY": "o/r",
            "RUN_URL": "https://example.com/run/99",
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        ended = subprocess.run(command, env=environment | variables, cwd=self.folder, check=False).returncode
        lines = (self.folder / "output").read_text().splitlines()
        self.output = dict(line.split("=", 1) for line in lines)
        return ended

    @property
    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """What was written to GitHub: the method and path, and the body."""
        calls = (self.folder / "calls").read_text().splitlines()
        return [
            (" ".join(calls[number - 1].split()[2:4]), json.loads(path.read_text()))
            for path in sorted(self.folder.glob("sent.*"))
            if (number := int(path.suffix[1:]))
        ]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if not shutil.which("jq"):
        pytest.skip("jq is missing: apt-get install jq")
    return Runner(tmp_path)


SET_UP = {"REGION": "eu-central-1", "ROLE": "arn:aws:iam::123456789012:role/r", "PULUMI_BACKEND_URL": "s3://state"}


@pytest.mark.parametrize("name", AWS)
@pytest.mark.parametrize("missing", [*SET_UP, "VERSION"])
def test_what_is_not_set_up_is_told_before_anything_is_installed(
    runner: Runner, name: str, missing: str, capfd: pytest.CaptureFixture[str]
) -> None:
    given = SET_UP | {"VERSION": "0123456789" * 4}

    assert runner.run(name, GUARD, **given) == 0
    assert runner.run(name, GUARD, **given | {missing: ""}) == 1
    assert "::error::" in capfd.readouterr().out
    assert next(step for step in jobs(name)["look" if name == "drift" else name]["steps"])["name"] == GUARD


def test_the_newest_commit_alone_is_deployed(runner: Runner) -> None:
    step = "See that nothing newer is there"
    runner.listed([{"sha": "b" * 40}])

    assert runner.run("up", step, GITHUB_REF_NAME="main", GITHUB_SHA="b" * 40) == 0
    assert runner.run("up", step, GITHUB_REF_NAME="main", GITHUB_SHA="a" * 40) == 1


# The comment of preview.yml

PREVIEW = "<!-- schedule-catalog preview prod -->"
PULL = {"NUMBER": "12", "HEAD": "a" * 40, "MARKER": PREVIEW}
WRITE = "Write the comment, or write it anew"


def comment(number: int, body: str, login: str = "github-actions[bot]") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"login": login}}


def test_the_first_preview_writes_a_comment(runner: Runner) -> None:
    runner.file("plan/plan.md", f"{PREVIEW}\n**Stack prod**: 1 to create\n")
    runner.run("preview", WRITE, **PULL)

    ((where, sent),) = runner.sent
    assert where == "POST repos/o/r/issues/12/comments"
    assert sent["body"].startswith(
        f"{PREVIEW}\n<sub>Of aaaaaaaaaaaa, by [this run](https://example.com/run/99).</sub>\n\n**S"
    )


def test_the_next_preview_updates_the_comment_of_its_stack(runner: Runner) -> None:
    runner.file("plan/plan.md", f"{PREVIEW}\nnew\n")
    others = [
        comment(1, f"{PREVIEW}\n", "somebody"),
        comment(2, "<!-- schedule-catalog preview dev -->\n"),
        comment(3, PREVIEW),
    ]
    runner.listed(others)
    runner.run("preview", WRITE, **PULL)

    assert [where for where, _ in runner.sent] == ["PATCH repos/o/r/issues/comments/3"]


@pytest.mark.parametrize("text", ["", "hello\n", "<!-- schedule-catalog preview dev -->\n"])
def test_what_is_no_preview_of_the_stack_is_not_shown(runner: Runner, text: str) -> None:
    runner.file("plan/plan.md", text)

    assert runner.run("preview", WRITE, **PULL) == 0
    assert runner.sent == []


@pytest.mark.parametrize(("status", "ended"), [(0, 0), (1, 0), (2, 2), (3, 3)])
def test_a_preview_with_errors_is_shown_before_the_job_fails(runner: Runner, status: int, ended: int) -> None:
    runner.program("schedules", f"#!/bin/sh\necho shown\nexit {status}\n")

    assert runner.run("preview", "Tell it", CATALOG="schedules") == ended
    assert runner.output.get("status") == (str(status) if not ended else None)
    assert runner.run("preview", "End as the preview ended", STATUS=str(status)) == status


# The issue of drift.yml

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
