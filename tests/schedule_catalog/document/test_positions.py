from __future__ import annotations

from schedule_catalog.document import parse_document


def test_positions_of_a_wide_mapping_are_looked_up_without_walking_it_each_time() -> None:
    names = [f"job-{number}" for number in range(4000)]
    text = "schedules:\n" + "".join(f"  {name}: {{rate: 1 hour}}\n" for name in names)
    document = parse_document(text.encode(), "a.yaml")
    assert [document.key_place(("schedules", name)).line for name in names] == list(range(2, 4002))


def test_the_largest_line_and_column_do_not_run_into_each_other() -> None:
    wide = parse_document(b"a: " + b" " * 1_000_000 + b"x\n", "a.yaml")
    assert wide.value_place(("a",)).column == 1_000_004
    tall = parse_document(b"\n" * 1_000_000 + b"a: [x]\n", "a.yaml")
    place = tall.value_place(("a", 0))
    assert (place.line, place.column) == (1_000_001, 5)
