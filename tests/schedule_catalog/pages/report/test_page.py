"""The text of the page: one file, nothing to fetch, nothing that breaks out."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_catalog.checking.catalog import Catalog
from schedule_catalog.pages.report import page, report
from schedule_catalog.pages.report.data import data_json
from tests.catalog_texts import NOW, entry

ROOT = Path(__file__).parents[4]
VENDORED = ROOT / "schedule_catalog" / "pages" / "report" / "vendor" / "uplot"


def text_of(**changes: object) -> str:
    changed = replace(entry("rate: 1 hour"), **changes)
    return page(report(Catalog((changed,), (), 1, 1), NOW, settings={}))


def data_of(text: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


@given(st.text(alphabet=st.one_of(st.sampled_from("</script!-->&$\u2028\"'\\"), st.characters())))
def test_no_value_leaves_the_element_of_the_data(value: str) -> None:
    text = text_of(name=value, owner=value, description=f"</script>{value}<!--")

    (row,) = data_of(text)["rows"]
    assert (row["name"], row["owner"]) == (value, value) if value else "name" not in row
    assert row["description"] == f"</script>{value}<!--"


def test_the_policy_allows_what_stands_in_the_page_and_nothing_else() -> None:
    text = text_of()
    (policy,) = map(unescape, re.findall(r'Content-Security-Policy" content="([^"]*)"', text))

    for tag in ("script", "style"):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes = " ".join(f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in found)
        assert f"{tag}-src {hashes};" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_the_page_loads_nothing() -> None:
    assert re.findall(r"<(?:link|img|iframe|script [^>]*src|style [^>]*src)\b", text_of()) == []
    assert "@import" not in text_of()
    assert "url(" not in text_of()


def test_the_title_names_the_stack_as_text() -> None:
    text = page(report(Catalog((), (), 0, 0), NOW, "<b>prod", settings={}))

    assert "<title>Schedules of &lt;b&gt;prod</title>" in text


def test_a_fire_of_each_minute_takes_no_more_room_than_one_of_each_day() -> None:
    sizes = [
        len(data_json(report(Catalog((entry(text),), (), 1, 1), NOW, settings={})))
        for text in ("rate: 1 minute", "rate: 1 day")
    ]

    assert max(sizes) - min(sizes) < 20


def test_the_licence_goes_with_the_library() -> None:
    assert "Copyright (c) 2022 Leon Sorokin" in text_of()


@pytest.mark.parametrize("name", ["dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"])
def test_the_library_is_the_one_that_npm_checked_against_the_lock(name: str) -> None:
    installed = ROOT / "node_modules" / "uplot"
    if not installed.exists():
        pytest.skip("node_modules is missing: npm ci")

    assert (VENDORED / Path(name).name).read_bytes() == (installed / name).read_bytes()


def test_the_library_has_the_version_of_the_lock() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())

    version = lock["packages"]["node_modules/uplot"]["version"]

    assert f"(v{version})" in (VENDORED / "uPlot.iife.min.js").read_text().splitlines()[0]
