"""The page as people use it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from callback_api.task import Status
from callback_api.tokens import digest
from tests.callback_api.application import ADA, BOB, ROOT
from tests.callback_api.page.conftest import REFUSED, Open, Site, served, sign_in
from tests.chromium import add_axe, faults, refused_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Milliseconds after which a page with a task that is soon due asks again.
ASKS_AGAIN = 4000
HOSTILE = "</script><img src=x onerror=alert(1)><b>\u202e\u2028 ${1}"


def names(page: Page) -> list[str]:
    return page.locator("#rows .name button").all_inner_texts()


def every_kind(site: Site) -> None:
    site.complete(site.put("clean-up", minutes=-90), {"removed": 1204, "kept": ["a", "b"]})
    site.fail(site.put("remind-of-payment", minutes=-10), "ConnectError: mail.example.com does not answer " * 6)
    site.fail(site.put("charge", minutes=-0.2), "TimeoutError: it took longer than 25 s", permanent=False)
    site.begin(site.put("build-report", minutes=-0.1))
    site.store.cancel(site.put("send-coupon", minutes=600).id, datetime.now(UTC))
    site.put("remind-of-lateness", minutes=-30)
    site.put("x" * 100, user="a-customer-with-a-very-long-name@subdomain.example.com")
    site.put("send-welcome-email", minutes=5, data={"user": 7})
    site.put("renew", minutes=60 * 24 * 400)


def test_a_person_signs_in_and_sees_their_tasks_alone(site: Site, open_page: Open) -> None:
    site.put("one-of-adas")
    site.put("one-of-bobs", user="bob")

    page = open_page(ADA)

    expect(page.locator("#rows tr")).to_have_count(1)
    assert names(page) == ["one-of-adas"]
    line = page.locator("#rows tr").inner_text()
    assert "Scheduled" in line
    assert "in 5 minutes" in line
    assert not page.locator("#user-filter").is_visible()
    assert ADA not in page.url


def test_a_token_stays_in_the_tab_until_signing_out(site: Site, open_page: Open) -> None:
    site.put()
    page = open_page(ADA)
    expect(page.locator("#rows tr")).to_have_count(1)

    page.reload()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()

    assert page.get_by_label("API token").is_visible()
    assert page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length") == 0
    assert page.locator("#rows tr").count() == 0


def test_a_wrong_token_is_told_and_not_kept(open_page: Open) -> None:
    page = open_page(expected=REFUSED)

    sign_in(page, "sct_wrong")

    expect(page.locator("#token-problem")).to_have_text("This token is not known, or was revoked.")
    assert page.evaluate("sessionStorage.length") == 0
    sign_in(page, ADA)
    expect(page.locator("#empty")).to_contain_text("There are no tasks yet.")


def test_an_administrator_filters_by_status_and_user(site: Site, open_page: Open) -> None:
    site.put("of-ada")
    site.put("of-bob", user="bob")
    site.fail(site.put("failed-of-bob", user="bob"), "no")
    page = open_page(ROOT)
    expect(page.locator("#rows tr")).to_have_count(3)

    page.get_by_role("searchbox").fill("bob")
    expect(page.locator("#rows tr")).to_have_count(2)
    page.get_by_role("radio", name="Failed").check(force=True)
    expect(page.locator("#rows tr")).to_have_count(1)
    assert names(page) == ["failed-of-bob"]
    assert page.url.endswith("#status=FAILED&user=bob")
    page.reload()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.get_by_role("radio", name="Cancelled").check(force=True)
    expect(page.locator("#empty")).to_contain_text("No task is like this.")
    page.get_by_role("button", name="Show all tasks").click()
    expect(page.locator("#rows tr")).to_have_count(3)


def test_heartbeats_are_hidden_until_somebody_asks_for_them(site: Site, open_page: Open) -> None:
    site.put("mail")
    site.put("heartbeat")
    page = open_page(ADA)
    expect(page.locator("#rows tr")).to_have_count(1)
    assert names(page) == ["mail"]

    page.get_by_label("Heartbeats").check()
    expect(page.locator("#rows tr")).to_have_count(2)
    page.get_by_label("Heartbeats").uncheck()
    page.get_by_label("Tasks with the name").fill("heartbeat")
    expect(page.locator("#rows .name button")).to_have_text(["heartbeat"])
    assert page.url.endswith("#task=heartbeat")


def test_what_is_to_come_is_shown_by_its_time_the_soonest_first(site: Site, open_page: Open) -> None:
    for number in range(30):
        site.put(f"job-{number:02}", minutes=300 - number)
    site.complete(site.put("done"))
    page = open_page(ADA)
    page.get_by_role("radio", name="Scheduled").check(force=True)
    expect(page.locator("#rows .name button").first).to_have_text("job-29")
    expect(page.locator("#order")).to_have_text("Tasks, the soonest due first")

    page.get_by_role("button", name="Later").click()
    expect(page.locator("#rows tr")).to_have_count(5)
    assert names(page)[-1] == "job-00"
    page.get_by_label("Due from").fill("2100-01-01T00:00")
    expect(page.locator("#empty")).to_contain_text("No task is like this.")
    page.get_by_label("Due from").fill("2020-01-01T00:00")
    page.get_by_label("to", exact=True).fill("2100-01-01T00:00")
    expect(page.locator("#rows tr")).to_have_count(25)
    assert page.url.endswith("#status=SCHEDULED&from=2020-01-01T00%3A00&to=2100-01-01T00%3A00")


def test_many_tasks_are_turned_page_by_page(site: Site, open_page: Open) -> None:
    for number in range(60):
        site.put(f"job-{number:02}")
    page = open_page(ADA)
    expect(page.locator("#rows tr")).to_have_count(25)
    assert names(page)[0] == "job-59"

    page.get_by_role("button", name="Older").click()
    expect(page.locator("#rows .name button").first).to_have_text("job-34")
    page.get_by_role("button", name="Older").click()
    expect(page.locator("#rows tr")).to_have_count(10)
    assert page.get_by_role("button", name="Older").is_disabled()
    page.get_by_role("button", name="Newer").click()
    expect(page.locator("#page-number")).to_have_text("Page 2")


def test_a_task_is_cancelled_after_a_question(site: Site, open_page: Open) -> None:
    task = site.put()
    page = open_page(ADA)

    page.get_by_role("button", name="Cancel send-welcome-email").click()
    page.get_by_role("button", name="Keep it").click()
    assert site.status(task) is Status.SCHEDULED
    page.get_by_role("button", name="Cancel send-welcome-email").click()
    page.get_by_role("button", name="Cancel the task").click()

    expect(page.locator("#rows .mark")).to_have_text("Cancelled")
    assert site.status(task) is Status.CANCELLED
    expect(page.locator("#said")).to_have_text("send-welcome-email is cancelled.")


def test_a_failed_task_says_why_and_is_retried(site: Site, open_page: Open) -> None:
    task = site.fail(site.put(), "PermanentError: no such user")
    page = open_page(ADA)
    expect(page.locator("#rows .outcome")).to_have_text("PermanentError: no such user")

    page.get_by_role("button", name="Retry send-welcome-email").click()
    page.get_by_role("button", name="Retry the task").click()

    expect(page.locator("#rows .mark")).to_have_text("Scheduled")
    assert site.status(task) is Status.SCHEDULED


def test_a_task_that_was_begun_meanwhile_says_why_it_is_not_cancelled(site: Site, open_page: Open) -> None:
    task = site.put()
    page = open_page(ADA, expected=REFUSED)

    page.get_by_role("button", name="Cancel send-welcome-email").click()
    site.begin(task)
    page.get_by_role("button", name="Cancel the task").click()

    expect(page.locator("#ask-problem")).to_have_text(
        f"The task {task.id} is RUNNING: it can only be cancelled while it is SCHEDULED."
    )
    page.get_by_role("button", name="Close").last.click()
    expect(page.locator("#rows .mark")).to_have_text("Running")


def test_a_task_is_completed_while_somebody_looks(site: Site, open_page: Open) -> None:
    task = site.put("soon", minutes=0.1)
    for number in range(20):
        site.put(f"job-{number}")
    page = open_page(ADA)
    page.get_by_role("button", name="soon", exact=True).scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")

    site.complete(task, {"sent": True})
    page.clock.run_for(ASKS_AGAIN)

    expect(page.locator("#rows .outcome").last).to_have_text('{"sent":true}')
    assert page.evaluate("window.scrollY") == before > 0


def test_the_focus_stays_on_a_row_that_changes(site: Site, open_page: Open) -> None:
    site.put("later")
    task = site.put("soon", minutes=0.1)
    page = open_page(ADA)
    page.get_by_role("button", name="Cancel soon").focus()
    page.evaluate("window.kept = document.activeElement.closest('tr')")

    site.complete(task, {"sent": True})
    page.clock.run_for(ASKS_AGAIN)

    expect(page.locator("#rows tr").first).to_contain_text('{"sent":true}')
    assert page.evaluate("document.activeElement.textContent") == "soon"
    assert page.evaluate("document.activeElement.closest('tr') === window.kept")
    assert page.locator("#said").inner_text() == "soon is completed."


def test_nothing_is_asked_while_nobody_looks(site: Site, open_page: Open) -> None:
    site.put(minutes=0.1)
    page = open_page(ADA)
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {get: () => window.away, configurable: true});
        window.away = true;
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.clock.run_for(10 * ASKS_AGAIN)
    page.wait_for_timeout(200)  # what had been asked would be seen by now
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(200)
    assert len(asked) == 1
    page.clock.run_for(ASKS_AGAIN)
    page.wait_for_timeout(200)
    assert len(asked) == 2, "while somebody looks it is asked"


def test_a_service_that_fails_is_told_and_asked_again(site: Site, open_page: Open) -> None:
    site.put()
    page = open_page(ADA, expected=REFUSED)
    expect(page.locator("#rows tr")).to_have_count(1)

    page.route("**/api/v1/tasks?*", lambda route: route.abort())
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#trouble")).to_contain_text("The service cannot be reached. Trying again in")
    assert page.locator("#rows tr").count() == 1
    page.unroute("**/api/v1/tasks?*")
    page.get_by_role("button", name="Refresh").click()

    expect(page.locator("#trouble")).to_be_hidden()


def test_a_token_that_is_revoked_meanwhile_signs_out(site: Site, open_page: Open) -> None:
    site.put(user="bob")
    page = open_page(BOB, expected=REFUSED)
    site.store.revoke_token(digest(BOB))

    page.get_by_role("button", name="Cancel send-welcome-email").click()
    page.get_by_role("button", name="Cancel the task").click()

    expect(page.locator("#token-problem")).to_have_text("This token is not valid any more.")
    page.wait_for_timeout(200)
    expect(page.locator("#token-problem")).to_have_text("This token is not valid any more.")


def test_what_looks_like_markup_stays_text(site: Site, open_page: Open) -> None:
    data = {HOSTILE: [HOSTILE]}
    site.fail(site.put(HOSTILE, user=HOSTILE, data=data), HOSTILE)
    page = open_page(ROOT)

    assert page.locator("#rows .name button").text_content() == HOSTILE
    assert page.locator("#rows .outcome").text_content() == HOSTILE
    page.locator("#rows .name button").click()
    assert "</script><img" in (page.locator("#details-data").text_content() or "")
    assert page.locator("img, dialog b, td b").count() == 0


def test_what_did_not_come_with_the_page_cannot_run_in_it(open_page: Open) -> None:
    page = open_page(expected="")

    assert refused_script(page) in ("script-src-elem", "require-trusted-types-for")


def test_the_details_show_all_of_a_task_and_give_the_focus_back(site: Site, open_page: Open) -> None:
    site.complete(site.put(data={"user": 7}, key="welcome-7"), ["done"])
    page = open_page(ADA)

    page.locator("#rows .name button").focus()
    page.keyboard.press("Enter")
    shown = page.get_by_role("dialog", name="send-welcome-email").inner_text()
    assert '"user": 7' in shown
    assert "welcome-7" in shown
    assert '"done"' in shown
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.textContent") == "send-welcome-email"


def test_nothing_overflows_a_window_of_any_width(site: Site, open_page: Open) -> None:
    every_kind(site)
    page = open_page(ROOT)
    expect(page.locator("#rows tr")).to_have_count(9)

    for width in (320, 360, 768, 900, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="x" * 100).first.click()
        assert page.locator("#details").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth"), width
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_checks_of_axe_find_nothing(site: Site, open_page: Open, width: int) -> None:
    every_kind(site)
    page = open_page(width=width, color_scheme="light")
    add_axe(page)
    assert faults(page) == []
    sign_in(page, ROOT)
    expect(page.locator("#rows tr")).to_have_count(9)
    assert faults(page) == []
    page.get_by_role("button", name="remind-of-payment").first.click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Cancel send-welcome-email").click()
    assert faults(page) == []


def test_where_nobody_has_to_prove_anything_no_token_is_asked_for(tmp_path: Path, open_page: Open) -> None:
    with served(tmp_path / "open.sqlite", open=True) as free:
        free.clear()
        free.put()
        page = open_page(url=free.url)

        expect(page.locator("#rows tr")).to_have_count(1)
        assert page.locator("#of-user").is_visible()
        assert not page.get_by_role("button", name="Sign out").is_visible()
        page.goto("about:blank")
