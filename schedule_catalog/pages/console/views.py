"""From facts to what a template shows: texts only, which the templates escape."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from schedule_catalog.expressions.in_words import in_words
from schedule_catalog.operations.board import decisive_run
from schedule_catalog.operations.runs import attempts_made, keyed, lateness_seconds, scheduled_of
from schedule_catalog.pages.console.calls import ANSWERS, FAILURES, failure_of
from schedule_catalog.wording import counted, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schedule_catalog.operations import Answer, Board, BoardRow, RunRecord, RunTimePause, UndeliveredCall
    from schedule_catalog.operations.pauses import PauseAct
    from schedule_catalog.pages.console.calls import Failing, ReceivedCall
    from schedule_catalog.pages.console.desk import Overview, ScheduleView

PAGE = 100
"""Rows on a page of the board."""


@dataclass(frozen=True, slots=True)
class Query:
    """Selection of rows by the board's address; empty for everything."""

    q: str = ""
    owner: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Query:
        """Read the parameters of an address; a page that is not a number is the first."""
        page = parameters.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return cls(parameters.get("q", ""), parameters.get("owner", ""), parameters.get("state", ""), max(1, number))

    def text(self, **changed: Any) -> str:
        """Return it as the query of an address, with some parts changed; a change of the filter starts on page 1."""
        parts = {"q": self.q, "owner": self.owner, "state": self.state, "page": 1, **changed}
        return urlencode({name: value for name, value in parts.items() if value not in ("", 1)})

    def selects(self, row: BoardRow) -> bool:
        """Tell whether a row is shown."""
        words = self.q.casefold().split()
        text = " ".join((row.name, row.owner or "", row.target or "", row.origin)).casefold()
        return self.owner in ("", row.owner) and self.state in ("", row.state) and all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Rows of one page of the board, its number, the number of pages, and that of all rows that the query selects."""

    rows: list[dict[str, Any]]
    current: int
    pages: int
    total: int


def board_page(board: Board, query: Query) -> BoardPage:
    """Return the page that a query asks for, or the last one if the board has become shorter."""
    chosen = [row for row in board.rows if query.selects(row)]
    pages = -(-len(chosen) // PAGE)
    current = max(1, min(query.page, pages))
    rows = [_row(row) for row in chosen[(current - 1) * PAGE : current * PAGE]]
    return BoardPage(rows, current, pages, len(chosen))


def schedule_link(group: str, name: str) -> str:
    """Return the address of a schedule's page."""
    return f"/schedules/{quote(group)}/{quote(name)}"


def schedule_page(view: ScheduleView, read_only: bool) -> dict[str, Any]:
    """Return what the page of a schedule shows."""
    found, entry = view.found, view.entry
    place = f"{entry.place.path}:{entry.place.line}" if entry else "not in the catalog"
    facts = [("Catalog", place)]
    if found:
        words = in_words(found.timing.parsed) if found.is_readable else "unknown to this program"
        facts += [("Fires", words), ("Expression", found.expression), ("Time zone", found.timezone)]
        facts += [("State", "enabled" if found.enabled else "disabled")]
        facts += [("Changed", f"{_minute(found.modified)} UTC")]
    else:
        facts += [("State", "not in AWS")]
    if entry:
        facts += [("Owner", entry.owner)]
    if entry and entry.description:
        facts += [("Description", entry.description)]
    return {
        "name": view.identity.name,
        "link": schedule_link(view.identity.group, view.identity.name),
        "facts": facts,
        "runbook": entry.runbook if entry and (entry.runbook or "").startswith("https://") else None,
        "can_run": found is not None and not read_only,
        "can_make_up": entry is not None and found is not None and not found.timing.free_interval,
        "pause": f"/pauses?{urlencode({'scope': 'schedule', 'name': view.identity.arn})}",
        "paused": [one.message for one in view.pauses],
        "differences": view.differences,
        "upcoming": [f"{_minute(fire)} UTC" for fire in view.upcoming],
        "runs": [_run(run) for run in view.runs],
        "request": _indented(found.input) if found else None,
    }


def undelivered_groups(calls: Iterable[UndeliveredCall]) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the calls by the reason, the most frequent reason first."""
    groups: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for call in calls:
        groups[call.reason or "unknown"].append(_undelivered(call))
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def undelivered_line(call: UndeliveredCall) -> str:
    """Return one call as a line of a confirmation."""
    shown = _undelivered(call)
    return f"{shown['schedule']}, due {shown['due'] or 'at an unknown time'}: {call.reason or 'unknown reason'}"


def call_view(call: ReceivedCall) -> dict[str, Any]:
    """Return what the page shows of a call that the receiver answered."""
    cut = f"the first {len(call.body):,} of {call.length:,} bytes" if call.length > len(call.body) else ""
    failure = failure_of(call.answer)
    return {
        "time": f"{call.at:%H:%M:%S}",
        "method": call.method,
        "where": call.host + call.path,
        "schedule": call.schedule,
        "answer": ANSWERS[failure] if failure else call.answer,
        "failed": failure is not None,
        "headers": ", ".join(call.header_names),
        "body": _indented(call.body.decode(errors="replace")),
        "cut": cut,
    }


def pause_view(one: RunTimePause) -> dict[str, str]:
    """Return what the page shows of a pause."""
    return {
        "scope": one.scope,
        "name": one.name,
        "title": one.title,
        "until": _minute(one.ends),
        "since": _minute(datetime.fromtimestamp(one.since, UTC)),
        "reason": one.reason,
        "by": one.by,
    }


def act_view(act: PauseAct) -> dict[str, str]:
    """Return what the page shows of a pause that was made or ended."""
    return {**pause_view(act.pause), "at": _minute(act.at), "act": act.act, "by": act.by}


def pause_lines(overview: Overview) -> list[str]:
    """Return a line for each pause that holds calls back, for the head of the board."""
    pauses = overview.status.pauses
    return [one.message for one in pauses.current(overview.at.timestamp())] if pauses else []


def alarm_views(overview: Overview) -> list[dict[str, str | None]]:
    """Return the alarms that are on, for the head of the board."""
    return [
        {"name": each.name, "means": each.means, "runbook": each.runbook, "since": _minute(each.since)}
        for each in overview.status.alarms or ()
    ]


def made_up_line(scheduled: datetime, answer: Answer) -> str:
    """Return a line for a fire that was run later."""
    status = f", status {answer.status}" if answer.status is not None else ""
    outcome = "delivered" if answer.delivered else f"not delivered: {answer.reason or answer.outcome}"
    return f"{rfc3339(scheduled)}: {outcome}{status}"


def failing_lines(failing: Mapping[str, Failing]) -> list[str]:
    """Return a line for each host that fails."""
    return [f"{host} {FAILURES[each.failure]}, until {each.until:%H:%M:%S} UTC" for host, each in failing.items()]


def _row(row: BoardRow) -> dict[str, Any]:
    runs = [run.state for run in reversed(row.runs or ())]
    newest = row.runs[0] if row.runs else None
    due = scheduled_of(newest) if newest else None
    return {
        "name": row.name,
        "link": schedule_link(row.group, row.name),
        "origin": row.origin,
        "owner": row.owner,
        "state": row.state,
        "note": _note(row),
        "runs": runs,
        "runs_text": ", ".join(runs) or "no runs",
        "last": _minute(due) if due else keyed(newest) if newest else None,
        "next": _minute(row.next_fire) if row.next_fire else None,
        "target": row.target,
    }


def _note(row: BoardRow) -> str:
    if row.state == "paused":
        return row.pauses[0].message
    if row.state == "missed":
        more = f" and {len(row.missed) - 1} more" if row.missed[1:] else ""
        return f"no run at {_minute(row.missed[0])} UTC{more}"
    decisive = decisive_run(row.runs or ())
    return _reason(decisive) if decisive and row.state in ("failing", "skipped", "retrying") else ""


def _run(run: RunRecord) -> dict[str, str]:
    due, late = scheduled_of(run), lateness_seconds(run)
    is_fire = due is not None and "#" not in run.sort
    return {
        "due": f"{_minute(due)} UTC" if due else keyed(run),
        "as_of": run.sort if is_fire else "",
        "state": run.state,
        "attempts": counted(attempts_made(run), "attempt"),
        "status": "" if run.status is None else str(run.status),
        "reason": _reason(run) or ("" if late is None else f"{late:.1f} s after its time"),
    }


def _reason(run: RunRecord) -> str:
    return ": ".join(part for part in (run.reason, run.message) if part)


def _undelivered(call: UndeliveredCall) -> dict[str, str]:
    return {
        "id": call.identifier,
        "schedule": call.schedule or "unknown",
        "owner": call.owner or "",
        "due": call.time or "",
        "attempts": call.attempts or "",
        "message": call.message or call.obstacle or "",
    }


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _minute(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"


def owners_of(board: Board) -> Sequence[str]:
    """Return the owners of a board's rows, sorted."""
    return sorted({row.owner for row in board.rows if row.owner})
