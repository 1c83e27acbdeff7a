"""Undelivered calls: the list by reason, all of one call, and what a person does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from schedule_catalog.pages.console.forms import read_form
from schedule_catalog.pages.console.rendering import CONFIRMED
from schedule_catalog.pages.console.views import undelivered_groups, undelivered_line
from schedule_catalog.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from schedule_catalog.operations import UndeliveredCall
    from schedule_catalog.pages.console.desk import Desk
    from schedule_catalog.pages.console.rendering import Renderer

_ADDRESS = "/undelivered"


class UndeliveredPages:
    """Undelivered calls of the stack."""

    def __init__(self, desk: Desk, renderer: Renderer) -> None:
        self._desk, self._renderer = desk, renderer

    def routes(self) -> list[Route]:
        """Return the addresses of the pages."""
        return [
            Route(_ADDRESS, self._list),
            Route(_ADDRESS, self._act, methods=["POST"]),
            Route(f"{_ADDRESS}/{{id}}", self._show),
        ]

    async def _list(self, request: Request) -> Response:
        def shown() -> Response:
            held = self._desk.undelivered_held()
            calls, truncated = self._desk.undelivered()
            groups = undelivered_groups(calls)
            return self._renderer.page(
                "undelivered.html", "undelivered", groups=groups, count=len(calls), truncated=truncated, held=held
            )

        return await self._renderer.answered(shown, "/")

    async def _show(self, request: Request) -> Response:
        identifier = request.path_params["id"]

        def shown() -> Response:
            call = self._desk.undelivered_call(identifier)
            if call is None:
                lines = ["it was replayed or deleted, or another reader holds it for the moment"]
                return self._renderer.message("No such undelivered call", lines, _ADDRESS, 404)
            return self._renderer.page("undelivered_call.html", "undelivered", call=call)

        return await self._renderer.answered(shown, _ADDRESS)

    async def _act(self, request: Request) -> Response:
        form = await read_form(request)
        action, wanted = form.get("action", [""])[0], form.get("id", [])

        def acted() -> Response:
            if action not in ("replay", "drop"):
                return self._renderer.message("Unknown action", ["choose Replay or Delete"], _ADDRESS, 400)
            if CONFIRMED in form:
                return self._results(action, wanted)
            calls, _ = self._desk.undelivered()
            chosen = [call for call in calls if "all" in form or call.identifier in wanted]
            return self._question(action, chosen)

        return await self._renderer.changed(form, acted, _ADDRESS)

    def _question(self, action: str, chosen: Sequence[UndeliveredCall]) -> Response:
        verb = "Replay" if action == "replay" else "Delete for good"
        able = [call for call in chosen if action == "drop" or not call.obstacle]
        unable = [f"not replayed: {undelivered_line(call)}: {call.obstacle}" for call in chosen if call not in able]
        if not able:
            return self._renderer.message("Nothing chosen", unable or ["choose calls first"], _ADDRESS, 400)
        notes = self._desk.notes_on_replay(able) if action == "replay" else []
        lines = [*notes, *map(undelivered_line, able), *unable]
        fields = [("action", action), *(("id", call.identifier) for call in able)]
        return self._renderer.confirm(f"{verb}: {counted(len(able), 'call')}?", lines, _ADDRESS, fields, verb, _ADDRESS)

    def _results(self, action: str, wanted: list[str]) -> Response:
        results = self._desk.replay(wanted) if action == "replay" else self._desk.drop(wanted)
        done = "replayed" if action == "replay" else "deleted"
        gone = len(wanted) - len(results)
        lines = [f"{undelivered_line(each.call)}: {each.error or done}" for each in results]
        lines += [f"{counted(gone, 'call')} already gone, or held by another reader"] if gone else []
        count = sum(each.error is None for each in results)
        return self._renderer.message(f"{counted(count, 'call')} {done}", lines, _ADDRESS)
