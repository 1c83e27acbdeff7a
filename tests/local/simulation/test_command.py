from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local.options import parse_line
from local.simulation.command import simulate
from tests.schedule_catalog.cli.documents import document

SETTINGS = """config:
  aws:region: eu-central-1
  schedule-catalog:services: {billing: https://billing.example.com}
"""
CATALOG = """owner: billing
schedules:
  close:
    cron: "30 6 * * ? *"
    timezone: Europe/Berlin
    request: {service: billing, path: /close}
  sync:
    rate: 15 minutes
    start: 2026-01-01T00:07
    flexible_window_minutes: 5
    request: {service: billing, path: /sync}
  old:
    at: 2026-05-01T00:00
    request: {service: billing, path: /old}
  once:
    at: 2027-03-28T12:00
    request: {service: billing, path: /once}
"""
DAYS = ["--simulate", "--from", "2027-03-27", "--to", "2027-03-29"]


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.dev.yaml").write_text(SETTINGS)
    folder = tmp_path / "schedules"
    folder.mkdir()
    (folder / "billing.yaml").write_text(CATALOG)
    return folder


def simulated(catalog: Path, capsys: pytest.CaptureFixture[str], faults: str = "", *more: str) -> tuple[int, Any]:
    path = catalog.parent / "faults.yaml"
    path.write_text(faults)
    line = [*DAYS, "--catalog", str(catalog), "--faults", str(path), "--format", "json", *more]
    status = simulate(parse_line(line))
    return status, document(capsys.readouterr().out)


def test_every_run_that_the_catalog_promises_is_delivered(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = simulated(catalog, capsys)
    assert status == 0
    assert found["faults"] == []
    rows = {name: (row["promised"], row["delivered"], row["attempts"]) for name, row in found["schedules"].items()}
    assert rows == {"close": (2, 2, 2), "sync": (192, 192, 192), "once": (1, 1, 1)}
    assert found["schedules"]["close"]["late_seconds"]["most"] < 5
    assert 5 < found["schedules"]["sync"]["late_seconds"]["most"] < 310


def test_calls_with_tokens_and_signatures_are_delivered_too(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog.parent / "Pulumi.dev.yaml").write_text(
        f"""{SETTINGS}  schedule-catalog:clients:
    account: {{type: oidc, audience: a, services: [billing]}}
    partner: {{type: oauth2, token_url: "https://login.example.com/t", secret: b, services: [billing]}}
    api:
      type: sigv4
      role: arn:aws:iam::123456789012:role/a
      aws_service: execute-api
      region: eu-west-1
      services: [billing]
"""
    )
    calls = [("oidc", "account"), ("oauth2", "partner"), ("sigv4", "api")]
    entries = [
        f"  {kind}: {{rate: 1 day, request: {{service: billing, path: /a, auth: {{type: {kind}, client: {name}}}}}}}"
        for kind, name in calls
    ]
    (catalog / "billing.yaml").write_text("\n".join(["owner: billing", "schedules:", *entries]))

    status, found = simulated(catalog, capsys)

    assert status == 0
    assert {name: row["delivered"] for name, row in found["schedules"].items()} == dict.fromkeys(dict(calls), 2)


def test_an_outage_is_waited_for_or_ends_with_the_run_on_a_queue(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outage = "outages: [{host: billing.example.com, from: 2027-03-28T00:00:00Z, to: 2027-03-28T06:00:00Z}]"
    status, found = simulated(catalog, capsys, outage)
    assert status == 0
    totals = found["totals"]
    assert totals["ends"]["delivered"] + totals["ends"]["undelivered"] == totals["promised"]
    assert totals["ends"]["undelivered"] == len(found["undelivered"]) > 5
    assert {one["reason"] for one in found["undelivered"]} == {"connect"}
    assert sum(row["attempts"] for row in found["schedules"].values()) == sum(totals["calls"].values())


def test_the_same_seed_is_the_same_run_and_another_one_another(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = "failures: {500: 0.1}\nkills: 0.02\nduplicates: 0.1"
    first, again, other = (simulated(catalog, capsys, faults, "--seed", seed) for seed in ("1", "1", "2"))
    assert first == again != other


def test_a_stack_without_a_ledger_adds_up_as_long_as_nothing_comes_twice(
    catalog: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (catalog.parent / "Pulumi.dev.yaml").write_text(SETTINGS + "  schedule-catalog:ledger: false\n")
    status, found = simulated(catalog, capsys, "failures: {503: 0.2, 404: 0.1}")
    assert (status, found["faults"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--simulate", "--from", "2027-01-02", "--to", "2027-01-02"], "--from has to be before --to"),
        ([*DAYS, "--faults", "nowhere.yaml"], "cannot be read"),
        ([*DAYS, "--stack", "nowhere"], "Pulumi.nowhere.yaml"),
    ],
)
def test_what_cannot_be_simulated_is_said(
    catalog: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(parse_line([*arguments, "--catalog", str(catalog)])) == 2
    assert said in capsys.readouterr().err


def test_a_catalog_with_mistakes_is_not_simulated(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog / "wrong.yaml").write_text("schedules: 5\n")
    assert simulate(parse_line([*DAYS, "--catalog", str(catalog)])) == 2
    assert "schedules check" in capsys.readouterr().err
