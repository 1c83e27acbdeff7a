"""The router, which any FastAPI application can include."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from fastapi import APIRouter

from callback_api.routes import callback, listing, tasks
from callback_api.routes import health as health_routes
from callback_api.routes.route import ServiceRoute
from callback_api.service import Service, ServiceLimits, utc_now

if TYPE_CHECKING:
    from callback_api.access import Access
    from callback_api.handlers import Registry
    from callback_api.schedules import Schedules
    from callback_api.storage import TaskStore

Caller: TypeAlias = Callable[..., Any]
"""A dependency of FastAPI's that returns a TokenOwner."""


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
    """The routes of the service, for `app.include_router`; who opens the store closes it.

    The schedules call the paths at which requests find the routes, whatever the prefix or the mount.

    caller: a dependency of the application's, which says who calls; by default an API token does.
    health: whether `/health` and `/ready` are among them.
    """
    service = Service.of(registry, store, schedules, access, limits or ServiceLimits(), clock)
    return router_of(service, caller=caller, health=health)


def router_of(service: Service, *, caller: Caller | None = None, health: bool = False) -> APIRouter:
    """The routes of a service that is put together already."""
    bound = type("BoundRoute", (ServiceRoute,), {"service": service, "takes_any_query": caller is not None})
    router = APIRouter(route_class=bound)
    tasks.add_routes(router, caller)
    listing.add_routes(router, caller)
    callback.add_routes(router)
    if health:
        health_routes.add_routes(router)
    return router
