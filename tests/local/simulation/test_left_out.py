"""Pauses, calendars and freezes over simulated time: the proxy calls what the entries' timings promise."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from local.simulation.catalog import run_catalog
from local.simulation.faults import Faults
from schedule_catalog.settings import parse_settings
from tests.catalog_texts import calendars, entry
from tests.open_databases import every_database_closed

if TYPE_CHECKING:
    from schedule_catalog.entry import Entry

START = datetime(2026, 12, 23, tzinfo=UTC)
END = START + timedelta(days=14)
KNOWN = calendars(
    de="description: x\ndates: [2026-12-25, {from: 2026-12-26, to: 2026-12-26, reason: Second day}]",
    closing="description: x\ntimezone: UTC\ndates: [{from: 2026-12-30T12:00, to: 2027-01-02T06:00, reason: books}]",
)
TEXTS = {
    "plain": "rate: 6 hours\nfires_in_freezes: always\n",
    "holidays": 'cron: "0 0/3 * * ? *"\ntimezone: Europe/Berlin\nnot_on: [de]\noverlap: skip\n',
    "paused-rate": "rate: 7 hours\npause: {until: 2026-12-28T09:00, reason: migration}\n",
    "paused-cron": 'cron: "30 4 * * ? *"\npause: {until: 2026-12-28T09:00, reason: migration}\n',
}


def simulated(ledger: bool) -> tuple[dict[str, Entry], Counter[tuple[str, str]], tuple[str, ...]]:
    settings = parse_settings("prod", {"freezes": ["closing"], "ledger": ledger})
    entries = {
        name: replace(entry(text, calendars=KNOWN, settings={"prod": settings}), name=name)
        for name, text in TEXTS.items()
        if ledger or name != "holidays"
    }
    found = run_catalog(entries.values(), settings, "https://example.com", START, END, Faults(), Random(1))
    return entries, Counter((run.name, run.end) for run in found.runs), found.faults


def test_a_simulation_closes_its_journal() -> None:
    with every_database_closed():
        simulated(ledger=False)


@pytest.mark.parametrize("ledger", [True, False])
def test_each_run_is_delivered_or_left_out_as_its_timing_says(ledger: bool) -> None:
    entries, ends, faults = simulated(ledger)

    assert faults == ()
    for name, one in entries.items():
        assert ends[name, "delivered"] == one.timing.count(START, END, START), name
    # Two days and 66 hours of eight fires a day; 129 and 66 hours of one in seven; three mornings.
    assert (
        sum(count for (_, end), count in ends.items() if end == "skipped") == 16 + 22 + 19 + 10 + 3 - (not ledger) * 38
    )
