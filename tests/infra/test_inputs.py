from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest

from infra.packages import PACKAGES, Platform, stage
from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check
from schedule_catalog.settings import parse_settings
from tests.infra.sample import CONFIG
from tests.pulumi_harness import NOW, Untouched, run_program

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


def refused(config: dict[str, Any], stack: str = "dev") -> list[str]:
    with pytest.raises(pulumi.RunError) as caught:
        run_program({**CONFIG, **config}, stack=stack)
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
    problems = check([tmp_path], settings={"dev": settings}, calendars=UNREAD, stack="dev", now=settings.now).problems
    lines = refused({"catalog": str(tmp_path)})

    assert lines == [str(problem) for problem in problems if problem.severity == "error"]
    assert len(lines) == 2
    assert len(problems) > 2, "the past time is a warning, which stops nobody"


def test_the_lines_are_those_that_the_command_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from schedule_catalog.cli.main import main

    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "bad.yaml").write_text(BAD)
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  schedule-catalog:hosts: [hooks.example.com]\n")
    main(["check", str(tmp_path / "schedules"), "--stack", "dev"])
    printed = capsys.readouterr().out

    assert [line for line in printed.splitlines() if ": error: " in line] == refused(
        {"catalog": str(tmp_path / "schedules"), "services": {}, "secrets": {}}
    )


def staging(out: Path) -> str:
    """How to stage packages by the command beside the Python that runs this, seen from here if it is here."""
    command, here = Path(sys.executable).with_name("schedules"), Path.cwd()
    shown = command.relative_to(here) if command.is_relative_to(here) else command
    return f"run in {here}: {shown} packages --out {out}"


def staged(folder: Path) -> Path:
    for package in PACKAGES:
        stage(package, folder, Platform.HOST)
    for compiled in folder.rglob("*.so"):
        compiled.unlink()  # they are this machine's
    return folder


def test_missing_packages_are_refused_with_the_command_that_stages_them(tmp_path: Path):
    missing = f"{tmp_path}/proxy, {tmp_path}/callback"
    assert refused({"packages": str(tmp_path)}) == [f"Lambda packages are not staged: {missing}; {staging(tmp_path)}"]


def test_one_missing_package_is_refused_before_anything_is_declared(tmp_path: Path):
    (tmp_path / "callback").mkdir()
    with pytest.raises(pulumi.RunError, match=f"not staged: {tmp_path}/proxy; run in "):
        run_program({**CONFIG, "packages": str(tmp_path)}, monitor=Untouched)


def test_packages_for_another_machine_are_refused(tmp_path: Path):
    staged(tmp_path)
    (tmp_path / "callback" / "pydantic_core" / "_pydantic_core.cpython-311-x86_64-linux-gnu.so").touch()

    assert refused({"packages": str(tmp_path)}) == [
        (
            f"Lambda cannot load the package {tmp_path}/callback: "
            '"pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so" is not for CPython 3.13 on arm64; '
            f"{staging(tmp_path)}"
        )
    ]


def test_the_laptop_takes_packages_for_its_own_machine(tmp_path: Path):
    staged(tmp_path)
    (tmp_path / "callback" / "this_machines.so").touch()
    routes = {"default": "http://127.0.0.1:8080"}

    assert run_program({**CONFIG, "packages": str(tmp_path), "proxy_routes": routes}).resources


def test_packages_as_the_sources_are_are_not_worth_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    run_program({**CONFIG, "packages": str(staged(tmp_path))})

    assert [record.message for record in caplog.records if "Lambda package" in record.message] == []


def test_a_package_that_is_older_than_its_sources_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (staged(tmp_path) / "proxy" / "proxy" / "call.py").write_text("# of last week")
    run_program({**CONFIG, "packages": str(tmp_path)})

    assert [record.message for record in caplog.records if "Lambda package" in record.message] == [
        (f"the Lambda package {tmp_path}/proxy is not up to date, it differs in proxy/call.py; {staging(tmp_path)}")
    ]


ELSEWHERE = "for another folder run: pulumi config set --stack dev schedule-catalog:catalog schedules"


def test_a_catalog_that_is_not_there_is_refused(tmp_path: Path):
    assert refused({"catalog": f"{tmp_path}/none"}) == [f'no catalog "{tmp_path}/none"; {ELSEWHERE}']


def test_an_empty_catalog_is_refused_for_it_would_delete_every_schedule(tmp_path: Path):
    assert refused({"catalog": str(tmp_path)}) == [
        (
            f'the catalog "{tmp_path}" has no YAML file, so every schedule of the stack would be deleted: '
            f'write a file with "schedules: {{}}" if that is intended; {ELSEWHERE}'
        )
    ]


def test_a_catalog_may_say_that_there_are_no_schedules(tmp_path: Path):
    (tmp_path / "billing.yaml").write_text("owner: billing\nschedules: {}\n")

    assert run_program({**CONFIG, "catalog": str(tmp_path)}).outputs["schedules"] == {"deployed": 0, "finished": 0}


NO_SETTINGS = {key: None for key in CONFIG if key not in ("catalog", "packages")}


def test_a_stack_without_settings_is_told_how_to_begin():
    *errors, last = refused({**NO_SETTINGS, "catalog": "schedules"}, stack="test")

    assert all(": error: " in line for line in errors)
    assert last == (
        'the settings of the stack "test" name no service and no host, so no call is allowed; '
        "to begin with an example run: cp docs/examples/Pulumi.prod.yaml Pulumi.test.yaml"
    )


def test_settings_that_are_there_are_not_to_be_overwritten_by_the_example():
    *_, last = refused({**NO_SETTINGS, "catalog": "schedules"})

    assert last.endswith("is allowed: docs/examples/Pulumi.prod.yaml shows the missing settings")


def test_settings_that_are_kept_elsewhere_are_settings():
    *_, last = refused({**NO_SETTINGS, "catalog": "schedules", "ledger": False}, stack="test")

    assert last.endswith("shows the missing settings")


def test_an_encrypted_setting_is_refused_here_as_the_command_refuses_it():
    with pytest.raises(pulumi.RunError, match="name_prefix: is encrypted, but is not a secret"):
        run_program({**CONFIG, "name_prefix": "app"}, secret_keys=["name_prefix"])


def test_what_is_encrypted_within_a_setting_is_not_shown():
    with pytest.raises(pulumi.RunError) as caught:
        run_program({**CONFIG, "secrets": {"token": "s3cr3t"}}, secret_keys=["secrets"])

    assert str(caught.value).startswith("secrets: contains an encrypted value; run the check to see which; run: ")
    assert "s3cr3t" not in str(caught.value)


def test_settings_may_come_from_the_environment_as_the_engine_passes_them():
    environment = {"PULUMI_CONFIG": '{"schedule-catalog:zzz": "1", "aws:region": "eu-west-1"}'}

    with pytest.raises(pulumi.RunError, match='zzz: unknown key "zzz"'):
        run_program(CONFIG, environment=environment)
