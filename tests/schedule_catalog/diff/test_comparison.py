from __future__ import annotations

from schedule_catalog.calendars import UNREAD
from schedule_catalog.diff import ChangeKind, compare
from tests.catalog_texts import calendars
from tests.schedule_catalog.diff.sides import CALL, NOW, compared, source

DAILY = f'close: {{cron: "0 9 * * ? *", timezone: Europe/Paris, {CALL}}}'


def test_equal_sides_have_no_changes():
    assert compared([DAILY], [DAILY]).changes == ()


def test_an_entry_that_moves_to_another_file_is_no_change():
    rate = f"poll: {{rate: 5 minutes, {CALL}}}"
    base = [source("base:a.yaml", DAILY, rate)]
    head = [source("a.yaml", DAILY), source("b.yaml", rate)]
    assert compare(base, head, settings={}, calendars=(UNREAD, UNREAD), now=NOW).changes == ()


def test_a_file_that_both_sides_have_is_parsed_once():
    base = source("base:old/a.yaml", DAILY)
    unread = type(base)(base.shown_as, base.data, lambda: (_ for _ in ()).throw(AssertionError("parsed twice")))
    assert (
        compare([unread], [source("new/a.yaml", DAILY)], settings={}, calendars=(UNREAD, UNREAD), now=NOW).changes == ()
    )


def test_a_changed_body_is_told_by_the_path_of_the_field():
    before, after = (
        f'a: {{rate: 1 day, request: {{url: "https://a.example.com", body: {{mode: {mode}}}}}}}' for mode in "xy"
    )
    (change,) = compared([before], [after]).changes
    assert [(each.path, each.before, each.after) for each in change.fields] == [("request.body.mode", "x", "y")]
    assert change.effect.action == "update in place"


def test_a_move_into_a_gap_of_the_clocks_is_a_new_hazard():
    (change,) = compared([DAILY], [DAILY.replace("0 9", "30 2")]).changes
    assert change.hazards[0].kind == "gap"
    assert change.new is not None
    assert [fire.hour for fire in change.new.fires] == [1] * 5


def test_equal_content_under_another_name_is_a_rename_that_fires_a_rate_at_once():
    (change,) = compared([f"poll: {{rate: 5 minutes, {CALL}}}"], [f"pull: {{rate: 5 minutes, {CALL}}}"]).changes
    assert (change.kind, change.effect.action) == (ChangeKind.RENAMED, "replace")
    assert "a rate fires as soon as its schedule is created" in change.effect.notes


def test_a_renamed_one_time_entry_takes_its_pending_run_along():
    (change,) = compared([f"a: {{at: 2027-01-05T09:00, {CALL}}}"], [f"b: {{at: 2027-01-05T09:00, {CALL}}}"]).changes
    assert "the pending run of 2027-01-05 09:00 UTC is moved to the new name" in change.effect.notes


def test_a_removed_one_time_entry_loses_its_pending_run():
    (change,) = compared([f"a: {{at: 2027-01-05T09:00, {CALL}}}", DAILY], [DAILY]).changes
    assert change.effect.notes == ("the pending run of 2027-01-05 09:00 UTC is lost",)


def test_an_entry_with_errors_is_broken_and_not_removed():
    comparison = compared([DAILY], [DAILY.replace("0 9", "99 9")])
    assert [change.kind for change in comparison.changes] == [ChangeKind.BROKEN]
    assert comparison.errors


def test_an_entry_whose_file_cannot_be_read_any_more_is_broken():
    assert [change.kind for change in compared([DAILY], ["{"]).changes] == [ChangeKind.BROKEN]


def test_a_past_time_that_this_change_writes_is_an_error_and_an_older_one_is_not():
    old = f"old: {{at: 2025-01-05T09:00, {CALL}}}"
    comparison = compared([old], [old, f"late: {{at: 2025-01-06T09:00, {CALL}}}"])
    assert [(each.line, each.rule) for each in comparison.errors] == [(4, "past")]
    assert [entry.name for entry in comparison.finished] == ["old"]


def test_a_stack_whose_results_do_not_change_says_nothing():
    before = f"a: {{rate: 1 day, stacks: {{dev: {{}}, prod: {{}}}}, {CALL}}}"
    after = f"a: {{rate: 1 day, stacks: {{dev: {{}}, prod: {{rate: 2 days}}}}, {CALL}}}"
    (change,) = compared([before], [after]).changes
    assert change.stacks == ("prod",)


def test_an_accepted_rule_is_nothing_that_aws_is_told():
    before = f"a: {{rate: 1 day, {CALL}}}"
    (change,) = compared([before], [before.replace("rate", 'accept: {idempotency: "once"}, rate')]).changes
    assert change.effect.action == "nothing"


def test_a_runbook_is_a_field_of_the_entry_and_travels_with_its_request():
    before = f"a: {{rate: 1 day, {CALL}}}"
    (change,) = compared([before], [before.replace("rate", 'runbook: "https://a.example.com/r", rate')]).changes
    assert [each.path for each in change.fields] == ["runbook"]
    assert change.effect.action == "update in place"


def test_a_variant_that_is_broken_in_one_stack_is_not_called_removed():
    before = f"a: {{rate: 1 day, stacks: {{dev: {{}}, prod: {{}}}}, {CALL}}}"
    after = f"a: {{rate: 1 day, stacks: {{dev: {{}}, prod: {{rate: 2 dogs}}}}, {CALL}}}"
    comparison = compared([before], [after])
    assert {(change.kind, change.stacks) for change in comparison.changes if "prod" in change.stacks} == {
        (ChangeKind.BROKEN, ("prod",))
    }
    assert comparison.errors


def test_a_stack_that_is_no_longer_named_loses_the_entry_whatever_else_is_broken():
    both = f"a: {{rate: 1 day, stacks: [dev, prod], {CALL}}}"
    comparison = compared([both, DAILY], [both.replace(", prod", ""), DAILY.replace("0 9", "99 9")])
    assert {(change.name, change.kind) for change in comparison.changes} == {
        ("a", ChangeKind.REMOVED),
        ("close", ChangeKind.BROKEN),
    }


def test_a_start_that_has_passed_is_left_out_by_the_clock():
    before = f"a: {{rate: 1 day, start: 2026-01-05T09:00, {CALL}}}"
    (change,) = compared([before], [before.replace("1 day", "2 days")]).changes
    assert change.effect.notes[0] == (
        "its start 2026-01-05 09:00 UTC has passed: the clock, not this change, removes it from the schedule"
    )


def test_an_edit_of_a_finished_entry_does_nothing_because_of_the_clock():
    before = f"a: {{at: 2025-01-05T09:00, {CALL}}}"
    (change,) = compared([before], [before.replace("at:", "description: x, at:")]).changes
    assert change.effect.action == "nothing"
    assert change.effect.notes == ("it was finished before this change: the clock removes it from the stack",)


def test_a_changed_label_is_one_field_that_the_event_carries():
    before = f"a: {{rate: 1 day, {CALL}}}"
    (change,) = compared([before], [before.replace("rate", "labels: {x: y}, rate")]).changes
    assert [each.path for each in change.fields] == ["labels.x"]
    assert change.effect.action == "update in place"


HOLIDAYS = "description: x\ntimezone: UTC\ndates: [%s]"
NOT_ON = f"a: {{cron: '0 9 * * ? *', not_on: [de], {CALL}}}"


def test_an_edit_of_a_calendar_lists_the_schedules_that_it_touches():
    before, after = (calendars(de=HOLIDAYS % days) for days in ("2026-12-25", "2026-12-25, 2026-12-31, 2027-01-01"))
    files = [source("a.yaml", NOT_ON, DAILY)]

    comparison = compare(files, files, settings={}, calendars=(before, after), now=NOW)

    (change,) = comparison.changes
    assert (change.name, change.effect.action) == ("a", "nothing")
    assert change.effect.notes == (
        "the schedule stays as it is: the next version of the proxy has the new calendars",
        "2 fewer fires in the next year, the first on Thu 2026-12-31 09:00 UTC",
    )
    assert [(each.path, each.before, each.after) for each in change.fields] == [
        ("calendars.de@UTC", "1 period, 1 day", "2 periods, 3 days")
    ]


def test_a_pause_says_how_many_fires_it_takes():
    paused = DAILY.replace("timezone:", "pause: {until: 2026-12-01T00:00, reason: moved}, timezone:")
    (change,) = compared([DAILY], [paused]).changes

    assert change.effect.action == "update in place"
    assert "8 fewer fires in the next year, the first on" in change.effect.notes[-1]


def test_a_number_that_becomes_true_or_has_a_decimal_point_changes_the_body():
    before, *after = (
        f'a: {{rate: 1 day, request: {{url: "https://a.example.com", body: {{force: {value}}}}}}}'
        for value in ("1", "true", "1.0")
    )
    for text, value in zip(after, (True, 1.0), strict=True):
        (change,) = compared([before], [text]).changes
        assert [(each.path, each.before, each.after) for each in change.fields] == [("request.body.force", 1, value)]
