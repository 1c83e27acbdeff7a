from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from schedule_catalog import check
from schedule_catalog.settings import parse_settings
from tests.infra.sample import CONFIG
from tests.pulumi_harness import NOW, run_program

BAD = """\
owner: billing
schedules:
  first:
    cron: "0 9 * * *"
    request: {url: "https://hooks.example.com/x"}
  second:
    at: 2026-01-01T09:00
    request: {url: "https://elsewhere.example.com/x"}
"""


def refused(config: dict[str, Any]) -> list[str]:
    with pytest.raises(pulumi.RunError) as caught:
        run_program({**CONFIG, **config})
    return str(caught.value).splitlines()


def test_wrong_settings_are_the_lines_with_the_commands_to_run():
    assert refused({"name_prefix": "App", "servics": {}}) == [
        (
            'name_prefix: "App" is not a short lower-case prefix; '
            "run: pulumi config set --stack dev schedule-catalog:name_prefix app"
        ),
        (
            'servics: unknown key "servics", did you mean "services"?; '
            "run: pulumi config rm --stack dev schedule-catalog:servics && "
            "pulumi config set --stack dev --path schedule-catalog:services.billing https://billing.example.com"
        ),
    ]


def test_a_bad_catalog_is_the_errors_of_the_check_and_nothing_else(tmp_path: Path):
    (tmp_path / "bad.yaml").write_text(BAD)
    settings = parse_settings("dev", {"now": NOW, **CONFIG})
    assert settings.now
    problems = check([tmp_path], settings={"dev": settings}, stack="dev", now=settings.now).problems
    lines = refused({"catalog": str(tmp_path)})

    assert lines == [str(problem) for problem in problems if problem.severity == "error"]
    assert len(lines) == 2
    assert len(problems) > 2, "the past time is a warning, which stops nobody"


def test_the_lines_are_those_that_the_command_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from schedule_catalog.cli import main

    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "bad.yaml").write_text(BAD)
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  schedule-catalog:hosts: [hooks.example.com]\n")
    main(["check", str(tmp_path / "schedules"), "--stack", "dev"])
    printed = capsys.readouterr().out

    assert [line for line in printed.splitlines() if ": error: " in line] == refused(
        {"catalog": str(tmp_path / "schedules"), "services": {}, "secrets": {}}
    )


def test_a_missing_package_is_refused_with_the_command_that_stages_it(tmp_path: Path):
    assert refused({"packages": str(tmp_path)}) == [
        f"the Lambda package {tmp_path}/callback is not staged; run: python -m infra.packages --out {tmp_path}"
    ]


def test_an_encrypted_setting_is_refused_here_as_the_command_refuses_it():
    with pytest.raises(pulumi.RunError, match="name_prefix: is encrypted, but is no secret"):
        run_program({**CONFIG, "name_prefix": "app"}, secret_keys=["name_prefix"])


def test_what_is_encrypted_within_a_setting_is_not_shown():
    with pytest.raises(pulumi.RunError) as caught:
        run_program({**CONFIG, "secrets": {"token": "s3cr3t"}}, secret_keys=["secrets"])

    assert str(caught.value).startswith("secrets: has an encrypted value in it, and which, the check tells; run: ")
    assert "s3cr3t" not in str(caught.value)


def test_settings_may_come_from_the_environment_as_the_engine_passes_them():
    environment = {"PULUMI_CONFIG": '{"schedule-catalog:zzz": "1", "aws:region": "eu-west-1"}'}

    with pytest.raises(pulumi.RunError, match='zzz: unknown key "zzz"'):
        run_program(CONFIG, environment=environment)
