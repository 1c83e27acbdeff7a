"""Output for people: the start of the stack, the deployment, the next fires, and a line for each call."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from local.dispatcher import Notice, NoticeKind
from local.session.outcomes import OutcomeState
from schedule_catalog.cli.output import harmless
from schedule_catalog.cli.text import problems as check_text
from schedule_catalog.cli.text.screen import padded, printable
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.wording import counted
from schedule_client.contract.times import wire_time

if TYPE_CHECKING:
    from local.release import Release
    from local.session.edits import Edit
    from local.session.outcomes import LoggedOutcome, Remark

GREEN, RED, YELLOW, BLUE, DIM, BOLD = "32", "31", "33", "34", "2", "1"
NAME_CELLS = 24
KEY_CHARACTERS = 11
SHOWN_EDITS = 10
_PLAIN = (OutcomeState.DELIVERED, OutcomeState.SKIPPED, OutcomeState.DUPLICATE)
_COLOURS = {
    OutcomeState.DELIVERED: GREEN,
    OutcomeState.UNDELIVERED: RED,
    OutcomeState.SKIPPED: DIM,
    OutcomeState.DUPLICATE: DIM,
}


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One next fire: the instant, in the schedule's own zone."""

    schedule: str
    local: datetime
    utc: datetime
    expression: str


class Screen:
    """Prints to a stream; colours only where they can be seen and are wanted (https://no-color.org)."""

    def __init__(self, stream: TextIO = sys.stdout, environment: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        wanted = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        self._coloured = wanted and stream.isatty()
        self._headed = False

    def title(self, text: str) -> None:
        """The first line."""
        self._print(self._paint(text, BOLD))

    def step(self, name: str, text: str, seconds: float) -> None:
        """One part of the start that is done."""
        self._print(f"  {padded(name, 10)}  {padded(harmless(text), 58)}  {self._paint(f'{seconds:4.1f} s', DIM)}")

    def heading(self, text: str) -> None:
        """The head of a section."""
        self._print(f"\n{self._paint(text, BOLD)}")

    def lines(self, lines: Sequence[str]) -> None:
        """Text below a heading."""
        for line in lines:
            self._print(f"  {harmless(line)}")

    def text(self, text: str) -> None:
        """A line of text."""
        self._print(harmless(text))

    def upcoming(self, fires: Sequence[Upcoming], more: int) -> None:
        """The next fires, soonest first."""
        rows = [_upcoming(fire) for fire in fires]
        for line in aligned(rows) if rows else ("  nothing will fire",):
            self._print(line)
        if more:
            self._print(self._paint(f"  and {more} more", DIM))

    def call(self, outcome: LoggedOutcome) -> None:
        """Return the result of one event: time, schedule, status, duration, run key."""
        word = outcome.state if outcome.state in _PLAIN else outcome.reason or outcome.state or outcome.verdict
        status = "" if outcome.status is None else str(outcome.status)
        took = f"{outcome.milliseconds:,.0f} ms" if outcome.milliseconds else ""
        again = f"  attempt {outcome.attempt}" if outcome.attempt > 1 else ""
        rest = f"{status:>6}  {took:>9}  {outcome.run_key[:KEY_CHARACTERS]}{again}"
        self._row(outcome.at, outcome.schedule or "?", word, _COLOURS.get(outcome.state, YELLOW), rest)
        if not outcome.delivered:
            self._aside(_explained(outcome))

    def notice(self, notice: Notice) -> None:
        """Return the dispatcher's notices, except those of calls, which have their own line."""
        if notice.kind is NoticeKind.ACCEPTED:
            return
        colour = DIM if notice.kind is NoticeKind.COMPLETED else YELLOW
        if notice.kind in {NoticeKind.DEAD, NoticeKind.DROPPED, NoticeKind.REFUSED, NoticeKind.UNREACHABLE}:
            colour = RED
        if notice.kind in {NoticeKind.MISSED, NoticeKind.MADE_UP}:
            self._row(notice.at, notice.name or "several schedules", notice.kind, colour, notice.text)
            return
        about = f"scheduled {wire_time(notice.scheduled)}" if notice.scheduled else ""
        self._row(notice.at, notice.name or "the emulator", notice.kind, colour, about)
        if notice.text:
            self._aside(notice.text)

    def remark(self, remark: Remark) -> None:
        """Return other output of the proxy's function."""
        self._row(remark.at, "proxy", "log", YELLOW, "")
        for line in remark.text.splitlines():
            self._aside(line)

    def edits(self, at: datetime, edits: Sequence[Edit]) -> None:
        """Return the changes of an edit of the catalog; of many changes of one kind the first few."""
        for word, group in groupby(sorted(edits, key=lambda edit: edit.word), key=lambda edit: edit.word):
            alike = list(group)
            shown = alike if len(alike) <= SHOWN_EDITS + 1 else alike[:SHOWN_EDITS]
            for edit in shown:
                self._row(at, edit.name, word, BLUE, edit.text)
            if len(shown) < len(alike):
                self._row(at, f"and {len(alike) - len(shown)} more", word, BLUE, "")

    def problems(self, release: Release) -> None:
        """Return errors and warnings of a release: the problems exactly as `schedules check` prints them."""
        if release.error is not None:
            self.failure(release.error)
        elif release.catalog is not None:
            with redirect_stdout(self._stream):
                check_text.show(release.catalog, "")
            self._stream.flush()

    def goodbye(self) -> None:
        """Return that everything is being stopped."""
        self._print(self._paint("\nstopping", DIM))

    def success(self, text: str) -> None:
        """A good end."""
        self._print(self._paint(text, GREEN))

    def failure(self, text: str) -> None:
        """A bad one."""
        self._print(self._paint(text, RED))

    def _row(self, at: datetime, name: str, word: str, colour: str, rest: str) -> None:
        if not self._headed:
            self._headed = True
            head = f"  {'time':8}  {padded('schedule', NAME_CELLS)}  {'outcome':12}  status       took  run key"
            self._print(self._paint(head, DIM))
        time = self._paint(f"{at.astimezone():%H:%M:%S}", DIM)
        cell = padded(harmless(name), NAME_CELLS)
        self._print(f"  {time}  {cell}  {self._paint(padded(printable(word), 12), colour)}  {harmless(rest)}".rstrip())

    def _aside(self, text: str) -> None:
        self._print(self._paint(f"            {printable(text)}", DIM))

    def _paint(self, text: str, code: str) -> str:
        """Colour a text; the escape sequences are the only ones that reach the terminal."""
        shown = "\n".join(map(harmless, text.split("\n")))
        return f"\x1b[{code}m{shown}\x1b[0m" if self._coloured else shown

    def _print(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


def _upcoming(fire: Upcoming) -> tuple[str, str, str, str]:
    local = f"{fire.local:%a %Y-%m-%d %H:%M:%S} {fire.local.tzname()}"
    return fire.schedule, fire.expression, local, f"{fire.utc:%H:%M:%S} UTC"


def _explained(outcome: LoggedOutcome) -> str:
    """Reason why a run was not delivered, and its continuation."""
    if outcome.state is OutcomeState.DUPLICATE:
        return "not called again: another event of this run, or of its key, was delivered or is in progress"
    said = outcome.message or outcome.reason or "the function ended before it could log the result"
    if outcome.given_back:
        return f"{said}: back in Lambda, which retries it or makes it undelivered"
    if outcome.state is OutcomeState.WAITING:
        return f"{said}: waiting until {outcome.due.astimezone():%H:%M:%S}" if outcome.due else f"{said}: waiting"
    if outcome.state is OutcomeState.UNDELIVERED:
        times = counted(outcome.attempt, "attempt")
        return f"{said}: undelivered after {times}"
    return said
