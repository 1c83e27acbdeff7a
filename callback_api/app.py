"""The FastAPI application, put together."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from callback_api import callback, health, problems
from callback_api.settings import Settings
from callback_api.store import CallStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service of `settings`, by default those of the environment; its store is open while the app runs."""
    chosen = settings or Settings.from_environment(os.environ)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.settings = chosen
        app.state.store = CallStore(chosen.database)
        try:
            yield
        finally:
            app.state.store.close()

    app = FastAPI(title="Callback service", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.include_router(health.router)
    app.include_router(callback.router)
    problems.install(app)
    return app
