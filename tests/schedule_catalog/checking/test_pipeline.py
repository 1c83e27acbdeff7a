"""What check makes of whole catalogs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.calendars import UNREAD
from schedule_catalog.checking.entry_of_draft import every_request, no_request
from schedule_catalog.checking.pipeline import check
from schedule_catalog.settings import Settings, parse_settings
from schedule_client.contract.records import replace
from schedule_client.contract.request import Request, Retry
from tests.catalog_texts import NOW, checked

if TYPE_CHECKING:
    from schedule_catalog.checking.catalog import Catalog

A = """\
owner: team
schedules:
  {name}: {{{timing}, request: {{service: {service}, path: /p}}}}
"""


def text(timing: str = "rate: 5 minutes", name: str = "a", service: str = "callback") -> str:
    return A.format(name=name, timing=timing, service=service)


def rules(catalog: Catalog) -> list[str]:
    return [f"{problem.severity}:{problem.rule}" for problem in catalog.problems]


def settings(*stacks: str, **values: object) -> dict[str, Settings]:
    return {stack: parse_settings(stack, values) for stack in stacks}


def test_all_problems_of_all_files_come_sorted_by_where_they_are() -> None:
    catalog = checked(text("rate: 1 minutes", "b"), text("cron: x", "c"), "owner: [", text(name="d"))
    where = [(problem.path, problem.line, problem.column) for problem in catalog.problems]

    assert [path for path, _, _ in where] == ["1.yaml", "2.yaml", "3.yaml"]
    assert where == sorted(where)
    assert [entry.name for entry in catalog.entries] == ["d"]


def test_a_mistake_that_every_stack_shares_is_told_once() -> None:
    catalog = checked(text("cron: x, stacks: {prod: {enabled: false}, dev: {}}"), settings=settings("dev", "prod"))

    assert rules(catalog) == ["error:cron"]


def test_what_the_settings_forbid_is_told_with_the_stacks_that_forbid_it() -> None:
    declared = settings("dev", services={"crm": "https://crm.example.com"}) | settings("prod", "test")
    (problem,) = checked(text(service="crm"), settings=declared).problems

    assert problem.message.endswith("(stacks prod, test)")


def test_only_the_stack_that_is_asked_for_is_checked() -> None:
    broken = text("rate: 5 minutes, stacks: {prod: {rate: 1 minutes}, dev: {}}")

    assert rules(checked(broken)) == ["error:rate"]
    assert rules(checked(broken, stack="dev")) == []
    assert [entry.stack for entry in checked(broken, stack="dev").entries] == ["dev"]
    assert checked(text("rate: 5 minutes, stacks: [prod]"), stack="dev").entries == ()
    shared = checked(text("rate: 5 minutes, stacks: [prod, dev]"), stack="dev")
    assert [entry.stack for entry in shared.entries] == ["dev"]


def test_without_settings_nothing_is_said_about_services() -> None:
    assert checked(text(service="unheard-of")).problems == ()


def test_a_name_that_is_taken_is_reported_at_the_second_place_and_names_the_first() -> None:
    (problem,) = checked(text(), text()).problems

    assert (problem.path, problem.line, problem.column, problem.rule) == ("2.yaml", 3, 3, "duplicate-name")
    assert "1.yaml:3:3" in problem.message


def test_a_time_that_has_passed_is_a_warning_for_an_old_entry_and_an_error_for_a_changed_one() -> None:
    old, moved = text("at: 2025-01-01T00:00"), text("at: 2025-02-01T00:00")
    base = checked(old)

    assert rules(checked(old)) == ["warning:past"]
    assert rules(checked(old, base=base)) == ["warning:past"]
    assert rules(checked(moved, base=base)) == ["error:past"]
    assert rules(checked(old, text("at: 2025-01-01T00:00", "new"), base=base)) == ["warning:past", "error:past"]


def test_a_stack_that_the_change_adds_makes_an_old_time_a_new_one() -> None:
    base = checked(text("at: 2025-01-01T00:00, stacks: [dev]"))

    assert rules(checked(text("at: 2025-01-01T00:00, stacks: [dev, prod]"), base=base)) == ["error:past"]


def test_an_entry_that_moved_to_another_file_was_not_edited() -> None:
    old = text("at: 2025-01-01T00:00")

    assert rules(checked("owner: other\nschedules: {}", old, base=checked(old))) == ["warning:past"]


def test_an_exception_silences_a_warning_and_never_an_error() -> None:
    accepted = 'at: 2025-01-01T00:00, accept: {past: "the audit needs it"}'

    assert rules(checked(text(accepted))) == []
    assert rules(checked(text(accepted), base=checked(text()))) == ["error:past", "warning:accept"]


def test_an_exception_of_the_defaults_is_needed_when_one_entry_needs_it() -> None:
    shared = """\
        owner: team
        defaults: {accept: {numeric-weekday: from the old scheduler}}
        schedules:
          a: {cron: "0 9 ? * 2 *", request: {service: callback, path: /p}}
          b: {cron: "0 9 ? * MON *", request: {service: callback, path: /p}}
    """

    assert rules(checked(shared)) == []


def test_an_exception_may_be_for_how_the_file_is_written() -> None:
    plain = "rate: 5 minutes, labels: {state: OFF}"

    assert rules(checked(text(plain))) == ["warning:yaml-1.1"]
    assert rules(checked(text(plain + ", accept: {yaml-1.1: no other tool reads it}"))) == []


def test_a_default_that_is_wrong_is_reported_where_it_stands() -> None:
    catalog = checked("""\
        owner: team
        defaults: {timezone: Asia/Soul}
        schedules:
          a: {cron: "0 9 * * ? *", request: {service: callback, path: /p}}
          b: {cron: "0 9 * * ? *", request: {service: callback, path: /p}}
    """)
    (problem,) = catalog.problems

    assert (problem.line, problem.column, problem.rule) == (2, 22, "timezone")


def test_a_mistake_inside_a_text_is_pointed_at() -> None:
    (problem,) = checked(text('cron: "0 9 * * FOO *"')).problems

    assert text('cron: "0 9 * * FOO *"').splitlines()[2][problem.column - 1 :].startswith(("FOO", "* FOO"))


def test_a_request_larger_than_eventbridge_scheduler_carries_is_refused() -> None:
    catalog = checked(text().replace("path: /p", f"path: /p, body: {'x' * 200_000}"))

    assert rules(catalog) == ["error:input-size"]


def test_a_request_that_nobody_reads_has_only_its_age_and_is_checked_all_the_same(tmp_path: Path) -> None:
    large = text(name="large").replace("path: /p", f"path: /p, body: {'x' * 200_000}")
    (tmp_path / "a.yaml").write_text(text("rate: 5 minutes, retry: {max_age_minutes: 7}"))
    (tmp_path / "large.yaml").write_text(large)
    read, unread = (
        check([tmp_path], settings={}, calendars=UNREAD, now=NOW, requests=each) for each in (every_request, no_request)
    )

    assert rules(read) == ["error:input-size"]
    assert unread.problems == read.problems
    assert [each.request for each in unread.entries] == [Request(retry=Retry(None, 7))]
    assert [replace(each, request=Request()) for each in unread.entries] == [
        replace(each, request=Request()) for each in read.entries
    ]


def test_entries_with_an_error_are_left_out_and_the_others_stay() -> None:
    catalog = checked(text("rate: 5 minutes", "good"), text("rate: 5 minute", "bad"))

    assert [entry.name for entry in catalog.entries] == ["good"]
    assert catalog.schedules == 2
    assert [problem.rule for problem in catalog.errors] == ["rate"]


def test_files_are_found_and_read_from_folders(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.yaml").write_text(text())
    (tmp_path / "b.yml").write_text(text(name="b"))
    catalog = check([tmp_path], settings={}, calendars=UNREAD, now=NOW)

    assert (catalog.files, catalog.schedules, catalog.problems) == (2, 2, ())


def test_a_catalog_gives_each_stack_its_own_entries_and_those_of_all() -> None:
    catalog = checked(text(name="all"), text("rate: 1 hour, stacks: [prod, dev]", "some"))

    assert [(entry.name, entry.stack) for entry in catalog.for_stack("dev")] == [("all", None), ("some", "dev")]
    assert [entry.name for entry in catalog.for_stack("test")] == ["all"]


def test_the_clock_is_the_one_that_is_given() -> None:
    once = text("at: 2027-01-01T00:00")

    assert rules(checked(once, now=NOW)) == []
    assert rules(checked(once, now=NOW + timedelta(days=365))) == ["warning:past"]


def test_a_whole_number_written_with_a_fraction_is_one() -> None:
    numbers = "rate: 1 hour, timeout_seconds: 5.0, flexible_window_minutes: 15.0, retry: {max_attempts: 3.0}"

    (entry,) = checked(text(numbers)).entries

    found = (entry.request.timeout_seconds, entry.timing.flexible_window_minutes, entry.request.retry)
    assert repr(found) == "(5, 15, Retry(max_attempts=3, max_age_minutes=60))"


def test_a_message_stays_on_one_line_whatever_it_quotes() -> None:
    (problem,) = checked(text('rate: "5\\nminutos"')).problems

    assert problem.message.isprintable()
