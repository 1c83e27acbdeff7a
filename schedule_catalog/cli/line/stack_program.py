"""Program of the stack, from the distribution `schedule-stack`; it runs in a separate process."""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.version import DISTRIBUTION

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

GROUP, NAME = "schedule_catalog", "stack"
_STACK = "schedule-stack"
# File with which a tool marks its environments, and its command that adds a package to one.
_ADDED_BY = {
    "uv-receipt.toml": f"uv tool install {DISTRIBUTION}=={{0}} --with {_STACK}=={{0}} --compile-bytecode",
    "pipx_metadata.json": f"pipx inject {DISTRIBUTION} {_STACK}=={{0}}",
}

Start: TypeAlias = "Callable[[str, Sequence[str]], int]"
"""Function that replaces this process with another program: `become`, or another in a test."""


def become(program: str, arguments: Sequence[str]) -> int:
    """Replace this process with a program, and end as that does."""
    sys.stdout.flush()
    os.execv(program, [*arguments])  # noqa: S606 - no shell is wanted


def start_stack_program(options: Namespace, start: Start = become, prefix: Path = Path(sys.prefix)) -> int:
    """Run the verb of the command line, with the words after it, in the program; UsageError if it is not installed.

    `-P` keeps the current folder off the path: its modules are not trusted.
    """
    found = _entry_point()
    if found is None:
        raise UsageError(f"this needs {_STACK}, which is not installed: run {_how_to_install(prefix)}")
    words = options.line[options.line.index(options.command) + 1 :]
    return start(sys.executable, [sys.executable, "-P", "-m", found.value, options.command, *words])


def _entry_point() -> EntryPoint | None:
    return next(iter(entry_points(group=GROUP, name=NAME)), None)


def _how_to_install(prefix: Path) -> str:
    number = version(DISTRIBUTION)
    for file, command in _ADDED_BY.items():
        if (prefix / file).is_file():
            return command.format(number)
    return f"pip install {_STACK}=={number}"
