"""Installed version: of the distribution, of the sources, and of the time zones."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

DISTRIBUTION = "schedule-catalog"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Version:
    """`commit` is that of the distribution's build, or of the checkout; None if unknown."""

    number: str
    commit: str | None
    iana: str

    def __str__(self) -> str:
        commit = f", commit {self.commit}" if self.commit else ""
        return f"{self.number}{commit}, time zones of IANA {self.iana}"


def installed_version(package: Path = _PACKAGE) -> Version:
    """Return the version of the running command; `package` is the folder of its modules."""
    from tzdata import IANA_VERSION

    built = package / "commit.txt"
    commit = built.read_text("utf-8").strip() if built.is_file() else _checked_out(package.parent)
    return Version(version(DISTRIBUTION), commit, IANA_VERSION)


def _checked_out(top: Path) -> str | None:
    from schedule_catalog.errors import GitError
    from schedule_catalog.repository import Repository

    try:
        return Repository.of(top).commit("HEAD") if (top / ".git").exists() else None
    except GitError:
        return None
