"""The console as an ASGI app: pages, actions that ask first, and the session in front of both."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from schedule_catalog.operations import STATES, OperationError
from schedule_catalog.pages.console.calls_pages import CallsPages, calls_elsewhere
from schedule_catalog.pages.console.forms import read_form
from schedule_catalog.pages.console.make_up_pages import MakeUpPages
from schedule_catalog.pages.console.pause_pages import PausePages
from schedule_catalog.pages.console.rendering import CONFIRMED, Renderer
from schedule_catalog.pages.console.runbooks import runbook
from schedule_catalog.pages.console.undelivered_pages import UndeliveredPages
from schedule_catalog.pages.console.views import (
    Query,
    alarm_views,
    board_page,
    owners_of,
    pause_lines,
    schedule_link,
    schedule_page,
)
from schedule_catalog.pages.report import page, report
from schedule_catalog.pages.report.origin import Origin
from schedule_catalog.wall_time import YEARS
from schedule_catalog.wording import counted
from schedule_client.contract.errors import TimeTextError
from schedule_client.contract.times import read_instant
from schedule_client.loopback import GuardedApp, LoopbackGuard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request

    from schedule_catalog.pages.console.calls import Calls
    from schedule_catalog.pages.console.desk import Desk
    from schedule_catalog.pages.console.session import ConsoleSession

PATIENCE_SECONDS = 1.8
"""Time for which a browser waits for the board, which a first look at a large stack takes longer to read."""
_STATIC = {
    "base.css": ("base.css", "text/css"),
    "console.css": ("console/assets/console.css", "text/css"),
    "console.js": ("console/assets/console.js", "text/javascript"),
    "htmx.min.js": ("console/vendor/htmx/htmx.min.js", "text/javascript"),
}
_POLICY = "Content-Security-Policy"
_HEADERS = {
    _POLICY: (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all a browser sends the Origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_CLOSED = (
    "open the console by the address that was printed when it started: it works once, in one browser;"
    ' "schedules console" prints another\n'
)


class Console:
    """Pages and actions over one desk."""

    def __init__(self, desk: Desk, renderer: Renderer, patience_seconds: float) -> None:
        self._desk, self._renderer, self._patience_seconds = desk, renderer, patience_seconds
        self._reading: set[asyncio.Task[Response]] = set()

    def routes(self) -> list[Route]:
        """Return every address of the console."""
        return [
            Route("/", self._board),
            Route("/rows", self._rows),
            Route("/schedules/{group}/{name}", self._schedule),
            Route("/schedules/{group}/{name}/run", self._run, methods=["POST"]),
            Route("/alarms/{name}", self._runbook),
            Route("/report", self._report),
            Route("/static/{name}", _static),
        ]

    async def _board(self, request: Request) -> Response:
        """The board; while a large stack is still being read, a page that asks again, so that no click is lost."""
        query = Query.of(request.query_params)
        reading = asyncio.create_task(run_in_threadpool(self._board_page, "board.html", query))
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        done, _ = await asyncio.wait((reading,), timeout=self._patience_seconds)
        return reading.result() if done else self._renderer.page("reading.html", "board", query_string=query.text())

    async def _rows(self, request: Request) -> Response:
        return await run_in_threadpool(self._board_page, "rows.html", Query.of(request.query_params))

    def _board_page(self, template: str, query: Query) -> Response:
        """A board that cannot be read says why in its place, and is asked for again."""
        shown: dict[str, Any] = {"query": query, "query_string": query.text(page=query.page), "states": STATES}
        try:
            overview = self._desk.overview()
        except OperationError as error:
            return self._renderer.page(template, "board", overview=None, error=str(error), owners=[], **shown)
        shown_page = board_page(overview.board, query)
        return self._renderer.page(
            template,
            "board",
            overview=overview,
            error=None,
            owners=owners_of(overview.board),
            counts=overview.board.counts.items(),
            alarms=alarm_views(overview),
            alarms_unknown=overview.status.alarms is None,
            paused=pause_lines(overview),
            omitted=counted(overview.errors, "error") if overview.errors else None,
            rows=shown_page.rows,
            current=shown_page.current,
            pages=shown_page.pages,
            total=shown_page.total,
            **shown,
        )

    async def _schedule(self, request: Request) -> Response:
        arn = self._desk.stack.schedule_arn(request.path_params["group"], request.path_params["name"])

        def shown() -> Response:
            view = schedule_page(self._desk.schedule(arn), self._renderer.read_only)
            return self._renderer.page("schedule.html", "schedule", view=view)

        return await self._renderer.answered(shown, "/")

    async def _run(self, request: Request) -> Response:
        group, name = request.path_params["group"], request.path_params["name"]
        arn, link = self._desk.stack.schedule_arn(group, name), schedule_link(group, name)
        form = await read_form(request)
        text = form.get("as_of", [""])[0]

        def acted() -> Response:
            as_of = _instant(text)
            call = self._desk.prepare(arn, as_of)
            if CONFIRMED not in form:
                own = f"as the run of {text}, under its run key" if as_of else "as a run of its own"
                lines = [f"{call.target}", f"of {name}, {own}, with one attempt", *self._desk.notes_on_call(arn)]
                fields = [("as_of", text)] if text else []
                return self._renderer.confirm("Run it now?", lines, f"{link}/run", fields, "Run now", link)
            answer = self._desk.make(call)
            heading = "Delivered" if answer.delivered else f"Not delivered: {answer.reason or answer.outcome}"
            lines = [f"status {answer.status}" if answer.status else "", answer.message or ""]
            lines += [f"{answer.milliseconds:,.0f} ms", f"run key {answer.run_key or 'unknown'}"]
            return self._renderer.message(heading, [line for line in lines if line], link)

        return await self._renderer.changed(form, acted, link)

    async def _runbook(self, request: Request) -> Response:
        name = request.path_params["name"]
        paragraphs = runbook(name)
        if paragraphs is None:
            return self._renderer.message("No runbook", [f'no alarm has the runbook "{name}"'], "/", 404)
        return self._renderer.page("runbook.html", "runbook", name=name, paragraphs=paragraphs)

    async def _report(self, request: Request) -> Response:
        """The report of the stack's catalog, which brings its own policy for scripts."""

        def shown() -> Response:
            wanted, names = self._desk.catalog(), self._desk.names
            content = report(
                wanted.catalog,
                self._desk.clock(),
                names.stack,
                settings={names.stack: wanted.settings},
                origin=Origin(names.project),
            )
            return HTMLResponse(page(content), headers={_POLICY: "frame-ancestors 'none'"})

        return await self._renderer.answered(shown, "/")


def console_app(
    desk: Desk,
    session: ConsoleSession,
    read_only: bool = False,
    hosts: frozenset[str] = frozenset(),
    calls: Calls | None = None,
    of_laptop: bool = False,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Any:
    """Return the console behind its guard: it refuses foreign pages first, then requests without the session.

    calls: of a laptop stack, which has a page for them.
    of_laptop: another process runs the laptop stack, and has the calls; the page says where they are.
    """
    renderer = Renderer(desk.names, read_only, with_calls=calls is not None or of_laptop)
    routes = [*Console(desk, renderer, patience_seconds).routes(), *PausePages(desk, renderer).routes()]
    routes += [*MakeUpPages(desk, renderer).routes(), *UndeliveredPages(desk, renderer).routes()]
    app = Starlette(
        routes=[*routes, *(CallsPages(calls, desk, renderer).routes() if calls else calls_elsewhere(renderer))],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_admission(session))],
    )
    return GuardedApp(app, LoopbackGuard(hosts, advice="allow a name with --allow-host NAME"))


def _admission(session: ConsoleSession) -> Callable[[Request, Any], Awaitable[Response]]:
    async def admit(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        token = request.query_params.get("token")
        cookie = session.open(token) if token and request.method == "GET" and request.url.path == "/" else None
        if cookie:
            answer: Response = RedirectResponse("/", 303, {"Set-Cookie": cookie})
        elif session.admits(request.cookies):
            answer = await proceed(request)
        else:
            answer = PlainTextResponse(_CLOSED, 403)
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    return admit


async def _static(request: Request) -> Response:
    found = _STATIC.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("not found\n", 404)
    return Response(files("schedule_catalog.pages").joinpath(found[0]).read_bytes(), media_type=found[1])


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = read_instant(text)
    except TimeTextError as error:
        raise OperationError(f'"{text}" is not a time of a run: {error}') from error
    if found.year not in YEARS:
        raise OperationError(f'"{text}" is outside the years {YEARS[0]}-{YEARS[-1]}')
    return found
