"""The service as people meet it: its real app under uvicorn, and a real browser in front of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from callback_api.app import create_app
from callback_api.settings import Settings
from callback_api.storage.sql.tables import tables_of
from callback_api.task import Status, Task, TokenOwner
from callback_api.tokens import digest
from tests.callback_api.application import ADA, BOB, ROOT, FakeSchedules, Handlers, engine_of
from tests.chromium import chromium

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from callback_api.service import Service
    from callback_api.storage import TaskStore

REFUSED = "Failed to load resource"  # how Chromium logs an answer of 4xx or 5xx

Open = Callable[..., Page]


@dataclass
class Site:
    """A service that answers at `url`; tasks are put in its store."""

    url: str
    service: Service
    number: int = 0

    @property
    def store(self) -> TaskStore:
        return self.service.store

    def clear(self) -> None:
        """Keep no task any more, and three tokens."""
        assert self.service.outbox.wait(10)
        self.number = 0
        with engine_of(self.store).begin() as connection:
            for table in tables_of().metadata.sorted_tables:
                connection.execute(table.delete())
        owners = {ADA: TokenOwner("ada"), BOB: TokenOwner("bob"), ROOT: TokenOwner("root", admin=True)}
        for token, owner in owners.items():
            self.store.add_token(digest(token), owner, datetime.now(UTC))

    def put(self, name: str = "send-welcome-email", user: str = "ada", minutes: float = 5, **values: Any) -> Task:
        self.number += 1
        now = datetime.now(UTC) + timedelta(microseconds=self.number)
        due = now + timedelta(minutes=minutes)
        given = {"id": f"task-{self.number:04}", "user_id": user, "scheduled_at": due} | values
        task, _ = self.store.add(Task(name=name, created_at=now, updated_at=now, **given))
        return task

    def begin(self, task: Task) -> Task:
        now = max(datetime.now(UTC), task.scheduled_at)  # no task is begun before it is due
        started = self.store.begin(task.id, "v1.run", now + timedelta(seconds=30), now)
        assert started.task is not None
        return started.task

    def complete(self, task: Task, result: Any = None) -> Task:
        with self.store.work(self.begin(task)) as work:
            return work.complete(result, datetime.now(UTC))

    def fail(self, task: Task, error: str, *, permanent: bool = True) -> Task:
        return self.store.fail(self.begin(task), error, datetime.now(UTC), permanent=permanent)

    def status(self, task: Task) -> Status:
        found = self.store.get(task.id)
        assert found is not None
        return found.status


def elsewhere(url: str, start: str) -> tuple[str, ...]:
    """A URL that is not one of the service's own."""
    return () if url.startswith((start, "data:")) else (url,)


def _below(app: ASGIApp, stages: tuple[str, ...]) -> ASGIApp:
    """The app as stages of an API or a proxy show it: below paths that it does not see itself."""

    async def without(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            stage = next((each for each in stages if scope["path"].startswith(each)), None)
            own = "/nowhere" if stage is None else scope["path"].removeprefix(stage) or "/"
            scope = {**scope, "path": own, "raw_path": own.encode()}
        await app(scope, receive, send)

    return without


@contextmanager
def served(database: Path, *stages: str, **settings: Any) -> Generator[Site]:
    chosen = {"database_url": str(database), "internal_token": "internal"} | settings
    app = create_app(Settings.read(None, **chosen), handlers=Handlers().registry, schedules=FakeSchedules())
    config = uvicorn.Config(
        _below(app, stages or ("",)), port=0, log_level="error", ws="none", timeout_graceful_shutdown=1, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    first = stages[0] if stages else ""
    yield Site(f"http://127.0.0.1:{port}{first}/", app.state.service)
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("page") / "tasks.sqlite") as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Site:
    """A service that keeps no task yet."""
    running_site.clear()
    return running_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Open the page, signed in where a `token` is given; it may log nothing and ask nobody else.

    Its clock can be put forward, which has it ask again without anybody's waiting.
    """
    said: list[str] = []
    contexts: list[Any] = []

    def opened(
        token: str = "", width: int = 1280, at: str = "", expected: str = "\0", url: str = "", **options: Any
    ) -> Page:
        start = url or site.url
        context = browser.new_context(viewport={"width": width, "height": 800}, timezone_id="Asia/Seoul", **options)
        contexts.append(context)
        page = context.new_page()
        page.clock.install()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: said.extend({message.text} if expected not in message.text else ()))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.extend(elsewhere(request.url, start)))
        page.goto(start + at)
        if token:
            sign_in(page, token)
            page.locator("#tasks:not([aria-busy])").wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def sign_in(page: Page, token: str) -> None:
    page.get_by_label("API token").fill(token)
    page.get_by_role("button", name="Sign in").click()
