from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest

from local.callback import Callback
from local.errors import CallbackError
from local.loopback_ports import Ports, free_port


def test_the_real_service_answers_on_loopback_and_keeps_its_tasks(tmp_path: Path) -> None:
    callback = Callback(tmp_path)
    callback.start()
    callback.wait()
    connection = http.client.HTTPConnection("127.0.0.1", callback.port, timeout=5)
    connection.request(
        "POST",
        "/api/v1/tasks/callback",
        json.dumps({"task": "heartbeat"}),
        {"Content-Type": "application/json", "Idempotency-Key": "v1.abc"},
    )
    status = connection.getresponse().status
    connection.close()
    callback.stop()

    assert status == 200
    assert not callback.running
    assert callback.database.exists()


def test_its_token_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = Callback(tmp_path), Callback(tmp_path)
    (tmp_path / "callback.token").write_text("")

    assert first.token == second.token
    assert Callback(tmp_path).token not in ("", first.token)
    assert (tmp_path / "callback.token").stat().st_mode & 0o077 == 0


def test_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "callback.sqlite").mkdir()
    callback = Callback(tmp_path)
    callback.start()

    with pytest.raises(CallbackError, match="did not start"):
        callback.wait()

    assert not callback.running


def test_ports_are_the_same_at_the_next_start_unless_somebody_took_them(tmp_path: Path) -> None:
    Ports(free_port(0), 0).write(tmp_path / "ports.json")
    before = Ports.read(tmp_path / "ports.json")

    assert free_port(before.receiver) == before.receiver


@pytest.mark.parametrize("text", ["", "[]", '{"receiver": "x"}', "{"])
def test_ports_that_cannot_be_read_are_chosen_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)

    assert Ports.read(tmp_path / "ports.json") == Ports()
