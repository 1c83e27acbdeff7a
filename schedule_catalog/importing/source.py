"""Source of jobs: how its files are recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from schedule_catalog.importing.job import ClockRule, Job, Refused
from schedule_catalog.importing.variables import Variables

if TYPE_CHECKING:
    from schedule_catalog.importing.content import Content
    from schedule_catalog.importing.target import Targets

UTC_NAMES = frozenset(("UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"))


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Facts about a source from the caller.

    timezone: of the machine or cluster, if the source names none.
    system: whether a crontab has a user field.
    """

    targets: Targets
    now: datetime
    timezone: str = "UTC"
    system: bool = False

    def variables(self) -> Variables:
        """Return an empty set of variables."""
        return Variables(self.targets.confidential)


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of file.

    kind: its name in `schedules import KIND FILE`.
    title: its name for people, with an article.
    recognises: whether a file is of this kind, by its content.
    jobs: its jobs in order, read or refused; NotConvertibleError if the whole file is unreadable.
    """

    kind: str
    title: str
    recognises: Callable[[Content], bool]
    jobs: Callable[[Content, ImportContext], Iterator[Job | Refused]]


def zoned(timezone: str) -> dict[str, str]:
    """Return the key of an entry for a zone; none for UTC, which is the default."""
    return {} if timezone in UTC_NAMES else {"timezone": timezone}


NO_CLOCK = ClockRule()
"""Context for sources in UTC, and for AWS itself."""
