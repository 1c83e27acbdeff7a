from __future__ import annotations

import re
from pathlib import Path

from schedule_catalog.deployment.alarms import alarm_description
from schedule_catalog.pages.console.runbooks import RunbookPart, runbook
from tests.schedule_catalog.operations.aws import NAMES
from tests.schedule_catalog.pages.console.site import client_of, deployed

ROOT = Path(__file__).parents[4]


def test_a_section_is_read_with_its_code_and_its_links_to_other_runbooks(tmp_path: Path) -> None:
    file = tmp_path / "alarms.md"
    file.write_text(
        "# Alarms\n\n## Alarm: lost\n\nRun `x`; see [late](#alarm-late)\nor [runs](runs.md).\n\nEnd.\n\n## More\n"
    )

    found = runbook("lost", (tmp_path / "absent", file))

    assert found is not None
    first, second = found
    assert [span for span in first if span.text] == [
        RunbookPart("text", "Run "),
        RunbookPart("code", "x"),
        RunbookPart("text", "; see "),
        RunbookPart("runbook", "late", "late"),
        RunbookPart("text", "\nor "),
        RunbookPart("text", "runs"),
        RunbookPart("text", "."),
    ]
    assert second == (RunbookPart("text", "End."),)
    assert runbook("absent", (file,)) is None
    assert runbook("lost", ()) is None


def test_every_runbook_of_the_documentation_can_be_shown() -> None:
    names = re.findall("^## Alarm: (.+)$", (ROOT / "docs" / "alarms.md").read_text("utf-8"), re.MULTILINE)

    assert names
    for name in names:
        paragraphs = runbook(name)
        assert paragraphs, name
        text = "".join(span.text for paragraph in paragraphs for span in paragraph)
        assert "](" not in text, name
        assert "`" not in text, name


def test_an_alarms_description_is_shown_as_text_and_leads_nowhere_else() -> None:
    aws = deployed()
    html = '"><script>x()</script><a hx-post="/undelivered">'
    aws.cloudwatch.add(NAMES.of("failed"), alarm_description(html, f"../{html}"))

    board = client_of(aws).get("/").text

    assert "&lt;script&gt;x()&lt;/script&gt;" in board
    assert "<script>x()" not in board
    assert 'hx-post="/undelivered"' not in board
    assert 'href="/alarms/../&#34;&gt;' in board
