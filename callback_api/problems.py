"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from callback_api.errors import (
    CursorError,
    LeaseLostError,
    NoTaskError,
    ProblemError,
    StateError,
    StoreError,
    TaskKeyReusedError,
    TooLargeError,
    retry_after,
)
from callback_api.log import warn
from callback_api.models import CALLBACK_FORMS

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

MEDIA_TYPE = "application/problem+json"
STORE_RETRY_SECONDS = 5


class Problem(BaseModel):
    """Error: `type` names the kind of problem, `detail` how to fix this one."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "no-task",
                "title": "Not Found",
                "status": 404,
                "detail": "there is no task 4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10",
                "instance": "/api/v1/tasks/4dd8b1b6-21b0-4d0f-9a0c-5a3f4c2a9d10",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems of a route, for its OpenAPI."""
    # In full: FastAPI cannot reference a component for a response of another media type.
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem, unexpected ones without their text."""
    for kind in (HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, answer)


def answer(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document of an error."""
    problem = _problem(error)
    content = {
        "type": problem.kind,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
    }
    return JSONResponse(content, problem.status, problem.headers, media_type=MEDIA_TYPE)


def _problem(error: Exception) -> ProblemError:
    match error:
        case ProblemError():
            return error
        case HTTPException():
            return ProblemError(error.status_code, "about:blank", str(error.detail), error.headers)
        case RequestValidationError():
            return ProblemError(422, "invalid-request", _places(error))
        case NoTaskError():
            return ProblemError(404, "no-task", str(error))
        case StateError():
            return ProblemError(409, "wrong-state", str(error))
        case TaskKeyReusedError():
            return ProblemError(422, "key-reused", str(error))
        case CursorError():
            return ProblemError(422, "invalid-request", str(error))
        case TooLargeError():
            return ProblemError(413, "task-too-large", str(error))
        case StoreError() | LeaseLostError():
            warn("store-failed", error)
            detail = "the service cannot reach its store of tasks: try again"
            return ProblemError(503, "store-unavailable", detail, retry_after(STORE_RETRY_SECONDS))
        case _:
            warn("request-failed", error)
            return ProblemError(500, "about:blank", "the service failed: see its log")


def _places(error: RequestValidationError) -> str:
    """Mistakes with their positions; the input is not quoted, and an invalid JSON body has no position."""
    return "; ".join(f"{_place(each['loc'])}: {each['msg'].removeprefix('Value error, ')}" for each in error.errors())


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts if part not in CALLBACK_FORMS)
