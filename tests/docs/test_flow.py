"""The picture of the flow stands by itself, in light and in dark."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tests.docs.page import ROOT

TEXT = (ROOT / "docs" / "flow.svg").read_text()
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_says_in_words_what_it_shows_and_loads_nothing() -> None:
    root = ET.fromstring(TEXT)

    assert root.get("role") == "img"
    assert {each.get("id") for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")} == {"title", "text"}
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)|url\((?!#)", TEXT) == []


def test_every_colour_has_one_for_dark_screens() -> None:
    light, _, dark = TEXT.partition("prefers-color-scheme: dark")
    styled = re.compile(r"^ +(\.?\w+) \{[^}]*#[0-9a-f]{6}", re.MULTILINE)

    assert set(styled.findall(light)) == set(styled.findall(dark))


def test_all_of_it_is_within_its_frame() -> None:
    root = ET.fromstring(TEXT)
    _, _, width, height = (float(each) for each in root.attrib["viewBox"].split())

    for box in root.iter(f"{SVG}rect"):
        left, top = float(box.get("x", 0)), float(box.get("y", 0))
        assert left + float(box.attrib["width"]) <= width
        assert top + float(box.attrib["height"]) <= height
