"""`schedules cost`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main
from tests.schedule_catalog.cli.documents import document

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CATALOG = """\
owner: team
schedules:
  daily: {cron: "0 9 * * ? *", request: {service: callback, path: /p}}
  often: {rate: 1 minute, stacks: [prod], request: {service: callback, path: /p}}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "a.yaml").write_text(CATALOG)
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  schedule-catalog:proxy: {memory_mb: 512}\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    return folder


def cost(catalog: Path, *arguments: str) -> int:
    return main(["cost", "--catalog", str(catalog), *arguments], clock=lambda: NOW)


def test_the_text_has_each_schedule_the_charges_the_fixed_part_and_the_source(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cost(catalog, "--stack", "prod") == 0

    text = capsys.readouterr().out
    lines = text.splitlines()
    assert [line.split() for line in lines[1:3]] == [
        ["often", "prod", "43,800.0", "0.4438"],
        ["daily", "every", "30.4", "0.0003"],
    ]
    assert [line.split()[0] for line in lines[4:8]] == ["charge", "alarms", "dashboard", "metrics"]
    assert (
        "without any call, 10.13 for a million calls, 10.77 for a million retries. The same calls elsewhere: QStash"
        in text
    )
    assert "at 512 MB" in text
    assert "14,000,000 invocations" in text
    assert "secondary sources" in text


def test_the_text_says_that_its_calls_are_those_of_all_stacks(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "--stack NAME shows one stack"

    assert cost(catalog) == 0
    assert told in capsys.readouterr().out
    assert cost(catalog, "--stack", "prod") == 0
    assert told not in capsys.readouterr().out
    (catalog / "a.yaml").write_text(CATALOG.replace(", stacks: [prod]", ""))
    assert cost(catalog) == 0
    assert told not in capsys.readouterr().out


def test_the_json_is_of_the_stack_that_is_asked_for(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost(catalog, "--stack", "dev", "--seconds", "0.1", "--format", "json") == 0

    found = document(capsys.readouterr().out)
    assert [each["name"] for each in found["schedules"]] == ["daily"]
    assert found["total"]["calls_per_month"] == pytest.approx(365 / 12, abs=0.001)
    charges = found["total"]["charges"]
    assert found["total"]["total_usd"] == pytest.approx(sum(each["usd"] for each in charges), abs=1e-4)
    fixed = sum(each["usd"] for each in charges if each["fixed"])
    assert found["total"]["fixed_usd"] == pytest.approx(fixed, abs=1e-4)
    assert found["prices"]["date"]
    assert found["assumptions"] == {
        "stack": "dev",
        "seconds": 0.1,
        "memory_mb": 128,
        "months": "a twelfth of the coming 365 days",
    }


def test_what_is_kept_ready_is_in_the_total_of_the_stack(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog.parent / "Pulumi.prod.yaml").write_text("config: {schedule-catalog:proxy: {provisioned_concurrency: 8}}\n")

    assert cost(catalog, "--stack", "prod") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Lambda executions")]
    assert line.split()[-4:] == ["8.76", "without", "any", "call"]


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0", "1e308", "900.5", "abc", ""])
def test_a_duration_that_no_call_has_is_refused(
    catalog: Path, seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cost(catalog, f"--seconds={seconds}")

    said = f'--seconds: "{seconds}" is not a duration: write a number above 0 and up to 900\n'
    assert capsys.readouterr().err.endswith(said)


@pytest.mark.parametrize("seconds", ["0.2", "60", "900"])
def test_a_call_may_take_as_long_as_a_proxy_can_wait(catalog: Path, seconds: str) -> None:
    assert cost(catalog, "--seconds", seconds) == 0


def test_a_call_of_a_stack_ends_with_its_proxy(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost(catalog, "--stack", "prod", "--seconds", "61") == 2
    said = 'schedules cost: --seconds: no call takes 61 s: the timeout of the proxy of "prod" is 60 s\n'
    assert capsys.readouterr().err == said
