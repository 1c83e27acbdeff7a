"""The one call of a script, without harmless commands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_catalog.importing.shell import Redirection, ShellCommand, assignment, commands
from schedule_catalog.importing.variables import Variables, mark, marked

CALLS = ("curl", "wget")
SHELLS = ("sh", "bash", "ash", "dash")
_HARMLESS = frozenset((
    "set", "true", ":", "echo", "printf", "date", "logger", "cd", "export", "umask", "wait", "shopt", "unset",
    "ulimit", "exit", "sleep",
))  # fmt: skip
_BLOCKS = frozenset(("if", "for", "while", "until", "case", "function", "select", "!"))
_SHOWING = frozenset(("logger", "cat", "tee"))
_WRAPPERS = {
    "sudo": "uUgGhpC", "env": "uC", "nice": "n", "ionice": "cnp", "exec": "a", "time": "fo", "nohup": "", "command": "",
    "chronic": "", "setsid": "", "timeout": "ks", "flock": "wEc",
}  # fmt: skip
_DURATION = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TEST = re.compile(r"-(le|lt|ge|gt|eq|ne)|=|==|!=")
_OUTPUT = re.compile(r"1?(?:>|>>|>\||>&)|&>|&>>")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class DayTest:
    """Test of the date before the call, such as `[ $(date +%d) -le 7 ]`.

    field: "d" for the day of the month, "u" for the day of the week from 1, Monday.
    """

    field: str
    operator: str
    number: int


@dataclass(slots=True)
class OneCall:
    """Words of the call, and facts from its surroundings.

    given: its standard input, if the script contains it.
    files: files for the response; a file that keeps it is the job's purpose.
    """

    words: list[str]
    given: str | None = None
    timeout: int | None = None
    overlap: str | None = None
    files: list[str] = field(default_factory=list[str])
    tests: list[DayTest] = field(default_factory=list[DayTest])
    notes: list[Note] = field(default_factory=list[Note])


def one_call(script: str, variables: Variables, given: str | None = None) -> OneCall:
    """Return the only call of a script; NotConvertibleError names a line that does something else."""
    found = _one_call(script, variables, given, 0)
    for file in found.files:
        if not keeps_nothing(file):
            raise NotConvertibleError("it saves the response to a file, but responses are discarded here")
    return found


def keeps_nothing(file: str) -> bool:
    """Return whether output to a file is not the purpose of the job: a log, or nothing."""
    return file in ("", "-", "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1") or file.endswith(".log")


def _one_call(script: str, variables: Variables, given: str | None, depth: int) -> OneCall:
    listed = commands(script, variables)
    calls = [index for index, each in enumerate(listed) if _is_call(_unwrapped(each.words, OneCall([]), depth))]
    if len(calls) != 1:
        _refuse_others(listed)
        raise NotConvertibleError(f"its script makes {len(calls)} calls, but an entry makes one")
    index = calls[0]
    found = OneCall([], given)
    found.words = _unwrapped(listed[index].words, found, depth)
    found.files += _files(listed[index].redirections)
    before, after = listed[:index], listed[index + 1 :]
    _read_before(before, listed[index].link, found)
    _read_after(after, found)
    if found.words[0] in SHELLS:
        inner = _one_call(found.words[-1], variables, found.given, depth + 1)
        inner.files += found.files
        inner.tests += found.tests
        inner.notes += found.notes
        inner.timeout, inner.overlap = inner.timeout or found.timeout, inner.overlap or found.overlap
        return inner
    return found


def _is_call(words: list[str]) -> bool:
    return bool(words) and (words[0] in CALLS or _is_inner_script(words))


def _is_inner_script(words: list[str]) -> bool:
    return words[0] in SHELLS and len(words) == 3 and re.fullmatch(r"-[a-z]*c", words[1]) is not None


def _unwrapped(words: list[str], found: OneCall, depth: int) -> list[str]:
    """Command without wrappers that run it: `env`, `timeout 30`, `flock -n FILE`."""
    words = list(words)
    while words:
        name = words[0].rpartition("/")[2]
        if name in SHELLS and depth < _DEEPEST:
            return [name, *words[1:]]
        if name in CALLS:
            return [name, *words[1:]]
        if assignment(words[0]):
            words = words[1:]
        elif name in _WRAPPERS:
            words = _without_wrapper(name, words[1:], found)
        else:
            break
    return words


def _without_wrapper(name: str, words: list[str], found: OneCall) -> list[str]:
    options: list[str] = []
    while words and words[0].startswith("-"):
        takes = len(words[0]) == 2 and words[0][1] in _WRAPPERS[name]
        if name == "flock" and words[0] == "-c":
            break
        options.append(words[0])
        words = words[2:] if takes else words[1:]
    if name == "timeout" and words:
        duration = re.fullmatch(r"([0-9]{1,6})(?:\.[0-9]+)?([smhd]?)", words[0])
        found.timeout = int(duration[1]) * _DURATION[duration[2] or "s"] if duration else None
        return words[1:]
    if name == "flock" and words:
        if any(re.fullmatch(r"-[a-z]*n[a-z]*|--non-?block", each) for each in options):
            found.overlap = "skip"
        else:
            found.notes.append(Note("changed", "flock made a run wait for the previous one; here they may overlap"))
        return ["sh", *words[1:]] if words[1:2] == ["-c"] else words[1:]
    return words


def _read_before(before: list[ShellCommand], link: str, found: OneCall) -> None:
    links = [*(each.link for each in before[1:]), link]
    for command, following in zip(before, links, strict=False):
        name = _name(command)
        if following == "||" or name == "exit":
            raise NotConvertibleError(f"{command.where} decides whether the call is made")
        if following == "|":
            found.given = _printed(command)
        elif test := _day_test(command):
            if following != "&&":
                raise NotConvertibleError(f"{command.where} tests the date, and nothing follows")
            found.tests.append(test)
        else:
            _refuse_unless_harmless(command, name, found)


def _read_after(after: list[ShellCommand], found: OneCall) -> None:
    for command in after:
        name = _name(command)
        if command.link == "|":
            if name not in _SHOWING:
                raise NotConvertibleError(f'{command.where} reads the response ("{name}")')
            found.files += [word for word in command.words[1:] if name == "tee" and not word.startswith("-")]
            found.files += _files(command.redirections)
        elif _day_test(command):
            raise NotConvertibleError(f"{command.where} tests the date after the call")
        else:
            _refuse_unless_harmless(command, name, None)


def _refuse_others(listed: list[ShellCommand]) -> None:
    """Raise NotConvertibleError for the first line that is not a call and not harmless."""
    for command in listed:
        name = _name(command)
        if not _is_call(_unwrapped(command.words, OneCall([]), 0)) and not _day_test(command):
            _refuse_unless_harmless(command, name, None)


def _refuse_unless_harmless(command: ShellCommand, name: str, found: OneCall | None) -> None:
    if name in _BLOCKS:
        raise NotConvertibleError(f'{command.where} has a condition or a loop ("{name}")')
    if name not in _HARMLESS and not all(map(assignment, command.words)):
        raise NotConvertibleError(f'{command.where} runs "{name}", which is not a call')
    for file in _files(command.redirections):
        if not keeps_nothing(file):
            raise NotConvertibleError(f"{command.where} writes a file")
    if name == "sleep" and found is not None:
        found.notes.append(Note("changed", "it slept before the call; here the call is made at once"))


def _name(command: ShellCommand) -> str:
    return command.words[0].rpartition("/")[2] if command.words else ""


def _files(redirections: list[Redirection]) -> list[str]:
    """Files that receive the standard output."""
    return [each.file for each in redirections if _OUTPUT.fullmatch(each.operator) and not each.file.isdigit()]


def _printed(command: ShellCommand) -> str:
    """Text that `echo TEXT` prints for the call to read."""
    words = command.words[1:]
    if _name(command) not in ("echo", "printf") or any(word.startswith("-") or marked(word) for word in words):
        raise NotConvertibleError(f"{command.where} generates the data: write it into the call")
    return " ".join(words) + ("\n" if _name(command) == "echo" else "")


def _day_test(command: ShellCommand) -> DayTest | None:
    words = command.words[1:-1] if command.words[-1:] == ["]"] else command.words[1:]
    if _name(command) not in ("[", "test") or len(words) != 3 or not _TEST.fullmatch(words[1]):
        return None
    found = next((each for each in "du" if words[0] == mark(f"date +%{each}")), None)
    if found is None or not words[2].isdigit():
        return None
    operator = {"=": "eq", "==": "eq", "!=": "ne"}.get(words[1], words[1].lstrip("-"))
    return DayTest(found, operator, int(words[2]))
