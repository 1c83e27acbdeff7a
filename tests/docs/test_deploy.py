"""docs/deploy.md, and how to operate a deployment: each command of theirs is one that its program takes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name

from schedule_catalog.cli.line.parser import parser
from schedule_catalog.settings import parse_settings
from tests.docs.page import ROOT, blocks, found
from tests.docs.pulumi_cli import COMMANDS, flags, put
from tests.github.test_workflows import jobs, read

PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in ("deploy", "maintain")}
PAGE = PAGES["deploy"]
TEMPLATE = (ROOT / "infra/bootstrap/stack.yaml").read_text()
SHELL = {"cd", "export", "printf", "read", "unset", "git", "cut", "echo"}
AWS_GLOBAL = {"--query", "--output", "--region", "--profile"}
FLAGS = flags()


@dataclass(frozen=True)
class Line:
    """A command of a page: the words of one part of a pipe."""

    page: str
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        return self.words[0]

    @property
    def flags(self) -> list[str]:
        return [word.partition("=")[0] for word in self.words[1:] if word.startswith("-")]

    def __str__(self) -> str:
        return shlex.join(self.words)


def lines() -> list[Line]:
    found = list[Line]()
    for page, text in PAGES.items():
        for block in blocks(text):
            if (block.language, block.title) == ("sh", "deploy"):
                parts = [part for line in block.text.replace("\\\n", " ").splitlines() for part in line.split(" | ")]
                found += [Line(page, tuple(shlex.split(part))) for part in parts]
    return found


LINES = lines()


def of(program: str) -> list[Any]:
    return [pytest.param(line, id=str(line)) for line in LINES if line.program == program]


@pytest.mark.parametrize("page", PAGES)
def test_no_block_of_commands_escapes(page: str) -> None:
    found = [block for block in blocks(PAGES[page]) if block.title == "deploy"]

    assert len(found) == len(re.findall(r"^\s*```sh deploy$", PAGES[page], re.MULTILINE)) > 5


def test_every_command_is_looked_at() -> None:
    looked_at = SHELL | {"pulumi", "schedules", "aws", "python3", "pip"}

    assert {line.program for line in LINES} - looked_at == set()
    assert {"pulumi", "schedules", "aws", "python3", "pip"} <= {line.program for line in LINES}


@pytest.mark.parametrize("line", of("schedules"))
def test_a_command_of_ours_is_understood(line: Line) -> None:
    assert parser(line.words[1:]).parse_args(line.words[1:]).command == line.words[1]


@pytest.mark.parametrize("line", of("pulumi"))
def test_a_command_of_pulumi_has_its_flags(line: Line) -> None:
    command = max((each for each in COMMANDS if f"{shlex.join(line.words[1:])} ".startswith(f"{each} ")), key=len)

    assert set(line.flags) <= FLAGS[command]


@pytest.mark.parametrize("line", of("aws"))
def test_a_command_of_aws_has_its_flags(line: Line) -> None:
    service, operation = line.words[1:3]
    if (service, operation) == ("cloudformation", "deploy"):  # the CLI's own: it is no operation of the API
        known = {"--stack-name", "--template-file", "--capabilities", "--parameter-overrides"}
    else:
        model = botocore.session.get_session().get_service_model(service.removesuffix("api"))  # s3api: S3's API
        names = {xform_name(name, "-"): name for name in model.operation_names}
        shape = model.operation_model(names[operation]).input_shape
        known = {f"--{xform_name(member, '-')}" for member in shape.members} if shape else set[str]()
        known |= {f"--no-{flag[2:]}" for flag in known}

    assert set(line.flags) <= known | AWS_GLOBAL


def test_the_template_is_where_the_program_says_it_is() -> None:
    (line,) = (line for line in LINES if "--template-file" in line.words)
    command = re.fullmatch(r"\$\((python .*)\)", line.words[line.words.index("--template-file") + 1])
    assert command is not None
    done = subprocess.run([sys.executable, *shlex.split(command[1])[1:]], capture_output=True, text=True, check=True)

    assert Path(done.stdout.strip()) == ROOT / "infra" / "bootstrap" / "stack.yaml"


def test_the_flags_that_pulumi_has_are_recorded_for_each_command() -> None:
    assert set(FLAGS) == set(COMMANDS)
    assert all({"--cwd", "--stack", "--help"} <= FLAGS[command] for command in FLAGS if command != "login")


def test_the_settings_that_are_set_are_those_of_the_sample() -> None:
    config: dict[str, Any] = {}
    for line in LINES:
        if line.words[:3] == ("pulumi", "config", "set") and line.page == "deploy":
            put(config, line.words[-2], line.words[-1], "--path" in line.words)
    (sample,) = (yaml.safe_load(each.text) for each in blocks(PAGE) if each.title == "Pulumi.prod.yaml")
    ours = {key.partition(":")[2]: value for key, value in config.items() if key.startswith("schedule-catalog:")}

    assert config == sample["config"]
    assert parse_settings("prod", ours).catalog == "schedules"


def test_an_output_that_is_asked_for_is_exported() -> None:
    program = "".join((ROOT / path).read_text() for path in ("infra/core.py", "__main__.py"))
    exported = re.findall(r'pulumi\.export\("(\w+)"', program)
    asked = {line.words[-1] for line in LINES if line.words[:3] == ("pulumi", "stack", "output")} - {"--json"}

    assert asked <= set(exported)


def test_the_variables_are_those_that_the_workflows_read() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| `(\w+)` \|$", PAGE, re.MULTILINE))
    texts = [(ROOT / f".github/workflows/{name}.yml").read_text() for name in ("preview", "up", "drift")]

    assert set(table) == {name for text in texts for name in re.findall(r"vars\.(\w+)", text)}
    assert set(table.values()) <= set(re.findall(r"^  (\w+):$", TEMPLATE.partition("\nOutputs:")[2], re.MULTILINE))


def test_the_template_is_given_parameters_that_it_has() -> None:
    parameters = set(re.findall(r"^  (\w+):$", TEMPLATE.partition("\nResources:")[0], re.MULTILINE))
    given = {word.partition("=")[0] for line in LINES for word in line.words if re.match(r"[A-Z]\w+=", word)}

    assert given - {"AWS_REGION", "PULUMI_BACKEND_URL", "PATH"} <= parameters
    assert "GitHubProvider" in parameters


def test_a_companys_workflow_calls_ours_with_what_they_take_and_the_rights_they_need() -> None:
    (caller,) = (yaml.safe_load(each.text) for each in blocks(PAGE) if each.title.endswith("/deployment.yml"))

    assert set(caller["jobs"]) == {"preview", "up", "drift"}
    for name, job in caller["jobs"].items():
        workflow, version = found(r"^your-company/schedule-catalog/(.+)@([0-9a-f]{40})$", job["uses"]).groups()
        inputs = read(Path(workflow).stem)["on"]["workflow_call"]["inputs"]
        needed = {right for each in jobs(name).values() for right in each["permissions"].items()}
        required = {key for key, each in inputs.items() if each.get("required") == "true"}

        assert workflow == f".github/workflows/{name}.yml"
        assert required <= set(job["with"]) <= set(inputs)
        assert needed - {(right, "read") for right, value in needed if value == "write"} == set(
            job["permissions"].items()
        )
        assert job["with"]["version"] == version


@pytest.mark.parametrize("name", ["preview", "up", "drift"])
def test_every_input_of_a_workflow_is_on_the_page(name: str) -> None:
    inputs = read(name)["on"]["workflow_call"]["inputs"]

    assert [key for key in inputs if not re.search(rf"(?:`|^      ){key}\b", PAGE, re.MULTILINE)] == []


def test_the_readme_leads_here() -> None:
    assert "docs/deploy.md" in (ROOT / "README.md").read_text()
    assert "(deploy.md)" in (ROOT / "docs/README.md").read_text()
    assert "(deploy.md" in (ROOT / "docs/platform.md").read_text()
