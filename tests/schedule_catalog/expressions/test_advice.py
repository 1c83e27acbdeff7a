"""What a first-time author is told to write."""

from __future__ import annotations

import pytest

from schedule_catalog.expressions import ExpressionError, parse


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ("cron(0 9 * * *)", 6, "write cron(0 9 * * ? *)"),
        ("cron(0 9 * * 1-5)", 6, "write cron(0 9 ? * MON-FRI *)"),
        ("cron(0 9 * * 0,7)", 6, "write cron(0 9 ? * SUN,SUN *)"),
        ("cron(0 9 * * mon)", 6, "write cron(0 9 ? * MON *)"),
        ("cron(0 9 1 * *)", 6, "write cron(0 9 1 * ? *)"),
        ("cron(0 9 ? * MON)", 6, "write cron(0 9 ? * MON *)"),
        ("cron(0 9 1 * MON)", 6, "exactly one of the two day fields is ?"),
        ("cron(0 0 9 * * ? *)", 6, "seven fields, but AWS needs six, without seconds"),
        ("cron(0 9 * ?)", 6, "4 fields, but AWS needs six"),
        ("0 9 * * *", 1, "write cron(0 9 * * ? *)"),
        ("0 9 * * ? *", 1, "write cron(0 9 * * ? *)"),
        ("5 minutes", 1, "write rate(5 minutes)"),
        ("2026-11-22T13:00", 1, "write at(2026-11-22T13:00:00)"),
        ("cron(cron(0 9 * * ? *))", 6, "write cron(0 9 * * ? *)"),
        ("cron(cron(0 9 * * ? *)", 6, "write cron(0 9 * * ? *)"),
        ("cron(0 9 * * ? *", 17, 'does not end with ")"'),
        ("1 minutes", 1, "write rate(1 minute)"),
        ("0.5 hours", 1, "rate(value unit)"),
        ("every day at nine o'clock sharp", 1, "rate(value unit)"),
        ("rate(rate(5 minutes))", 6, "write rate(5 minutes)"),
        ("cron(0 9 * * ? * )", 17, "write cron(0 9 * * ? *)"),
        ("cron( 0 9 * * ? *)", 6, "write cron(0 9 * * ? *)"),
        ("cron(0 9  * * ? *)", 10, "fields are separated by one space: write cron(0 9 * * ? *)"),
        ("cron(0 9\t* * ? *)", 9, "fields are separated by one space: write cron(0 9 * * ? *)"),
        ("Cron(0 9 * * ? *)", 1, '"Cron" must be lower case: cron'),
        (" rate(10 minutes)", 1, "spaces at the start or the end are not allowed"),
        ("rate(10 minutes)\n", 17, "spaces at the start or the end are not allowed"),
        ("rate( 10 minutes )", 6, "write rate(10 minutes)"),
        ("rate(0 minutes)", 6, "a whole number from 1 to 99999999"),
        ("rate(10 seconds)", 9, "use minute(s), hour(s) or day(s), as in rate(10 minutes)"),
        ("rate(1 second)", 8, "as in rate(1 minute)"),
        ("at(2026-11-22T13:00)", 4, "write at(2026-11-22T13:00:00)"),
        ("at(2026-11-22 13:00:00)", 4, "write at(2026-11-22T13:00:00)"),
        ("at(2026-11-22T13:00:00+09:00)", 23, "the time is local to the schedule's time zone"),
        ("at(tomorrow)", 4, "at(yyyy-mm-ddThh:mm:ss)"),
        ("cron(0 9 * * MON,)", 6, "year is the sixth, and exactly one of the two day fields is ?"),
        ("cron(0  25 * * ? *)", 8, "fields are separated by one space"),
        ("cron( 0 25 * * ? *)", 6, "spaces at the start or the end are not allowed"),
        ("0 25 * * *", 1, "write cron(minutes hours day-of-month month day-of-week year)"),
        ("2026-13-22T13:00", 1, "write at(yyyy-mm-ddThh:mm:ss)"),
        ("at(2026-13-22 13:00)", 4, "is not in the form at(yyyy-mm-ddThh:mm:ss)"),
        ("cron(0 /70 * * ? *)", 8, '"/70" is not allowed in hours'),
        ("every day", 1, "cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at("),
    ],
)
def test_the_right_text_is_given_where_it_can_be_guessed(text: str, column: int, advice: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert caught.value.column == column
    assert advice in caught.value.message
    _, wrote, suggestion = caught.value.message.rpartition("write ")
    if wrote and suggestion.endswith(")") and not suggestion.partition("(")[2].startswith(("minutes", "yyyy")):
        parse(suggestion)
