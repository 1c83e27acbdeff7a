"""A runner for the scripts of a workflow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.github.runner import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if not shutil.which("jq"):
        pytest.skip("jq is missing: apt-get install jq")
    return Runner(tmp_path)
