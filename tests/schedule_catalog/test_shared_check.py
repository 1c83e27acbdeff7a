"""Whoever shares the check of a catalog, what it says is the same."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.pipeline import check, check_documents, check_readers
from schedule_catalog.document import parse_document
from schedule_catalog.settings import read_settings
from schedule_catalog.workers import ALONE, Workers
from tests.properties import examples

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

CASES = Path(__file__).parent / "checking" / "cases"
NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
SETTINGS = {stack: read_settings(CASES / f"Pulumi.{stack}.yaml") for stack in ("dev", "prod")}
SEVERAL = Workers(3, enough=1)

# Names and timings are few, so that files take each other's names.
NAMES = st.sampled_from(["a", "b", "c", "d", "e f", "close-invoices"])
TIMINGS = st.sampled_from(
    [
        "rate: 5 minutes",
        "rate: 1 minutes",
        'cron: "0 9 * * ? *"',
        'cron: "0 9 * * 1-5 *"',
        'cron: "30 2 29 3 ? *", timezone: Europe/Paris',
        "at: 2026-01-05T09:00",
        "at: 2027-01-05T09:00, timezone: Asia/Soul",
        "stacks: {prod: {rate: 1 hour}, dev: {cron: x}}",
        "nothing: at all",
    ]
)
REQUESTS = st.sampled_from(
    [
        "{service: callback, path: /p, body: {n: [1, 2.5, null, true, é]}}",
        "{service: nowhere, path: /p}",
        "{url: 'https://example.com/?token=abc', method: GET, body: 1}",
    ]
)
ENTRIES = st.dictionaries(NAMES, st.tuples(TIMINGS, REQUESTS), max_size=3)
TEXTS = ENTRIES.map(
    lambda entries: (
        "owner: team\nschedules:\n"
        + "".join(f"  {name}: {{{timing}, request: {request}}}\n" for name, (timing, request) in entries.items())
    )
)


def said(catalog: Catalog) -> tuple[object, ...]:
    places = [entry.place for entry in catalog.entries]  # which do not count when entries are compared
    return catalog, places, [str(problem) for problem in catalog.problems]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case, good and bad, in one catalog, twice: each name is taken."""
    folder = tmp_path_factory.mktemp("corpus")
    for copy in ("one", "two"):
        for kind in ("ok", "err"):
            shutil.copytree(CASES / kind, folder / copy / kind, symlinks=True)
    return folder


@pytest.mark.parametrize("stack", [None, "dev"])
@pytest.mark.parametrize("notes", [True, False])
def test_every_case_is_told_alike(corpus: Path, stack: str | None, notes: bool) -> None:
    alone, shared = (
        check([corpus], settings=SETTINGS, calendars=UNREAD, stack=stack, now=NOW, notes=notes, workers=workers)
        for workers in (ALONE, SEVERAL)
    )

    assert said(shared) == said(alone)
    assert {"duplicate-name", "cron", "syntax"} <= {problem.rule for problem in alone.problems}
    assert alone.entries


def test_the_catalog_before_a_change_counts_alike(corpus: Path) -> None:
    before = check([CASES / "ok"], settings={}, calendars=UNREAD, now=NOW)
    alone, shared = (
        check([corpus], settings=SETTINGS, calendars=UNREAD, now=NOW, base=before, workers=workers)
        for workers in (ALONE, SEVERAL)
    )

    assert said(shared) == said(alone)


@examples(15)
@given(st.lists(TEXTS, min_size=2, max_size=80))
def test_generated_catalogs_are_told_alike(texts: list[str]) -> None:
    documents = [parse_document(text.encode(), f"{number}.yaml") for number, text in enumerate(texts)]
    readers = [lambda document=document: document for document in documents]
    alone = check_documents(documents, settings=SETTINGS, calendars=UNREAD, now=NOW)

    shared = check_readers(
        readers, settings=SETTINGS, calendars=UNREAD, now=NOW, workers=SEVERAL, sizes=map(len, texts)
    )
    assert said(shared) == said(alone)
