"""What a reader is warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.pages.report.marks import Mark, Marks
from tests.catalog_texts import NOW, checked

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

REQUEST = "request: {service: callback, path: /p}"


def marks(catalog: Catalog) -> dict[str, tuple[Mark, ...]]:
    found = Marks(catalog, NOW)
    return {entry.name: found.of(entry) for entry in catalog.entries}


def test_what_the_clocks_do_is_one_mark_for_all_dates() -> None:
    catalog = checked(f"""
        owner: a
        schedules:
          nightly: {{cron: "30 2 * * ? *", timezone: Europe/Paris, {REQUEST}}}
          daily: {{cron: "30 9 * * ? *", timezone: Europe/Paris, {REQUEST}}}
    """)

    found = marks(catalog)

    assert [(mark.rule, len(mark.messages)) for mark in found["nightly"]] == [("dst-gap", 2), ("dst-repeat", 2)]
    assert "2027-03-28 at 02:30 in Europe/Paris" in found["nightly"][0].messages[0]
    assert found["daily"] == ()


def test_a_warning_of_the_check_marks_the_schedule_that_it_is_in() -> None:
    catalog = checked(f"""
        owner: a
        schedules:
          first: {{rate: 1 hour, {REQUEST}}}
          second:
            cron: "0 6 LW * ? *"
            {REQUEST}
          third: {{rate: 1 hour, {REQUEST}}}
    """)

    found = marks(catalog)

    assert [mark.rule for mark in found["second"]] == ["undocumented"]
    assert found["first"] == found["third"] == ()


def test_a_warning_of_a_schedule_with_an_error_marks_no_other() -> None:
    catalog = checked(f"""
        owner: a
        schedules:
          first: {{rate: 1 hour, {REQUEST}}}
          second: {{cron: "0 6 LW * ? *", flexible_window_minutes: -1, {REQUEST}}}
    """)

    assert marks(catalog) == {"first": ()}


def test_an_accepted_warning_is_shown_with_its_reason() -> None:
    catalog = checked(f"""
        owner: a
        schedules:
          a: {{cron: "0 6 LW * ? *", accept: {{undocumented: compared with finance}}, {REQUEST}}}
          b:
            cron: "30 2 * * ? *"
            timezone: Europe/Paris
            accept: {{dst-gap: one night without it does no harm}}
            {REQUEST}
    """)

    found = marks(catalog)

    assert [(mark.rule, mark.accepted) for mark in found["a"]] == [("undocumented", "compared with finance")]
    assert [(mark.rule, mark.accepted) for mark in found["b"]] == [
        ("dst-gap", "one night without it does no harm"),
        ("dst-repeat", None),
    ]
