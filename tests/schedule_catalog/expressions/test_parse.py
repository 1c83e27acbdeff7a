"""What `parse` takes, what it refuses, and what it says then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from aws_cron_expression_validator.validator import AWSCronExpressionError, AWSCronExpressionValidator
from hypothesis import assume, given
from hypothesis import strategies as st

from schedule_catalog.expressions import At, Cron, ExpressionError, Rate, parse
from tests.schedule_catalog.expressions import texts

REFUSED_BY_AWS = (
    "cron(0 1 * * * *)",
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron()",
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10)",
    "rate(10 minutess)",
    "rate(foo minutes)",
    "rate(-10 minutes)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "at(2021-12-31T23:59:59Z)",
    "at(2021-12-31)",
    "cron(*/60 * * * ? *)",
)
BEYOND_THE_GRAMMAR = (
    "",
    "cron",
    "(0 9 * * ? *)",
    "cron(0 9 ? * ? *)",
    "cron(60 9 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 9 0 * ? *)",
    "cron(0 9 32 * ? *)",
    "cron(0 9 * 0 ? *)",
    "cron(0 9 * 13 ? *)",
    "cron(0 9 ? * 0 *)",
    "cron(0 9 ? * 8 *)",
    "cron(0 9 * * ? 1969)",
    "cron(0 9 * * ? 2200)",
    "cron(0 9 * * ? 2030-2026)",
    "cron(0/0 9 * * ? *)",
    "cron(0/60 9 * * ? *)",
    "cron(/5 9 * * ? *)",
    "cron(5/ 9 * * ? *)",
    "cron(0 */24 * * ? *)",
    "cron(5-* 9 * * ? *)",
    "cron(*-5 9 * * ? *)",
    "cron(1-2-3 9 * * ? *)",
    "cron(1//2 9 * * ? *)",
    "cron(1,,2 9 * * ? *)",
    "cron(,1 9 * * ? *)",
    "cron(1, 9 * * ? *)",
    "cron(*,5 9 * * ? *)",
    "cron(-5 9 * * ? *)",
    "cron(+5 9 * * ? *)",
    "cron(1.5 9 * * ? *)",
    "cron(005 9 * * ? *)",
    "cron(١ 9 * * ? *)",
    "cron(? 9 * * ? *)",
    "cron(0 9 ?,1 * ? *)",
    "cron(0 9 L,15 * ? *)",
    "cron(0 9 1W,15W * ? *)",
    "cron(0 9 1-5W * ? *)",
    "cron(0 9 W * ? *)",
    "cron(0 9 0W * ? *)",
    "cron(0 9 32W * ? *)",
    "cron(0 9 L-31 * ? *)",
    "cron(0 9 1L * ? *)",
    "cron(0 9 ? * 3W *)",
    "cron(0 9 ? * LW *)",
    "cron(0 9 ? * 3#0 *)",
    "cron(0 9 ? * 3#6 *)",
    "cron(0 9 ? * 3# *)",
    "cron(0 9 ? * #3 *)",
    "cron(0 9 ? * 3#1,6#3 *)",
    "cron(0 9 ? * 0L *)",
    "cron(0 9 ? * JAN *)",
    "cron(0 9 * MON ? *)",
    "cron(0 9 * JANUARY ? *)",
    "cron(0 9  * * ? *)",
    "cron(0\t9 * * ? *)",
    "cron(0 9 * * ? *)\n",
    "cron(0 9 * * ? *) ",
    "cron( 0 9 * * ? *)",
    "cron(0 9 * * ? * )",
    "cron(0 9 * * ? *",
    "cron(0 9 * * ? *))",
    "cron(cron(0 9 * * ? *))",
    "CRON(0 9 * * ? *)",
    "rate(0 minutes)",
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(05 minutes)",
    "rate(1.5 hours)",
    "rate(5  minutes)",
    "rate(5 Minutes)",
    "rate(" + "9" * 5000 + " minutes)",
    "at(2026-02-29T00:00:00)",
    "at(2026-11-22T24:00:00)",
    "at(2026-11-22T13:00)",
    "at(2026-11-22 13:00:00)",
    "at(2026-11-22T13:00:00.5)",
    "at(2026-11-22T13:00:00+09:00)",
    "at(1969-12-31T23:59:00)",
    "at(2200-01-01T00:00:00)",
    "cron(" + "9" * 5000 + " * * * ? *)",
)
TAKEN = (
    "at(2022-11-20T13:00:00)",
    "at(2022-12-31T23:59:59)",  # a past one
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(1 day)",
    "cron(0/15 * * * ? *)",
    "cron(*/15 * * * ? *)",
    "cron(00 09 01 01 ? *)",
    "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
    "cron(30-30 13-13 ? * 2,4,6 *)",
    "cron(1-31/30 1-1 ? * 1,7 *)",
    "cron(0 9 1-31/30 * ? *)",
    "cron(0/30 20-2 ? * MON-FRI *)",
    "cron(15 10 ? * 6L 2022-2023)",
    "cron(0 9 ? * FRIL 2024/4)",
    "cron(0 9 ? JAN-3,DEC MON,WED-5 *)",
    "cron(0 9 LW * ? *)",
    "cron(0 9 L-3 2 ? */2)",
    "cron(0 9 ? * L *)",
)


@pytest.mark.parametrize("text", [*REFUSED_BY_AWS, *BEYOND_THE_GRAMMAR], ids=lambda text: text[:40])
def test_a_wrong_expression_is_refused_with_a_column_within_it(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert 1 <= caught.value.column <= len(text) + 1
    assert str(caught.value) == f"column {caught.value.column}: {caught.value.message}"


@pytest.mark.parametrize("text", TAKEN)
def test_a_right_expression_is_taken(text: str) -> None:
    assert parse(text).text == text


@given(texts.six_fields())
def test_all_of_the_grammar_is_taken(fields: str) -> None:
    assert parse(f"cron({fields})").kind == "cron"


@given(texts.six_fields(), st.integers(0, 60), st.sampled_from([*"0159,-*/?LW#M ()", ""]), st.booleans())
def test_what_a_second_opinion_refuses_is_refused(fields: str, at: int, sign: str, replaces: bool) -> None:
    changed = fields[:at] + sign + fields[at + replaces :]
    assume("-*" not in changed)  # it takes "5-*" and steps of any size
    try:
        AWSCronExpressionValidator.validate(changed)
    except (AWSCronExpressionError, ValueError):
        choices = [part for part in changed.split(" ") if part.startswith("L-") or "/" in part]
        assume(not choices)  # our choices: L-3, and a step in day-of-week
        with pytest.raises(ExpressionError):
            parse(f"cron({changed})")


@given(st.text(max_size=40) | st.text(alphabet="cronateh()0123456789 *?/-,#LW:T", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    for each in (text, f"cron({text})", f"rate({text})", f"at({text})"):
        assert 1 <= column_of_the_mistake(each) <= len(each) + 1


def column_of_the_mistake(text: str) -> int:
    try:
        parse(text)
    except ExpressionError as error:
        return error.column
    return 1


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("cron(71 8 1 * ? *)", 6, '"71" is not allowed in minutes: 0-59, and the signs , - * /'),
        ("cron(0 1,dummy ? * MON *)", 10, '"dummy" is not allowed in hours: 0-23, and the signs , - * /'),
        ("cron(0 9 1-32 * ? *)", 12, '"32" is not allowed in day-of-month: 1-31, and the signs , - * ? / L W'),
        ("cron(0 9 ? FOO MON *)", 12, '"FOO" is not allowed in month: 1-12 or JAN-DEC, and the signs , - * /'),
        ("cron(7 20 ? * NOT *)", 15, '"NOT" is not allowed in day-of-week: 1-7 or SUN-SAT, and the signs , - * ? L #'),
        ("cron(*/60 * * * ? *)", 8, '"60" is not a step for minutes: 1-59'),
        ("cron(0 9 ? * MON#6 *)", 18, '"6" is not a week of a month: write 1-5, as in "MON#2"'),
        ("cron(0 9 * * * *)", 14, 'day-of-month is "*" and day-of-week is "*": exactly one of the two must be "?"'),
        ("cron(0 9 * * ? 2030-2026)", 16, '"2030-2026" ends before it starts: write "2026-2030"'),
        ("rate(1 minutes)", 8, '"minutes" does not go with 1: write rate(1 minute)'),
        ("rate(5 day)", 8, '"day" does not go with 5: write rate(5 days)'),
        (
            "at(2026-02-29T09:00:00)",
            4,
            '"2026-02-29T09:00:00" is not in the calendar: the days of 2026-02 are 01 to 28',
        ),
        ("at(2200-01-01T00:00:00)", 4, '"2200-01-01T00:00:00" is outside the years 1970-2199'),
    ],
)
def test_a_mistake_is_pointed_at_and_what_is_allowed_is_said(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert (caught.value.column, caught.value.message) == (column, message)


def test_each_kind_has_its_class() -> None:
    assert isinstance(parse("cron(0 9 * * ? *)"), Cron)
    assert parse("rate(36 hours)") == Rate("rate(36 hours)", timedelta(hours=36))
    assert parse("at(2026-11-22T13:00:30)") == At("at(2026-11-22T13:00:30)", datetime(2026, 11, 22, 13, 0))  # noqa: DTZ001


def test_the_fields_of_equal_text_are_shared() -> None:
    first, second = parse("cron(0 9 * * ? 2030)"), parse("cron(0 9 * * ? 2031)")
    assert isinstance(first, Cron)
    assert isinstance(second, Cron)
    assert all(one is other for one, other in zip(first.fields[:5], second.fields[:5], strict=True))
    assert first == parse(first.text) != second
