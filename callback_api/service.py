"""Parts of the service, combined for its routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from callback_api.execution import Execution
from callback_api.handlers import SECONDS, Registry
from callback_api.mount import Mount
from callback_api.outbox import Outbox
from callback_api.sweep import Sweeper

if TYPE_CHECKING:
    from callback_api.access import Access
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Limits: bytes of a body, minutes of the proxy's retries, seconds of a handler."""

    body_bytes: int = 256 * 1024
    retry_minutes: int = 60
    handler_seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Service:
    """Parts that the routes use."""

    mount: Mount
    store: TaskStore
    schedules: Schedules
    registry: Registry
    access: Access
    limits: ServiceLimits
    clock: Callable[[], datetime]
    outbox: Outbox
    execution: Execution
    sweeper: Sweeper

    @classmethod
    def of(
        cls,
        registry: Registry,
        store: TaskStore,
        schedules: Schedules,
        access: Access,
        limits: ServiceLimits,
        clock: Callable[[], datetime],
        mount: str | None = None,
    ) -> Service:
        """Return the service of these parts, with routes below `mount`; by default the path of its requests."""
        where = Mount(mount)
        outbox = Outbox(store, schedules, clock, where)
        return cls(
            mount=where,
            store=store,
            schedules=schedules,
            registry=registry,
            access=access,
            limits=limits,
            clock=clock,
            outbox=outbox,
            execution=Execution(store, registry, clock, limits.handler_seconds),
            sweeper=Sweeper(store, outbox, schedules, registry, limits.retry_minutes, clock),
        )
