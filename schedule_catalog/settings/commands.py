"""Command lines of `pulumi config` that fix a setting."""

from __future__ import annotations

import re
import shlex

NAMESPACE = "schedule-catalog"
"""Prefix of every configuration key, `schedule-catalog:KEY`, whatever the Pulumi project is called."""

Path = tuple[str | int, ...]
"""Position of a value in the settings: key, then names and indexes."""

# The CLI may take a value of a key with such a name for a secret, and then refuses to store it without a choice.
_LOOKS_SECRET = re.compile("pass|secret|token", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


def path_text(path: Path) -> str:
    """Return *path* as `pulumi config --path` reads it: dots, `[0]` and quoted names."""
    first, *rest = path
    return f"{first}{''.join(map(_step, rest))}"


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_NAME.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


def set_command(stack: str, path: Path, value: str) -> str:
    """Return the command that sets one value; a value inside a structure is reached with `--path`."""
    plaintext = "--plaintext " if _LOOKS_SECRET.search(path_text(path)) else ""
    return f"pulumi config set {plaintext}{_options(stack, path)} {shlex.quote(value)}"


def plaintext_command(stack: str, path: Path) -> str:
    """Return the command that stores a value in plain text; Pulumi asks for the value itself."""
    return f"pulumi config set --plaintext {_options(stack, path)}"


def remove_command(stack: str, path: Path) -> str:
    """Return the command that removes a value."""
    return f"pulumi config rm {_options(stack, path)}"


def _options(stack: str, path: Path) -> str:
    flag = "--path " if len(path) > 1 else ""
    return f"--stack {shlex.quote(stack)} {flag}{shlex.quote(f'{NAMESPACE}:{path_text(path)}')}"
