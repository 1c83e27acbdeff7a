"""The action that runs what was missed: the fires of the last day without a run, each under its own run key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.routing import Route

from schedule_catalog.operations import NotRunnableError, OperationError, find_schedule, missed_fires
from schedule_catalog.operations.board_memory import LOOK_BACK
from schedule_catalog.pages.console.forms import read_form
from schedule_catalog.pages.console.rendering import CONFIRMED
from schedule_catalog.pages.console.views import made_up_line, schedule_link
from schedule_catalog.wording import counted, rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from schedule_catalog.operations import FoundSchedule, Unmade
    from schedule_catalog.pages.console.desk import Desk
    from schedule_catalog.pages.console.rendering import Renderer

MOST = 100
"""Number of calls of one action; each is made and answered before the next."""
# What is a day old when the question is asked may be called for as long.
_ANSWER = timedelta(hours=1)


class MakeUpPages:
    """The question, which names every fire, and the answer of every call."""

    def __init__(self, desk: Desk, renderer: Renderer) -> None:
        self._desk, self._renderer = desk, renderer

    def routes(self) -> list[Route]:
        """Return the address of the action."""
        return [Route("/schedules/{group}/{name}/missed", self._act, methods=["POST"])]

    async def _act(self, request: Request) -> Response:
        group, name = request.path_params["group"], request.path_params["name"]
        form = await read_form(request)

        def acted() -> Response:
            schedule = find_schedule(self._desk.stack, self._desk.stack.schedule_arn(group, name))
            if CONFIRMED not in form:
                return self._question(schedule, self._missed(schedule, LOOK_BACK))
            return self._made(schedule, self._missed(schedule, LOOK_BACK + _ANSWER), {*form.get("fire", [])})

        return await self._renderer.changed(form, acted, schedule_link(group, name))

    def _missed(self, schedule: FoundSchedule, period: timedelta) -> Sequence[Unmade]:
        """Fires of the period until now without a run, the oldest first."""
        entry, now = self._desk.entry(schedule.group, schedule.name), self._desk.clock()
        if entry is None:
            raise NotRunnableError(f'"{schedule.name}" is not in the catalog, which says when it fires')
        return missed_fires(self._desk.stack, schedule, entry, now - period, now)

    def _question(self, schedule: FoundSchedule, missed: Sequence[Unmade]) -> Response:
        link = schedule_link(schedule.group, schedule.name)
        sure, doubtful = [each for each in missed if not each.doubt], [each for each in missed if each.doubt]
        doubts = [*map(_doubt_line, doubtful)]
        if not sure:
            return self._renderer.message("Nothing was missed in the last day", doubts, link)
        chosen = sure[:MOST]
        target = self._desk.prepare_run(schedule, chosen[0].scheduled).target
        lines = [
            f"{target}, of {schedule.name}",
            "each as the run of its fire, under its run key, with one attempt; one after the other, the oldest first",
            *self._desk.notes_on_call(schedule.arn),
            *(rfc3339(each.scheduled) for each in chosen),
            *([f"{len(sure) - MOST:,} more were missed: run this again for them"] if len(sure) > MOST else []),
            *doubts,
        ]
        fields = [("fire", rfc3339(each.scheduled)) for each in chosen]
        question = f"Run what was missed: {counted(len(chosen), 'call')}?"
        return self._renderer.confirm(question, lines, f"{link}/missed", fields, "Run them now", link)

    def _made(self, schedule: FoundSchedule, missed: Sequence[Unmade], wanted: set[str]) -> Response:
        """Make the calls; after an error of AWS no more, and say which were made."""
        chosen = [each for each in missed if rfc3339(each.scheduled) in wanted]
        sure, lines = [each for each in chosen if not each.doubt], list[str]()
        delivered = 0
        for number, each in enumerate(sure, 1):
            try:
                answer = self._desk.make(self._desk.prepare_run(schedule, each.scheduled))
            except OperationError as error:
                lines.append(f"{rfc3339(each.scheduled)}: no answer: {error}")
                if left := len(sure) - number:
                    lines.append(f"{counted(left, 'fire')} after it: not called, run what was missed again for them")
                break
            delivered += answer.delivered
            lines.append(made_up_line(each.scheduled, answer))
        lines += [_doubt_line(each) for each in chosen if each.doubt]
        if gone := len(wanted) - len(chosen):
            lines.append(f"{counted(gone, 'fire')} with a run by now, or from more than a day ago: not called")
        heading = f"{delivered} of {counted(len(sure), 'call')} delivered"
        return self._renderer.message(heading, lines, schedule_link(schedule.group, schedule.name))


def _doubt_line(fire: Unmade) -> str:
    return f"in doubt, as the schedule was changed later, and not called: {rfc3339(fire.scheduled)}"
