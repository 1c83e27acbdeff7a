"""Router, which any FastAPI application can include."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from fastapi import APIRouter

from callback_api.routes import callback, listing, tasks
from callback_api.routes import health as health_routes
from callback_api.routes.route import ServiceRoute
from callback_api.service import Service, ServiceLimits
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from callback_api.access import Access
    from callback_api.handlers import Registry
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore

Caller: TypeAlias = Callable[..., Any]
"""FastAPI dependency that returns a TokenOwner."""


def create_router(
    registry: Registry,
    store: TaskStore,
    schedules: Schedules,
    access: Access,
    *,
    limits: ServiceLimits | None = None,
    clock: Callable[[], datetime] = utc_now,
    caller: Caller | None = None,
    health: bool = False,
) -> APIRouter:
    """Return the routes of the service, for `app.include_router`; the opener of the store must close it.

    The schedules call the paths of the routes in requests, whatever the prefix or the mount.

    caller: dependency of the application that returns the caller; by default that of an API token.
    health: whether to include `/health` and `/ready`.
    """
    service = Service.of(registry, store, schedules, access, limits or ServiceLimits(), clock)
    return router_of(service, caller=caller, health=health)


def router_of(service: Service, *, caller: Caller | None = None, health: bool = False) -> APIRouter:
    """Return the routes of an existing service."""
    bound = type("BoundRoute", (ServiceRoute,), {"service": service, "takes_any_query": caller is not None})
    router = APIRouter(route_class=bound)
    tasks.add_routes(router, caller)
    listing.add_routes(router, caller)
    callback.add_routes(router)
    if health:
        health_routes.add_routes(router)
    return router
