from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest

from callback_api.handlers import SECONDS
from local.callback import STOP_SECONDS, Callback
from local.errors import CallbackError
from local.loopback_ports import Ports, free_port

GREETING = """from callback_api.handlers import Call, task


@task("greet")
def greet(call: Call) -> str:
    return "WORD"
"""


def test_the_real_service_answers_on_loopback_and_keeps_its_tasks(tmp_path: Path) -> None:
    callback = Callback(tmp_path)
    callback.start(variables(tmp_path))
    callback.wait()
    status, _ = done(callback, "heartbeat")
    callback.stop()

    assert status == 200
    assert not callback.running
    assert (tmp_path / "callback.sqlite").exists()


def test_edited_handlers_are_loaded_and_broken_ones_leave_the_service_as_it_was(tmp_path: Path) -> None:
    (code := tmp_path / "handlers").mkdir()
    (code / "greetings.py").write_text(GREETING.replace("WORD", "hello"))
    own = {**variables(tmp_path), "CALLBACK_CODE": str(code), "CALLBACK_HANDLERS": "greetings"}
    callback = Callback(tmp_path)
    callback.start(own)
    callback.wait()
    try:
        assert done(callback, "greet") == (200, "hello")
        (code / "greetings.py").write_text(GREETING.replace("WORD", "good morning"))
        callback.replace(own)
        assert done(callback, "greet") == (200, "good morning")

        (code / "greetings.py").write_text("from nowhere import something\n")
        with pytest.raises(CallbackError, match=r'no module "nowhere"'):
            callback.replace(own)
        assert done(callback, "greet") == (200, "good morning")
    finally:
        callback.stop()


@pytest.mark.parametrize(
    ("module", "said"),
    [("import time\n\ntime.sleep(600)\n", "take longer than 3 s to load"), ("input()\n", "EOFError")],
    ids=["hangs", "asks"],
)
def test_handlers_that_would_never_load_leave_the_service_as_it_was(tmp_path: Path, module: str, said: str) -> None:
    (code := tmp_path / "handlers").mkdir()
    (code / "greetings.py").write_text(module)
    own = {**variables(tmp_path), "CALLBACK_CODE": str(code), "CALLBACK_HANDLERS": "greetings"}

    with pytest.raises(CallbackError, match=said):
        Callback(tmp_path, start_seconds=3 if "sleep" in module else 30).replace(own)


def test_a_handler_that_is_running_may_end_before_the_service_is_killed() -> None:
    assert STOP_SECONDS > SECONDS


def variables(folder: Path) -> dict[str, str]:
    return {"CALLBACK_DATABASE": str(folder / "callback.sqlite")}


def done(callback: Callback, task: str) -> tuple[int, object]:
    """The status of a call that does a task, and what came of it."""
    connection = http.client.HTTPConnection("127.0.0.1", callback.port, timeout=5)
    token = {"Authorization": f"Bearer {callback.token}"}
    try:
        connection.request(
            "POST", "/api/v1/tasks/callback", json.dumps({"task": task}), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        task_id = json.loads(answer.read())["task_id"]
        connection.request("GET", f"/api/v1/tasks/{task_id}", headers=token)
        return answer.status, json.loads(connection.getresponse().read())["result"]
    finally:
        connection.close()


def test_its_token_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = Callback(tmp_path), Callback(tmp_path)
    (tmp_path / "callback.token").write_text("")

    assert first.token == second.token
    assert Callback(tmp_path).token not in ("", first.token)
    assert (tmp_path / "callback.token").stat().st_mode & 0o077 == 0


def test_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "callback.sqlite").mkdir()
    callback = Callback(tmp_path)
    callback.start(variables(tmp_path))

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
