"""Handlers of tasks: functions, registered by the name of the task."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from callback_api.errors import SettingsError

SECONDS = 25.0
"""Longest time of a handler: API Gateway waits 30 s for a response, and other work takes some of it."""


Transact: TypeAlias = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Call:
    """Argument of a handler.

    run_key: the same for every attempt of one run; send it to other systems so that they act once.
    data: data of the task, any JSON.
    scheduled_at: aware, in UTC.
    attempt: 1 for the first.
    connection: SQLAlchemy's, in the transaction that completes the task: its writes are stored if, and only if, the
        task is COMPLETED; never commit it yourself. None if tasks are not in SQL.
    transact: the same for tasks in DynamoDB, else None: `call.transact({"Put": {…}})` adds a member
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
    """Raised by a handler whose task can never succeed: it becomes FAILED at once, and is not called again."""


class Registry:
    """Handlers by name; one may be the default, which also does tasks without a name."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._default: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(sorted(self._handlers))

    @property
    def default(self) -> str | None:
        """Name of the default handler."""
        return self._default

    def task(self, name: str, *, default: bool = False) -> Callable[[_H], _H]:
        """Register a function, plain or `async`, as the handler of tasks with this name.

        The `default` one also does tasks without a name, including those of the template.
        """
        if not name:
            raise SettingsError("a handler needs a name: for tasks without one, use @task(NAME, default=True)")

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
        """Return the handler of a name; "" is the default one's."""
        return self._handlers.get(name or self._default or "")


registry = Registry()
"""Handlers of the service, registered by `@task`."""
task = registry.task


def is_async(handler: Handler) -> bool:
    """Return whether calling it returns an awaitable; an object with an `async` `__call__` counts."""
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None))  # noqa: B004


def load(modules: tuple[str, ...], handlers: Registry = registry, code: Path | None = None) -> Registry:
    """Import the modules whose functions `@task` registers, also from `code`; SettingsError names a missing one.

    code: a folder, or a wheel of Python files; installed modules of the same name take precedence.
    """
    if code is not None and not code.exists():
        raise SettingsError(f'CALLBACK_CODE is "{code}", which does not exist: name a folder or a wheel')
    if code is not None and (path := str(code.absolute())) not in sys.path:
        sys.path.append(path)
    for name in modules:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            raise SettingsError(f'CALLBACK_HANDLERS names "{name}", but there is no module "{error.name}"') from error
    return handlers


def _path(handler: Handler) -> str:
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', type(handler).__qualname__)}"
