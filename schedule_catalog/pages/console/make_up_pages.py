"""The action that runs what was missed: the fires of the last day without a run, each under its own run key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from schedule_catalog.operations import NotRunnableError, find_schedule, missed_fires
from schedule_catalog.operations.board_memory import LOOK_BACK
from schedule_catalog.pages.console.forms import read_form
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
            missed = self._missed(schedule)
            if "confirmed" not in form:
                return self._question(schedule, missed)
            wanted = form.get("fire", [])
            return self._made(schedule, [each for each in missed if rfc3339(each.scheduled) in wanted], len(wanted))

        return await self._renderer.changed(acted, schedule_link(group, name))

    def _missed(self, schedule: FoundSchedule) -> Sequence[Unmade]:
        """Fires of the last day without a run, the oldest first."""
        entry, now = self._desk.entry(schedule.group, schedule.name), self._desk.clock()
        if entry is None:
            raise NotRunnableError(f'"{schedule.name}" is not in the catalog, which says when it fires')
        return missed_fires(self._desk.stack, schedule, entry, now - LOOK_BACK, now)

    def _question(self, schedule: FoundSchedule, missed: Sequence[Unmade]) -> Response:
        link = schedule_link(schedule.group, schedule.name)
        sure, doubtful = [each for each in missed if not each.doubt], [each for each in missed if each.doubt]
        doubts = [
            f"in doubt, as the schedule was changed later, and not called: {rfc3339(each.scheduled)}"
            for each in doubtful
        ]
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

    def _made(self, schedule: FoundSchedule, chosen: Sequence[Unmade], wanted: int) -> Response:
        lines: list[str] = []
        delivered = 0
        for each in chosen:
            answer = self._desk.make(self._desk.prepare_run(schedule, each.scheduled))
            delivered += answer.delivered
            lines.append(made_up_line(each.scheduled, answer))
        if gone := wanted - len(chosen):
            lines.append(f"{counted(gone, 'fire')} with a run by now: not called")
        heading = f"{delivered} of {counted(len(chosen), 'call')} delivered"
        return self._renderer.message(heading, lines, schedule_link(schedule.group, schedule.name))
