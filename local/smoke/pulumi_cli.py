"""Pulumi's command line with a state of the smoke test's own, which a kill leaves where it is."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.options import CHECKOUT
from local.real_engine.engine_report import EngineReport, read_account
from local.smoke.errors import FailedError

_QUIETLY = ("--non-interactive", "--color=never", "--suppress-progress", "--suppress-outputs")


class PulumiCli:
    """The program in *folder*, with a backend of files and a passphrase beside it.

    environment: asked before each run, since the whole takes longer than credentials last.
    """

    def __init__(self, folder: Path, stack: str, environment: Callable[[], Mapping[str, str]]) -> None:
        self._folder, self._stack, self._environment = folder, stack, environment
        self._project = folder / "project"

    def prepare(self, region: str, catalog: str) -> None:
        """Lay out the project; what is there already is kept."""
        for name in ("project/schedules", "state", "logs"):
            (self._folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        passphrase = self._folder / "passphrase"
        if not passphrase.exists():
            passphrase.write_text(secrets.token_urlsafe(24))
            passphrase.chmod(0o600)
        for name in ("__main__.py", "Pulumi.yaml"):
            if not (self._project / name).exists():
                (self._project / name).symlink_to(CHECKOUT / name)
        if not (self._project / ".venv").exists():
            (self._project / ".venv").symlink_to(sys.prefix)
        (self._project / "schedules" / "smoke.yaml").write_text(catalog)
        if not any((self._folder / "state").rglob(f"{self._stack}.json")):
            self.call("stack", "init", self._stack, "--secrets-provider=passphrase")
        self.call("config", "set", "aws:region", region)

    def configure(self, settings: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Set every setting of the program, and the default tags of the provider."""
        values = {f"schedule-catalog:{key}": value for key, value in settings.items()}
        file = self._project / f"Pulumi.{self._stack}.yaml"
        kept = [line for line in file.read_text().splitlines() if line.startswith(("encryptionsalt:", "  aws:region:"))]
        values |= {"aws:defaultTags": {"tags": dict(tags)}} if tags else {}
        lines = [f"  {key}: {json.dumps(value)}" for key, value in values.items()]
        head = [line for line in kept if not line.startswith(" ")]
        region = [line for line in kept if line.startswith(" ")]
        file.write_text("\n".join([*head, "config:", *region, *lines]) + "\n")

    def call(self, *arguments: str) -> str:
        """Run it, and return what it prints. Raises FailedError."""
        done = self._run(arguments)
        if done.returncode:
            raise FailedError(f'"pulumi {" ".join(arguments)}" failed: {_end(done)}')
        return done.stdout

    def deploy(self, verb: str) -> EngineReport:
        """Run `preview`, `up`, `refresh` or `destroy`; what it did. Raises FailedError."""
        log = self._folder / "logs" / f"{len(list((self._folder / 'logs').glob('*.jsonl'))):02}-{verb}.jsonl"
        consent = () if verb == "preview" else ("--yes", "--skip-preview")
        done = self._run((verb, *consent, *_QUIETLY, f"--event-log={log}"))
        log.with_suffix(".log").write_text(done.stdout + done.stderr)
        if done.returncode:
            raise FailedError(f'"pulumi {verb}" failed: {_end(done)}')
        return read_account(log)

    def exports(self) -> dict[str, Any]:
        """The stack's exports."""
        return json.loads(self.call("stack", "output", "--json"))

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        given = self._environment()
        command = shutil.which("pulumi", path=given.get("PATH", os.defpath))
        if command is None:
            raise FailedError("there is no pulumi on PATH")
        environment = {
            **given,
            "PULUMI_BACKEND_URL": (self._folder / "state").resolve().as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str((self._folder / "passphrase").resolve()),
            "PULUMI_DEBUG_COMMANDS": "true",  # shows --event-log
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        return subprocess.run(
            [command, *arguments, "--stack", self._stack]
            if arguments[0] != "stack" or arguments[1] != "init"
            else [command, *arguments],
            cwd=self._project,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _end(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stdout + done.stderr).strip()[-1500:]
