"""`POST /api/v1/tasks/callback`: what a schedule calls."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from callback_api.errors import ProblemError
from callback_api.settings import Settings
from callback_api.store import Call, CallStore

router = APIRouter()


class Receipt(BaseModel):
    """What the caller learns: under which key its call is kept, and whether it was kept before."""

    key: str
    repeated: bool


def _store(request: Request) -> CallStore:
    return request.app.state.store


def _settings(request: Request) -> Settings:
    return request.app.state.settings


Store: TypeAlias = Annotated[CallStore, Depends(_store)]
Limits: TypeAlias = Annotated[Settings, Depends(_settings)]
Key: TypeAlias = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
ScheduleName: TypeAlias = Annotated[str | None, Header(alias="X-Schedule-Name", max_length=64)]
ScheduledTime: TypeAlias = Annotated[str | None, Header(alias="X-Scheduled-Time", max_length=64)]


@router.post("/api/v1/tasks/callback", status_code=201)
async def callback(
    request: Request,
    response: Response,
    store: Store,
    limits: Limits,
    key: Key = None,
    schedule: ScheduleName = None,
    scheduled_time: ScheduledTime = None,
) -> Receipt:
    """Keep a call once per Idempotency-Key: 201 the first time, 200 for its repeats, 422 for another body."""
    body = await _body(request, limits.max_body_bytes)
    call = Call(key or str(uuid.uuid4()), datetime.now(UTC).isoformat(), schedule, scheduled_time, body)
    arrival = await run_in_threadpool(store.add, call)
    if arrival == "conflict":
        raise ProblemError(422, "idempotency-key-reused", "this Idempotency-Key came before, with another body")
    if arrival == "repeated":
        response.status_code = 200
    return Receipt(key=call.key, repeated=arrival == "repeated")


async def _body(request: Request, most: int) -> bytes:
    """The body, JSON or empty, read no further than `most` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise ProblemError(413, "body-too-large", f"a call has at most {most:,} bytes")
    try:
        if body:
            json.loads(body)
    except (ValueError, RecursionError):
        raise ProblemError(400, "not-json", "the body of a call is JSON, or empty") from None
    return bytes(body)
