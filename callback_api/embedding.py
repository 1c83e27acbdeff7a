"""Tasks inside an application: its router, and tasks in the application's own transactions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from callback_api.access import APPLICATION
from callback_api.errors import NoTaskError, ProblemError, TaskRefusedError
from callback_api.handlers import Registry
from callback_api.handlers import registry as all_handlers
from callback_api.models import ScheduleRequest
from callback_api.new_task import checked_time, json_data, new_task
from callback_api.routes.router import router_of
from callback_api.service import Service, ServiceLimits
from callback_api.storage.sql.migration import migrate
from callback_api.storage.sql.rows import Rows
from callback_api.storage.sql.store import SqlTaskStore
from callback_api.storage.sql.tables import PREFIX
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from callback_api.access import Access
    from callback_api.schedules import Schedules
    from callback_api.task import Task

T = TypeVar("T")
Within: TypeAlias = Connection | Session
if TYPE_CHECKING:
    AsyncWithin: TypeAlias = AsyncConnection | AsyncSession


class Tasks:
    """Tasks of one application, in tables beside its own in the database of `engine`.

    `schedule`, `move` and `cancel` write on the application's connection or session of SQLAlchemy, plain or async (then
    await them): their changes are stored if, and only if, the application commits. The schedules are created at the
    next `drain` or sweep after that.
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
        """Return the routes, for `app.include_router`; the arguments are those of `create_router`."""
        return router_of(self.service, caller=caller, health=health)

    def migrate(self) -> list[str]:
        """Migrate the tables, and return messages about other changes."""
        return migrate(self._engine, self._prefix)

    def drain(self) -> None:
        """Create and delete the schedules of committed tasks now, instead of at the next sweep.

        Does nothing in a process without requests so far: the first one shows it the path that schedules call.
        """
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
        """Schedule a task after `delay` or `at` an aware time; a `key` that the user already used returns that task.

        Raises TaskRefusedError for an invalid task, TaskKeyReusedError for a key of another task.
        """
        now = self._clock()
        try:
            asked = _request(delay, at, task=name, data=json_data(data, "data"), key=key)
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
        """Move the task of a key to another time; NoTaskError, and StateError if it was started or cancelled."""
        now = self._clock()
        try:
            time = checked_time(_request(delay, at, task="moved").time(now))
        except (ProblemError, ValidationError) as error:
            raise TaskRefusedError(_worded(error)) from error
        return _within(connection, lambda inner: self._rows.move(inner, self._id(inner, key, user_id), time, now))

    @overload
    def cancel(self, connection: Within, key: str, *, user_id: str = APPLICATION) -> Task: ...

    @overload
    def cancel(self, connection: AsyncWithin, key: str, *, user_id: str = APPLICATION) -> Awaitable[Task]: ...

    def cancel(self, connection: Any, key: str, *, user_id: str = APPLICATION) -> Task | Awaitable[Task]:
        """Cancel the task of a key; NoTaskError, and StateError if it was started."""
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
    """Result of `do` on the connection of a SQLAlchemy connection or session, plain or async."""

    def on_connection(inner: Connection | Session) -> T:
        return do(inner.connection() if isinstance(inner, Session) else inner)

    run_sync: Callable[[Callable[[Any], T]], Awaitable[T]] | None = getattr(connection, "run_sync", None)
    return on_connection(connection) if run_sync is None else run_sync(on_connection)


def _worded(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error).removeprefix("body.")
    found = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}".removeprefix(": ") for each in found)
