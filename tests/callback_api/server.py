"""The service in a real uvicorn on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
import uvicorn

from callback_api.app import create_app
from callback_api.settings import Settings

PATH = "/api/v1/tasks/callback"


class Service:
    def __init__(self, url: str) -> None:
        self.url = url
        self.pool = urllib3.PoolManager()

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.pool.request(method, self.url + path, body=body, headers=named, retries=False)
        return answer.status, json.loads(answer.data), answer.headers["Content-Type"]

    def post(self, body: bytes | None, **headers: str) -> tuple[int, Any, str]:
        return self.request("POST", PATH, body, **headers)


@contextmanager
def running(database: Path, max_body_bytes: int = 1024) -> Iterator[Service]:
    config = uvicorn.Config(create_app(Settings(database, max_body_bytes)), port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    service = Service(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    try:
        yield service
    finally:
        service.pool.clear()
        server.should_exit = True
        thread.join()
