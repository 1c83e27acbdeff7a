"""Routes `GET /`, the page, and `GET /api/v1/me`, its first request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from callback_api.page.document import HtmlDocument
from callback_api.problems import documented
from callback_api.routes.route import Caller, ServiceRoute, named

if TYPE_CHECKING:
    from callback_api.service import Service


class Me(BaseModel):
    """User of the API token; an administrator sees the tasks of all users."""

    model_config = ConfigDict(json_schema_extra={"example": {"user_id": "shop", "admin": False}})

    user_id: str
    admin: bool


def page_router(service: Service) -> APIRouter:
    """Return the two routes, for the service's own app: an application that mounts the others has its own `/`."""
    bound = type("BoundRoute", (ServiceRoute,), {"service": service})
    router = APIRouter(route_class=bound)
    access = service.access
    document = HtmlDocument.of("needed" if not access.open else "printed" if access.open_token else "optional")

    async def page() -> Response:
        return Response(document.text, media_type="text/html", headers=document.headers)

    router.get("/", include_in_schema=False)(page)
    router.get("/api/v1/me", **named("get_me", "tasks"), responses=documented(401, 503))(me)
    return router


def me(caller: Caller) -> Me:
    """Return the user of the caller's token."""
    return Me(user_id=caller.user_id, admin=caller.admin)
