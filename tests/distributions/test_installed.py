"""The distributions, installed from an index, a checkout and git into empty environments, and run elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.distributions.workshop import ROOT, Workshop, repository

pytestmark = pytest.mark.timeout(600)  # a busy machine installs slowly

ENTRY = "owner: ops\nschedules:\n  ping:\n    rate: 5 minutes\n    request: {url: 'https://a.example.com/'}\n"
OURS = ("schedule_catalog", "schedule_client", "callback_api", "schedule_stack", "infra", "proxy", "local", "tests")


@pytest.fixture(scope="module", name="catalog")
def _catalog(workshop: Workshop) -> Path:
    return workshop.environment("catalog", "schedule-catalog")


def written(folder: Path, text: str) -> Path:
    (folder / "schedules").mkdir()
    (folder / "schedules" / "ops.yaml").write_text(text)
    return folder


def importable(workshop: Workshop, python: Path, folder: Path) -> list[str]:
    code = f"import importlib.util as u; print(*(n for n in {OURS} if u.find_spec(n)))"
    return workshop.run(python, "-c", code, cwd=folder).split()


def test_the_installed_command_checks_a_catalog_of_another_folder(
    workshop: Workshop, catalog: Path, tmp_path: Path
) -> None:
    written(tmp_path, ENTRY.replace("rate", "rat"))

    printed = workshop.run(catalog / "schedules", "check", "--format", "json", cwd=tmp_path, status=1)

    assert ("unknown-key", 4) in {(row["rule"], row["line"]) for row in json.loads(printed)["problems"]}


def test_the_installed_command_says_when_a_schedule_fires(workshop: Workshop, catalog: Path, tmp_path: Path) -> None:
    printed = workshop.run(
        catalog / "schedules",
        *("next", "--expression", "cron(30 2 * * ? *)", "--timezone", "Europe/Paris", "--from", "2027-03-28T00:00Z"),
        cwd=tmp_path,
    )

    assert "2027-03-29 02:30" in printed


def test_the_installed_command_has_all_that_its_report_is_made_of(
    workshop: Workshop, catalog: Path, tmp_path: Path
) -> None:
    printed = workshop.run(catalog / "schedules", "report", "--out", "-", cwd=written(tmp_path, ENTRY))

    assert "Copyright (c) 2022 Leon Sorokin" in printed
    assert '"name":"ping"' in printed


def test_the_catalog_brings_the_client_and_no_program(workshop: Workshop, catalog: Path, tmp_path: Path) -> None:
    assert importable(workshop, catalog / "python", tmp_path) == ["schedule_catalog", "schedule_client", "callback_api"]


def test_without_the_stack_the_message_says_what_to_install(workshop: Workshop, catalog: Path, tmp_path: Path) -> None:
    said = workshop.run(catalog / "schedules", "packages", cwd=tmp_path, status=2)

    assert (
        "schedules packages: this needs schedule-stack, which is not installed: run pip install schedule-stack=="
        in said
    )


def test_as_a_tool_of_uv_the_command_is_there_and_says_how_the_stack_is_added(
    workshop: Workshop, tmp_path: Path
) -> None:
    command = workshop.tool()

    said = workshop.run(command, "packages", cwd=tmp_path, status=2)

    assert "run uv tool install schedule-catalog==" in said
    assert "no problems" in workshop.run(command, "check", cwd=written(tmp_path, ENTRY))


def test_pipx_installs_the_command_and_adds_the_stack_as_the_message_says(workshop: Workshop, tmp_path: Path) -> None:
    pipx = workshop.environment("pipx", "pipx") / "pipx"
    workshop.run(pipx, "install", "schedule-catalog")
    command = workshop.folder / "pipx-bin" / "schedules"

    assert "no problems" in workshop.run(command, "check", cwd=written(tmp_path, ENTRY))
    said = workshop.run(command, "packages", cwd=tmp_path, status=2)
    (inject,) = re.findall(r"run pipx (inject schedule-catalog schedule-stack==\S+)", said)
    workshop.run(pipx, *inject.split())
    workshop.run(command, "packages", "--platform", "host", cwd=tmp_path)
    assert (tmp_path / "build" / "packages" / "proxy").is_dir()


def test_the_stack_puts_its_program_on_no_path_but_its_own(workshop: Workshop, tmp_path: Path) -> None:
    stack = workshop.environment("stack", "schedule-stack")

    assert importable(workshop, stack / "python", tmp_path) == [
        "schedule_catalog",
        "schedule_client",
        "callback_api",
        "schedule_stack",
    ]
    workshop.run(stack / "schedules", "packages", "--platform", "host", "--out", "staged", cwd=tmp_path)
    assert (tmp_path / "staged" / "callback" / "callback_api" / "app.py").is_file()
    assert (tmp_path / "staged" / "proxy" / "schedule_client" / "contract").is_dir()


def test_what_lies_in_the_folder_does_not_run_in_the_program(workshop: Workshop, tmp_path: Path) -> None:
    for name in ("infra", "local", "secrets", "schedule_stack"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the module of the folder')")
    stack = workshop.environment("stack-again", "schedule-stack")

    workshop.run(stack / "schedules", "packages", "--platform", "host", cwd=tmp_path)

    assert (tmp_path / "build" / "packages" / "proxy").is_dir()


def test_a_checkout_is_installed_by_uv_and_by_pip(workshop: Workshop, tmp_path: Path) -> None:
    sources = workshop.folder / "sources"
    by_uv = workshop.environment("by-uv", sources)
    by_pip = workshop.environment_by_pip("by-pip", "./schedule_client", ".", cwd=sources)

    for bin_folder in (by_uv, by_pip):
        assert workshop.run(bin_folder / "schedules", "--version", cwd=tmp_path).startswith("schedules ")


def test_the_stack_is_installed_from_git(workshop: Workshop, tmp_path: Path) -> None:
    source = repository(workshop, tmp_path / "source", "v1")
    place = f"git+{source.as_uri()}@v1#subdirectory=schedule_stack"
    by_uv = workshop.environment("stack-of-git", f"schedule-stack @ {place}")

    workshop.run(by_uv / "schedules", "packages", "--platform", "host", cwd=tmp_path)
    assert (tmp_path / "build" / "packages" / "proxy").is_dir()


def test_git_is_installed_from_by_uv_and_by_pip_and_the_version_names_the_commit(
    workshop: Workshop, tmp_path: Path
) -> None:
    source = repository(workshop, tmp_path / "source", "v1")
    commit = workshop.run("git", "rev-parse", "HEAD", cwd=source).strip()
    place = f"git+{source.as_uri()}@v1"
    by_uv = workshop.environment("git-by-uv", f"schedule-catalog @ {place}")
    by_pip = workshop.environment_by_pip("git-by-pip", f"{place}#subdirectory=schedule_client", place)

    for bin_folder in (by_uv, by_pip):
        assert f", commit {commit}, " in workshop.run(bin_folder / "schedules", "--version", cwd=tmp_path)


@pytest.fixture(scope="module", name="client")
def _client(workshop: Workshop) -> Path:
    return workshop.environment("client", "schedule-client")


def test_the_helper_stands_alone_and_its_contract_needs_no_boto3(
    workshop: Workshop, client: Path, tmp_path: Path
) -> None:
    code = (
        "import sys, importlib.util as u, schedule_client.contract.event as c;"
        "found = [name for name in ('schedule_catalog', 'boto3', 'fastapi') if u.find_spec(name)];"
        "print(found, 'boto3' in sys.modules, callable(c.build_event))"
    )

    assert workshop.run(client / "python", "-c", code, cwd=tmp_path).strip() == "['boto3'] False True"


def test_the_extra_brings_all_that_the_callback_service_needs(workshop: Workshop, tmp_path: Path) -> None:
    callback = workshop.environment("callback", "schedule-client[callback]")
    modules = sorted(
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        for path in (ROOT / "callback_api").rglob("*.py")
        if "migrations" not in path.parts and path.name != "__main__.py"
    )
    code = f"import importlib; [importlib.import_module(name) for name in {modules}]; print('all')"

    assert workshop.run(callback / "python", "-c", code, cwd=tmp_path).strip() == "all"
