"""Standard cron of five fields: its fires by definition, and AWS expressions with the same fires.

Sources: crontab(5) of Vixie cron and cronie; Kubernetes' CronJob page and the cron library it names (robfig/cron v3);
Hasura's page of cron triggers and its cron library (System.Cron); Google's "Cron job format"; Vercel's cron jobs page.
An expression that its source does not define is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from schedule_catalog.importing.errors import NotConvertibleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schedule_catalog.importing.script import DayTest

Dialect: TypeAlias = Literal["crontab", "kubernetes", "hasura", "google", "vercel"]


class _Grammar(NamedTuple):
    """Syntax of a dialect.

    question: "?" for "*". open_step: "5/15", up to the end. seven: 7 for Sunday. names: MON and JAN.
    macros: @daily and the like.
    """

    question: bool = False
    open_step: bool = False
    seven: bool = True
    names: bool = True
    macros: bool = True


_GRAMMARS: dict[Dialect, _Grammar] = {
    "crontab": _Grammar(),
    "kubernetes": _Grammar(question=True, open_step=True, seven=False),
    "hasura": _Grammar(names=False),
    "google": _Grammar(macros=False),
    "vercel": _Grammar(seven=False, names=False, macros=False),
}

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
_COMPARE = {"le": le, "lt": lt, "ge": ge, "gt": gt, "eq": eq, "ne": ne}
_YEARS = 60  # all pairs of leap days and weekdays occur within this time


@dataclass(frozen=True, slots=True)
class StandardCron:
    """Times that five fields select; weekdays from 0, Sunday.

    both_days: a day must match both day fields, because one of them is unrestricted by the dialect's rule; else either.
    every: the minute or the hour starts with "*"; cron then follows the clock through its changes.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    both_days: bool
    every: bool = False

    def walls(self, start: datetime) -> Iterator[datetime]:
        """Return the local times from *start* on, for 60 years, in the zone of *start*."""
        times = [time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
        for offset in range(_YEARS * 366):
            day = start.date() + timedelta(days=offset)
            if self._selects(day):
                for each in times:
                    wall = datetime.combine(day, each, start.tzinfo)
                    if wall >= start:
                        yield wall

    def only_on(self, tests: Iterable[DayTest]) -> StandardCron:
        """Return the times that also pass tests of the date; NotConvertibleError if they cannot be combined."""
        found = self
        for test in tests:
            found = found._passing(test)
        return found

    def _passing(self, test: DayTest) -> StandardCron:
        whole = range(1, 32) if test.field == "d" else range(8)
        passing = frozenset(number for number in whole if _COMPARE[test.operator](number, test.number))
        if not self.both_days:
            raise NotConvertibleError("it tests the date and has a day of the month OR a day of the week: write one")
        if test.field == "d":
            return replace(self, days=self.days & passing)
        return replace(self, weekdays=self.weekdays & frozenset(day % 7 for day in passing if day))

    def aws(self) -> tuple[str, ...]:
        """Return six-field texts that together fire at the same times, each once; NotConvertibleError without any."""
        head = f"{number_text(self.minutes, 0, 59)} {number_text(self.hours, 0, 23)}"
        months = month_text(self.months)
        if not self.days or not self.weekdays:
            raise NotConvertibleError("no day passes its test of the date")
        return tuple(f"{head} {day} {months} {weekday} *" for day, weekday in self._day_fields())

    def _selects(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_date and by_weekday) if self.both_days else (by_date or by_weekday)

    def _day_fields(self) -> list[tuple[str, str]]:
        any_day, any_weekday = len(self.days) == 31, len(self.weekdays) == 7
        if self.both_days and any_weekday:
            return [(number_text(self.days, 1, 31), "?")]
        if self.both_days and any_day:
            return [("?", weekday_text(self.weekdays))]
        if self.both_days:
            return self._nth_weekdays()
        if any_day or any_weekday:
            return [("*", "?")]
        return self._either()

    def _nth_weekdays(self) -> list[tuple[str, str]]:
        """Weekdays in a whole week of the month, such as the first seven days, as the n-th of their kind (MON#1)."""
        weeks = [number for number, week in enumerate(_WEEKS, 1) if not self.days.isdisjoint(week)]
        if self.days != frozenset(day for number in weeks for day in _WEEKS[number - 1]):
            raise NotConvertibleError(
                "it fires on days that match day of month and day of week at once, which AWS cannot express: "
                "restrict one of the two"
            )
        return [("?", f"{_WEEKDAYS[day]}#{number}") for number in weeks for day in sorted(self.weekdays)]

    def _either(self) -> list[tuple[str, str]]:
        """Days of whole weeks, separated from the weekdays of other weeks (MON#2); others are inseparable."""
        weeks = [number for number, week in enumerate(_WEEKS, 1) if not self.days.isdisjoint(week)]
        if self.days != frozenset(day for number in weeks for day in _WEEKS[number - 1]):
            raise NotConvertibleError(
                "cron fires on the days of the month OR the days of the week, and no two AWS expressions do so without "
                "firing twice on a day that matches both: choose one, or split the job in the source"
            )
        others = [number for number in range(1, 6) if number not in weeks]
        nth = [("?", f"{_WEEKDAYS[day]}#{number}") for number in others for day in sorted(self.weekdays)]
        return [(number_text(self.days, 1, 31), "?"), *nth]


def standard_cron(text: str, dialect: Dialect) -> StandardCron:
    """Read five fields or a macro like @daily; NotConvertibleError for anything that the dialect does not define."""
    grammar = _GRAMMARS[dialect]
    fields = (MACROS if grammar.macros else {}).get(text.lower(), text).split()
    if text.startswith("@") and len(fields) != len(_FIELDS):
        hint = {"@reboot": "schedules do not reboot", "@every": 'write "rate" with the interval'}
        raise NotConvertibleError(f"{fields[0][:24]} has no equivalent: {hint.get(fields[0], 'it is unknown')}")
    if len(fields) != len(_FIELDS):
        raise NotConvertibleError(f'"{text[:80]}" has {counted(len(fields))}, but cron has five: {_which(len(fields))}')
    if dialect == "hasura":
        _refuse_doubtful_of_hasura(fields)
    sets = [_field(each, *limits, grammar) for each, limits in zip(fields, _FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    return StandardCron(
        sets[0], sets[1], sets[2], sets[3], weekdays, _both_days(fields[2], fields[4], dialect),
        every=fields[0].startswith("*") or fields[1].startswith("*"),
    )  # fmt: skip


def counted(fields: int) -> str:
    """Return the number of fields, in words."""
    return f"{fields} field{'' if fields == 1 else 's'}"


def _which(fields: int) -> str:
    if fields == 6:
        return "a first one for seconds (Quartz, Spring, node-cron) or a last one for years, which AWS's cron has"
    return "seconds first and years last, as Quartz has them" if fields == 7 else "minute, hour, day, month, weekday"


def _refuse_doubtful_of_hasura(fields: list[str]) -> None:
    """Refuse fields that versions of Hasura's library read differently: "*/2" of days, and Sunday in ranges."""
    for name, field in (("day of month", fields[2]), ("month", fields[3]), ("day of week", fields[4])):
        if "/" in field or (name == "day of week" and re.search(r"(?<![0-9])[07]-|-[07](?![0-9])", field)):
            raise NotConvertibleError(f'"{field[:40]}" in the field {name} is ambiguous: write a list')


def _both_days(day: str, weekday: str, dialect: Dialect) -> bool:
    """Whether both day fields must match: Vixie cron checks the first character, Kubernetes' library also a step."""
    if dialect == "crontab":
        return day.startswith("*") or weekday.startswith("*")
    if dialect == "kubernetes":
        return any(part in ("*", "?", "*/1", "?/1") for field in (day, weekday) for part in field.split(","))
    both = day == "*" or weekday == "*"
    if not both and dialect == "vercel":
        raise NotConvertibleError("Vercel does not accept a day of the month together with a day of the week")
    if not both and (day.startswith("*") or weekday.startswith("*")):
        raise NotConvertibleError(f'"{day}" and "{weekday}" together are not documented: write lists of days')
    return both


def _field(field: str, name: str, low: int, high: int, grammar: _Grammar) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match["first"] == "?" and not grammar.question):
            raise NotConvertibleError(f'"{part[:40]}" is unknown in the field {name}')
        values |= _part(match, part, name, low, 6 if high == 7 and not grammar.seven else high, grammar)
    return frozenset(values)


def _part(match: re.Match[str], part: str, name: str, low: int, high: int, grammar: _Grammar) -> set[int]:
    step = int(match["step"] or 1)
    if match["first"] in "*?":
        if match["last"]:
            raise NotConvertibleError(f'"{part}" is unknown in the field {name}')
        first, last = low, 6 if high == 7 else high
    else:
        first = _number(match["first"], name, low, high, grammar)
        last = first if match["last"] is None else _number(match["last"], name, low, high, grammar)
        if match["step"] and match["last"] is None:
            if not grammar.open_step:
                raise NotConvertibleError(f'"{part}" has a step without a range: write "{first}-{high}/{step}"')
            last = high
    if step < 1 or first > last:
        why = "a step of 0" if step < 1 else "a range that runs backwards"
        raise NotConvertibleError(f'"{part}" in the field {name} has {why}')
    return set(range(first, last + 1, step))


def _number(text: str, name: str, low: int, high: int, grammar: _Grammar) -> int:
    names = {"month": _MONTHS, "day of week": _WEEKDAYS}.get(name, ()) if grammar.names else ()
    if text.upper() in names:
        return names.index(text.upper()) + low
    if not text.isdigit() or not low <= int(text) <= high:
        raise NotConvertibleError(f'"{text}" is not from {low} to {high} in the field {name}')
    return int(text)


def number_text(values: frozenset[int], low: int, high: int) -> str:
    """Return a set as a field: "*", a range, a start with a step that reaches the end, or a list."""
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


def month_text(values: frozenset[int]) -> str:
    """Return a set of months as a field."""
    return number_text(values, 1, 12)


def weekday_text(values: frozenset[int]) -> str:
    """Return a set of weekdays as a field, by name."""
    days = sorted(values)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_WEEKDAYS[days[0]]}-{_WEEKDAYS[days[-1]]}"
    return ",".join(_WEEKDAYS[day] for day in days)
