"""What holds for every test: no skip unnoticed in CI, property tests for any machine's speed, a Ctrl-C that arrives."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.properties import USUAL_EXAMPLES

# A change is judged by the same examples each time, or it fails for a fault that it did not make; `make nightly`
# searches on, with new ones every night.
settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "nightly", settings.get_profile("default"), derandomize=False, max_examples=10 * USUAL_EXAMPLES
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forbid-skips", action="store_true", help="fail when a test was skipped")


def pytest_configure() -> None:
    # A shell without job control has what it starts in the background ignore Ctrl-C, and so do its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--forbid-skips") or reporter is None or not reporter.stats.get("skipped"):
        return
    reporter.write_line("a test was skipped, and --forbid-skips forbids it", red=True)
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
