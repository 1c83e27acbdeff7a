"""Command of a job as the call that it makes, and a name for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schedule_catalog.importing.curl import curl_call
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_catalog.importing.script import CALLS, DayTest, OneCall, one_call
from schedule_catalog.importing.secrecy import looks_secret
from schedule_catalog.importing.target import split_url
from schedule_catalog.importing.wget import wget_call

if TYPE_CHECKING:
    from schedule_catalog.importing.target import Targets
    from schedule_catalog.importing.variables import Variables

_LONGEST = 63
_RUNNERS = frozenset((
    "php", "python", "python3", "node", "ruby", "perl", "java", "bash", "sh", "bundle", "exec", "env", "sudo", "nice",
    "ionice", "timeout", "flock", "nohup", "chronic", "time", "npx", "poetry", "uv", "pipenv", "docker", "run", "cd",
    "test", "[", "root", "command", "setsid", "compose", "docker-compose",
))  # fmt: skip
_TOOLS = frozenset((
    "artisan", "rake", "rails", "manage", "console", "npm", "yarn", "pnpm", "make", "wp", "drush", "occ", "celery",
    "flask", "bin/console", "django-admin", "magento", "craft", "cake", "spark", "yii", "just", "task", "mix",
))  # fmt: skip
_SUBCOMMAND = re.compile(r"[a-z][a-z:_-]{1,40}")


@dataclass(frozen=True, slots=True)
class CommandCall:
    """Call of a command.

    values: the keys of the entry.
    tests: tests of the date before the call.
    generated: the address is `--url`'s, because the command makes no call.
    """

    values: dict[str, Any]
    notes: list[Note]
    tests: tuple[DayTest, ...] = ()
    generated: bool = False


def call_of_script(script: str, variables: Variables, targets: Targets, given: str | None = None) -> CommandCall:
    """Return the call of a shell command; NotConvertibleError if it is not exactly one call."""
    return _command_call(one_call(script, variables, given), variables, targets)


def call_of_words(words: list[str], variables: Variables, targets: Targets) -> CommandCall:
    """Return the call of a command without a shell."""
    if not words or words[0].rpartition("/")[2] not in ("curl", "wget"):
        raise NotConvertibleError("its command is not curl, wget or a script around one of them")
    return _command_call(OneCall([words[0].rpartition("/")[2], *words[1:]]), variables, targets)


def or_endpoint(found: NotConvertibleError, targets: Targets) -> CommandCall:
    """Return a call of `--url` instead; without it, refuse with this solution."""
    request = targets.instead()
    if request is None:
        way_out = "" if ": " in str(found) else ": make it an endpoint, and specify that with --url https://…/{name}"
        raise NotConvertibleError(f"{found}{way_out}") from None
    note = Note("changed", "calls the endpoint given by --url, which must do what its command did")
    return CommandCall({"request": request}, [note], generated=True)


def name_of(values: dict[str, Any]) -> str:
    """Return a name for an entry, from its target."""
    request: dict[str, str] = values["request"]
    return _name_of_address(request.get("url") or f"https://{request['service']}{request['path']}")


def _name_of_address(address: str) -> str:
    try:
        url = split_url(address)
    except NotConvertibleError:
        return "job"
    path = re.sub(r"\.(?:php|aspx?|jsp|cgi|json|xml|html?)\b", "", url.path)
    parts = [part for part in path.split("/") if part and not re.fullmatch(r"api|v[0-9]+", part)]
    parts = [part for part in parts if not looks_secret(part)][-2:]
    host = (url.hostname or "job").split(".")[0]
    return valid_name("-".join(parts) or host)


def name_of_command(command: str) -> str:
    """Return a name for a job without a call: its script, or the task that it gives to a runner.

    No other part of a command line becomes a name: an argument may be a secret.
    """
    words = [word for word in re.split(r"[\s;&|()]+", command) if word and not word.startswith(("-", "$", ">", "<"))]
    skip = False
    for index, word in enumerate(words):
        stem = word.rpartition("/")[2].partition(".")[0]
        if skip or stem in _RUNNERS or "=" in word or not re.search("[A-Za-z]", stem):
            skip = word == "cd"
            continue
        if stem in CALLS:
            address = next((each.strip("\"'") for each in words[index:] if "://" in each), "")
            return _name_of_address(address) if address else stem
        following = words[index + 1] if index + 1 < len(words) else ""
        if following == "run" and index + 2 < len(words):
            following = words[index + 2]
        if stem in _TOOLS and _SUBCOMMAND.fullmatch(following):
            return valid_name(following)
        return "job" if looks_secret(stem) else valid_name(stem)
    return "job"


def valid_name(text: str) -> str:
    """Return the nearest valid name of a schedule."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST].strip("-") or "job"


def _command_call(found: OneCall, variables: Variables, targets: Targets) -> CommandCall:
    program, *arguments = found.words
    call = curl_call(arguments, found.given) if program == "curl" else wget_call(arguments)
    call.timeout = call.timeout or found.timeout
    call.overlap = found.overlap
    call.notes = [*found.notes, *call.notes]
    call.secrets = variables.secrets
    values, notes = call.values(targets)
    return CommandCall(values, notes, tuple(found.tests))
