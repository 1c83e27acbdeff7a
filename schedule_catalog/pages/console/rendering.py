"""Answers of the console: pages from their templates, questions before actions, and refusals."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from schedule_catalog.operations import OperationError
from schedule_catalog.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.pages.console.forms import Form

CONFIRMED = "confirmed"
"""Field by which a form answers a question."""


class Renderer:
    """Templates with what every page shows: the stack, and whether the console may change it.

    with_calls: whether the stack has a page of calls, as a laptop's has.
    """

    def __init__(self, names: Names, read_only: bool, with_calls: bool) -> None:
        self.read_only, self.with_calls = read_only, with_calls
        self._answered: set[str] = set()
        self._shared = {
            "stack": names.stack,
            "region": names.region,
            "read_only": read_only,
            "with_calls": with_calls,
        }
        self._templates = Environment(
            loader=PackageLoader("schedule_catalog.pages.console"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_visible,
        )

    def page(self, template: str, page: str, status: int = 200, **values: Any) -> Response:
        """Return a page, or a part of one."""
        text = self._templates.get_template(template).render(page=page, **self._shared, **values)
        return HTMLResponse(text, status)

    def confirm(
        self, question: str, lines: list[str], action: str, fields: list[tuple[str, str]], verb: str, back: str
    ) -> Response:
        """Return the question before an action, with a form that repeats its fields and can be sent once."""
        fields = [*fields, (CONFIRMED, token_hex(16))]
        shown: dict[str, Any] = {"question": question, "lines": lines, "fields": fields, "verb": verb}
        return self.page("confirm.html", "confirm", action=action, back=back, **shown)

    def message(self, heading: str, lines: list[str], back: str, status: int = 200) -> Response:
        """Return the page that says how an action ended."""
        return self.page("message.html", "message", status, heading=heading, lines=lines, back=back)

    async def answered(self, act: Callable[[], Response], back: str) -> Response:
        """Return what *act* returns, in a thread; what could not be done is said."""

        def safe() -> Response:
            try:
                return act()
            except OperationError as error:
                return self.message("Not done", [str(error)], back, 409)

        return await run_in_threadpool(safe)

    async def changed(self, form: Form, act: Callable[[], Response], back: str) -> Response:
        """Return what an action returns, unless the console is read-only or the form's question was answered.

        A browser that reloads an answer, or whose user clicks twice, sends the form again.
        """
        if self.read_only:
            return self.message("Read-only", ["this console was started with --read-only"], back, 403)
        question = form.get(CONFIRMED, [""])[0]
        if question in self._answered:
            lines = ["it was already answered, and nothing was repeated: to do it once more, start again"]
            return self.message("This question is closed", lines, back, 409)
        if question:
            self._answered.add(question)
        return await self.answered(act, back)


def _visible(value: Any) -> Any:
    """A mark that reverses what follows would show another address than the one that is called."""
    return "\n".join(map(printable, value.split("\n"))) if isinstance(value, str) and not value.isprintable() else value
