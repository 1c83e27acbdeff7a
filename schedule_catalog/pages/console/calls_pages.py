"""The calls page of a laptop's console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from schedule_catalog.pages.console.calls import FAILURES, MINUTES, failure_of, hosts
from schedule_catalog.pages.console.forms import read_form
from schedule_catalog.pages.console.views import call_view, failing_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from schedule_catalog.pages.console.calls import Calls
    from schedule_catalog.pages.console.desk import Desk
    from schedule_catalog.pages.console.rendering import Renderer

_ADDRESS = "/calls"


class CallsPages:
    """Calls that arrived at the receiver, and a switch for each host."""

    def __init__(self, calls: Calls, desk: Desk, renderer: Renderer) -> None:
        self._calls, self._desk, self._renderer = calls, desk, renderer

    def routes(self) -> list[Route]:
        """Return the addresses of the page."""
        return [
            Route(_ADDRESS, self._page),
            Route(_ADDRESS, self._switch, methods=["POST"]),
            Route(f"{_ADDRESS}/new", self._new),
        ]

    async def _page(self, request: Request) -> Response:
        wanted = await run_in_threadpool(self._desk.catalog)
        return self._renderer.page(
            "calls.html",
            "calls",
            hosts=hosts(self._calls, wanted.entries, wanted.settings),
            failures=FAILURES.items(),
            minutes=MINUTES,
            **self._since(0),
        )

    async def _new(self, request: Request) -> Response:
        """Only what came since: rows that a person has opened stay as they are."""
        after = request.query_params.get("after", "")
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
        return self._renderer.page("new_calls.html", "calls", **self._since(number))

    def _since(self, number: int) -> Mapping[str, Any]:
        found = self._calls.received(number)
        failing = self._calls.failing()
        return {
            "calls": [call_view(call) for call in found],
            "newest": found[0].number if found else number,
            "failing": failing,
            "failing_lines": failing_lines(failing),
        }

    async def _switch(self, request: Request) -> Response:
        form = await read_form(request)
        host, lasts = form.get("host", [""])[0], form.get("minutes", [""])[0]
        failure = failure_of(form.get("failure", [""])[0])

        def acted() -> Response:
            if not host or (failure and lasts not in map(str, MINUTES)):
                return self._renderer.message("Nothing chosen", ["choose a host, a failure and a time"], _ADDRESS, 400)
            if failure:
                self._calls.fail(host, failure, int(lasts))
            else:
                self._calls.recover(host)
            return RedirectResponse(_ADDRESS, 303)

        return await self._renderer.changed(form, acted, _ADDRESS)


def calls_elsewhere(renderer: Renderer) -> list[Route]:
    """Return the page of a console that has no receiver: where the calls of a laptop stack are; none of any other."""

    async def page(request: Request) -> Response:
        lines = [
            'the process of "schedules dev" answers the calls, so only its own console shows them and lets hosts fail',
            "open the address that it printed first; the address works once, and its browser stays signed in",
        ]
        return renderer.message("The calls are in the console of schedules dev", lines, "/")

    return [Route(_ADDRESS, page)] if renderer.with_calls else []
