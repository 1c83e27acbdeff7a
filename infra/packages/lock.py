"""Part of `requirements.lock` for a package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infra.packages.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*==\s*(?P<version>[\w.+!-]+)")


def locked(package: str, lock: str, distributions: Sequence[str]) -> str:
    """Return the lines of *lock*, versions and hashes, for *distributions*; PackageError if one is missing."""
    entries = dict(_entries(lock))
    missing = [name for name in distributions if name not in entries]
    if missing:
        raise PackageError(package, f'requirements.lock has no "{missing[0]}"')
    return "".join(entries[name] for name in distributions)


def locked_versions(lock: str, distributions: Sequence[str] | None = None) -> Mapping[str, str]:
    """Return the versions of *distributions* that are in *lock*; by default of all."""
    found = {name: match["version"] for name, line in _entries(lock) if (match := _REQUIREMENT.match(line))}
    return found if distributions is None else {name: found[name] for name in distributions if name in found}


def _entries(lock: str) -> Iterator[tuple[str, str]]:
    """Entries of the lock: a requirement and its hashes are one logical line, continued by backslashes."""
    logical = lock.replace("\\\n", "\0").splitlines(keepends=True)
    for line in logical:
        if match := _REQUIREMENT.match(line):
            yield match["name"].lower().replace("_", "-"), line.replace("\0", "\\\n")
