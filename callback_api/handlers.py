"""What tasks do: functions, registered by the name that a task has."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from callback_api.errors import SettingsError

SECONDS = 25.0
"""What a handler may take: API Gateway waits 30 s for an answer, and there is more to do than the handler's work."""


Transact: TypeAlias = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given.

    run_key: the same for every attempt at one run; what is done elsewhere is done once by sending it along.
    data: what was scheduled, any JSON.
    scheduled_at: aware, in UTC.
    attempt: 1 for the first.
    connection: SQLAlchemy's, in the transaction that completes the task: what is written there is kept if, and only
        if, the task is COMPLETED; never commit it yourself. None where tasks are not kept in SQL.
    transact: the same where tasks are kept in DynamoDB, and None elsewhere: `call.transact({"Put": {…}})` adds a member
        of TransactWriteItems, 98 at most, to the transaction that completes the task.
    """

    task_id: str
    run_key: str
    data: Any
    scheduled_at: datetime
    attempt: int
    connection: Any = field(default=None, repr=False)
    transact: Transact | None = field(default=None, repr=False)


Handler: TypeAlias = Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]
_H = TypeVar("_H", bound=Handler)


class PermanentError(Exception):
    """Raised by a handler whose task will never succeed: it is FAILED at once, and not called again."""


class Registry:
    """Handlers by name, one of which may be the default: it also does the tasks that have no name."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._default: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(sorted(self._handlers))

    @property
    def default(self) -> str | None:
        """The name of the default handler."""
        return self._default

    def task(self, name: str, *, default: bool = False) -> Callable[[_H], _H]:
        """Register a function, plain or `async`, as what tasks of this name do.

        The `default` one also does tasks without a name: those that are scheduled so, and those of the template.
        """
        if not name:
            raise SettingsError("a handler needs a name: tasks without one are done by @task(NAME, default=True)")

        def register(handler: _H) -> _H:
            if default and self._default not in (None, name):
                raise SettingsError(f'two handlers are the default: "{self._default}" and "{name}"')
            known = self._handlers.setdefault(name, handler)
            if known is not handler:
                raise SettingsError(f'two handlers are registered as "{name}": {_path(known)} and {_path(handler)}')
            self._default = name if default else self._default
            return handler

        return register

    def get(self, name: str) -> Handler | None:
        """The handler of a name; "" is the default one's."""
        return self._handlers.get(name or self._default or "")


registry = Registry()
"""What `@task` fills: the handlers of the service."""
task = registry.task


def is_async(handler: Handler) -> bool:
    """Whether calling it gives something to await; an object with an `async` `__call__` counts."""
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None))  # noqa: B004


def load(modules: tuple[str, ...], handlers: Registry = registry) -> Registry:
    """Import the modules whose functions `@task` registers; SettingsError names one that is not there."""
    for name in modules:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            raise SettingsError(f'CALLBACK_HANDLERS names "{name}", and there is no module "{error.name}"') from error
    return handlers


def _path(handler: Handler) -> str:
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', type(handler).__qualname__)}"
