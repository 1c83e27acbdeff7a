"""Connections to the two supported kinds of databases, and the errors of both."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from callback_api.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

BUSY_SECONDS = 10
CONNECT_SECONDS = 5
# As many connections as SQLAlchemy opens at most by default; but it would close ten of them after each use.
_POOL: dict[str, Any] = {"pool_size": 15, "max_overflow": 0}
# Begin of a transaction in SQLite: a writing one waits for its turn at once, instead of failing in the middle.
_BEGIN = "sqlite_begin"


def new_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`; else SettingsError."""
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        backend = parsed.get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise SettingsError(
                f'the kind of database "{backend}" is not supported: write sqlite:///FILE or postgresql://…'
            )
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingsError("the database's URL is invalid: write sqlite:///FILE or postgresql://…") from error
    if backend == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise SettingsError("an in-memory database of SQLite differs for each thread: write sqlite:///FILE")
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, **_POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # Every statement must see committed changes, whatever the server's default: the store relies on it.
    return create_engine(
        parsed,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        # No statement is kept in the server: behind a pooler of transactions the next one may be another server's.
        connect_args={"connect_timeout": CONNECT_SECONDS, "prepare_threshold": None},
        **_POOL,
    )


class Turn:
    """Lets one thread in at a time, in the order of arrival; StoreError after BUSY_SECONDS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise StoreError(f"the database cannot be used: others have been writing for {BUSY_SECONDS} s")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """Transaction that is rolled back unless it is committed; it blocks nothing before its first write."""
    with translated(), unwritten(engine) as connection:
        yield connection


@contextmanager
def unwritten(engine: Engine) -> Generator[Connection]:
    """Like `reading`, with the original errors."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_BEGIN: "BEGIN"})


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """Transaction that is committed at the end."""
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def translated() -> Generator[None]:
    """Turn errors of an unreachable or busy database into StoreError."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise StoreError(f"the database cannot be used: {_first_line(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreError(f"the connection to the database was lost: {_first_line(error)}") from error
        raise


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))
