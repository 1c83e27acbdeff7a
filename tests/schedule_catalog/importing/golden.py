"""Golden pairs of import: a file of another scheduler, and beside it in NAME.out the command and all that it prints.

`python -m tests.schedule_catalog.importing.golden` writes what the commands print now; read the difference.
"""

from __future__ import annotations

import io
import os
import shlex
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from schedule_catalog.cli.main import main

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def run(line: str) -> str:
    """Return what a command line prints on either stream, in the folder of the cases, and its exit status."""
    program, *arguments = shlex.split(line)
    assert program == "schedules", line
    printed = io.StringIO()
    before = Path.cwd()
    os.chdir(CASES)
    try:
        with TemporaryDirectory() as empty, redirect_stdout(printed), redirect_stderr(printed):
            status = main([*arguments, "--catalog", f"{empty}/schedules"], lambda: NOW)
    finally:
        os.chdir(before)
    return f"$ {line}\n{printed.getvalue()}exit status {status}\n"


def command_of(case: Path) -> str:
    """Return the command line of a case."""
    return case.read_text().partition("\n")[0].removeprefix("$ ")


if __name__ == "__main__":
    for case in sorted(CASES.glob("*.out")):
        case.write_text(run(command_of(case)))
