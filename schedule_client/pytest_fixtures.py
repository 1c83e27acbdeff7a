"""Fixtures for an application's tests: `pytest_plugins = ["schedule_client.pytest_fixtures"]` in its conftest.py."""

from __future__ import annotations

import pytest

from schedule_client.testing import MemoryScheduler


@pytest.fixture
def scheduler() -> MemoryScheduler:
    """Return an EventBridge Scheduler in memory, for one test."""
    return MemoryScheduler()
