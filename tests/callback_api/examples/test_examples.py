"""The three scenarios, from the request to the effect."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from callback_api.handlers import load
from tests.callback_api.application import Application, engine_of, running

MODULES = tuple(f"callback_api.examples.{name}" for name in ("payment_reminder", "welcome_mail", "temporary_data"))


class Mails(socketserver.ThreadingTCPServer):
    """As much of an SMTP server as a client needs; it refuses the mails of `nobody`, and busy ones for now."""

    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[str] = []
        super().__init__(("127.0.0.1", 0), _Session)


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode():
            verb = line.split(":")[0].strip().upper().split(" ")[0]
            if verb == "DATA":
                self._say("354 go on")
                mail = ""
                while (piece := self.rfile.readline().decode()) != ".\r\n":
                    mail += piece
                assert isinstance(self.server, Mails)
                self.server.mails.append(mail)
            if verb == "RCPT" and "nobody" in line:
                self._say("550 no such user")
            elif verb == "RCPT" and "busy" in line:
                self._say("450 try later")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(name="mails")
def _mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mails]:
    with Mails() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("SMTP_PORT", str(server.server_address[1]))
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(name="application")
def _application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path / "tasks.sqlite") as application:
        known = load(MODULES)
        for name in known.names:
            handler = known.get(name)
            assert handler
            application.handlers.registry.task(name)(handler)
        yield application


def done(application: Application, task: str, data: Any, status: int = 200) -> dict[str, Any]:
    scheduled = application.schedule(task, data=data)["id"]
    for _ in range(2):
        assert application.call_back(scheduled).status_code == status
    return application.task(scheduled)


@pytest.mark.parametrize(("paid", "reminders"), [(True, 0), (False, 1)])
def test_a_payment_that_expires_is_reminded_of_unless_it_was_made(
    application: Application, paid: bool, reminders: int
) -> None:
    engine = engine_of(application.service.store)
    with engine.begin() as connection:
        connection.execute(text("create table orders (id int, paid bool)"))
        connection.execute(text("create table reminders (order_id int, run_key text)"))
        connection.execute(text("insert into orders values (7, :paid)"), {"paid": paid})

    assert done(application, "payment-expiry-reminder", {"order": 7})["result"] == {"reminded": not paid}

    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from reminders")).scalar() == reminders
    assert done(application, "payment-expiry-reminder", {"order": 8}, 200)["error"] == "there is no order 8"


def test_a_welcome_mail_is_sent_once(application: Application, mails: Mails) -> None:
    done(application, "send-welcome-email", {"address": "ada@example.com", "name": "Ada"})

    (mail,) = mails.mails
    assert "Hello Ada" in mail
    assert "<v1.first@example.com>" in mail


@pytest.mark.parametrize(("user", "status", "state"), [("nobody", 200, "FAILED"), ("busy", 503, "SCHEDULED")])
def test_an_address_is_refused_for_good_or_for_now(
    application: Application, mails: Mails, user: str, status: int, state: str
) -> None:
    data = {"address": f"{user}@example.com", "name": "N"}

    assert done(application, "send-welcome-email", data, status)["status"] == state
    assert mails.mails == []


def test_temporary_data_is_removed_and_nothing_else(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORARY_DATA", str(tmp_path / "uploads"))
    for name in ("1", "2"):
        (tmp_path / "uploads" / name).mkdir(parents=True)

    assert done(application, "clean-temporary-data", {"folder": "1"})["result"] == {"removed": True}
    assert done(application, "clean-temporary-data", {"folder": "1"})["result"] == {"removed": False}
    for outside in ("..", ".", "../uploads", "1/2", "/etc"):
        assert done(application, "clean-temporary-data", {"folder": outside}, 200)["status"] == "FAILED"
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["2"]
