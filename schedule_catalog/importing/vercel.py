"""`crons` of a `vercel.json` as jobs. Source: Vercel's pages "Cron Jobs" and "Managing Cron Jobs"."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.call import FoundCall
from schedule_catalog.importing.command import name_of
from schedule_catalog.importing.content import Content, at, mappings, text_at
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Note, Refused
from schedule_catalog.importing.source import NO_CLOCK, SourceKind
from schedule_catalog.importing.standard_cron import standard_cron
from schedule_catalog.importing.variables import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schedule_catalog.importing.source import ImportContext

_SECRET = "CRON_SECRET"  # noqa: S105 - the variable's name
_FILE = re.compile(r"^(?:src/)?(?:pages/|app/)?|(?:/route|/index)?\.[cm]?[jt]sx?$|(?:/index)?\.(?:py|go|rb)$")


def is_vercel(content: Content) -> bool:
    """Return whether the content has crons with a path and a schedule."""
    return content.is_json and bool(_crons(content))


def vercel_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the crons in order. All of Vercel's times are UTC."""
    for number, cron in enumerate(_crons(content), 1):
        try:
            yield _job(f"cron {number}", cron, content.values[0], reading)
        except NotConvertibleError as error:
            yield Refused(f"cron {number}", str(error))


VERCEL = SourceKind("vercel", "a vercel.json with crons", is_vercel, vercel_jobs)


def _crons(content: Content) -> list[dict[str, Any]]:
    crons = mappings(at({"first": next(iter(content.readable), None)}, "first").get("crons"))
    return crons if all("path" in each and "schedule" in each for each in crons) else []


def _job(origin: str, cron: Mapping[str, Any], project: Any, reading: ImportContext) -> Job:
    times = standard_cron(text_at(cron, "schedule"), "vercel")
    path = text_at(cron, "path")
    if not path.startswith("/"):
        raise NotConvertibleError('its path does not start with "/"')
    call = FoundCall(_base(reading) + path, "GET", bearer=mark(_SECRET), attempts=1)
    call.timeout = _duration(path, at(project, "functions"))
    call.notes.append(Note("to do", f"remove auth if the project has no {_SECRET}: Vercel then sent no bearer"))
    call.notes.append(Note("changed", "User-Agent is the proxy's, no longer vercel-cron/1.0"))
    values, notes = call.values(reading.targets)
    timings = tuple({"cron": each} for each in times.aws())
    return Job(origin, name_of(values), timings, values, tuple(notes), times.walls, True, NO_CLOCK)


def _base(reading: ImportContext) -> str:
    """Service with the project's address, which only its owner knows."""
    bases = [base.rstrip("/") for _, base in reading.targets.services]
    if len(bases) != 1:
        raise NotConvertibleError(
            "vercel.json does not contain the address: add --service NAME=https://YOUR-DOMAIN, once"
        )
    return bases[0]


def _duration(path: str, functions: Mapping[str, Any]) -> int | None:
    """`maxDuration` of the function behind a path: a file, or a glob of files."""
    route = path.partition("?")[0].strip("/")
    for file, settings in functions.items():
        seconds = at({"it": settings}, "it").get("maxDuration")
        if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0:
            pattern = (
                _FILE.sub("", file).removesuffix("/*").removesuffix("/**")
                if file.endswith("/*")
                else _FILE.sub("", file)
            )
            if fnmatchcase(route, pattern) or pattern in ("**/*", "**", "*"):
                return seconds
    return None
