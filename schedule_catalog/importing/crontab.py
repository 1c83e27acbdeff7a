"""A crontab, a user's or the system's, as jobs. Source: crontab(5) of Vixie cron and cronie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.command import call_of_line, name_of
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Job, Refused
from schedule_catalog.importing.standard_cron import standard_cron

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.importing.target import Targets

_SETTING = re.compile(r"""\s*(["']?)([A-Za-z_]\w*)\1\s*=\s*(.*?)\s*""")
_JOB = re.compile(r"\s*(?P<when>@\w+|(?:\S+\s+){4}\S+)\s+(?P<command>.*?)\s*")
_USER = re.compile(r"[a-z_][\w-]*\$?")
_PERCENT = re.compile(r"(?<!\\)%")
_DESCRIPTION = re.compile(r"[A-Za-z][\w ,.;()'-]{2,199}")


@dataclass(slots=True)
class _State:
    timezone: str
    notes: tuple[str, ...] = ()
    comment: str = ""


def crontab_jobs(text: str, targets: Targets, timezone: str, system: bool = False) -> Iterator[Job | Refused]:
    """Yield the jobs of a crontab in order.

    timezone: of the machine, where no CRON_TZ says otherwise.
    system: whether the sixth field is a user, as in /etc/crontab; it is also seen when `curl` comes after one.
    """
    state = _State(timezone)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            state.comment = ""
        elif line.lstrip().startswith("#"):
            state.comment = line.strip(" \t#")
        elif setting := _SETTING.fullmatch(line):
            _set(state, setting[2], setting[3].strip("\"'"))
        else:
            yield _job(f"line {number}", line, state, targets, system)
            state.comment = ""


def _set(state: _State, name: str, value: str) -> None:
    if name == "CRON_TZ":
        state.timezone, state.notes = value, ()
    elif name == "TZ" and value != state.timezone:
        state.notes = (f"TZ does not move a schedule in cron, only what the command sees: read as {state.timezone}",)


def _job(origin: str, line: str, state: _State, targets: Targets, system: bool) -> Job | Refused:
    match = _JOB.fullmatch(line)
    if match is None:
        return Refused(origin, "this is neither five fields and a command, nor a setting, nor a comment")
    try:
        cron = standard_cron(match["when"], "crontab")
        timings = tuple({"cron": each} for each in cron.aws())
        values, notes = _call(match["command"], targets, system)
    except NotConvertibleError as error:
        return Refused(origin, str(error))
    description: dict[str, Any] = {"description": state.comment} if _DESCRIPTION.fullmatch(state.comment) else {}
    zone = {"timezone": state.timezone} if state.timezone != "UTC" else {}
    merged = {**description, **zone, **values}
    return Job(origin, name_of(values), timings, merged, (*state.notes, *notes), cron.walls)


def _call(command: str, targets: Targets, system: bool) -> tuple[dict[str, Any], list[str]]:
    """What a command calls; after a bare "%" comes its standard input, in which further ones are line breaks."""
    line, *given = [part.replace("\\%", "%") for part in _PERCENT.split(command)]
    first, _, rest = line.partition(" ")
    if system or (_USER.fullmatch(first) and first != "curl" and re.match(r"\s*\S*\bcurl\s", rest)):
        line = rest.strip()
    try:
        return call_of_line(line, "\n".join(given) + "\n" if given else None, targets)
    except NotConvertibleError:
        request = targets.instead(line.split(" ")[0].rpartition("/")[2].partition(".")[0] or "job")
        if request is None:
            raise
        return {"request": request}, ["calls the endpoint given by --url instead of its command"]
