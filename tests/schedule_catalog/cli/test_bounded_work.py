"""What a hostile change costs grows with its size, counted in calls of functions and in seconds of the processor."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest

from schedule_catalog.cli.main import main

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SIZE = 150
# What is asked of each entry by itself, as its next fires, would hide what is asked of each pair.
COUNTED = re.compile(r"schedule_catalog/(cli|diff|checking|editing|document|problem)|<string>|contract/records")
REQUEST = 'request: {url: "https://api.example.com/%d"}'


def entries(text: str) -> Callable[[int], str]:
    """A file of so many entries, numbered."""
    return lambda count: (
        "owner: a\nschedules:\n" + "".join(f"  {text}\n" % ((n,) * text.count("%d")) for n in range(count))
    )


def members(before: str, each: str, after: str) -> Callable[[int], str]:
    """A file of one line with so many members, numbered."""
    return lambda count: before + ", ".join(each % ((n,) * each.count("%d")) for n in range(count)) + after


ONE = "owner: a\nschedules:\n  s: {rate: 1 hour, request: {url: https://api.example.com/}"
BODY = "owner: a\nschedules: {s: {rate: 1 hour, request: {url: https://api.example.com/"
HOSTILE: dict[str, Callable[[int], str]] = {
    "entries that cannot be read": entries(f"s%d: {{cron: '0 25 * * ? *', {REQUEST}}}"),
    "unknown keys": entries(f"s%d: {{rate: 1 hour, requst: 1, {REQUEST}}}"),
    "times that have passed": entries(f"s%d: {{at: 2020-01-05T09:00, {REQUEST}}}"),
    "entries of one name": entries(f"s: {{rate: 1 hour, {REQUEST}}} # %d"),
    "exceptions": entries(f"s%d: {{cron: '0 9 ? * 1-5 *', accept: {{undocumented: yes}}, {REQUEST}}}"),
    "one long line": members("{owner: a, schedules: {", f"s%d: {{cron: '0 25 * * ? *', {REQUEST}}}", "}}\n"),
    "renamed entries": lambda count: entries(f"t%d: {{rate: 1 hour, {REQUEST}}}")(count),
    "stacks": members(f"{ONE}, stacks: {{", "s%d: {timeout_seconds: 5}", "}}\n"),
    "one entry in every stack": members(f"{ONE}, stacks: [", "s%d", "]}\n"),
    "values that readers take differently": members(f"{ONE}, labels: {{", "l%d: yes", "}}\n"),
    "wrong headers": members(f"{BODY}, headers: {{", "'a b%d': x", "}}}}\n"),
    "exceptions of no rule": members(f"{ONE}, accept: {{", "rule-%d: because", "}}\n"),
    "a body of many values": members(f"{BODY}, body: [", "{a: %d}", "]}}}\n"),
    "pile-ups": entries(f"s%d: {{cron: '30 9 * * ? *', {REQUEST}}}"),
}  # fmt: skip


def work(arguments: list[str]) -> int:
    """How many functions a command calls."""
    calls = 0
    counted: dict[str, bool] = {}

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        name = frame.f_code.co_filename
        if event in ("call", "c_call"):
            calls += counted[name] if name in counted else counted.setdefault(name, bool(COUNTED.search(name)))

    sys.setprofile(count)
    try:
        main(arguments, clock=lambda: NOW)
    except SystemExit:
        pass
    finally:
        sys.setprofile(None)
    return calls


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schedules").mkdir()
    git(tmp_path, "init", "-q")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True, capture_output=True)


def spent(here: Path, name: str, size: int, command: list[str]) -> int:
    """The work of a command on so many hostile members."""
    (here / "schedules" / "a.yaml").write_text(HOSTILE[name](size))
    return work(command)


def commit(here: Path, size: int) -> None:
    """Make a commit that has so many entries."""
    (here / "schedules" / "a.yaml").write_text(entries(f"s%d: {{rate: 1 hour, {REQUEST}}}")(size))
    git(here, "add", "-A")
    git(here, "commit", "-q", "--allow-empty", "-m", "one")


COMMANDS = {
    "check": ["check", "schedules"],
    "check sarif": ["check", "schedules", "--format", "sarif"],
    "fmt": ["fmt", "--check"],
    "report": ["report", "--out", "page.html"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_twice_the_input_is_about_twice_the_work(command: str, here: Path) -> None:
    spent(here, "unknown keys", 2, COMMANDS[command])  # what is imported and remembered once is not counted
    found = {name: [spent(here, name, size, COMMANDS[command]) for size in (SIZE, 2 * SIZE)] for name in HOSTILE}

    assert {name: each for name, each in found.items() if each[1] > 2.4 * each[0]} == {}


@pytest.mark.parametrize("name", ["entries that cannot be read", "entries of one name", "renamed entries", "stacks"])
def test_a_difference_of_four_times_the_size_takes_no_more_than_six_times_as_long(name: str, here: Path) -> None:
    def seconds(size: int) -> float:
        commit(here, size)
        (here / "schedules" / "a.yaml").write_text(HOSTILE[name](size))
        return processor_seconds(["diff", "HEAD", "--format", "markdown"])

    seconds(10)
    assert min(seconds(1_200) for _ in range(2)) < 6 * min(seconds(300) for _ in range(2))


def test_a_line_of_a_megabyte_is_not_read_for_each_of_its_problems(here: Path) -> None:
    def seconds(size: int) -> float:
        (here / "schedules" / "a.yaml").write_text(HOSTILE["one long line"](size))
        return processor_seconds(["check", "schedules"])

    seconds(10)
    assert min(seconds(6_000) for _ in range(2)) < 9 * min(seconds(1_500) for _ in range(2))


def processor_seconds(arguments: list[str]) -> float:
    """What a command takes of the processor; how busy the machine is does not count."""
    began = time.process_time()
    main(arguments, clock=lambda: NOW)
    return time.process_time() - began
