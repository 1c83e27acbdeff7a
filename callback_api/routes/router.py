"""The router, which any FastAPI application can include."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter

from callback_api.routes import callback, health, listing, tasks
from callback_api.routes.route import ServiceRoute
from callback_api.service import Service, ServiceLimits, utc_now

if TYPE_CHECKING:
    from callback_api.access import Access
    from callback_api.handlers import Registry
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore


def create_router(
    registry: Registry,
    store: TaskStore,
    schedules: Schedules,
    access: Access,
    *,
    limits: ServiceLimits | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> APIRouter:
    """The routes of the service, for `app.include_router`; who opens the store closes it."""
    return router_of(Service.of(registry, store, schedules, access, limits or ServiceLimits(), clock))


def router_of(service: Service) -> APIRouter:
    """The routes of a service that is put together already."""
    bound = type("BoundRoute", (ServiceRoute,), {"service": service})
    router = APIRouter(route_class=bound)
    for part in (tasks, listing, callback, health):
        part.add_routes(router)
    return router
