"""Rendering of the console's pages from their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names


class Renderer:
    """Templates with what every page shows: the stack, and whether the console may change it.

    with_calls: whether the stack has a page of calls, as a laptop's has.
    """

    def __init__(self, names: Names, read_only: bool, with_calls: bool) -> None:
        self._shared = {
            "stack": names.stack,
            "region": names.region,
            "read_only": read_only,
            "with_calls": with_calls,
        }
        self._templates = Environment(
            loader=PackageLoader("schedule_catalog.pages.console"), autoescape=True, undefined=StrictUndefined
        )

    def page(self, template: str, page: str, status: int = 200, **values: Any) -> Response:
        """Return a page, or a part of one."""
        text = self._templates.get_template(template).render(page=page, **self._shared, **values)
        return HTMLResponse(text, status)

    def confirm(
        self, question: str, lines: list[str], action: str, fields: list[tuple[str, str]], verb: str, back: str
    ) -> Response:
        """Return the question before an action, with a form that repeats its fields."""
        shown: dict[str, Any] = {"question": question, "lines": lines, "fields": fields, "verb": verb}
        return self.page("confirm.html", "confirm", action=action, back=back, **shown)

    def message(self, heading: str, lines: list[str], back: str, status: int = 200) -> Response:
        """Return the page that says how an action ended."""
        return self.page("message.html", "message", status, heading=heading, lines=lines, back=back)
