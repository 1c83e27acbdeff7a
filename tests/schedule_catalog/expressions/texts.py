"""Random valid texts of cron fields, over all of the grammar."""

from __future__ import annotations

from hypothesis import strategies as st

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@st.composite
def item(draw: st.DrawFn, low: int, high: int, names: tuple[str, ...] = (), wraps: bool = True) -> str:
    numbers = st.integers(low, high)
    first, last = draw(numbers), draw(numbers)
    if not wraps:
        first, last = sorted((first, last))
    step = draw(st.integers(1, min(high, 40)))
    form = draw(st.sampled_from(("{a}", "{a}", "{a}-{b}", "{a}/{s}", "{a}-{b}/{s}", "*/{s}")))
    shown = [names[n - 1] if names and draw(st.booleans()) else str(n) for n in (first, last)]
    return form.format(a=shown[0], b=shown[1], s=step)


def field(low: int, high: int, names: tuple[str, ...] = (), wraps: bool = True) -> st.SearchStrategy[str]:
    items = st.lists(item(low, high, names, wraps), min_size=1, max_size=3).map(",".join)
    return st.just("*") | items


minutes = field(0, 59)
hours = field(0, 23)
months = field(1, 12, MONTHS)
dates = st.one_of(
    field(1, 31),
    st.sampled_from(("L", "LW", "?")),
    st.integers(1, 31).map("{}W".format),
    st.integers(1, 30).map("L-{}".format),
)
weekday = st.sampled_from((*WEEKDAYS, *"1234567"))
weekdays = st.one_of(
    field(1, 7, WEEKDAYS),
    st.just("L"),
    weekday.map("{}L".format),
    st.tuples(weekday, st.integers(1, 5)).map(lambda pair: f"{pair[0]}#{pair[1]}"),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[str, str]:
    """The two day fields, of which exactly one is `?`."""
    chosen = draw(dates)
    return (chosen, draw(weekdays)) if chosen == "?" else (chosen, "?")


@st.composite
def six_fields(draw: st.DrawFn, year: st.SearchStrategy[str] | None = None) -> str:
    day_of_month, day_of_week = draw(days())
    years = draw(year or field(1970, 2199, wraps=False))
    return f"{draw(minutes)} {draw(hours)} {day_of_month} {draw(months)} {day_of_week} {years}"


dense = st.one_of(
    st.tuples(minutes, hours, days(), months),
    st.tuples(minutes, hours, st.sampled_from((("*", "?"), ("?", "*"), ("?", "MON-FRI"))), st.just("*")),
).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2][0]} {parts[3]} {parts[2][1]} *")
"""Expressions of any year that often fire."""
