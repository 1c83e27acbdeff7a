"""A generator of mixed cron expressions, in proportions like those of real catalogs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

ZONES = ("UTC", "America/New_York", "Europe/London", "Asia/Seoul", "Australia/Lord_Howe", "America/Sao_Paulo")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class Mixed(NamedTuple):
    """One schedule: AWS's six fields and a zone."""

    fields: str
    timezone: str


def mixed_expressions(count: int, seed: int = 1) -> Iterator[Mixed]:
    """Give `count` expressions, the same for the same seed; about 90 fires a week each, most of them from a few."""
    chosen = random.Random(seed)
    makers, weights = zip(*_MIX, strict=True)
    for maker in chosen.choices(makers, weights, k=count):
        yield Mixed(maker(chosen), chosen.choice(ZONES))


def _daily(chosen: random.Random) -> str:
    return f"{chosen.randrange(60)} {chosen.randrange(24)} * * ? *"


def _weekdays(chosen: random.Random) -> str:
    return f"{chosen.randrange(60)} {chosen.randrange(24)} ? * MON-FRI *"


def _weekly(chosen: random.Random) -> str:
    return f"{chosen.randrange(60)} {chosen.randrange(24)} ? * {chosen.choice(_WEEKDAYS)} *"


def _monthly(chosen: random.Random) -> str:
    return f"{chosen.randrange(60)} {chosen.randrange(24)} {chosen.randint(1, 28)} * ? *"


def _last_of_month(chosen: random.Random) -> str:
    days = chosen.choice(
        ("L * ?", f"{chosen.randint(1, 28)}W * ?", f"? * {chosen.randint(1, 7)}L", f"? * {chosen.randint(1, 7)}#2")
    )
    return f"{chosen.randrange(60)} {chosen.randrange(24)} {days} *"


def _hourly(chosen: random.Random) -> str:
    return f"{chosen.randrange(60)} * * * ? *"


def _often(chosen: random.Random) -> str:
    return f"{chosen.randrange(5)}/{chosen.choice((5, 10, 15, 30))} * * * ? *"


def _business_hours(chosen: random.Random) -> str:
    return f"0/{chosen.choice((10, 15, 20, 30))} {chosen.randint(7, 9)}-{chosen.randint(16, 19)} ? * MON-FRI *"


def _few_a_day(chosen: random.Random) -> str:
    hours = ",".join(str(hour) for hour in sorted(chosen.sample(range(24), 3)))
    return f"{chosen.randrange(60)} {hours} * * ? *"


_MIX = (
    (_daily, 40),
    (_weekdays, 12),
    (_weekly, 8),
    (_monthly, 8),
    (_last_of_month, 4),
    (_hourly, 10),
    (_often, 5),
    (_business_hours, 8),
    (_few_a_day, 5),
)
