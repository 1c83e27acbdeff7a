"""`schedules cost`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli import main
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


def test_the_text_has_each_schedule_the_total_the_free_tier_and_the_source(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cost(catalog, "--stack", "prod") == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["often", "prod", "43,800.0", "0.4176"],
        ["daily", "every", "30.4", "0.0003"],
        ["total", "43,830.4", "0.4179"],
    ]
    assert "at 512 MB" in lines[5]
    assert "14,000,000 invocations" in lines[6]
    assert "secondary sources" in lines[7]


def test_the_json_is_of_the_stack_that_is_asked_for(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost(catalog, "--stack", "dev", "--format", "json") == 0

    found = document(capsys.readouterr().out)
    assert [each["name"] for each in found["schedules"]] == ["daily"]
    assert found["total"]["calls_per_month"] == pytest.approx(365 / 12, abs=0.001)
    assert found["prices"]["date"]
    assert found["assumptions"]["memory_mb"] == 128


def test_what_is_kept_ready_is_in_the_total_of_the_stack(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog.parent / "Pulumi.prod.yaml").write_text("config: {schedule-catalog:proxy: {provisioned_concurrency: 8}}\n")

    assert cost(catalog, "--stack", "prod") == 0
    assert "Lambda executions kept ready 10.95, " in capsys.readouterr().out
    assert cost(catalog, "--stack", "prod", "--format", "json") == 0
    total = document(capsys.readouterr().out)["total"]
    assert total["lambda_provisioned_usd"] == pytest.approx(10.95, abs=0.01)
    assert total["total_usd"] > 10.95
