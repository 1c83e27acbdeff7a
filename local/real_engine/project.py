"""A Pulumi project to walk through: a company's repository that runs this program, with a state of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.packages import PACKAGES, Platform, stage, stage_own_code
from infra.packages.lock import pins
from local.errors import EngineError
from local.options import CHECKOUT, DEFAULT_STACK
from local.real_engine.engine_report import EngineReport, read_account
from schedule_catalog.settings import NAMESPACE, read_settings
from schedule_catalog.starter.answers import Answers
from schedule_catalog.starter.layout import layout

if TYPE_CHECKING:
    from local.real_engine.cli import Cli

_ANSWERS = Answers(NAMESPACE, "platform", "eu-central-1", source="", version="0", commit=None)
# A distribution of the lock that the service itself does not need.
_DISTRIBUTION = "packaging"
_QUIETLY = ("--non-interactive", "--color=never", "--suppress-progress", "--suppress-outputs")


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """One resource of the state."""

    name: str
    type: str
    id: str
    protected: bool


class EngineProject:
    """A repository as `schedules init` lays it out, with the checkout's catalog and settings, and packages.

    State and secrets are only for the walk: a backend of files, and a secret passphrase.
    """

    def __init__(self, folder: Path, cli: Cli) -> None:
        self.folder = folder / "project"
        self.catalog = self.folder / "schedules"
        self.logs = folder / "logs"
        self._root = folder
        self._cli = cli
        self._passphrase = secrets.token_urlsafe(24)
        self._port = 0
        self._runs = 0

    def prepare(self, port: int) -> None:
        """Create it again, for the provider at *port*."""
        self._port = port
        for folder in (self.folder, self.logs, self._root / "bin", self._root / "state", self._root / "home"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self._cli.install_host(self._root / "bin")
        (self.folder / ".venv").symlink_to(sys.prefix)
        shutil.copytree(CHECKOUT / "schedules", self.catalog)
        shutil.copy(CHECKOUT / f"Pulumi.{DEFAULT_STACK}.yaml", self.folder)
        layout(self.folder, _ANSWERS).write(self.folder)

    def stage_packages(self) -> None:
        """Stage the packages that Lambda gets, as `make packages` does: the program takes no others to AWS."""
        for package in PACKAGES:
            stage(package, self.folder / "build" / "packages", Platform.LAMBDA)

    def write_handlers(self, text: str) -> None:
        """Give the callback service a module of the company's own, which needs a distribution."""
        folder = self.folder / "handlers"
        folder.mkdir(exist_ok=True)
        (folder / "walked.py").write_text(text)
        lock = pins((CHECKOUT / "requirements.lock").read_text("utf-8"))
        (folder / "requirements.txt").write_text("".join(pin.text for pin in lock if pin.name == _DISTRIBUTION))

    def stage_handlers(self) -> None:
        """Stage the module that the stack's settings name, as `schedules packages` does."""
        settings = read_settings(self.folder / f"Pulumi.{DEFAULT_STACK}.yaml")
        stage_own_code(settings, self.folder, self.folder / "build" / "packages", Platform.LAMBDA)

    def call(self, *arguments: str) -> str:
        """Run the command line and return what it prints; EngineError when it fails."""
        done = self._run(arguments)
        if done.returncode:
            raise EngineError(f'"pulumi {" ".join(arguments)}" failed:\n{_end(done)}')
        return done.stdout

    def deploy(self, verb: str, *options: str) -> EngineReport:
        """Run `preview`, `up`, `refresh` or `destroy` and tell what it did; EngineError when it fails."""
        account, done = self._deploy(verb, options)
        if done.returncode:
            raise EngineError(f'"pulumi {verb}" failed, see {self.logs}:\n{_end(done)}')
        return account

    def refusal(self, verb: str, *options: str) -> EngineReport:
        """Run what must fail; EngineError when it does not, or when the state is another one afterwards."""
        before = self.resources()
        account, done = self._deploy(verb, options)
        if done.returncode == 0 or self.resources() != before:
            raise EngineError(f'"pulumi {verb}" should have been refused, and was not: {account.summary()}')
        return account

    def state(self) -> str:
        """The engine's whole state, as JSON: secrets are encrypted in it."""
        return self.call("stack", "export")

    def resources(self) -> frozenset[Resource]:
        """Resources in the state, except the engine's own: the stack and its provider."""
        found = json.loads(self.state())["deployment"].get("resources") or ()
        return frozenset(
            Resource(one["urn"].rpartition("::")[2], one["type"], one.get("id", ""), bool(one.get("protect")))
            for one in found
            if not one["type"].startswith("pulumi:")
        )

    def _deploy(self, verb: str, options: tuple[str, ...]) -> tuple[EngineReport, subprocess.CompletedProcess[str]]:
        self._runs += 1
        log = self.logs / f"{self._runs:02}-{verb}.jsonl"
        looks = verb == "preview" or "--preview-only" in options
        consent = () if looks else ("--yes", "--skip-preview")
        done = self._run((verb, *consent, *_QUIETLY, f"--event-log={log}", *options))
        log.with_suffix(".log").write_text(done.stdout + done.stderr)
        if not log.exists():
            raise EngineError(f'"pulumi {verb}" did not begin:\n{_end(done)}')
        return read_account(log), done

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._cli.command, *arguments],
            cwd=self.folder,
            env=dict(self._environment()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _environment(self) -> Mapping[str, str]:
        """Nothing of the user's but PATH: neither credentials nor another backend; and no download of a plugin."""
        return {
            "PATH": os.pathsep.join((str(self._root / "bin"), os.environ.get("PATH", os.defpath))),
            "LANG": "C.UTF-8",
            "HOME": str(self._root / "home"),
            "PYTHONPATH": str(CHECKOUT),
            "PULUMI_HOME": str(self._root / "home"),
            "PULUMI_BACKEND_URL": (self._root / "state").resolve().as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": self._passphrase,
            "PULUMI_DEBUG_COMMANDS": "true",  # shows --event-log
            "PULUMI_DEBUG_PROVIDERS": f"aws:{self._port}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


def _end(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what was printed, where the errors are."""
    return (done.stdout + done.stderr).strip()[-4000:]
