"""Pinned distributions of a lock, as `uv pip compile --generate-hashes` writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from infra.lambda_runtime import MARKERS
from infra.packages.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# End of a requirement: its hashes, or a comment.
_REST = re.compile(r"(^|\s)(--|#)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One version of a distribution: `text` is its line with hashes, `applies` whether Lambda needs it."""

    name: str
    version: str
    applies: bool
    text: str


def pins(lock: str) -> tuple[Pin, ...]:
    """Return the requirements of *lock*; ValueError names the first line that does not pin a version."""
    return tuple(_pins(lock))


def locked(package: str, lock: str, distributions: Sequence[str]) -> str:
    """Return the lines of *lock*, versions and hashes, for *distributions*; PackageError if one is missing."""
    entries: dict[str, str] = {}
    for pin in pins(lock):
        entries[pin.name] = entries.get(pin.name, "") + pin.text
    missing = [name for name in distributions if name not in entries]
    if missing:
        raise PackageError(package, f'requirements.lock has no "{missing[0]}"')
    return "".join(entries[name] for name in distributions)


def locked_versions(lock: str, distributions: Sequence[str] | None = None) -> Mapping[str, str]:
    """Return the versions for Lambda of *distributions* that are in *lock*; by default of all."""
    found = {pin.name: pin.version for pin in pins(lock) if pin.applies}
    return found if distributions is None else {name: found[name] for name in distributions if name in found}


def _pins(lock: str) -> Iterator[Pin]:
    """A requirement and its hashes are one logical line, continued by backslashes; one name may have several."""
    for logical in lock.replace("\\\n", "\0").splitlines():
        line = logical.replace("\0", " ")
        if stated := _REST.split(line, maxsplit=1)[0].strip():
            yield _pin(stated, logical.replace("\0", "\\\n") + "\n")
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(line.strip())


def _pin(stated: str, text: str) -> Pin:
    try:
        required = Requirement(stated)
        (only,) = required.specifier
    except (InvalidRequirement, ValueError):
        raise ValueError(stated) from None
    if required.url is not None or only.operator != "==" or only.version.endswith("*"):
        raise ValueError(stated)
    applies = required.marker is None or required.marker.evaluate(dict(MARKERS))
    return Pin(canonicalize_name(required.name), only.version, applies, text)
