"""Pulumi's command line: the one on PATH, or one that is built once from Go modules and kept.

A build of Go modules has no language host, which is not published as a module: `local.real_engine.language_host` is
one, around the executor that the SDK's module holds.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import EngineError
from local.options import CHECKOUT

MODULES = Path(__file__).parent / "cli_modules"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_EXECUTOR = "pulumi-language-python-exec"


@dataclass(frozen=True, slots=True)
class Cli:
    """A command line; `executor` is the script that runs programs, where it has no language host of its own."""

    command: Path
    executor: Path | None

    def version(self) -> str:
        """Version that it reports."""
        found = subprocess.run([self.command, "version"], capture_output=True, text=True, check=False)
        if found.returncode:
            raise EngineError(f'"{self.command} version" failed: {found.stderr.strip()}')
        return found.stdout.strip()

    def install_host(self, folder: Path) -> None:
        """Put a language host into *folder*, which is to be on PATH, where the command line has none."""
        if self.executor is None:
            return
        host = folder / "pulumi-language-python"
        module = "-m local.real_engine.language_host"
        host.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" {module} "{self.executor}" "$@"\n')
        host.chmod(0o755)


def find_cli(environment: Mapping[str, str], tell: Callable[[str], None]) -> Cli | None:
    """The command line, built if need be; None where there is neither one nor a Go to build it with."""
    path = environment.get("PATH", os.defpath)
    if (installed := shutil.which("pulumi", path=path)) is not None:
        return Cli(Path(installed), None)
    go = shutil.which("go", path=path)
    return None if go is None else _built(go, _cache(environment), tell)


def _cache(environment: Mapping[str, str]) -> Path:
    """The folder for the modules' exact versions."""
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    pins = hashlib.sha256((MODULES / "go.sum").read_bytes() + (MODULES / "go.mod").read_bytes()).hexdigest()
    return Path(base) / "schedule-catalog" / f"pulumi-{_version()}-{pins[:8]}"


def _version() -> str:
    found = re.search(rf"{_PACKAGE} v(\S+)", (MODULES / "go.mod").read_text("utf-8"))
    if found is None:
        raise EngineError(f'"{MODULES / "go.mod"}" does not say which version of {_PACKAGE} to build')
    return found[1]


def _built(go: str, target: Path, tell: Callable[[str], None]) -> Cli:
    """Earlier build, or a new one: complete, or none at all."""
    if not target.exists():
        tell(f"building pulumi {_version()} from Go modules into {target}: about six minutes, once")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as scratch:
            _build(go, Path(scratch) / "bin")
            _move(Path(scratch) / "bin", target)
    return Cli(target / "pulumi", target / _EXECUTOR)


def _build(go: str, folder: Path) -> None:
    folder.mkdir()
    flags = f"-s -w -X {_SDK}/go/common/version.Version=v{_version()}"
    _go(
        go,
        "build",
        "-mod=readonly",
        "-trimpath",
        "-p=2",
        f"-ldflags={flags}",
        "-o",
        f"{folder}/",
        f"{_PACKAGE}/cmd/pulumi",
    )
    sources = _go(go, "list", "-mod=readonly", "-m", "-f={{.Dir}}", _SDK).strip()
    shutil.copyfile(Path(sources) / "python" / "cmd" / _EXECUTOR, folder / _EXECUTOR)


def _go(go: str, *arguments: str) -> str:
    done = subprocess.run([go, *arguments], cwd=MODULES, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f'"go {arguments[0]}" in "{MODULES}" failed:\n{done.stderr.strip()[-4000:]}')
    return done.stdout


def _move(folder: Path, target: Path) -> None:
    """Move into place; another process that was faster has made the same."""
    try:
        folder.rename(target)
    except OSError:
        if not target.exists():
            raise
