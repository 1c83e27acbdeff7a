"""Whatever others wrote, and wherever it is printed, neither a terminal nor GitHub's log obeys it."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.cli.main import main
from schedule_catalog.cli.output import harmless, harmless_json
from schedule_catalog.operations.errors import LedgerOffError

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOSTILE = "\x1b[2J\r\n::stop-commands::x\n  ::error::y\u202e\x9b2J\u2028`$(id)`##[add-mask]z"
OURS = re.compile(r"::(error|warning|notice) file=[^:]*::")


def assert_harmless(printed: str) -> None:
    for line in printed.split("\n"):
        assert line.isprintable(), ascii(line)
        assert "##[" not in line
        assert not line.lstrip().startswith("::") or OURS.match(line), line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose every name and text is hostile, as far as YAML lets it be."""
    monkeypatch.chdir(tmp_path)
    catalog = tmp_path / "schedules"
    (catalog / HOSTILE).mkdir(parents=True)
    quoted = json.dumps(HOSTILE)
    request = "request: {url: https://api.example.com/}"
    entries = [
        f"{quoted}: {{rate: 1 hour, {request}}}",
        f"a: {{cron: {quoted}, {request}}}",
        f"b: {{rate: 1 hour, {quoted}: 1, timezone: {quoted}, {request}}}",
        f"c: {{at: 2020-01-05T09:00, description: {quoted}, labels: {{x: {quoted}}}, {request}}}",
        f"d: {{rate: 1 hour, stacks: [{quoted}], accept: {{{quoted}: {quoted}}}, {request}}}",
        f"e: {{rate: 1 hour, request: {{url: {quoted}, headers: {{{quoted}: {quoted}}}, auth: {quoted}}}}}",
        f"f: {{at: 2020-01-05T09:00, start: 2020-01-05T09:00, {request}}} # ::error::x ##[error]y",
        "g:\n    rate: 1 hour\n    description: |\n\n      ::stop-commands::x\n      ##[error]y\n    " + request,
    ]
    text = f"owner: {quoted}\nschedules:\n" + "".join(f"  {entry}\n" for entry in entries)
    (catalog / HOSTILE / f"{HOSTILE}.yaml").write_text(text)
    (catalog / "over.yaml").write_text(
        "owner: a\n# ::stop-commands::x ##[error]y\nschedules:\n  over:\n    at: 2020-01-05T09:00\n"
        f"    description: |\n      ::error::x\n    {request}\n  stays: {{rate: 1 hour, {request}}}\n"
    )
    (catalog / "raw.yaml").write_bytes(f"owner: a\n{HOSTILE}\n".encode())
    (tmp_path / "settings.yaml").write_text(f"config:\n  schedule-catalog:{quoted}: 1\n")
    (tmp_path / "preview.json").write_text(json.dumps({"steps": [], "diagnostics": [{"message": HOSTILE}]}))
    (tmp_path / "crontab").write_text("0 9 * * 1 curl https://x/ # \x1b[2J ::error::x ##[error]y\n* * " + HOSTILE)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run(("git", *identity, *command), check=True)
    return tmp_path


LINES = {
    "completion": ["completion zsh"],
    "console": ["console --no-browser --local --state none", "console --port {}"],
    "keys": ["keys rotate {} --local --state none"],
    "check": [
        *(f"check --format {form}" for form in ("text", "github", "json", "sarif")),
        "check --stack {} --notes", "check {}", "check --base {}", "check --settings settings.yaml", "check --{}",
        "check schedules/over.yaml --strict",
    ],
    "next": ["next {}", "next --format json", "next", "next --expression {}", "next --catalog {}", "next --from {}"],
    "cost": ["cost", "cost --format json", "cost --stack {}"],
    "diff": [*(f"diff HEAD --format {form}" for form in ("text", "markdown", "json")), "diff -- {}", "diff HEAD {}"],
    "fmt": ["fmt --check", "fmt --dry-run", "fmt {}", "fmt"],
    "history": ["history {} --stack {}", "history --failed --project {} --stack {} --region {}", "history --since {}"],
    "import": ["import crontab crontab --owner a", "import crontab {} --owner {}", "import crontab crontab --owner {}"],
    "new": [
        "new {} --rate '1 hour' --url {} --owner a --dry-run", "new x --rate {} --url https://x/ --owner a",
        "new x --rate '1 hour' --url https://api.example.com/ --description {} --owner a --dry-run",
        "new x --header {} --auth {} --body {}", "new x --rate '1 hour' --url https://x/ --owner {} --file {}",
    ],
    "dev": ["dev --live {}", "dev --{}", "dev --simulate --from {}"],
    "env": ["env --application {} --stack {}", "env --local --state {}"],
    "init": ["init", "init --yes {}", "init --owner {} --yes", "init . --yes"],
    "packages": ["packages {}", "packages --{}"],
    "pause": ["pause {} --for 2h --reason {} --stack {}", "pause --service {} --until {} --reason x", "pause --{}"],
    "plan": [*(f"plan preview.json --format {form}" for form in ("text", "markdown", "json")), "plan {}"],
    "prune": ["prune --dry-run schedules/over.yaml", "prune schedules/over.yaml", "prune {}"],
    "report": ["report --out {}", "report --from {}", "report --stack {}"],
    "resume": ["resume {} --stack {}", "resume --owner {} --local --state {}", "resume"],
    "status": ["status --stack {}", "status --local --state {}", "status --endpoint-url {}"],
    "trigger": [
        "trigger {} --stack {}", "trigger x --as-of {}", "trigger {} --skipped --since {}",
        "trigger {} --local --state {}",
    ],
    "undelivered": ["undelivered {}", "undelivered show {} --stack {}", "undelivered list --most {}"],
}  # fmt: skip


@pytest.mark.parametrize("line", [line for lines in LINES.values() for line in lines])
def test_what_others_wrote_is_shown_and_not_obeyed(line: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [word.replace("{}", HOSTILE) for word in shlex.split(line)]
    try:
        status = main(arguments, clock=lambda: NOW)
    except SystemExit as error:
        status = int(str(error.code))
    printed = capsys.readouterr()

    assert status in (0, 1, 2), printed.err
    assert printed.out or printed.err or line == "fmt"
    assert_harmless(printed.out)
    assert_harmless(printed.err)


def test_every_verb_is_tried() -> None:
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("line", ["::error::x", "   ::error::x", ":::error::x", "a ##[error]b", "###[error]b", HOSTILE])
def test_a_line_that_a_log_would_obey_is_shown(line: str) -> None:
    assert_harmless(harmless(line))


@pytest.mark.parametrize("line", ["a::b", "key: ::x", "## [x]", "é 漢字", ""])
def test_another_line_stays_as_it_is(line: str) -> None:
    assert harmless(line) == line


@pytest.mark.parametrize("text", [HOSTILE, "\U000e0041 \ud800 ##[x", "\x7f\x85 \\u0041", "漢字"])
def test_json_means_the_same_after_it_is_made_harmless(text: str) -> None:
    made = harmless_json(json.dumps([text], ensure_ascii=False))

    assert json.loads(made) == [text]
    assert_harmless(made)


def test_nothing_is_printed_past_the_one_place() -> None:
    found: list[str] = []
    for path in sorted((ROOT / "schedule_catalog").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            printing = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            writing = isinstance(node, ast.Attribute) and ast.unparse(node).startswith(("sys.stdout.", "sys.stderr."))
            if printing or (writing and ast.unparse(node).rsplit(".", 1)[1] not in ("flush", "fileno")):
                found.append(path.name)

    assert set(found) == {"output.py"}


def test_a_command_that_is_named_to_people_can_be_typed_as_it_is() -> None:
    said = str(LedgerOffError("dev; $(id)"))

    assert "pulumi config set --stack 'dev; $(id)' schedule-catalog:ledger true" in said
