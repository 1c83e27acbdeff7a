from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from callback_api.app import create_app
from callback_api.settings import Settings


def test_an_unforeseen_error_is_a_problem_without_its_text(tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path / "calls.sqlite3"))

    async def broken() -> httpx.Response:
        async with app.router.lifespan_context(app):
            app.state.store.close()
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
                response = await client.get("/health")
        return response

    response = asyncio.run(broken())

    assert (response.status_code, response.headers["Content-Type"]) == (500, "application/problem+json")
    assert "closed database" not in json.dumps(response.json())


@pytest.mark.parametrize("kind", ["idempotency-key-reused", "about:blank"])
def test_a_problem_has_the_members_of_rfc_9457(tmp_path: Path, kind: str) -> None:
    app = create_app(Settings(tmp_path / "calls.sqlite3"))

    async def problem() -> httpx.Response:
        async with app.router.lifespan_context(app):
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
            async with client:
                await client.post("/api/v1/tasks/callback", json=1, headers={"Idempotency-Key": "k"})
                path = "/api/v1/tasks/callback" if kind != "about:blank" else "/nowhere"
                return await client.post(path, json=2, headers={"Idempotency-Key": "k"})

    body = asyncio.run(problem()).json()

    assert body["type"] == kind
    assert set(body) == {"type", "title", "status", "detail", "instance"}
