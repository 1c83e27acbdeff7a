"""What Pulumi installs where there is no .venv: the whole lock, with which the program runs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECTS = ("pyproject.toml", "schedule_stack/pyproject.toml")
LOCK = (ROOT / "requirements.lock").read_text()


def test_pulumi_runs_the_program_in_the_venv_that_make_sets_up() -> None:
    runtime = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["runtime"]

    assert runtime == {"name": "python", "options": {"virtualenv": ".venv"}}
    assert "\nBIN := .venv/bin\n" in (ROOT / "Makefile").read_text()


def test_pulumi_installs_the_lock() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()

    assert [line for line in lines if not line.startswith("#")] == ["-r requirements.lock"]


def test_all_that_the_program_and_its_packages_need_is_in_the_lock_with_hashes() -> None:
    hooks = (tomllib.loads((ROOT / name).read_text())["tool"]["hatch"]["metadata"]["hooks"] for name in PROJECTS)
    wanted = [
        *PROJECT["dependency-groups"]["tools"],
        *(line for each in hooks for line in each["custom"]["dependencies"]),
    ]

    for line in wanted:
        required = Requirement(line)
        found = re.search(rf"^{re.escape(required.name)}==(\S+).*\\\n    --hash=sha256:", LOCK, re.MULTILINE)
        assert found, required.name
        assert required.specifier.contains(found[1])


def test_pip_needs_a_hash_for_everything_so_everything_has_one() -> None:
    logical = LOCK.replace("\\\n", "").splitlines()

    assert len(logical) > 100
    assert [line for line in logical if line and not re.match(r"[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)] == []
