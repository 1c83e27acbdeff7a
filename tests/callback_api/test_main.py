from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import urllib3

ROOT = Path(__file__).parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "DATABASE_URL": f"sqlite:///{folder / 'tasks.sqlite'}",
        "CALLBACK_INTERNAL_TOKEN": "internal",
        **more,
    }


def run(folder: Path, *arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "callback_api", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(folder, **more), input=stdin, capture_output=True, text=True
    )


def test_a_token_is_shown_once_and_admits_until_it_is_revoked(tmp_path: Path) -> None:
    keyless = {"CALLBACK_INTERNAL_TOKEN": ""}
    early = run(tmp_path, "token", "add", "ada")
    assert (early.returncode, "python -m callback_api migrate" in early.stderr) == (2, True)
    assert run(tmp_path, "migrate", **keyless).returncode == 0

    added = run(tmp_path, "token", "add", "ada", "--admin", "--label", "laptop", **keyless)
    token = added.stdout.strip()

    assert (added.returncode, token[:4], len(token)) == (0, "sct_", 47)
    assert token.encode() not in (tmp_path / "tasks.sqlite").read_bytes()
    assert run(tmp_path, "token", "revoke", stdin=f"{token}\n").returncode == 0
    assert run(tmp_path, "token", "revoke", token).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (["serve"], {"CALLBACK_INTERNAL_TOKEN": ""}, "set CALLBACK_SIGNING_KEYS or CALLBACK_INTERNAL_TOKEN"),
        (["serve"], {"CALLBACK_HANDLERS": "nowhere"}, 'there is no module "nowhere"'),
        (["migrate"], {"DATABASE_URL": "mysql://db"}, "sqlite:///FILE or postgresql"),
        (["token", "add", "catalog"], {}, "cannot be a user"),
    ],
)
def test_what_cannot_be_run_says_what_to_set(
    tmp_path: Path, arguments: list[str], more: dict[str, str], said: str
) -> None:
    done = run(tmp_path, *arguments, **more)

    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


@pytest.mark.parametrize("made", ["", "CREATE TABLE callback_tasks (id)"])
def test_a_migration_closes_the_database_also_if_it_fails(tmp_path: Path, made: str) -> None:
    with sqlite3.connect(tmp_path / "tasks.sqlite") as other:
        other.execute(made)
    other.close()

    command = [sys.executable, "-c", MIGRATE]
    done = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (2 if made else 0, "[]\n"), done.stderr


MIGRATE = """
import gc, sys
from callback_api.__main__ import main
from tests.open_databases import open_databases
gc.disable()  # else the collector may close it
status = main(["migrate"])
print(open_databases())
sys.exit(status)
"""


def test_a_call_under_way_is_answered_when_the_service_is_told_to_stop_and_every_line_is_json(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\nfrom callback_api.handlers import task\n\n"
        "@task('slow')\ndef slow(call):\n    open('began', 'w').close()\n    time.sleep(0.5)\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "callback_api", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment(tmp_path, CALLBACK_HANDLERS="slow"),
        stdout=subprocess.PIPE,
        text=True,
    )
    with urllib3.PoolManager() as pool:
        until(lambda: pool.request("GET", f"http://127.0.0.1:{port}/health", retries=False).status == 200)
        asked = subprocess.Popen(
            [sys.executable, "-c", ASK, f"http://127.0.0.1:{port}/api/v1/tasks/callback"],
            stdout=subprocess.PIPE,
            text=True,
        )
        until((tmp_path / "began").exists)
    process.send_signal(signal.SIGTERM)

    answered, _ = asked.communicate(timeout=20)
    lines, _ = process.communicate(timeout=20)

    assert json.loads(answered)["status"] == "COMPLETED"
    events: list[dict[str, Any]] = [json.loads(line) for line in lines.splitlines()]
    assert [event["event"] for event in events] == ["no-stack", "task-completed"]
    assert {"time", "level", "task_id", "task", "run_key", "attempt"} <= set(events[1])


ASK = """
import sys, urllib3
headers = {"Authorization": "Bearer internal"}
print(urllib3.request("POST", sys.argv[1], json={"task": "slow"}, headers=headers, retries=False).data.decode())
"""


def until(true: Any) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")
