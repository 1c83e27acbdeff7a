"""`schedules prune` removes pauses that have ended, wherever they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schedule_catalog.editing.test_new_and_prune import run


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    return tmp_path


PAUSED = """\
owner: a
defaults:
  pause: {until: 2027-05-01T00:00, reason: moved}   # all of us
schedules:
  over:
    rate: 1 hour
    # Until the data has moved.
    pause:
      until: 2027-06-01T08:00
      reason: migration
    timezone: Asia/Seoul
    stacks:
      dev:
        pause: {until: 2027-05-01T00:00, reason: migration}
    request: {url: "https://a.example.com/x"}

  not-over:
    rate: 1 hour
    pause: {until: 2027-06-01T09:01, reason: migration}
    timezone: Asia/Seoul
    request: {url: "https://a.example.com/x"}
"""


def test_prune_removes_the_pauses_that_have_ended(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog / "schedules/a.yaml").write_text(PAUSED)

    assert run(catalog, "prune") == 0

    assert (
        (catalog / "schedules/a.yaml").read_text()
        == """\
owner: a
defaults: {}
schedules:
  over:
    rate: 1 hour
    timezone: Asia/Seoul
    stacks:
      dev: {}
    request: {url: "https://a.example.com/x"}

  not-over:
    rate: 1 hour
    pause: {until: 2027-06-01T09:01, reason: migration}
    timezone: Asia/Seoul
    request: {url: "https://a.example.com/x"}
"""
    )
    assert '"schedules.over.pause" is removed: it ended at 2027-06-01T08:00' in capsys.readouterr().out


REQUEST, OVER = "request: {url: 'https://a.example/'}", "pause: {until: 2027-05-01T00:00, reason: x}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{{rate: 1 hour, {OVER}, {REQUEST}}}", f"{{rate: 1 hour, {REQUEST}}}"),
        (f"{{{OVER} , rate: 1 hour, {REQUEST}}}  # yes", f"{{rate: 1 hour, {REQUEST}}}  # yes"),
        (f"{{rate: 1 hour, {REQUEST}, {OVER}}}", f"{{rate: 1 hour, {REQUEST}}}"),
        (
            f"{{rate: 1 hour, {OVER}, stacks: {{a: {{{OVER}}}}}, {REQUEST}}}",
            f"{{rate: 1 hour, stacks: {{a: {{}}}}, {REQUEST}}}",
        ),
    ],
)
def test_prune_cuts_a_pause_that_has_ended_out_of_braces(catalog: Path, before: str, after: str) -> None:
    file = catalog / "schedules" / "a.yaml"
    file.write_text(f"owner: a\nschedules:\n  one: {before}\n  two: {{rate: 1 day, {REQUEST}}}\n")

    assert run(catalog, "prune") == 0

    assert file.read_text().splitlines()[2] == f"  one: {after}"


LONG = "      until: 2027-05-01T00:00,\n      # who knows\n      reason: x"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{{rate: 1 hour,\n    {OVER},\n    {REQUEST}}}", f"{{rate: 1 hour,\n    {REQUEST}}}"),
        (f"{{rate: 1 hour,\n    {REQUEST},\n    {OVER}}}", f"{{rate: 1 hour,\n    {REQUEST}}}"),
        (f"{{{OVER},\n    rate: 1 hour, {REQUEST}}}", f"{{\n    rate: 1 hour, {REQUEST}}}"),
        (
            f"{{rate: 1 day,  # often\n    # x\n    pause: {{\n{LONG}\n  }},  # yes\n    # called\n    {REQUEST}}}",
            f"{{rate: 1 day,  # often\n    # called\n    {REQUEST}}}",
        ),
        (
            f"{{\n    rate: 1 hour,\n    {REQUEST},  # there\n    pause: {{\n{LONG}}}\n  }}",
            f"{{\n    rate: 1 hour,\n    {REQUEST},  # there\n  }}",
        ),
        (
            f"{{rate: 1 hour, {REQUEST},  # there\n    {OVER}}}",
            f"{{rate: 1 hour, {REQUEST},  # there\n    }}",
        ),
        (
            f"{{{OVER}  # it, or not\n    , rate: 1 hour, {REQUEST}}}",
            f"{{  # it, or not\n     rate: 1 hour, {REQUEST}}}",
        ),
        (
            f"{{rate: 1 hour, stacks: {{\n      a: {{\n        {OVER}\n      }}\n    }}, {OVER},\n    {REQUEST}}}",
            f"{{rate: 1 hour, stacks: {{\n      a: {{\n      }}\n    }},\n    {REQUEST}}}",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_prune_cuts_a_pause_out_of_braces_over_several_lines_and_keeps_the_comments_of_others(
    catalog: Path, before: str, after: str, end: str
) -> None:
    file = catalog / "schedules" / "a.yaml"
    text = f"owner: a\nschedules:\n  one: %s\n  two: {{rate: 1 day, {REQUEST}}}\n"
    file.write_bytes((text % before).replace("\n", end).encode())

    assert run(catalog, "prune") == 0

    assert file.read_bytes().decode() == (text % after).replace("\n", end)


def test_prune_cuts_neighbours_out_of_the_same_braces(catalog: Path) -> None:
    file = catalog / "schedules" / "a.yaml"
    over = f"at: 2027-01-01T00:00, {REQUEST}"
    file.write_text(
        f"owner: a\nschedules: {{a: {{{over}}}, b: {{{over}}},\n  c: {{rate: 1 day, {REQUEST}}}, d: {{{over}}}}}\n"
    )

    assert run(catalog, "prune") == 0

    assert file.read_text() == f"owner: a\nschedules: {{\n  c: {{rate: 1 day, {REQUEST}}}}}\n"
