from __future__ import annotations

import pytest

from schedule_catalog.expressions import parse
from schedule_catalog.expressions.in_words import in_words

WORDS = {
    "cron(0 9 * * ? *)": "every day at 09:00",
    "cron(0 9,17 * * ? *)": "every day at 09:00 and 17:00",
    "cron(0/15 * * * ? *)": "every 15 minutes",
    "cron(* * * * ? *)": "every minute",
    "cron(0 * * * ? *)": "every hour",
    "cron(15 * * * ? *)": "every hour at minute 15",
    "cron(0 0/2 * * ? *)": "every 2 hours",
    "cron(5 0/6 * * ? *)": "every day at 00:05, 06:05, 12:05 and 18:05",
    "cron(0 8 ? * MON-FRI *)": "Monday to Friday at 08:00",
    "cron(0/5 8-17 ? * 2-6 *)": "Monday to Friday every 5 minutes, in the hours 08 to 17",
    "cron(7,23,41 0,5,9 * * ? *)": "every day at the minutes 07, 23, 41, in the hours 00, 05, 09",
    "cron(0 8 ? * MON,WED 2027)": "on Monday and Wednesday at 08:00 in 2027",
    "cron(30 3 1 * ? *)": "on day 1 of the month at 03:30",
    "cron(0 9 1,15 JAN,JUL ? *)": "on days 1, 15 of the month at 09:00 in January and July",
    "cron(0 9 1-7 * ? *)": "on days 1 to 7 of the month at 09:00",
    "cron(0 9 L * ? *)": "on the last day of the month at 09:00",
    "cron(0 9 L-3 * ? *)": "3 days before the last day of the month at 09:00",
    "cron(0 9 LW * ? *)": "on the last workday of the month at 09:00",
    "cron(0 9 15W * ? *)": "on the workday nearest to day 15 of the month at 09:00",
    "cron(0 9 ? * 6L *)": "on the last Friday of the month at 09:00",
    "cron(0 9 ? * MON#1 *)": "on the first Monday of the month at 09:00",
    "rate(5 minutes)": "every 5 minutes",
    "rate(1 minute)": "every minute",
    "rate(1 hour)": "every hour",
    "rate(36 hours)": "every 36 hours",
    "rate(7 days)": "every 7 days",
    "at(2027-01-05T09:00:00)": "once, on 2027-01-05 at 09:00",
}


@pytest.mark.parametrize(("text", "words"), WORDS.items())
def test_an_expression_is_told_in_words(text: str, words: str) -> None:
    assert in_words(parse(text)) == words
