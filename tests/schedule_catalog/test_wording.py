from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from schedule_catalog.wording import counted, listed, nearest, quoted, rfc3339, suggestion, utc_minute

ROOT = Path(__file__).parents[2]
PROGRAMS = ("schedule_client", "schedule_catalog", "proxy", "callback_api", "infra", "local")
KNOWN = ("status", "history", "Asia/Seoul")


@pytest.mark.parametrize(("name", "meant"), [("statsu", "status"), ("HISTORY", "history"), ("asia/seol", "Asia/Seoul")])
def test_a_misspelt_name_means_the_nearest_one_whatever_its_case(name: str, meant: str) -> None:
    assert nearest(name, KNOWN) == meant
    assert suggestion(name, KNOWN) == f'did you mean "{meant}"?'


def test_a_name_like_none_gets_all_of_them() -> None:
    assert nearest("zzz", KNOWN) is None
    assert suggestion("zzz", KNOWN) == 'known: "Asia/Seoul", "history", "status"'
    assert suggestion("zzz", ()) == "known: none"


def test_a_huge_name_costs_no_comparison() -> None:
    assert nearest("a" * 1_000_000, ["a" * 1_000_000]) is None


def test_numbers_agree_with_their_nouns() -> None:
    assert [counted(each, "call") for each in (0, 1, 2, 1234)] == ["0 calls", "1 call", "2 calls", "1,234 calls"]
    assert counted(2, "entry", "entries") == "2 entries"


def test_instants_are_in_utc_whatever_their_zone() -> None:
    there = datetime(2027, 1, 5, 9, tzinfo=timezone(timedelta(hours=9)))

    assert (utc_minute(there), rfc3339(there)) == ("2027-01-05 00:00 UTC", "2027-01-05T00:00:00Z")
    assert utc_minute(datetime(2027, 1, 5, 0, 0, 7, tzinfo=UTC)) == "2027-01-05 00:00:07 UTC"


def test_tokens_are_quoted_on_one_line_and_cut_in_the_middle() -> None:
    assert quoted("a\nb") == '"a\\nb"'
    assert quoted({"a": None}) == '"{"a": null}"'
    assert len(quoted("x" * 100)) == 62
    assert listed(["b", "a"]) == '"a", "b"'


@pytest.mark.parametrize("folder", PROGRAMS)
def test_names_are_suggested_in_one_place(folder: str) -> None:
    """One cutoff, one bound on the work, one way to say it: nobody else compares names."""
    found = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "difflib"
        and any(alias.name in ("get_close_matches", "SequenceMatcher") for alias in node.names)
    }

    # A zone is meant by its city as well, which asks two lists.
    assert found <= {"schedule_catalog/wording.py", "schedule_catalog/expressions/zone_names.py"}
