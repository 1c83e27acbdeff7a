"""Every error as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callback_api.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request


def install(app: FastAPI) -> None:
    """Have `app` answer every error as a problem, unforeseen ones without their text."""
    for kind in (ProblemError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _answer)


def _answer(request: Request, error: Exception) -> JSONResponse:
    match error:
        case ProblemError():
            return _problem(request, error.status, error.kind, error.detail)
        case HTTPException():
            return _problem(request, error.status_code, "about:blank", str(error.detail), error.headers)
        case RequestValidationError():
            places = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
            return _problem(request, 422, "invalid-request", "; ".join(places))
        case _:
            return _problem(request, 500, "about:blank", "the service failed, its log says why")


def _problem(
    request: Request, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    content = {
        "type": kind,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")
