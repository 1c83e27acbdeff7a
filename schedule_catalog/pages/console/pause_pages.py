"""The pauses page: what is paused, by whom and why; pause, and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from schedule_catalog.operations import pause_acts
from schedule_catalog.pages.console.forms import read_form
from schedule_catalog.pages.console.pausing import LENGTHS, Wish, current_pauses, end_pause, make_pause, preview
from schedule_catalog.pages.console.rendering import CONFIRMED
from schedule_catalog.pages.console.views import act_view, pause_view
from schedule_client.contract.pauses import SCOPES

if TYPE_CHECKING:
    from starlette.requests import Request

    from schedule_catalog.pages.console.desk import Desk
    from schedule_catalog.pages.console.rendering import Renderer

_ADDRESS = "/pauses"
_ACTS = 20


class PausePages:
    """Pauses of the stack."""

    def __init__(self, desk: Desk, renderer: Renderer) -> None:
        self._desk, self._renderer = desk, renderer

    def routes(self) -> list[Route]:
        """Return the addresses of the page."""
        return [
            Route(_ADDRESS, self._page),
            Route(_ADDRESS, self._pause, methods=["POST"]),
            Route(f"{_ADDRESS}/end", self._end, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        wanted = {"scope": request.query_params.get("scope", ""), "name": request.query_params.get("name", "")}

        def shown() -> Response:
            pauses = current_pauses(self._desk)
            acts = pause_acts(self._desk.stack, _ACTS)
            return self._renderer.page(
                "pauses.html",
                "pauses",
                pauses=[pause_view(one) for one in pauses],
                acts=[act_view(one) for one in acts],
                scopes=SCOPES,
                lengths=LENGTHS.items(),
                wanted=wanted,
            )

        return await self._renderer.answered(shown, "/")

    async def _pause(self, request: Request) -> Response:
        form = await read_form(request)
        wish = Wish.of(form)

        def acted() -> Response:
            if CONFIRMED not in form:
                asked = wish.ending(self._desk.clock())
                lines = preview(self._desk, asked)
                return self._renderer.confirm("Pause?", lines, _ADDRESS, asked.fields, "Pause", _ADDRESS)
            make_pause(self._desk, wish)
            return RedirectResponse(_ADDRESS, 303)

        return await self._renderer.changed(form, acted, _ADDRESS)

    async def _end(self, request: Request) -> Response:
        form = await read_form(request)
        wish = Wish.of(form)

        def acted() -> Response:
            if CONFIRMED not in form:
                name = wish.name.rpartition("/")[2]
                lines = [
                    f"the {wish.scope} {name}" if name else "everything",
                    "new runs are called within 10 seconds, those that wait within 5 minutes",
                ]
                return self._renderer.confirm("Resume?", lines, f"{_ADDRESS}/end", wish.fields, "Resume", _ADDRESS)
            end_pause(self._desk, wish)
            return RedirectResponse(_ADDRESS, 303)

        return await self._renderer.changed(form, acted, _ADDRESS)
