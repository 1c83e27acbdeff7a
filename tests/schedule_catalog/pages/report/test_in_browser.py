"""The page as a reader uses it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.chromium import refused_script
from tests.schedule_catalog.pages.report.sample import CATALOG, OTHER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.schedule_catalog.pages.report.conftest import Open


def names(page: Page) -> list[str]:
    return page.locator("#rows .name button").all_inner_texts()


def many(count: int) -> str:
    lines = ["owner: team", "schedules:"]
    lines += [
        f'  job-{number:04}: {{cron: "{number % 60} {number % 24} * * ? *", request: {{service: callback, path: /p}}}}'
        for number in range(count)
    ]
    return "\n".join(lines)


def test_every_schedule_is_listed_by_its_next_fire(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)

    assert names(page) == ["close-invoices", "remind", "later", "heartbeat", "off"]
    assert page.locator("#figure-schedules").inner_text() == "5"
    assert page.locator("#figure-calls").inner_text() == f"{7 * 24 * 60 + 7 + 5:,}"
    assert page.get_by_role("row").filter(has_text="heartbeat").get_by_role("img").get_attribute("aria-label") == (
        "10,080 calls in 7 days"
    )


def test_a_search_narrows_table_figures_and_charts(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)

    page.get_by_role("searchbox").fill("billing PARIS")

    assert names(page) == ["remind"]
    assert page.locator("#count").inner_text() == "1 of 5"
    assert page.locator("#figure-calls").inner_text() == "5"
    assert page.locator("#busiest tr").count() == 1
    page.get_by_role("searchbox").fill("no such")
    assert page.locator("#empty").is_visible()
    page.get_by_role("button", name="Clear the filters").click()
    assert len(names(page)) == 5


def test_owner_and_stack_are_filters(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)

    page.locator("#owner").select_option("billing")
    assert sorted(names(page)) == ["close-invoices", "remind"]
    page.locator("#stack").select_option("dev")
    assert names(page) == ["close-invoices"]


def test_a_column_sorts_both_ways_and_says_so(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)
    head = page.get_by_role("columnheader", name="Schedule")

    head.get_by_role("button").click()
    assert names(page) == ["close-invoices", "heartbeat", "later", "off", "remind"]
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert names(page)[0] == "remind"
    assert head.get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("schedule", "Mon 23 Nov, 09:00"), ("viewer", "Sun 22 Nov, 19:00"), ("utc", "Mon 23 Nov, 00:00")],
)
def test_times_are_shown_in_the_zone_that_is_chosen(open_page: Open, zone: str, shown: str) -> None:
    page = open_page(CATALOG)

    page.locator(f"input[value={zone}]").check(force=True)

    row = page.get_by_role("row").filter(has_text="close-invoices")
    assert row.locator(".next span").inner_text() == shown


def test_the_heat_map_is_of_the_zone_that_is_chosen(open_page: Open) -> None:
    page = open_page(CATALOG)
    assert page.locator("#busiest button").all_inner_texts() == ["00:00", "09:30"]

    page.locator("input[value=viewer]").check(force=True)

    assert page.locator("#busiest button").all_inner_texts() == ["04:30", "19:00"]


def test_the_viewers_day_stays_one_day_when_the_clocks_change(open_page: Open) -> None:
    page = open_page(
        """
        owner: a
        schedules:
          daily: {cron: "0 9 * * ? *", timezone: Europe/Paris, request: {service: callback, path: /d}}
        """,
        now=datetime(2027, 3, 26, tzinfo=UTC),
        timezone_id="Europe/Paris",
    )
    assert page.locator("#busiest button").all_inner_texts() == ["07:00", "08:00"]

    page.locator("input[value=viewer]").check(force=True)

    assert page.locator("#busiest button").all_inner_texts() == ["09:00"]
    page.get_by_role("button", name="Show the schedules that fire at 09:00").click()
    assert names(page) == ["daily"]
    assert page.locator("#axis span").all_inner_texts() == ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]


def test_a_day_or_a_drawn_stretch_is_shown_by_the_minute(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)
    caption = page.locator("#week-caption")
    assert caption.inner_text() == "Calls per minute, the busiest minute of each quarter of an hour, UTC"

    page.locator("#day").select_option("Tue 24 Nov")
    assert caption.inner_text() == "Calls per minute, every minute, UTC"
    page.locator("#day").select_option("The whole week")
    plot = page.locator("#week .u-over")
    plot.hover(position={"x": 300, "y": 50})
    page.mouse.down()
    plot.hover(position={"x": 360, "y": 50})
    page.mouse.up()

    page.wait_for_function("document.getElementById('day').value === 'stretch'")
    assert caption.inner_text() == "Calls per minute, every minute, UTC"


def test_a_minute_of_the_heat_map_shows_who_fires_then(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)

    page.get_by_role("button", name="Show the schedules that fire at 09:30").click()
    assert names(page) == ["remind"]
    page.get_by_role("button", name="Remove the filter").click()
    assert len(names(page)) == 5


def test_a_rate_that_counts_from_its_deployment_has_a_band_of_its_own_and_no_minute(open_page: Open) -> None:
    anchored = """
    owner: c
    schedules:
      anchored: {rate: 1 hour, start: 2026-11-01T00:00, request: {service: callback, path: /a}}
      free: {rate: 1 hour, request: {service: callback, path: /f}}
    """
    page = open_page(anchored)

    assert page.locator("#figure-peak").inner_text() == "1 call"
    assert page.locator("#figure-calls").inner_text() == "336"
    assert page.locator("#rates-text").inner_text().startswith("1 rate without a start: about 168 calls in 7 days")
    free = page.get_by_role("row").filter(has_text="free")
    assert "not known" in free.inner_text()
    assert free.locator(".free").get_attribute("d") == "M0.0 10H672.0"
    assert free.locator(".ticks").get_attribute("d") == ""
    page.get_by_role("searchbox").fill("anchored")
    assert not page.locator("#rates").is_visible()


def test_one_stack_is_shown_first_and_their_sum_when_it_is_chosen(open_page: Open) -> None:
    page = open_page(
        """
        owner: a
        schedules:
          often:
            cron: "0 9 * * ? *"
            stacks: {dev: {cron: "0 9 ? * MON *"}, prod: {}, test: {}}
            request: {service: callback, path: /a}
          dev-only: {cron: "0 9 ? * TUE *", stacks: [dev], request: {service: callback, path: /b}}
        """
    )

    assert page.locator("#stack").input_value() == "prod"
    assert "stack prod" in page.locator("#origin").inner_text()
    assert page.locator("#figure-peak").inner_text() == "1 call"
    assert page.locator("#count").inner_text() == "1 of 2"
    page.locator("#stack").select_option("All stacks")
    assert len(names(page)) == 3
    assert page.locator("#figure-schedules").inner_text() == "2"
    assert page.locator("#count").inner_text() == "2 of 2"


def test_what_is_chosen_is_in_the_address(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)
    assert "#" not in page.url

    page.get_by_role("searchbox").fill("billing")
    page.locator("#stack").select_option("dev")
    page.locator("input[value=utc]").check(force=True)
    page.get_by_role("columnheader", name="Calls").get_by_role("button").click()
    page.get_by_role("button", name="Show the schedules that fire at 00:00").click()
    assert page.url.partition("#")[2] == "q=billing&stack=dev&at=00%3A00&zone=utc&sort=-calls"

    page.reload()
    assert names(page) == ["close-invoices"]
    assert page.locator("input[value=utc]").is_checked()
    assert page.get_by_role("button", name="Remove the filter").is_visible()
    page.evaluate("location.hash = 'owner=ops&stack=<b>&sort=constructor&at=99:99'")
    page.wait_for_function("document.getElementById('owner').value === 'ops'")
    assert names(page) == ["later", "heartbeat", "off"]
    page.evaluate("location.hash = 'schedules'")
    assert names(page) == ["later", "heartbeat", "off"]


def test_hazards_are_marked_counted_and_told_in_full(open_page: Open) -> None:
    nightly = """
    owner: data
    schedules:
      nightly: {cron: "30 2 * * ? *", timezone: Europe/Paris, request: {service: callback, path: /n}}
      known:
        cron: "0 6 LW * ? *"
        accept: {undocumented: compared with finance}
        request: {service: callback, path: /k}
    """
    page = open_page(CATALOG, nightly)

    assert page.locator("#figure-marks").inner_text() == "1"
    page.get_by_label("Hazards only").check()
    page.get_by_role("button", name="Hazards").click()
    assert names(page) == ["nightly", "known"]
    assert page.locator("#rows .marks").all_inner_texts() == ["2 hazards", "accepted"]
    page.get_by_role("button", name="nightly").click()
    assert "2027-03-28 at 02:30 in Europe/Paris" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="known").click()
    assert "Accepted: compared with finance" in page.get_by_role("dialog").inner_text()


def test_all_of_it_can_be_done_from_the_keyboard(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#heat").focus()
    page.keyboard.press("ArrowRight")
    assert re.match(r"\d\d:\d\d UTC: \d", page.locator("#heat-reading").inner_text())
    page.keyboard.press("Enter")
    assert page.locator("#minute").is_visible()
    page.locator("#minute").focus()
    page.keyboard.press("Enter")
    page.locator("#rows .name button").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "remind"
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog", name="remind").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "remind"


def test_the_dialog_shows_the_next_fires_in_three_zones(open_page: Open) -> None:
    page = open_page(CATALOG)

    page.get_by_role("button", name="close-invoices").click()

    cells = page.get_by_role("dialog").locator(".fires tbody tr").first.locator("td").all_inner_texts()
    assert cells == ["Mon 23 Nov, 09:00 UTC+9", "Sun 22 Nov, 19:00", "Mon 23 Nov, 00:00"]


def test_only_the_rows_near_the_window_are_in_the_document(open_page: Open) -> None:
    page = open_page(many(5000))

    page.get_by_role("columnheader", name="Schedule").get_by_role("button").click()
    page.evaluate("scrollTo(0, document.getElementById('rows').getBoundingClientRect().top + scrollY)")
    page.wait_for_function("document.querySelectorAll('#rows .name button').length > 10")
    assert len(names(page)) < 60
    page.locator("#rows .name button").first.focus()
    page.keyboard.press("End")
    last = page.locator("tr[data-index='4999']")
    assert last.locator("button").evaluate("button => button === document.activeElement")
    assert last.get_attribute("aria-rowindex") == "5001"
    assert page.get_by_role("table", name="Schedules").get_attribute("aria-rowcount") == "5001"
    assert len(names(page)) < 60


def test_values_that_look_like_markup_stay_text(open_page: Open) -> None:
    hostile = "</script><!-- <script>alert(1)</script><img src=x onerror=alert(1)>\u2028 & ${1} $data"
    text = f"""
    owner: ops
    schedules:
      a:
        description: {json.dumps(hostile)}
        rate: 1 hour
        labels: {{{json.dumps(hostile[:40])}: {json.dumps(hostile)}}}
        request: {{url: "https://a.example.com/?q=%3Cscript%3E"}}
    """
    page = open_page(text)

    assert page.locator("#rows .name small").text_content() == hostile
    page.get_by_role("button", name="a", exact=True).click()
    assert page.locator("dialog .lead").text_content() == hostile
    assert page.locator("img, dialog b, dialog script").count() == 0


def test_what_did_not_come_with_the_page_cannot_run_in_it(open_page: Open) -> None:
    page = open_page(CATALOG, silent=False)

    assert refused_script(page) in ("script-src-elem", "require-trusted-types-for")


def test_the_whole_table_is_printed(open_page: Open) -> None:
    page = open_page(many(200))
    assert len(names(page)) < 60

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert len(names(page)) == 200
    assert not page.locator("#filters").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(names(page)) < 60


def test_an_empty_catalog_has_a_page(open_page: Open) -> None:
    page = open_page("owner: ops\nschedules:\n  a: {rate: 0 minutes, request: {service: callback, path: /p}}\n")

    assert page.locator("#errors").inner_text() == "The catalog has 1 error; entries with errors are omitted."
    assert page.locator("#empty").is_visible()


def test_what_a_pause_leaves_out_is_drawn_and_told(open_page: Open) -> None:
    call = "request: {url: 'https://a.example.com/x'}"
    pause = "pause: {until: 2026-11-25T00:00, reason: migration}"
    page = open_page(f"owner: a\nschedules:\n  b: {{rate: 6 hours, {pause}, {call}}}\n  c: {{rate: 6 hours, {call}}}\n")
    rows = page.locator("tbody tr[data-index]")

    assert rows.nth(0).locator("svg").get_attribute("aria-label") == "19 calls in 7 days, 9 left out"
    assert rows.nth(1).locator("svg").get_attribute("aria-label") == "28 calls in 7 days"
    drawn = [rows.nth(index).locator("path.left").get_attribute("d") for index in (0, 1)]
    assert bool(drawn[0])
    assert not drawn[1]
    rows.nth(0).locator("button").click()
    assert "2026-11-25 00:00: migration" in page.locator("#details").inner_text()
