"""Crontabs of users and of the system as jobs. Source: crontab(5) of Vixie cron and cronie."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.command import CommandCall, call_of_script, name_of, name_of_command, or_endpoint
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import ClockRule, Job, Note, Refused
from schedule_catalog.importing.secrecy import looks_secret
from schedule_catalog.importing.source import SourceKind, zoned
from schedule_catalog.importing.standard_cron import StandardCron, counted, standard_cron

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule_catalog.importing.content import Content
    from schedule_catalog.importing.source import ImportContext
    from schedule_catalog.importing.variables import Variables

_SETTING = re.compile(r"""\s*(["']?)([A-Za-z_]\w*)\1\s*=\s*(.*?)\s*""")
_JOB = re.compile(r"\s*(?P<when>@\w+|(?:\S+\s+){4}\S+)\s+(?P<command>.*?)\s*")
_MINUTES = re.compile(r"\s*(?:@[a-z]+|[0-9*][0-9*,/-]*\s+[0-9*][0-9*,/-]*\s)")
_CRON_FIELD = re.compile(
    r"(?i:[*?]|[0-9L]+|sun|mon|tue|wed|thu|fri|sat)(?i:[-,/#][0-9A-Z]+)*", re.ASCII
)  # texts in the place of a command that are not one
_USER = re.compile(r"[a-z_][\w-]*\$?")
_PERCENT = re.compile(r"(?<!\\)%")
_DESCRIPTION = re.compile(r"[A-Za-z][^\x00-\x1f]{2,199}")
_HEADER = re.compile(r"(?i)m(?:in(?:ute)?)?\s+h(?:our)?\s+d")
_SYSTEM_HEADER = re.compile(r"(?im)^#\s*m\S*\s+h\S*\s+dom\s+mon\s+dow\s+user")
_NO_USERS = ("curl", "wget")
_FIXED = ClockRule(gap="cron runs it right after the clock change")
_EVERY = ClockRule(repeat="cron runs it both times")


@dataclass(slots=True)
class _State:
    machine: str
    timezone: str
    variables: Variables
    notes: tuple[Note, ...] = ()
    comment: str = ""
    moved: bool = False
    settings: dict[str, str] = field(default_factory=dict[str, str])


def is_crontab(content: Content) -> bool:
    """Return whether a line starts with cron's minutes and hours, or with a macro."""
    lines = [line for line in content.text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return not content.is_json and any(_JOB.fullmatch(line) and _MINUTES.match(line) for line in lines)


def crontab_jobs(content: Content, reading: ImportContext) -> Iterator[Job | Refused]:
    """Yield the jobs of a crontab in order."""
    state = _State(reading.timezone, reading.timezone, reading.variables())
    system = reading.system or _SYSTEM_HEADER.search(content.text) is not None
    for number, line in enumerate(content.text.splitlines(), 1):
        if not line.strip():
            state.comment = ""
        elif line.lstrip().startswith("#"):
            state.comment = line.strip(" \t#")
        elif setting := _SETTING.fullmatch(line):
            _set(state, setting[2], setting[3].strip("\"'"))
        else:
            yield _job(f"line {number}", line, state, reading, system)
            state.comment = ""


CRONTAB = SourceKind("crontab", "a crontab", is_crontab, crontab_jobs)


def _set(state: _State, name: str, value: str) -> None:
    state.variables.set(name, value)
    if name == "CRON_TZ":
        state.timezone, state.notes, state.moved = value, (), value != state.machine
    elif name == "TZ" and value != state.timezone:
        text = f"TZ does not affect cron's schedules, only the command: read as {state.timezone}"
        state.notes, state.moved = (Note("note", text),), True


def _job(origin: str, line: str, state: _State, reading: ImportContext, system: bool) -> Job | Refused:
    match = _JOB.fullmatch(line)
    if match is None:
        return Refused(origin, "this is not five fields and a command, a setting or a comment")
    try:
        _refuse_more_fields(match["command"])
        cron = standard_cron(match["when"], "crontab")
        command = _without_user(match["command"], system)
        call = _call(command, state, reading)
        cron = _tested(cron, call, state)
        timings = tuple({"cron": each} for each in cron.aws())
    except NotConvertibleError as error:
        return Refused(origin, str(error))
    values = {**_description(state.comment), **zoned(state.timezone), **call.values}
    name = name_of_command(command) if call.generated else name_of(call.values)
    clock = _EVERY if cron.every else _FIXED
    return Job(origin, name, timings, values, (*state.notes, *call.notes), cron.walls, True, clock, call.generated)


def _refuse_more_fields(command: str) -> None:
    words = command.split()
    more = next((index for index, word in enumerate(words) if not _CRON_FIELD.fullmatch(word)), len(words))
    if more:
        fields = counted(5 + more)
        meant = "seconds first and years last, as Quartz has them" if more > 1 else "seconds first, or years last"
        raise NotConvertibleError(f"it has {fields}, but cron has five ({meant}): remove the others")


def _description(comment: str) -> dict[str, Any]:
    """Comment right above a job, if it is a sentence and not the legend of the fields."""
    plain = _DESCRIPTION.fullmatch(comment) and not _HEADER.match(comment) and not _MINUTES.match(comment)
    return {"description": comment} if plain and not looks_secret(comment) else {}


def _without_user(command: str, system: bool) -> str:
    first, _, rest = command.partition(" ")
    seen = _USER.fullmatch(first) and first not in _NO_USERS and re.match(r"\s*\S*\b(?:curl|wget)\s", rest)
    return rest.strip() if system or seen else command


def _call(command: str, state: _State, reading: ImportContext) -> CommandCall:
    """Call of a command; its standard input follows the first bare "%", and further ones are line breaks."""
    line, *given = [part.replace("\\%", "%") for part in _PERCENT.split(command)]
    try:
        return call_of_script(line, state.variables, reading.targets, "\n".join(given) + "\n" if given else None)
    except NotConvertibleError as error:
        return or_endpoint(error, reading.targets)


def _tested(cron: StandardCron, call: CommandCall, state: _State) -> StandardCron:
    if call.tests and state.moved:
        raise NotConvertibleError("it tests the date in a zone other than its schedule's: test it in the endpoint")
    return cron.only_on(call.tests)
