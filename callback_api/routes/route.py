"""Common behaviour of the service's routes, in any app."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query as QueryInfo
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from callback_api.access import checked_caller
from callback_api.errors import ProblemError, StoreError, TaskError
from callback_api.models import Key
from callback_api.problems import answer
from callback_api.service import Service
from callback_api.task import TokenOwner

if TYPE_CHECKING:
    from starlette.types import Message, Receive

OWN_VARIABLES = frozenset(("task_id",))
OWN_ERRORS = (ProblemError, TaskError, StoreError, HTTPException, RequestValidationError)


class ServiceRoute(APIRoute):
    """Passes the service to its functions, limits the size of bodies, and returns errors as problems."""

    service: ClassVar[Service]
    takes_any_query: ClassVar[bool] = False
    """Whether a dependency of the application may read undeclared parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler of FastAPI."""
        handle, service = super().get_route_handler(), self.service
        asked = _query_names(self.endpoint)

        async def handle_within_limits(request: Request) -> Response:
            limited = Request(request.scope, _limited(request.receive, service.limits.body_bytes))
            limited.state.service = service
            service.mount.learn(request.scope["path"], variable=bool(request.path_params.keys() - OWN_VARIABLES))
            try:
                if not self.takes_any_query:
                    _check_query(request.query_params.multi_items(), asked)
                return await handle(limited)
            except OWN_ERRORS as error:
                # FastAPI reports a body that is too long as unreadable.
                cause = error.__cause__
                return answer(request, cause if isinstance(cause, ProblemError) else error)

        return handle_within_limits


def _query_names(endpoint: Callable[..., Any]) -> frozenset[str]:
    """Query parameters in an endpoint's own signature."""
    parameters = inspect.signature(endpoint, eval_str=True).parameters
    metadata = {name: getattr(parameter.annotation, "__metadata__", ()) for name, parameter in parameters.items()}
    return frozenset(name for name, found in metadata.items() if any(isinstance(each, QueryInfo) for each in found))


def _check_query(given: list[tuple[str, str]], known: frozenset[str]) -> None:
    """Raise ProblemError for an unknown or repeated parameter."""
    names = [name for name, _ in given]
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise ProblemError(422, "invalid-request", f"query.{name[:60]}: is not a parameter; known are: {listed}")
        if names.count(name) > 1:
            raise ProblemError(422, "invalid-request", f"query.{name}: appears more than once")


def _limited(receive: Receive, most: int) -> Receive:
    """Body that raises a problem when it exceeds `most` bytes."""
    read = 0

    async def receive_within_limit() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise ProblemError(413, "body-too-large", f"a request has at most {most:,} bytes")
        return message

    return receive_within_limit


async def _service(request: Request) -> Service:  # not for threads
    return request.state.service


_bearer = HTTPBearer(auto_error=False, description="An API token, which identifies a user", scheme_name="token")


def _caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None) -> TokenOwner:
    service: Service = request.state.service
    return service.access.user(request.headers.get("authorization"), service.store)


_internal = HTTPBearer(
    auto_error=False, description="The internal token; or the headers of Standard Webhooks", scheme_name="internal"
)


async def _proxy(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_internal)] = None
) -> str | None:
    service: Service = request.state.service
    # In a thread: the keys may have to be read again.
    return await run_in_threadpool(service.access.admit, request.headers, await request.body(), service.clock())


def for_caller(endpoint: Callable[..., Any], caller: Callable[..., Any] | None) -> Callable[..., Any]:
    """Return the endpoint with `caller` from another dependency; FastAPI reads the signature."""
    if caller is None:
        return endpoint

    @wraps(endpoint)
    def with_caller(*given: Any, caller: TokenOwner, **named: Any) -> Any:
        return endpoint(*given, caller=checked_caller(caller), **named)

    signature = inspect.signature(endpoint, eval_str=True)
    members = {**signature.parameters}
    members["caller"] = members["caller"].replace(annotation=Annotated[TokenOwner, Depends(caller)])
    vars(with_caller)["__signature__"] = signature.replace(parameters=list(members.values()))
    return with_caller


def named(operation: str, tag: str) -> dict[str, Any]:
    """Name and group of a route in clients that are generated from the OpenAPI."""
    return {"operation_id": operation, "name": operation, "tags": [tag]}


Here: TypeAlias = Annotated[Service, Depends(_service)]
Caller: TypeAlias = Annotated[TokenOwner, Depends(_caller)]
GivenKey: TypeAlias = Annotated[Key | None, Header(alias="Idempotency-Key")]
from_proxy = Depends(_proxy)
"""Dependency of routes for the proxy."""
Origin: TypeAlias = Annotated[str | None, from_proxy]
"""Origin of a call of the proxy; None if nothing proves it."""
