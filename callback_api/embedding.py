"""Tasks within an application: its router, and its own transactions in which tasks are scheduled, moved, cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from callback_api.errors import NoTaskError, ProblemError, TaskRefusedError
from callback_api.handlers import Registry
from callback_api.handlers import registry as all_handlers
from callback_api.models import ScheduleRequest
from callback_api.new_task import json_data, new_task
from callback_api.routes.router import router_of
from callback_api.service import Service, ServiceLimits, utc_now
from callback_api.storage.sql.migration import migrate
from callback_api.storage.sql.rows import Rows
from callback_api.storage.sql.store import SqlTaskStore
from callback_api.storage.sql.tables import PREFIX

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from callback_api.access import Access
    from callback_api.schedules import Schedules
    from callback_api.task import Task

APPLICATION = "application"
"""Whose tasks they are that an application schedules for nobody in particular."""
T = TypeVar("T")
Within: TypeAlias = Connection | Session
if TYPE_CHECKING:
    AsyncWithin: TypeAlias = AsyncConnection | AsyncSession


class Tasks:
    """The tasks of one application, kept in tables beside its own in the database of `engine`.

    `schedule`, `move` and `cancel` write on the application's connection or session of SQLAlchemy, plain or async (then
    they are to be awaited): what they write is kept if, and only if, the application commits. The schedules are made
    at the next `drain` or sweep after that.
    """

    def __init__(
        self,
        engine: Engine,
        schedules: Schedules,
        access: Access,
        *,
        registry: Registry = all_handlers,
        limits: ServiceLimits | None = None,
        clock: Callable[[], datetime] = utc_now,
        table_prefix: str = PREFIX,
    ) -> None:
        self._engine, self._prefix, self._clock = engine, table_prefix, clock
        self._rows = Rows(engine.dialect.name, table_prefix)
        store = SqlTaskStore(engine, table_prefix)
        self.service = Service.of(registry, store, schedules, access, limits or ServiceLimits(), clock)

    def router(self, *, caller: Callable[..., Any] | None = None, health: bool = False) -> APIRouter:
        """The routes, for `app.include_router`; `create_router` says what the arguments are."""
        return router_of(self.service, caller=caller, health=health)

    def migrate(self) -> list[str]:
        """Bring the tables up to date, and say in sentences what else was done."""
        return migrate(self._engine, self._prefix)

    def drain(self) -> None:
        """Make and remove the schedules that committed tasks need, instead of waiting for the next sweep."""
        self.service.outbox.drain()

    @overload
    def schedule(
        self,
        connection: Within,
        name: str,
        data: Any = None,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        user_id: str = APPLICATION,
    ) -> Task: ...

    @overload
    def schedule(
        self,
        connection: AsyncWithin,
        name: str,
        data: Any = None,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        user_id: str = APPLICATION,
    ) -> Awaitable[Task]: ...

    def schedule(
        self,
        connection: Any,
        name: str,
        data: Any = None,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        user_id: str = APPLICATION,
    ) -> Task | Awaitable[Task]:
        """Schedule a task after `delay` or `at` an aware time; with a `key` that the user has used, find that task.

        Raises TaskRefusedError for what cannot be scheduled, TaskKeyReusedError for a key of another task.
        """
        now = self._clock()
        try:
            asked = _request(delay, at, task=name, data=json_data(data), key=key)
            task = new_task(asked, user_id, key, self.service.registry, now)
        except (ProblemError, ValidationError, ValueError) as error:
            raise TaskRefusedError(_worded(error)) from error
        return _within(connection, lambda inner: self._rows.add(inner, task)[0])

    @overload
    def move(
        self,
        connection: Within,
        key: str,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        user_id: str = APPLICATION,
    ) -> Task: ...

    @overload
    def move(
        self,
        connection: AsyncWithin,
        key: str,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        user_id: str = APPLICATION,
    ) -> Awaitable[Task]: ...

    def move(
        self,
        connection: Any,
        key: str,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        user_id: str = APPLICATION,
    ) -> Task | Awaitable[Task]:
        """Have the task of a key done at another time; NoTaskError, and StateError when it was begun or cancelled."""
        now = self._clock()
        try:
            time = _request(delay, at, task="moved").time(now)
        except ValidationError as error:
            raise TaskRefusedError(_worded(error)) from error
        if time is None:
            raise TaskRefusedError("the time has passed, or is later than the year 2198")
        return _within(connection, lambda inner: self._rows.move(inner, self._id(inner, key, user_id), time, now))

    @overload
    def cancel(self, connection: Within, key: str, *, user_id: str = APPLICATION) -> Task: ...

    @overload
    def cancel(self, connection: AsyncWithin, key: str, *, user_id: str = APPLICATION) -> Awaitable[Task]: ...

    def cancel(self, connection: Any, key: str, *, user_id: str = APPLICATION) -> Task | Awaitable[Task]:
        """Cancel the task of a key; NoTaskError, and StateError when it was begun."""
        now = self._clock()
        return _within(connection, lambda inner: self._rows.cancel(inner, self._id(inner, key, user_id), now))

    def _id(self, connection: Connection, key: str, user_id: str) -> str:
        found = self._rows.of_key(connection, user_id, key)
        if found is None:
            raise NoTaskError(f'no task of "{user_id}" has the key "{key}"')
        return found.id


def _request(delay: timedelta | None, at: datetime | None, **members: Any) -> ScheduleRequest:
    when: dict[str, Any] = {}
    if delay is not None:
        when["delay_minutes"] = delay / timedelta(minutes=1)
    if at is not None:
        when["at"] = at.isoformat()
    return ScheduleRequest(**when, **members)


def _within(connection: Any, do: Callable[[Connection], T]) -> T | Awaitable[T]:
    """`do` on the connection of whatever SQLAlchemy has: a connection or a session, plain or async."""

    def on_connection(inner: Connection | Session) -> T:
        return do(inner.connection() if isinstance(inner, Session) else inner)

    run_sync: Callable[[Callable[[Any], T]], Awaitable[T]] | None = getattr(connection, "run_sync", None)
    return on_connection(connection) if run_sync is None else run_sync(on_connection)


def _worded(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error).removeprefix("body.")
    found = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}".removeprefix(": ") for each in found)
