from __future__ import annotations

from pathlib import Path

import pytest

from local.errors import EngineError
from local.options import CHECKOUT
from local.real_engine.cli import Cli
from local.real_engine.project import EngineProject

# A command line that notes its environment, writes an event log where one is asked for, and fails when told to.
PULUMI = """#!/bin/sh
env > "{notes}/environment"
echo "$@" >> "{notes}/calls"
for argument in "$@"; do
  case "$argument" in --event-log=*) : > "${{argument#--event-log=}}";; esac
done
case "$*" in *export*) echo '{{"deployment": {{"resources": [{resource}]}}}}';; esac
case "$*" in *fail*) echo "error: it failed" >&2; exit 1;; esac
"""
RESOURCE = '{"urn": "urn:pulumi:dev::walk::aws:sqs/queue:Queue::q", "type": "aws:sqs/queue:Queue", "protect": true}'
OWN = '{"urn": "urn:pulumi:dev::walk::pulumi:pulumi:Stack::dev", "type": "pulumi:pulumi:Stack"}'


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module")
def project(notes: Path, tmp_path_factory: pytest.TempPathFactory) -> EngineProject:
    command = notes / "pulumi"
    command.write_text(PULUMI.format(notes=notes, resource=f"{RESOURCE}, {OWN}"))
    command.chmod(0o755)
    made = EngineProject(tmp_path_factory.mktemp("walk"), Cli(command, notes / "executor"))
    made.prepare(4711)
    return made


def test_the_project_is_a_companys_repository_and_what_is_edited_is_a_copy(project: EngineProject) -> None:
    assert (project.folder / "__main__.py").read_text() == "import schedule_stack\nschedule_stack.run_program()\n"
    assert "name: schedule-catalog\n" in (project.folder / "Pulumi.yaml").read_text()
    assert {file.name for file in project.catalog.iterdir()} == {
        file.name for file in (CHECKOUT / "schedules").iterdir()
    }
    assert not any(file.is_symlink() for file in (*project.catalog.iterdir(), project.folder / "Pulumi.dev.yaml"))


def test_the_command_line_sees_nothing_of_the_users_but_the_path(project: EngineProject, notes: Path) -> None:
    project.call("whoami")
    lines = (notes / "environment").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines)
    assert seen["PULUMI_DEBUG_PROVIDERS"] == "aws:4711"
    assert seen["PULUMI_BACKEND_URL"].startswith("file:///")
    assert seen["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert not [name for name in seen if name.startswith("AWS_")]
    assert Path(seen["HOME"]).is_relative_to(project.folder.parent)
    assert (Path(seen["PATH"].split(":")[0]) / "pulumi-language-python").exists()


def test_a_run_asks_nothing_and_a_preview_agrees_to_nothing(project: EngineProject, notes: Path) -> None:
    project.deploy("up")
    project.deploy("preview")
    up, preview = (notes / "calls").read_text().splitlines()[-2:]
    assert "--yes" in up
    assert "--non-interactive" in up
    assert "--yes" not in preview


def test_what_the_engine_has_is_told_but_for_its_own(project: EngineProject) -> None:
    assert [(one.name, one.type, one.protected) for one in project.resources()] == [("q", "aws:sqs/queue:Queue", True)]


def test_a_command_that_fails_is_an_error_with_what_it_said(project: EngineProject) -> None:
    with pytest.raises(EngineError, match="it failed"):
        project.call("config", "fail")
    with pytest.raises(EngineError, match="it failed"):
        project.deploy("up", "--fail")


def test_what_should_be_refused_and_is_not_is_an_error(project: EngineProject) -> None:
    assert project.refusal("up", "--fail").errors == ()
    with pytest.raises(EngineError, match="should have been refused"):
        project.refusal("up")
