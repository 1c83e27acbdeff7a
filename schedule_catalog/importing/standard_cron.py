"""Standard cron of five fields: when it fires by definition, and which AWS expressions say the same.

Sources: crontab(5) of Vixie cron and cronie; Kubernetes' CronJob page and the cron library it names (robfig/cron v3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from schedule_catalog.importing.errors import NotConvertibleError

if TYPE_CHECKING:
    from collections.abc import Iterator

Dialect = Literal["crontab", "kubernetes"]

MACROS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_WEEKS = (range(1, 8), range(8, 15), range(15, 22), range(22, 29), range(29, 32))
_PART = re.compile(
    r"(?P<first>\*|\?|[0-9]{1,2}|[A-Za-z]{3})(?:-(?P<last>[0-9]{1,2}|[A-Za-z]{3}))?(?:/(?P<step>[0-9]{1,3}))?"
)
_YEARS = 60  # after these all pairs of leap days and weekdays have come


@dataclass(frozen=True, slots=True)
class StandardCron:
    """The times that five fields select; weekdays from 0, Sunday.

    both_days: a day must match both day fields, because one of them is unrestricted by the dialect's rule; else either.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    both_days: bool

    def walls(self, start: datetime) -> Iterator[datetime]:
        """Give the local times from *start* on, for 60 years, in the zone of *start*."""
        times = [time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
        for offset in range(_YEARS * 366):
            day = start.date() + timedelta(days=offset)
            if self._selects(day):
                for each in times:
                    wall = datetime.combine(day, each, start.tzinfo)
                    if wall >= start:
                        yield wall

    def aws(self) -> tuple[str, ...]:
        """Give six-field texts that together fire at the same times, each time once; NotConvertibleError without."""
        head = f"{_text(self.minutes, 0, 59)} {_text(self.hours, 0, 23)}"
        months = _text(self.months, 1, 12)
        return tuple(f"{head} {day} {months} {weekday} *" for day, weekday in self._day_fields())

    def _selects(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_date and by_weekday) if self.both_days else (by_date or by_weekday)

    def _day_fields(self) -> list[tuple[str, str]]:
        any_day, any_weekday = len(self.days) == 31, len(self.weekdays) == 7
        if self.both_days and any_weekday:
            return [(_text(self.days, 1, 31), "?")]
        if self.both_days and any_day:
            return [("?", _weekday_text(self.weekdays))]
        if self.both_days:
            raise NotConvertibleError(
                "it fires on days that match day of month and day of week at once, which AWS cannot say: "
                "restrict one of the two"
            )
        if any_day or any_weekday:
            return [("*", "?")]
        return self._either()

    def _either(self) -> list[tuple[str, str]]:
        """Days of whole weeks can be told apart from the weekdays of the other weeks (MON#2); others cannot."""
        weeks = [number for number, week in enumerate(_WEEKS, 1) if not self.days.isdisjoint(week)]
        if self.days != frozenset(day for number in weeks for day in _WEEKS[number - 1]):
            raise NotConvertibleError(
                "cron fires on the days of the month OR the days of the week, and no two AWS expressions do so without "
                "firing twice on a day that matches both: choose one, or split the job in the source"
            )
        others = [number for number in range(1, 6) if number not in weeks]
        nth = [("?", f"{_WEEKDAYS[day]}#{number}") for number in others for day in sorted(self.weekdays)]
        return [(_text(self.days, 1, 31), "?"), *nth]


def standard_cron(text: str, dialect: Dialect) -> StandardCron:
    """Read five fields or a macro like @daily; NotConvertibleError for what the dialect does not know."""
    fields = MACROS.get(text.lower(), text).split()
    if text.startswith("@") and text.lower() not in MACROS:
        hint = {"@reboot": "nothing reboots here", "@every": 'write "rate" with the interval'}
        raise NotConvertibleError(f"{text.split()[0]} has no equal: {hint.get(text.split()[0], 'it is not known')}")
    if len(fields) != len(_FIELDS):
        raise NotConvertibleError(f'"{text}" has {len(fields)} fields where cron has five')
    sets = [_field(each, *limits, dialect) for each, limits in zip(fields, _FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    both = _is_star(fields[2], dialect) or _is_star(fields[4], dialect)
    return StandardCron(sets[0], sets[1], sets[2], sets[3], weekdays, both)


def _is_star(field: str, dialect: Dialect) -> bool:
    """Vixie cron looks at the first character alone, so "*/2" counts; Kubernetes' library takes a step for a limit."""
    if dialect == "crontab":
        return field.startswith("*")
    return any(part in ("*", "?", "*/1", "?/1") for part in field.split(","))


def _field(field: str, name: str, low: int, high: int, dialect: Dialect) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match["first"] == "?" and dialect == "crontab"):
            raise NotConvertibleError(f'"{part}" is not known in the field {name}')
        values |= _part(match, part, name, low, 6 if high == 7 and dialect == "kubernetes" else high, dialect)
    return frozenset(values)


def _part(match: re.Match[str], part: str, name: str, low: int, high: int, dialect: Dialect) -> set[int]:
    step = int(match["step"] or 1)
    if match["first"] in "*?":
        if match["last"]:
            raise NotConvertibleError(f'"{part}" is not known in the field {name}')
        first, last = low, 6 if high == 7 else high
    else:
        first = _number(match["first"], name, low, high)
        last = first if match["last"] is None else _number(match["last"], name, low, high)
        if match["step"] and match["last"] is None:
            if dialect == "crontab":
                raise NotConvertibleError(f'"{part}" has a step without a range: write "{first}-{high}/{step}"')
            last = high
    if step < 1 or first > last:
        why = "a step of 0" if step < 1 else "a range that runs backwards"
        raise NotConvertibleError(f'"{part}" in the field {name} has {why}')
    return set(range(first, last + 1, step))


def _number(text: str, name: str, low: int, high: int) -> int:
    names = {"month": _MONTHS, "day of week": _WEEKDAYS}.get(name, ())
    if text.upper() in names:
        return names.index(text.upper()) + low
    if not text.isdigit() or not low <= int(text) <= high:
        raise NotConvertibleError(f'"{text}" is not from {low} to {high} in the field {name}')
    return int(text)


def _text(values: frozenset[int], low: int, high: int) -> str:
    """A set as a field: "*", a range, a start with a step that reaches the end, or a list."""
    numbers = sorted(values)
    if len(numbers) == high - low + 1:
        return "*"
    if len(numbers) > 2:
        step = numbers[1] - numbers[0]
        if numbers == list(range(numbers[0], numbers[-1] + 1, step)):
            if step == 1:
                return f"{numbers[0]}-{numbers[-1]}"
            if numbers[-1] + step > high:
                return f"{numbers[0]}/{step}"
    return ",".join(map(str, numbers))


def _weekday_text(values: frozenset[int]) -> str:
    days = sorted(values)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_WEEKDAYS[days[0]]}-{_WEEKDAYS[days[-1]]}"
    return ",".join(_WEEKDAYS[day] for day in days)
