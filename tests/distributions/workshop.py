"""A machine that has git, uv and this Python, a package index on loopback, and nothing of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.distributions.package_index import PackageIndex, environment_of, served

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
SOURCES = (
    *(".pre-commit-hooks.yaml", "CHANGELOG.md", "LICENSE", "README.md", "__main__.py", "hatch_build.py"),
    *("pyproject.toml", "requirements.lock", "callback_api", "infra", "local", "proxy"),
    *("schedule_catalog", "schedule_client", "schedule_stack", "schemas", "docs/alarms.md"),
)
DISTRIBUTIONS = (".", "schedule_client", "schedule_stack")
_PERSON = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True)
class Workshop:
    """`folder` is the home folder; `variables` lead to the index."""

    folder: Path
    variables: Mapping[str, str]
    distributions: dict[str, Path] = field(default_factory=dict[str, Path])

    def run(self, *command: str | Path, cwd: Path | None = None, status: int = 0, **variables: str) -> str:
        """Run a command to its end; gives what it printed, and what it complained of."""
        inherited = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        environment = {**inherited, **_PERSON, **self.variables, **variables}
        done = subprocess.run(
            command, cwd=cwd or self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def build(self, out: Path, source: Path, *options: str) -> None:
        """Build a source distribution and a wheel."""
        self.run(UV, "build", "--quiet", "--python", sys.executable, "--out-dir", out, *options, source)

    def tool(self) -> Path:
        """The command, as a tool of uv; gives the file."""
        self.run(UV, "tool", "install", "--quiet", "--force", "--python", sys.executable, "schedule-catalog")
        return self.folder / "bin" / "schedules"

    def environment(self, name: str, *requirements: str | Path) -> Path:
        """An environment that uv made and filled; gives its bin folder."""
        target = self.folder / "environments" / name
        self.run(UV, "venv", "--quiet", "--python", sys.executable, target)
        self.run(UV, "pip", "install", "--quiet", "--python", target / "bin" / "python", *requirements)
        return target / "bin"

    def environment_by_pip(self, name: str, *requirements: str | Path, cwd: Path | None = None) -> Path:
        """The same by pip, which knows nothing of uv's settings."""
        target = self.folder / "environments" / name
        self.run(UV, "venv", "--quiet", "--python", sys.executable, target)
        self.run(UV, "pip", "install", "--quiet", "--python", target / "bin" / "python", "pip")
        self.run(target / "bin" / "pip", "install", "--quiet", *requirements, cwd=cwd)
        return target / "bin"


@contextmanager
def workshop(folder: Path) -> Generator[Workshop]:
    """Set one up whose index has the three distributions, built of a copy of these sources."""
    index = PackageIndex(folder)
    with served(index) as url:
        made = Workshop(folder, environment_of(url, folder))
        copy_sources(folder / "sources")
        for name in DISTRIBUTIONS:
            made.build(folder / "dist", folder / "sources" / name)
        for file in sorted((folder / "dist").glob("*.whl")):
            index.add(file)
            made.distributions[file.name.split("-")[0]] = file
        yield made


def copy_sources(target: Path) -> None:
    """Copy what a checkout has, without what tools left in it."""
    target.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache", "node_modules")
            )
        else:
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def repository(workshop: Workshop, folder: Path, tag: str) -> Path:
    """A git repository of these sources, with one tagged commit."""
    copy_sources(folder)
    commit_all(workshop, folder, "release")
    workshop.run("git", "tag", tag, cwd=folder)
    return folder


def commit_all(workshop: Workshop, folder: Path, message: str, *options: str) -> None:
    """Make a folder a repository, where it is none, and commit all that is in it."""
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", message, *options)):
        workshop.run("git", *command, cwd=folder)


def names_of(wheel: Path) -> Sequence[str]:
    """The files of a wheel, sorted."""
    from zipfile import ZipFile

    return sorted(ZipFile(wheel).namelist())
