"""Pulumi's CLI: the flags of the one on the PATH, else those that were recorded, and what `config set` does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

RECORD = Path(__file__).with_name("pulumi_cli.yaml")
COMMANDS = (
    "cancel",
    "config set",
    "destroy",
    "login",
    "preview",
    "refresh",
    "stack export",
    "stack import",
    "stack init",
    "stack output",
    "stack rm",
    "stack select",
    "state unprotect",
    "up",
)
"""The commands that the documentation uses."""


def flags() -> dict[str, set[str]]:
    """Return the flags of each command."""
    cli = shutil.which("pulumi")
    known = asked(cli) if cli else yaml.safe_load(RECORD.read_text())
    return {command: set(each) for command, each in known.items()}


def asked(cli: str) -> dict[str, list[str]]:
    """Return what a CLI says of itself."""
    return {command: _listed(_help(cli, command)) for command in COMMANDS}


def _help(cli: str, command: str) -> str:
    return subprocess.run([cli, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout


def _listed(text: str) -> list[str]:
    """The flags of a help text, each on a line of its own: "  -y, --yes   …"."""
    lines = re.findall(r"^ +(?:(-\w), )?(--[\w-]+)", text, re.MULTILINE)
    return sorted({flag for pair in lines for flag in pair if flag})


def put(config: dict[str, Any], key: str, value: str, is_path: bool) -> None:
    """Do what `pulumi config set` does with a path of names, and of lists that grow by one."""
    *above, last = re.findall(r"[^.\[\]]+", key) if is_path else [key]
    place: Any = config
    for name, following in zip(above, [*above, last][1:], strict=True):
        place = place.setdefault(name, [] if following.isdigit() else {})
    if isinstance(place, list):
        assert int(last) == len(place)
        place.append(value)
    else:
        place[last] = value


def main() -> None:
    """Record the flags of the CLI on the PATH."""
    cli = shutil.which("pulumi")
    assert cli, "there is no pulumi on the PATH"
    RECORD.write_text(yaml.safe_dump(asked(cli), width=118, default_flow_style=None))


if __name__ == "__main__":
    main()
