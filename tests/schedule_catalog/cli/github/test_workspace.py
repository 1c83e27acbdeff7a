"""GitHub finds the file of a problem wherever in a repository the catalog is and the command runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schedule_catalog.cli.github.workspace import Workspace

BROKEN = """\
owner: billing
schedules:
  daily: {cron: "0 9 * * *", request: {service: billing, path: /a}}
"""


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """A repository with a project in a folder of it."""
    top = tmp_path / "monorepo"
    (top / "infra/scheduling/schedules").mkdir(parents=True)
    (top / "infra/scheduling/schedules/a.yaml").write_text(BROKEN)
    (top / ".git").mkdir()
    return top


def printed(folder: Path, form: str, *arguments: str, workspace: Path | None = None) -> str:
    outer = {name: value for name, value in os.environ.items() if name != "GITHUB_WORKSPACE"}
    environment = outer | ({"GITHUB_WORKSPACE": str(workspace)} if workspace else {})
    command = (sys.executable, "-m", "schedule_catalog.cli", "check", "--format", form, *arguments)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize(
    ("folder", "arguments"),
    [("infra/scheduling", ()), (".", ("infra/scheduling/schedules",)), ("infra", ("../infra/scheduling/schedules",))],
)
@pytest.mark.parametrize("in_workflow", [True, False])
def test_annotations_and_sarif_name_the_path_from_the_top(
    monorepo: Path, folder: str, arguments: tuple[str, ...], in_workflow: bool
) -> None:
    workspace = monorepo if in_workflow else None
    annotation = printed(monorepo / folder, "github", *arguments, workspace=workspace).splitlines()[0]
    (run,) = json.loads(printed(monorepo / folder, "sarif", *arguments, workspace=workspace))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]

    assert annotation.startswith("::error file=infra/scheduling/schedules/a.yaml,line=3,")
    assert place == {"uri": "infra/scheduling/schedules/a.yaml", "uriBaseId": "%SRCROOT%"}


def test_a_workspace_goes_before_a_repository_that_is_checked_out_in_it(tmp_path: Path) -> None:
    (tmp_path / "config/.git").mkdir(parents=True)
    workspace = Workspace.around(tmp_path / "config", {"GITHUB_WORKSPACE": str(tmp_path)})
    assert workspace.relative("schedules/a.yaml") == "config/schedules/a.yaml"


@pytest.mark.parametrize("given", ["", "/nowhere/at/all"])
def test_a_workspace_that_the_command_is_not_in_is_passed_over(monorepo: Path, given: str) -> None:
    workspace = Workspace.around(monorepo / "infra", {"GITHUB_WORKSPACE": given})
    assert workspace.top == monorepo


def test_a_workspace_may_be_named_by_a_link(monorepo: Path) -> None:
    link = monorepo.with_name("link")
    link.symlink_to(monorepo)
    workspace = Workspace.around(monorepo / "infra", {"GITHUB_WORKSPACE": str(link)})
    assert workspace.relative("a.yaml") == "infra/a.yaml"


def test_without_a_repository_paths_are_seen_from_the_folder(tmp_path: Path) -> None:
    workspace = Workspace.around(tmp_path, {})
    assert workspace.relative("schedules/a.yaml") == "schedules/a.yaml"
    assert workspace.relative("../elsewhere/a.yaml") is None
