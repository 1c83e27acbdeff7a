from __future__ import annotations

from pathlib import Path

import pytest

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_arguments import reach
from schedule_catalog.operations import StackError


def refusal(*arguments: str) -> str:
    with pytest.raises((UsageError, StackError)) as raised:
        reach(parser(["status"]).parse_args(["status", *arguments]))
    return str(raised.value)


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    return ["--catalog", str(tmp_path / "schedules")]


def test_a_stack_has_to_be_named_where_there_is_not_exactly_one(where: list[str], tmp_path: Path) -> None:
    assert "specify a stack" in refusal(*where)
    for stack in ("dev", "prod"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    assert 'known: "dev", "prod"' in refusal(*where)


def test_the_one_stack_needs_a_region(where: list[str], tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")

    assert "--region" in refusal(*where)


def test_a_misspelt_stack_gets_a_suggestion_and_not_a_question_about_its_region(
    where: list[str], tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {aws:region: eu-central-1}\n")

    assert refusal(*where, "--stack", "prdo") == 'no settings for the stack "prdo": did you mean "prod"?'


def test_a_project_without_a_name_is_asked_for(where: list[str], tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {aws:region: eu-central-1}\n")
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\n")

    assert "--project" in refusal(*where)


def test_a_stack_file_that_cannot_be_read_is_named(where: list[str], tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: [\n")

    assert "Pulumi.dev.yaml" in refusal(*where)


def test_local_knows_where_it_is(tmp_path: Path) -> None:
    assert "schedules dev" in refusal("--local", "--state", str(tmp_path))
    assert "remove --endpoint-url" in refusal("--local", "--endpoint-url", "http://127.0.0.1:1")


def test_of_several_stacks_that_run_here_one_is_named(tmp_path: Path) -> None:
    for stack in ("dev", "prod"):
        (tmp_path / stack).mkdir()
        (tmp_path / stack / "laptop.json").write_text("{}")

    assert 'running: "dev", "prod"' in refusal("--local", "--state", str(tmp_path))


def test_the_only_stack_that_runs_here_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "laptop.json").write_text("{}")

    assert f'"{tmp_path / "prod"}"' in refusal("--local", "--state", str(tmp_path))


@pytest.mark.parametrize("url", ["foo", "", "http://[::1", "ftp://a", "http://"])
def test_an_endpoint_has_to_be_a_url(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(["status"]).parse_args(["status", f"--endpoint-url={url}"])
    assert "is not the URL of an endpoint" in capsys.readouterr().err
