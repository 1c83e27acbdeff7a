"""Every case is a file (or a folder) and, in `err`, what check says about it; the file's name is the case's name.

Checked at NOW for the two stacks of `Pulumi.dev.yaml` and `Pulumi.prod.yaml` beside the cases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.calendars import calendars_under
from schedule_catalog.checking.pipeline import check
from schedule_catalog.settings import read_settings

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
CALENDARS = calendars_under(CASES / "calendars", NOW)
SETTINGS = {stack: read_settings(CASES / f"Pulumi.{stack}.yaml") for stack in ("dev", "prod")}


def cases(folder: str) -> list[Path]:
    return sorted(path for path in (CASES / folder).iterdir() if path.suffix != ".out")


def said(case: Path) -> str:
    notes = case.stem == "rate-at-once"
    problems = check([case], settings=SETTINGS, calendars=CALENDARS, now=NOW, notes=notes).problems
    return "".join(f"{problem}\n" for problem in problems).replace(f"{case.parent}/", "")


@pytest.mark.parametrize("case", cases("ok"), ids=lambda case: case.stem)
def test_a_good_catalog_is_passed_over_in_silence(case: Path) -> None:
    assert said(case) == ""


@pytest.mark.parametrize("case", cases("err"), ids=lambda case: case.stem)
def test_a_bad_catalog_gets_exactly_the_problems_that_are_written_beside_it(case: Path) -> None:
    assert said(case) == case.with_suffix(".out").read_text()


def test_every_bad_catalog_has_a_problem_written_beside_it() -> None:
    written = {path.stem: path.read_text() for path in (CASES / "err").glob("*.out")}

    assert set(written) == {case.stem for case in cases("err")}
    assert all(written.values())
