from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.lambda_runtime import PYTHON_VERSION
from infra.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[3]
LAMBDA = {
    "python_version": PYTHON_VERSION,
    "python_full_version": f"{PYTHON_VERSION}.0",
    "platform_system": "Linux",
    "platform_machine": "aarch64",
    "sys_platform": "linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
    "extra": "",
}
EACH = pytest.mark.parametrize("package", PACKAGES)


CLIENT = tomllib.loads((ROOT / "schedule_client" / "pyproject.toml").read_text())["project"]
NAMED = {"proxy": ["urllib3"], "callback": CLIENT["optional-dependencies"]["callback"]}
# Lambda calls the service itself and keeps its tasks in DynamoDB.
ELSEWHERE = {"alembic", "psycopg", "sqlalchemy", "uvicorn"}


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def needed(name: str) -> set[str]:
    """What a distribution needs on Lambda."""
    required = map(Requirement, metadata.requires(name) or ())
    return {plain(each.name) for each in required if each.marker is None or each.marker.evaluate(LAMBDA)}


def closure(names: set[str]) -> set[str]:
    more = names.union(*map(needed, names))
    return names if more == names else closure(more)


@EACH
def test_a_package_has_what_our_code_names_and_what_that_needs_and_nothing_else(package: str):
    named = {plain(Requirement(line).name) for line in NAMED[package]}

    assert set(PACKAGES[package].distributions) == closure(named - ELSEWHERE)


@EACH
def test_what_is_left_out_is_there_to_be_left_out(package: str):
    assert all((ROOT / path).exists() for path in PACKAGES[package].left_out)


@EACH
def test_a_package_has_modules_of_the_checkout(package: str):
    assert all((ROOT / module).exists() for module in PACKAGES[package].modules)


def test_the_proxy_is_our_code_and_urllib3():
    assert PACKAGES["proxy"].distributions == ("urllib3",)
