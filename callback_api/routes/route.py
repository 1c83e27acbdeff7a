"""How every route of the service behaves, in whatever app it is mounted."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from callback_api.errors import ProblemError, StoreError, TaskError
from callback_api.problems import answer
from callback_api.service import Service
from callback_api.task import TokenOwner

if TYPE_CHECKING:
    from starlette.types import Message, Receive

OWN_VARIABLES = frozenset(("task_id",))
OWN_ERRORS = (ProblemError, TaskError, StoreError, HTTPException, RequestValidationError)


class ServiceRoute(APIRoute):
    """Gives the service to its functions, reads no more of a body than it may, and answers errors as problems."""

    service: ClassVar[Service]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what FastAPI makes of the function."""
        handle, service = super().get_route_handler(), self.service

        async def handle_within_limits(request: Request) -> Response:
            limited = Request(request.scope, _limited(request.receive, service.limits.body_bytes))
            limited.state.service = service
            service.mount.learn(request.scope["path"], variable=bool(request.path_params.keys() - OWN_VARIABLES))
            try:
                return await handle(limited)
            except OWN_ERRORS as error:
                # FastAPI takes a body that is too long for one that it cannot read.
                cause = error.__cause__
                return answer(request, cause if isinstance(cause, ProblemError) else error)

        return handle_within_limits


def _limited(receive: Receive, most: int) -> Receive:
    """A body that ends in a problem when it becomes longer than `most` bytes."""
    read = 0

    async def receive_within_limit() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise ProblemError(413, "body-too-large", f"a request has at most {most:,} bytes")
        return message

    return receive_within_limit


async def _service(request: Request) -> Service:  # not to be called in a thread
    return request.state.service


_bearer = HTTPBearer(auto_error=False, description="An API token, which stands for a user", scheme_name="token")


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
    # In a thread: the keys may have to be read anew.
    return await run_in_threadpool(service.access.admit, request.headers, await request.body(), service.clock())


def for_caller(endpoint: Callable[..., Any], caller: Callable[..., Any] | None) -> Callable[..., Any]:
    """The endpoint, whose `caller` is what another dependency says; FastAPI reads the signature."""
    if caller is None:
        return endpoint

    @wraps(endpoint)
    def with_caller(*given: Any, **named: Any) -> Any:
        return endpoint(*given, **named)

    signature = inspect.signature(endpoint, eval_str=True)
    members = {**signature.parameters}
    members["caller"] = members["caller"].replace(annotation=Annotated[TokenOwner, Depends(caller)])
    vars(with_caller)["__signature__"] = signature.replace(parameters=list(members.values()))
    return with_caller


Here: TypeAlias = Annotated[Service, Depends(_service)]
Caller: TypeAlias = Annotated[TokenOwner, Depends(_caller)]
from_proxy = Depends(_proxy)
"""What a route depends on that is the proxy's to call."""
Origin: TypeAlias = Annotated[str | None, from_proxy]
"""The origin of a call of the proxy's; None where nothing proves it."""
