"""The workflows that reach AWS: who gets credentials, and their scripts run as GitHub's runner runs them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.github.runner import Runner
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
    environment["SETTINGS"] = "/a place/Pulumi.prod.yaml"
    files = {name: str(tmp_path / name) for name in ("GITHUB_ENV", "GITHUB_PATH")}
    subprocess.run(["bash", "-e", "-c", script], cwd=work, env={**environment, **files}, check=True)

    program = work if pinned else work / ".schedule-catalog"
    assert (tmp_path / "GITHUB_ENV").read_text() == f"PROGRAM={program}\n"
    assert (tmp_path / "GITHUB_PATH").read_text() == f"{program}/.venv/bin\n"
    assert (runner.folder / "calls").read_text().splitlines() == (
        [
            "python -m venv .venv",
            "pip install --quiet --disable-pip-version-check -r requirements.txt",
            "schedules packages --settings /a place/Pulumi.prod.yaml",
        ]
        if pinned
        else [f"make -C {program} packages ARGS=--settings '/a place/Pulumi.prod.yaml'"]
    )


@pytest.mark.parametrize("name", AWS)
def test_the_handlers_are_staged_by_the_settings_that_pulumi_gets(name: str) -> None:
    (given,) = (step["with"] for step in steps(name) if step.get("uses", "").endswith("/actions/stack"))

    assert given["settings"] == "${{ env.SETTINGS }}"


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
