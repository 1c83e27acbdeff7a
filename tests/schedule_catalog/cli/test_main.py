"""What holds for every command."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main

ROOT = Path(__file__).parents[3]
HEAVY = {"boto3", "botocore", "jsonschema", "jsonschema_rs", "pulumi", "tzdata", "urllib3", "yaml", "zoneinfo"}


def imported(arguments: list[str]) -> set[str]:
    """What the command has imported when it ends."""
    script = (
        "import json, sys\n"
        "from schedule_catalog.cli.main import main\n"
        f"try: main({arguments})\n"
        "except SystemExit: print(); print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_imports_nothing_heavy() -> None:
    assert HEAVY.isdisjoint(imported(["--help"]))


def test_the_help_of_a_command_leaves_out_what_only_some_of_its_runs_need() -> None:
    assert HEAVY.isdisjoint(imported(["check", "--help"]) - {"tzdata", "yaml"})


@pytest.mark.parametrize("command", ["history", "status", "trigger", "undelivered"])
def test_the_help_of_what_asks_aws_needs_no_aws(command: str) -> None:
    assert {*HEAVY, "botocore", "urllib3"}.isdisjoint(imported([command, "--help"]) - {"tzdata"})


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["next", "--help"]])
def test_help_is_shown_with_status_0(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 0
    assert "usage: schedules" in capsys.readouterr().out


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    printed = capsys.readouterr().out
    assert re.fullmatch(
        rf"schedules {version('schedule-catalog')}(, commit [0-9a-f]{{40}})?, time zones of IANA 20\d\d[a-z]\n", printed
    )


def test_without_a_verb_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "\noperate:\n  status " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "usage", "told"),
    [
        (["chek"], "schedules [-h]", 'schedules: error: unknown verb "chek": did you mean "check"?'),
        (["--color", "never", "nxt"], "schedules [-h]", 'VERB: unknown value "nxt": did you mean "next"?'),
        (["--color", "never", "nxt", "check"], "schedules [-h]", 'VERB: unknown value "nxt": did you mean "next"?'),
        (["--color", "never"], "schedules [-h]", "schedules: error: specify a verb"),
        (["check", "--formt", "json"], "schedules check", 'unknown option "--formt": did you mean --format?'),
        (["check", "--zzz=1"], "schedules check", 'schedules check: error: unknown option "--zzz"'),
        (["cost", "a.yaml"], "schedules cost", 'schedules cost: error: unexpected argument "a.yaml"'),
        (["check", "--format", "jsn"], "schedules check", '--format: unknown value "jsn": did you mean "json"?'),
        (["keys", "rotat"], "schedules keys", 'ACTION: unknown value "rotat": did you mean "rotate"?'),
        (["check", "--stack"], "schedules check", "schedules check: error: --stack needs a value"),
        (["report", "--settings"], "schedules report", "schedules report: error: --settings needs a value"),
        (["new", "--window", "1.5"], "schedules new", 'schedules new: error: --window: "1.5" is not a whole number'),
        (["console", "--port=it's"], "schedules console", """error: --port: "it's" is not a whole number"""),
        (["diff"], "schedules diff", "schedules diff: error: BASE is missing"),
        (["next", "--count", "x"], "schedules next", '--count: "x" is not a number from 1 to 1000'),
        (["undelivered", "replay", "--alll"], "schedules undelivered", "did you mean --all?"),
    ],
)
def test_what_is_unknown_gets_a_suggestion_and_the_usage_of_its_verb(
    arguments: list[str], usage: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert error.startswith(f"usage: {usage}")
    assert error.splitlines()[-1].endswith(told)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["next", "--expression", "5 minutes"],
        ["next", "--expression", "1 day"],
        ["--version"],
        ["--help"],
        ["check", "--help"],
        ["pause", "-h"],
        [],
    ],
)
def test_a_full_disk_is_one_line_and_no_crash(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "schedule_catalog.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "schedules: the standard output: the disk is full: free some space\n"


def test_a_closed_pipe_ends_in_silence() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "schedule_catalog.cli", "next", "--expression", "1 minute", "--count", "1000"]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_output_is_no_crash(closed: int) -> None:
    command = f"{sys.executable} -m schedule_catalog.cli next --expression '1 minute' {closed}>&-"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (closed == 2)


def test_a_character_that_the_terminal_lacks_is_escaped(tmp_path: Path) -> None:
    catalog = tmp_path / "a.yaml"
    catalog.write_text("owner: 팀\nschedules: {}\n")
    command = [sys.executable, "-m", "schedule_catalog.cli", "check", str(catalog)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert r'"\ud300"' in done.stdout


def test_a_command_leaves_the_garbage_collector_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    gc.enable()

    main(["next", "--expression", "rate(1 hour)"])

    assert gc.isenabled()
