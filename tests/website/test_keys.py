"""docs/keys.md is what the schema says."""

from __future__ import annotations

import re

from schedule_catalog.schema_files import schema
from website.keys import PAGE, reference


def test_the_page_is_generated_from_the_schema() -> None:
    assert PAGE.read_text() == reference(), "run python -m website.keys"


def test_every_key_has_a_row_with_a_meaning() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", reference(), re.MULTILINE))
    definitions = schema("schedule")["$defs"]
    known = {
        *schema("schedule")["properties"],
        *(key for part in ("entry", "request", "auth", "retry", "pause") for key in definitions[part]["properties"]),
    }

    assert set(rows) == known
    assert all(len(meaning) > 10 for meaning in rows.values())
