"""Both distributions, installed into empty environments and run from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def install(folder: Path, source: Path) -> Path:
    """An environment that holds SOURCE and what the lock pins of its dependencies; gives its bin folder."""
    environment = folder / "environment"
    run(UV, "venv", "--quiet", "--python", sys.executable, environment, cwd=folder)
    python = environment / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "-c", ROOT / "requirements.lock", source, cwd=folder)
    return environment / "bin"


@pytest.fixture(scope="module")
def catalog_bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("catalog"), ROOT)


@pytest.fixture(scope="module")
def client_bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("client"), ROOT / "schedule_client")


def test_the_installed_command_checks_a_catalog_of_another_folder(catalog_bin: Path, tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "ops.yaml").write_text(
        "owner: ops\nschedules:\n  ping:\n    rat: 5 minutes\n    request: {url: 'https://a.example.com/'}\n"
    )

    rows = json.loads(run(catalog_bin / "schedules", "check", "--format", "json", cwd=tmp_path, status=1))["problems"]

    assert ("unknown-key", 4) in {(row["rule"], row["line"]) for row in rows}


def test_the_installed_command_says_when_a_schedule_fires(catalog_bin: Path, tmp_path: Path) -> None:
    printed = run(
        catalog_bin / "schedules",
        *("next", "--expression", "cron(30 2 * * ? *)", "--timezone", "Europe/Paris", "--from", "2027-03-28T00:00Z"),
        cwd=tmp_path,
    )

    assert "2027-03-29 02:30" in printed


def test_the_installed_command_has_all_that_its_report_is_made_of(catalog_bin: Path, tmp_path: Path) -> None:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "ops.yaml").write_text(
        "owner: ops\nschedules:\n  ping:\n    rate: 5 minutes\n    request: {url: 'https://a.example.com/'}\n"
    )

    printed = run(catalog_bin / "schedules", "report", "--out", "-", cwd=tmp_path)

    assert "Copyright (c) 2022 Leon Sorokin" in printed
    assert '"name":"ping"' in printed


def test_the_catalog_is_all_that_the_first_distribution_installs(catalog_bin: Path, tmp_path: Path) -> None:
    names = [
        "schedule_catalog",
        "schedule_client",
        "infra",
        "proxy",
        "local",
        "callback_api",
        "pulumi",
        "tests",
        "schemas",
    ]
    code = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"

    assert run(catalog_bin / "python", "-c", code, cwd=tmp_path).strip() == "['schedule_catalog', 'schedule_client']"


def test_the_helper_stands_alone_and_its_contract_needs_no_boto3(client_bin: Path, tmp_path: Path) -> None:
    code = (
        "import sys, importlib.util as u, schedule_client.contract as c;"
        "found = [name for name in ('schedule_catalog', 'boto3') if u.find_spec(name)];"
        "print(found, 'boto3' in sys.modules, callable(c.build_event))"
    )

    assert run(client_bin / "python", "-c", code, cwd=tmp_path).strip() == "['boto3'] False True"


def test_the_helper_installs_no_file_outside_its_package(client_bin: Path, tmp_path: Path) -> None:
    code = "import importlib.metadata as m; print(sorted({f.parts[0] for f in m.files('schedule-client')}))"

    assert run(client_bin / "python", "-c", code, cwd=tmp_path).strip() == (
        "['schedule_client', 'schedule_client-0.1.0.dist-info']"
    )
