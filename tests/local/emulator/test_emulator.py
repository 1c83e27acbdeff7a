from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.emulator.emulator import Emulator
from local.engine.archive import Archive
from local.errors import EmulatorError, StateInUseError
from local.locking import lock_folder
from tests.eventually import eventually

ROOT = Path(__file__).resolve().parents[3]
STARTER = """
import os, sys, time
from pathlib import Path
from local.emulator.emulator import Emulator
from local.engine.archive import Archive
emulator = Emulator(Path(sys.argv[1])).start()
emulator.client("ssm").put_parameter(Name="/kept", Value="1", Type="String")
print(emulator.endpoint, flush=True)
time.sleep(60)
"""


def names(emulator: Emulator) -> list[str]:
    return [parameter["Name"] for parameter in emulator.client("ssm").describe_parameters()["Parameters"]]


def test_a_stopped_emulator_starts_again_with_its_state_and_its_port(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path).start()
    first, instance = emulator.endpoint, emulator.instance
    emulator.client("ssm").put_parameter(Name="/kept", Value="1", Type="String")
    emulator.stop()
    with Emulator(tmp_path) as again:
        assert (again.endpoint, again.instance, names(again)) == (first, instance, ["/kept"])


def test_a_message_that_was_received_and_not_deleted_is_seen_again_after_a_restart(tmp_path: Path) -> None:
    with Emulator(tmp_path) as emulator:
        url = emulator.client("sqs").create_queue(QueueName="retry")["QueueUrl"]
        emulator.client("sqs").send_message(QueueUrl=url, MessageBody="received")
        emulator.client("sqs").send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=600)
        assert emulator.client("sqs").receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"]
    with Emulator(tmp_path) as emulator:
        seen = emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        assert [message["Body"] for message in seen] == ["received"]


def test_a_killed_emulator_begins_empty_as_another_instance(tmp_path: Path) -> None:
    with Emulator(tmp_path) as emulator:
        emulator.client("ssm").put_parameter(Name="/before", Value="1", Type="String")
        instance = emulator.instance
    with Emulator(tmp_path) as emulator:
        assert emulator.instance == instance
        os.killpg(pid_of(emulator), signal.SIGKILL)
    with Emulator(tmp_path) as emulator:
        assert emulator.instance != instance
        assert names(emulator) == []


def test_the_emulator_saves_its_state_and_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        endpoint = parent.stdout.readline().decode().strip()
        parent.kill()
    # The next start waits for the one that is still saving.
    with Emulator(tmp_path) as emulator:
        assert (emulator.endpoint, names(emulator)) == (endpoint, ["/kept"])


def test_a_function_sees_nothing_of_this_machines_environment(emulator: Emulator) -> None:
    code = Archive(members={"all.py": Archive(text="import os\ndef handle(event, context): return dict(os.environ)\n")})
    function = {"FunctionName": "all", "Role": "arn:aws:iam::000000000000:role/r", "Runtime": "python3.13"}
    functions = emulator.client("lambda")
    functions.create_function(**function, Handler="all.handle", Code={"ZipFile": code.zipped()})
    seen = json.loads(functions.invoke(FunctionName="all")["Payload"].read())
    assert set(seen) & set(os.environ) <= {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PWD", "SHLVL", "_", "TZ"}
    assert "PYTEST_CURRENT_TEST" not in seen


def test_only_loopback_is_bound(emulator: Emulator) -> None:
    port = int(emulator.endpoint.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError, match=f"port {port} of 127.0.0.1 is in use"):
            Emulator(tmp_path, port=port).start()


def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    broken = Emulator(tmp_path, command=(sys.executable, "-c", "raise SystemExit('no space left on device')"))
    with pytest.raises(EmulatorError, match=r"did not start; the end of .*emulator\.log:\nno space left on device"):
        broken.start()


def test_a_remembered_port_that_cannot_be_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "emulator.json").write_text(json.dumps({"instance": "old", "port": 99999}))
    with Emulator(tmp_path) as emulator:
        assert emulator.instance != "old"


def test_a_state_folder_in_use_is_refused_after_some_patience(tmp_path: Path) -> None:
    descriptor = lock_folder(tmp_path, "lock", patience_seconds=0)
    try:
        began = time.monotonic()
        with pytest.raises(StateInUseError, match="is in use by another stack"):
            lock_folder(tmp_path, "lock", patience_seconds=0.1)
        assert time.monotonic() - began >= 0.1
    finally:
        os.close(descriptor)


def test_what_a_killed_emulator_unpacked_is_removed_at_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / "tmp" / "ministack-lambda-left"
    left.mkdir(parents=True)
    with Emulator(tmp_path):
        assert not left.exists()


def test_a_failed_start_does_not_cost_the_state(tmp_path: Path) -> None:
    with Emulator(tmp_path) as emulator:
        instance = emulator.instance
    with pytest.raises(EmulatorError):
        Emulator(tmp_path, command=(sys.executable, "-c", "raise SystemExit(1)")).start()
    with Emulator(tmp_path) as emulator:
        assert emulator.instance == instance


def test_a_function_that_still_runs_does_not_cost_the_state(tmp_path: Path) -> None:
    code = Archive(members={"slow.py": Archive(text="import time\ndef handle(event, context): time.sleep(60)\n")})
    with Emulator(tmp_path) as emulator:
        instance, functions = emulator.instance, emulator.client("lambda")
        functions.create_function(
            FunctionName="slow",
            Role="arn:aws:iam::000000000000:role/r",
            Runtime="python3.13",
            Handler="slow.handle",
            Timeout=60,
            Code={"ZipFile": code.zipped()},
        )
        functions.invoke(FunctionName="slow", InvocationType="Event")
    with Emulator(tmp_path) as emulator:
        assert emulator.instance == instance
        assert emulator.client("lambda").get_function(FunctionName="slow")


def test_a_replay_that_no_function_had_processed_is_sent_again_after_a_restart(tmp_path: Path) -> None:
    code = """
import time
from pathlib import Path
def handle(event, context):
    folder = Path(event["folder"])
    while not (folder / "go").exists():
        time.sleep(0.05)
    (folder / event["name"]).write_text(context.invoked_function_arn)
"""
    folder, state = tmp_path / "seen", tmp_path / "state"
    folder.mkdir()
    with Emulator(state) as emulator:
        functions = emulator.client("lambda")
        functions.create_function(
            FunctionName="slow",
            Role="arn:aws:iam::000000000000:role/r",
            Runtime="python3.13",
            Handler="slow.handle",
            Timeout=60,
            Publish=True,
            Code={"ZipFile": Archive(members={"slow.py": Archive(text=code)}).zipped()},
        )
        functions.create_alias(FunctionName="slow", Name="catalog", FunctionVersion="1")
        for event in ({"name": "fire"}, {"name": "replay", "replay": {"id": "r-1"}}):
            payload = json.dumps({"folder": str(folder), **event}).encode()
            functions.invoke(FunctionName="slow:catalog", InvocationType="Event", Payload=payload)
    with Emulator(state) as emulator:
        (folder / "go").touch()
        emulator.send_kept_events()
        eventually(lambda: (folder / "replay").exists())
        assert (folder / "replay").read_text().endswith(":function:slow:catalog")
        (folder / "replay").unlink()
    with Emulator(state) as emulator:
        emulator.send_kept_events()
    assert {each.name for each in folder.iterdir()} == {"go"}


def test_a_kept_replay_of_a_function_that_is_gone_stops_no_start(tmp_path: Path) -> None:
    kept = tmp_path / "emulator.events.json"
    with Emulator(tmp_path) as emulator:
        function = f"arn:aws:lambda:{emulator.region}:000000000000:function:gone:app-shop"
        kept.write_text(json.dumps([{"function": function, "event": {"replay": {"id": "r-1"}}}]))

        emulator.send_kept_events()

        assert not kept.exists()


def pid_of(emulator: Emulator) -> int:
    process = emulator._process  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    return process.pid
