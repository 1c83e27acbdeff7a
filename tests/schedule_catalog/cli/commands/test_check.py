"""`schedules check`, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.main import main
from tests.schedule_catalog.cli.documents import document

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
GOOD = "owner: team\nschedules:\n  a: {rate: 5 minutes, request: {service: callback, path: /p}}\n"
WARNED = GOOD.replace("rate: 5 minutes", 'cron: "0 9 ? * 2 *"')
BROKEN = GOOD.replace("5 minutes", "1 minutes")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "schedules").mkdir()
    with chdir(tmp_path):
        yield tmp_path


def check(*arguments: str) -> int:
    return main(["check", *arguments], clock=lambda: NOW)


def write(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / "schedules" / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [
        (GOOD, [], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (BROKEN, [], 1),
        (BROKEN, ["--format", "json"], 1),
        (BROKEN, ["--format", "github"], 1),
    ],
)
def test_the_exit_status_tells_errors_and_with_strict_warnings(
    here: Path, text: str, arguments: list[str], status: int
) -> None:
    write(here, text)

    assert check(*arguments) == status


def test_text_shows_the_line_a_caret_and_a_summary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BROKEN)
    check()

    assert capsys.readouterr().out == (
        'schedules/a.yaml:3:13: error: "1 minutes" is not a rate: write "1 minute" [rate]\n'
        "    3 |   a: {rate: 1 minutes, request: {service: callback, path: /p}}\n"
        "                    ^\n"
        "1 schedule in 1 file: 1 error (without settings: services, hosts, owners and secrets were not checked)\n"
    )


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("description: 야간 작업", "description: 야간 작업"),
        ('description: "tab\there"', 'description: "tab    here"'),
        ('description: "zero\u200bwidth"', 'description: "zero<U+200B>width"'),
    ],
)
def test_the_caret_stands_under_the_column_whatever_is_before_it(
    here: Path, capsys: pytest.CaptureFixture[str], before: str, shown: str
) -> None:
    write(here, GOOD.replace("rate: 5 minutes", f"{before}, rate: 1 minutes"))
    check()
    _, source, caret, _ = capsys.readouterr().out.splitlines()
    wide = sum(mark in "야간작업" for mark in shown)

    assert shown in source
    assert caret.index("^") == source.index("1 minutes") + wide


def test_a_terminal_gets_nothing_that_it_would_obey(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "schedules" / "a.yaml").write_bytes(b"owner: team\nschedules: {a\x1b[31m: 1}\n")
    check()

    assert "\x1b" not in capsys.readouterr().out


def test_a_long_line_is_cut_around_the_caret(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, GOOD.replace("rate: 5 minutes", f"description: {'x' * 400}, rate: 1 minutes"))
    check()
    _, source, caret, _ = capsys.readouterr().out.splitlines()

    assert len(source) < 200
    assert source[caret.index("^") :].startswith("1 minutes")


def test_json_rows_have_the_six_keys(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, BROKEN)
    check("--format", "json")
    (row,) = document(capsys.readouterr().out)["problems"]

    assert row == {
        "path": "schedules/a.yaml",
        "line": 3,
        "column": 13,
        "rule": "rate",
        "severity": "error",
        "message": '"1 minutes" is not a rate: write "1 minute"',
    }


def test_json_without_problems_is_an_empty_array(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, GOOD)
    check("--format", "json")

    assert document(capsys.readouterr().out)["problems"] == []


def test_github_gets_errors_first_and_cannot_be_given_commands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, WARNED)
    write(here, GOOD.replace("{service", '{"a\\n::error::b%": 1, service').replace("  a:", "  b:"), "b,c:d.yaml")
    check("--format", "github")
    first, second, summary = capsys.readouterr().out.splitlines()

    assert first.startswith("::error file=schedules/b%2Cc%3Ad.yaml,line=3,col=")
    assert "title=unknown-key::" in first
    assert "b%25" in first
    assert second.startswith("::warning file=schedules/a.yaml,")
    assert not summary.startswith("::")


def test_settings_beside_the_catalog_are_found_and_others_can_be_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, GOOD.replace("callback", "crm"))
    (here / "Pulumi.dev.yaml").write_text("config: {}\n")
    other = here / "Pulumi.other.yaml"
    other.write_text('config: {"schedule-catalog:services": {crm: "https://crm.example.com"}}\n')
    (here / "elsewhere").mkdir()
    other = other.rename(here / "elsewhere" / other.name)

    assert check() == 1
    assert "(stack dev) [service]" in capsys.readouterr().out
    assert check("--settings", str(other)) == 0
    assert check("--settings", str(other), "--stack", "other") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], 'no file or folder "nowhere"'),
        (["empty"], 'no *.yaml or *.yml file in "empty": nothing was checked'),
        (["--stack", "prdo"], 'no settings for the stack "prdo": did you mean "prod"?'),
        (["--settings", "Pulumi.none.yaml"], "Pulumi.none.yaml"),
        (["--base", "HEAD"], "is not in a git repository"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    write(here, GOOD)
    (here / "empty").mkdir()
    (here / "Pulumi.prod.yaml").write_text("config: {}\n")

    assert check(*arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_wrong_settings_are_listed_with_the_command_that_mends_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, GOOD)
    (here / "Pulumi.dev.yaml").write_text("config: {schedule-catalog:service: {}}\n")

    assert check() == 2
    assert "pulumi config" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--format", "xml"], ["--bogus"]])
def test_argparse_refuses_what_is_unknown_with_status_2(here: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        check(*arguments)

    assert stopped.value.code == 2


def test_with_base_a_past_time_that_the_change_adds_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, GOOD.replace("rate: 5 minutes", "at: 2025-01-01T00:00"))
    git(here, "init", "-q")
    git(here, "add", "-A")
    git(here, "commit", "-q", "-m", "old")

    assert check("--base", "HEAD") == 0
    write(here, GOOD.replace("rate: 5 minutes", "at: 2025-01-01T00:00").replace("a:", "b:"), "b.yaml")
    assert check("--base", "HEAD") == 1
    assert "schedules/b.yaml:3:11: error:" in capsys.readouterr().out
    never = GOOD.replace("rate: 5 minutes", 'cron: "0 9 30 2 ? *"').replace("a:", "c:")
    write(here, never, "b.yaml")
    assert check("--base", "HEAD") == 1
    assert "schedules/b.yaml:3:13: error:" in capsys.readouterr().out
    assert check("--base", "no-such") == 2
    assert 'unknown revision "no-such"' in capsys.readouterr().err


def test_with_base_git_is_not_asked_for_files_that_are_as_they_were(here: Path) -> None:
    write(here, GOOD)
    write(here, GOOD.replace("a:", "b:"), "b.yaml")
    git(here, "init", "-q")
    git(here, "add", "-A")
    git(here, "commit", "-q", "-m", "old")
    write(here, GOOD.replace("a:", "changed:"), "b.yaml")
    identity = subprocess.run(
        ["git", "rev-parse", "HEAD:schedules/a.yaml"], cwd=here, check=True, capture_output=True, text=True
    ).stdout.strip()
    (here / ".git" / "objects" / identity[:2] / identity[2:]).unlink()

    assert check("--base", "HEAD") == 0


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_crash_is_one_line_with_status_3_and_a_traceback_only_when_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, GOOD)

    def broken_clock() -> datetime:
        raise RuntimeError("no\ntime")

    assert main(["check"], clock=broken_clock) == 3
    assert capsys.readouterr().err.startswith("schedules check: RuntimeError: no time; this is a bug")
    assert main(["--traceback", "check"], clock=broken_clock) == 3
    assert capsys.readouterr().err.endswith('raise RuntimeError("no\\ntime")\nRuntimeError: no\ntime\n')


def test_a_reader_that_stops_early_is_no_error(here: Path) -> None:
    write(here, "owner: team\nschedules:\n" + "".join(f"  a{number}: {{}}\n" for number in range(2000)))
    command = [sys.executable, "-m", "schedule_catalog.cli", "check"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()

    assert complaint == b""
    assert process.returncode == 0
