from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.errors import EngineError
from local.real_engine.engine_report import EngineReport, EngineStep
from local.real_engine.walk import Walk
from tests.local.real_engine.model import walked

if TYPE_CHECKING:
    from local.real_engine.aws_side import AwsSide
    from local.real_engine.project import EngineProject

QUEUE = "aws:sqs/queue:Queue"
MADE, EDITED = EngineStep("create", "q", QUEUE), EngineStep("update", "other", QUEUE)


class FakeProject:
    """A project whose runs do what they are told to."""

    def __init__(self, catalog: Path, *runs: set[EngineStep]) -> None:
        self.catalog = catalog
        self._runs = list(runs)

    def call(self, *arguments: str) -> str:
        return ""

    def write_handlers(self, text: str) -> None:
        pass

    def stage_handlers(self) -> None:
        pass

    def deploy(self, verb: str) -> EngineReport:
        return EngineReport(frozenset(self._runs.pop(0)), 0, ())

    def resources(self) -> frozenset[Any]:
        return frozenset()

    def state(self) -> str:
        return "{}"


class FakeAws:
    """An account with these schedules, that finds these secrets in every state."""

    def __init__(self, schedules: tuple[str, ...] = (), secrets: tuple[str, ...] = ()) -> None:
        self._schedules = schedules
        self._secrets = secrets

    def names(self) -> set[str]:
        return set()

    def schedules(self) -> set[str]:
        return set(self._schedules)

    def secrets_in(self, text: str) -> list[str]:
        return list(self._secrets)


def walk(project: FakeProject, aws: FakeAws | None = None) -> None:
    side = cast("AwsSide", aws or FakeAws())
    Walk(cast("EngineProject", project), side, lambda title, what, seconds: None, lambda line: None).go()


def test_an_engine_that_does_what_it_should_is_walked_to_the_end(tmp_path: Path) -> None:
    commands, titles = walked(tmp_path)

    assert commands[-1] == ("pulumi", "destroy")
    assert titles[-1] == "unprotect, destroy"


def test_a_step_that_changes_more_than_it_should_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r'step "up" did not .*\n  unexpected:  ~ other'):
        walk(FakeProject(tmp_path, {MADE}, {MADE, EDITED}))


def test_a_step_that_changes_less_than_it_should_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r'step "up" did not .*\n  missing:     \+ q'):
        walk(FakeProject(tmp_path, {MADE}, set()))


def test_a_first_preview_that_would_change_something_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="expected only creations"):
        walk(FakeProject(tmp_path, {MADE, EDITED}))


def test_a_preview_that_differs_from_the_deployment_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r'step "preview, nothing edited" did not'):
        walk(FakeProject(tmp_path, {MADE}, {MADE}, {EDITED}))


def test_a_schedule_that_the_state_does_not_know_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="the schedules of the state in AWS"):
        walk(FakeProject(tmp_path, {MADE}, {MADE}), FakeAws(schedules=("group/foreign",)))


def test_a_secret_that_stands_in_the_state_in_clear_ends_the_walk(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no secret's value in the state"):
        walk(FakeProject(tmp_path, {MADE}, {MADE}), FakeAws(secrets=("signing/callback",)))
