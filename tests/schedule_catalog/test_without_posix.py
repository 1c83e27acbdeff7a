"""Both distributions import and work on a Python without the names that only POSIX systems have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.schedule_catalog import without_posix

ROOT = Path(__file__).parents[2]
FILE = """\
owner: billing
schedules:
  close:
    cron: 0 9 * * ? *
    timezone: Europe/Paris
    request: {url: "https://ads.example.com/x"}
"""
SETTINGS = 'config: {"schedule-catalog:hosts": [ads.example.com]}\n'
COMMANDS = {
    "check": ("check", "--strict"),
    "next": ("next", "--from", "2027-03-27"),
    "diff": ("diff", "HEAD"),
    "fmt": ("fmt",),
    "new": ("new", "fresh", "--rate", "1 hour", "--url", "https://ads.example.com/y", "--file", "schedules/a.yaml"),
    "new file": ("new", "first", "--rate", "1 hour", "--url", "https://ads.example.com/y", "--owner", "growth"),
}
IMPORTS_AND_SHARES = """
import pkgutil, sys
from importlib import import_module
from tests.schedule_catalog.without_posix import strip
strip()
import schedule_catalog, schedule_client
for package in (schedule_catalog, schedule_client):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
from schedule_catalog.workers import Workers
print(Workers.of_machine().processes, sum(Workers(2, enough=1).share(sum, range(1000))))
from schedule_client.contract.event import build_event, input_text
from schedule_client.contract.request import Request
print(input_text(build_event(Request(url="https://a.example/b"), "n"))[:20])
"""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def catalog(folder: Path) -> Path:
    (folder / "schedules").mkdir(parents=True)
    (folder / "schedules/a.yaml").write_text(FILE)
    (folder / "Pulumi.dev.yaml").write_text(SETTINGS)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        subprocess.run((*git, *command), cwd=folder, check=True)
    (folder / "schedules/a.yaml").write_text(FILE.replace("0 9", "30 9"))
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "schedules").iterdir()}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_answers_and_writes_the_same_without_what_only_posix_has(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with_all, without = catalog(tmp_path / "with"), catalog(tmp_path / "without")
    expected = run(with_all, "-m", "schedule_catalog.cli", *command)
    found = run(without, without_posix.__file__, *command)

    assert (found.returncode, found.stdout, found.stderr) == (expected.returncode, expected.stdout, expected.stderr)
    assert contents(without) == contents(with_all)
    assert "mistake of the program" not in expected.stderr


def test_every_module_imports_and_shared_work_falls_back_to_one_process(tmp_path: Path) -> None:
    found = run(tmp_path, "-c", IMPORTS_AND_SHARES)

    assert found.stderr == ""
    assert found.stdout.splitlines() == ["1 499500", '{"v":1,"target_url":']


def test_the_run_really_lacks_what_only_posix_has(tmp_path: Path) -> None:
    asked = """
import os
from tests.schedule_catalog.without_posix import strip
strip()
print([name for name in ("fork", "geteuid", "O_NOFOLLOW", "sched_getaffinity") if hasattr(os, name)])
import fcntl
"""
    found = run(tmp_path, "-c", asked)

    assert found.stdout == "[]\n"
    assert "ModuleNotFoundError" in found.stderr
