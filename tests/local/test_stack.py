"""The whole stack, in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 100.0
BEAT = """owner: platform
schedules:
  beat:
    rate: 1 minute
    request: {service: ops, path: /beat}
"""
SECOND = """owner: platform
schedules:
  second:
    rate: RATE
    request: {service: callback, path: PATH, body: {task: heartbeat}}
"""
CALLBACK = "/api/v1/tasks/callback"
# A name that is not in the DNS, and may be called: what a target that fails looks like.
FLAKY = """owner: platform
schedules:
  flaky:
    rate: 1 hour
    retry: {max_attempts: MOST}
    request: {url: "https://hooks.example.com/flaky"}
"""
LIVE = ("--live", "hooks.example.com")


class Running:
    """`schedules dev`, with what it prints line by line."""

    def __init__(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        where = ["--catalog", str(folder / "schedules"), "--state", str(folder / "state")]
        where += [] if "--stack" in arguments else ["--settings", str(ROOT / "Pulumi.dev.yaml")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local", *where, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seen: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, *words: str) -> str:
        """Wait for a line that has all the words."""
        return self._wait(lambda line: all(word in line for word in words), f"no line with {words}")

    def end(self) -> int:
        """Wait for its end; its exit status."""
        self._wait(lambda line: False, "")
        return self.process.wait(PATIENCE)

    def children(self) -> list[int]:
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False)
        return [int(word) for word in found.stdout.split()]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def _wait(self, fits: Callable[[str], bool], complaint: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=1)
            except queue.Empty:
                continue
            if line is None:
                assert not complaint, f"{complaint}; it ended with\n" + "\n".join(self.seen)
                return ""
            self.seen.append(line)
            if fits(line):
                return line
        raise AssertionError(f"{complaint} in\n" + "\n".join(self.seen))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "beat.yaml").write_text(BEAT)
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def begin(*arguments: str, **options: Mapping[str, str]) -> Running:
        running.append(Running(folder, *arguments, **options))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        if one.process.stdout is not None:
            one.process.stdout.close()


def gone(pids: list[int]) -> bool:
    """Whether all of these end soon."""
    deadline = time.monotonic() + PATIENCE
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def command_of(pid: int) -> str:
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def test_each_start_delivers_and_ends_by_itself(start: Callable[..., Running]) -> None:
    first = start("--for", "2s")
    first.until("beat", "delivered", "200")
    assert first.end() == 0
    assert first.seen[-1] == "1 call fell due, all delivered"

    second = start("--for", "2s")
    second.until("deploy", "all as they were")
    second.until("beat", "delivered", "200")
    assert second.end() == 0


def test_it_reads_nothing_of_the_users_aws_configuration_and_prints_to_any_terminal(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / ".aws").mkdir()
    (folder / ".aws" / "config").write_text("[[[ not a configuration")
    (folder / "schedules" / "far.yaml").write_text(
        "owner: platform\nschedules:\n"
        + "".join(
            f"  far-{day}: {{at: 2099-01-0{day}T00:00, request: {{service: ops, path: /x}}}}\n" for day in range(1, 10)
        )
    )
    environment = {
        "HOME": str(folder),
        "AWS_PROFILE": "nonexistent",
        "AWS_MAX_ATTEMPTS": "many",
        "AWS_CA_BUNDLE": str(folder / "nonexistent.pem"),
        "HTTP_PROXY": "http://127.0.0.1:9",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }
    running = start(environment=environment)
    running.until("and 2 more")
    running.until("beat", "delivered", "200")
    status = subprocess.run(
        [sys.executable, "-m", "schedule_catalog.cli", "status", "--local", "--state", str(folder / "state")],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    running.process.send_signal(signal.SIGINT)

    assert running.end() == 0
    assert (status.returncode, status.stderr) == (0, ""), status.stdout


def test_edits_take_effect_and_a_broken_one_changes_nothing(start: Callable[..., Running], folder: Path) -> None:
    file = folder / "schedules" / "second.yaml"
    running = start()
    running.until("beat", "delivered")

    file.write_text(SECOND.replace("RATE", "1 hour").replace("PATH", CALLBACK))
    running.until("second", "added", "rate(1 hour)")
    running.until("second", "delivered", "200")
    file.write_text(SECOND.replace("RATE", "1 huor").replace("PATH", CALLBACK))
    running.until(f"{file}:4:13: error:", '"huor"')
    running.until("not deployed: what was deployed before keeps firing")
    file.write_text(SECOND.replace("RATE", "2 hours").replace("PATH", CALLBACK))
    running.until("second", "changed", "rate 1 hour -> 2 hours")
    file.unlink()
    running.until("second", "removed")

    children = running.children()
    running.process.send_signal(signal.SIGINT)
    assert running.end() == 0
    assert len(children) == 3
    assert gone(children)
    assert "Traceback" not in "\n".join(running.seen)


def test_a_call_that_was_not_delivered_is_named_and_told_by_the_exit_status(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / "schedules" / "second.yaml").write_text(SECOND.replace("RATE", "1 hour").replace("PATH", "/none"))
    running = start("--for", "2s")

    running.until("second", "http-404", "404")
    running.until("2 calls fell due, 1 delivered, 1 undelivered")
    assert "second of " in running.until("undelivered after 1 attempt, http-404")
    assert running.end() == 1


def test_a_call_that_fails_waits_and_is_tried_again_until_it_is_given_up(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / "schedules" / "flaky.yaml").write_text(FLAKY.replace("MOST", "2"))
    running = start(*LIVE)

    running.until("flaky", "dns")
    running.until("the target's name has no address", "waiting until")
    running.until("flaky", "dns", "attempt 2")
    running.until("undelivered after 2 attempts")
    running.process.send_signal(signal.SIGINT)
    assert running.end() == 0


def test_what_waits_when_the_stack_stops_is_tried_again_when_it_starts(
    start: Callable[..., Running], folder: Path
) -> None:
    file = folder / "schedules" / "flaky.yaml"
    file.write_text(FLAKY.replace("MOST", "5"))
    first = start("--for", "1s", *LIVE)
    key = first.until("flaky", "dns").split()[-1]
    first.until("2 calls fell due, 1 delivered, 1 still waiting for the next attempt")
    assert first.end() == 1

    second = start(*LIVE)
    second.until(key, "attempt")


def test_what_waited_in_an_emulator_that_was_killed_is_called_again(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / "schedules" / "flaky.yaml").write_text(FLAKY.replace("MOST", "20"))
    first = start(*LIVE)
    key = first.until("flaky", "dns").split()[-1]
    (emulator,) = [pid for pid in first.children() if "local.emulator.process" in command_of(pid)]
    os.kill(emulator, signal.SIGKILL)
    first.until("the emulator has died")
    assert first.end() == 1

    second = start(*LIVE)
    assert "attempt" not in second.until(key, "dns"), "the ledger went with the emulator"


def test_a_killed_stack_leaves_no_process_and_goes_on_where_it_was(start: Callable[..., Running]) -> None:
    first = start()
    first.until("calls until")
    other = start()
    assert "is in use by another stack" in other.until("error: the state folder")
    assert other.end() == 1

    first.until("beat", "delivered")
    children = first.children()
    first.process.kill()
    assert gone(children)

    second = start("--for", "1s")
    beat = second.until("beat", "rate(1 minute)")
    assert second.end() == 0
    assert "0 calls fell due" in second.seen[-1], f"the beat was kept: {beat}"


def test_a_stack_killed_before_its_first_call_was_made_makes_it_after_its_restart(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / "schedules" / "beat.yaml").write_text(BEAT.replace("1 minute", "1 hour"))
    first = start()
    first.until("calls until")
    first.process.kill()
    first.end()

    second = start("--for", "2s")
    assert second.end() == 0

    calls = [line for line in first.seen + second.seen if "delivered" in line and "beat" in line]
    assert len(calls) == 1, "\n".join(first.seen + second.seen)


def test_a_catalog_that_is_broken_from_the_start_is_shown_as_the_check_shows_it(
    start: Callable[..., Running], folder: Path
) -> None:
    (folder / "schedules" / "beat.yaml").write_text(BEAT.replace("1 minute", "1 minutes"))
    running = start()

    assert running.end() == 1
    command = [sys.executable, "-m", "schedule_catalog.cli", "check", str(folder / "schedules"), "--stack", "dev"]
    command += ["--settings", "Pulumi.dev.yaml"]
    with_check = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert with_check.returncode == 1
    assert with_check.stdout.splitlines() == running.seen[-len(with_check.stdout.splitlines()) :]


def test_an_unknown_stack_is_refused_in_one_line(start: Callable[..., Running], folder: Path) -> None:
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    running = start("--stack", "nope")

    assert "name a stack that has a settings file" in running.until("error:")
    assert running.end() == 1


def test_a_state_folder_that_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "local", "--state", str(tmp_path / "file")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert f'error: "{tmp_path}/file/dev": a part of its path is not a folder; see --state DIR' in ended.stdout
