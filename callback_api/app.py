"""FastAPI application of the service, created from its settings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from callback_api import problems
from callback_api.access import Access
from callback_api.database import Database
from callback_api.handlers import Registry, load, registry
from callback_api.log import say, warn
from callback_api.page import page_router
from callback_api.routes.router import router_of
from callback_api.schedules import NO_STACK, AwsSchedules, NoSchedules
from callback_api.service import Service, ServiceLimits
from callback_api.settings import Settings
from callback_api.stored_keys import StoredKeys
from schedule_client.contract.times import utc_now
from schedule_client.loopback import GuardedApp, LoopbackGuard

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from callback_api.schedules import Schedules

DRAIN_SECONDS = 10


def create_app(
    settings: Settings | None = None,
    *,
    handlers: Registry | None = None,
    schedules: Schedules | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """Return the service of `settings`, by default those of the environment; its store is open while the app runs."""
    chosen = settings or Settings.read()
    for variable, instead in chosen.template_variables().items():
        warn("variable-not-read", variable=variable, detail=f"{variable} is a variable of the template: {instead}")
    database = Database(chosen.database_url, chosen.table_prefix)
    service = Service.of(
        handlers or load(chosen.handlers, registry, chosen.code),
        database.store,
        schedules or _schedules(chosen),
        Access(
            _signing_keys(chosen),
            chosen.internal_token,
            open=chosen.open,
            open_token=chosen.open_token,
            open_to_calls=chosen.open_to_calls,
        ),
        ServiceLimits(chosen.max_body_bytes, chosen.retry_minutes),
        clock,
        mount="",
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        try:
            if chosen.migrate or database.is_embedded:
                for sentence in await run_in_threadpool(database.migrate):
                    say("migrated", detail=sentence)
            yield
        finally:
            await run_in_threadpool(service.outbox.wait, DRAIN_SECONDS)
            service.store.close()

    app = FastAPI(
        title="Callback service",
        version="1",
        summary="Tasks that are done once, at a later time",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.include_router(router_of(service, health=True))
    app.include_router(page_router(service))
    problems.install(app)
    if chosen.open:
        app.add_middleware(GuardedApp, guard=_guard(chosen))
    return app


def _guard(settings: Settings) -> LoopbackGuard:
    """Guard of a service without tokens: otherwise any web page could use it."""
    advice = "name the host in CALLBACK_ALLOWED_HOSTS where a proxy is in front of it"
    return LoopbackGuard(frozenset(settings.allowed_hosts), advice=advice)


def _signing_keys(settings: Settings) -> Callable[[], str]:
    return StoredKeys(settings.signing_secret) if settings.signing_secret else lambda: settings.signing_keys


def _schedules(settings: Settings) -> Schedules:
    scheduling = settings.scheduling()
    if scheduling is None:
        warn("no-stack", detail=NO_STACK)
        return NoSchedules()
    from schedule_client import ScheduleClient

    return AwsSchedules(ScheduleClient(scheduling), settings.service, settings.retry_minutes)
