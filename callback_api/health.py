"""`GET /health`: whether the service can keep calls."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from callback_api.callback import Store  # noqa: TC001 - FastAPI reads the annotations

router = APIRouter()


class Health(BaseModel):
    """The service is well, and has kept so many calls."""

    status: Literal["ok"] = "ok"
    calls: int


@router.get("/health")
def health(store: Store) -> Health:
    """Ask the store."""
    return Health(calls=store.count())
