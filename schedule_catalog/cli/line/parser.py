"""Commands and the arguments of the command line."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, cast

from schedule_catalog.cli.exit_status import USAGE
from schedule_catalog.cli.output import complain, say, say_verbatim
from schedule_catalog.wording import nearest, quoted, suggestion

if TYPE_CHECKING:
    from schedule_catalog.cli.command import Command

GROUPS: dict[str, dict[str, str]] = {
    "write": {
        "new": "add an entry to its owner's file",
        "check": "find every mistake in the catalog",
        "fmt": "lay out the files of the catalog",
        "prune": "remove finished entries",
        "import": "convert schedules from crontabs, Kubernetes, AWS, Terraform and others",
    },
    "review": {
        "next": "show when schedules fire",
        "diff": "show what a change does to schedules",
        "report": "write an HTML page that shows when every schedule fires",
        "cost": "show how many calls a month brings, and what they cost",
    },
    "deploy": {
        "dev": "run the stack on this machine, or over simulated time",
        "packages": "stage the Lambda packages that `pulumi up` deploys",
        "plan": "show what a Pulumi preview does, and which part of it the clock causes",
    },
    "operate": {
        "status": "show every schedule, the worst first, and what differs from the catalog",
        "console": "show the same in the browser, and act on it",
        "history": "show past runs, failed runs and missed fires",
        "undelivered": "list, replay or delete undelivered calls",
        "trigger": "run a schedule now",
        "pause": "pause calls for a while",
        "resume": "end a pause before its time",
        "keys": "change a signing key",
        "env": "print the variables that an application needs",
    },
    "set up": {
        "init": "lay out a repository for a catalog",
        "completion": "print the completion script of a shell",
    },
}
"""Verbs with their help, in the order of a day's work; a module in `cli/commands/` has the `COMMAND` of each."""

COMMANDS = {name: text for group in GROUPS.values() for name, text in group.items()}

# What argparse says by itself, in our words.
_WORDING = (
    (re.compile(r"^argument ([^:]+): "), r"\1: "),
    (re.compile(r"^([^:]+): expected (?:one|at least one) argument$"), r"\1 needs a value"),
    (re.compile(r"^([^:]+): ignored explicit argument .*$"), r"\1 takes no value"),
    (re.compile(r"^([^:]+): not allowed with argument (.+)$"), r"\1 and \2 cannot be given together"),
    (re.compile(r"""^([^:]+): invalid int value: (['"])(.*)\2$"""), r'\1: "\3" is not a whole number'),
    (re.compile(r"^the following arguments are required: (.+)$"), r"\1 is missing"),
)

_MODULES = {"import": "import_"}  # a keyword cannot name a module


def command(name: str) -> Command:
    """Import a verb; only done when a line mentions it, as `--help` needs none of them."""
    found: Command = import_module(f"schedule_catalog.cli.commands.{_MODULES.get(name, name)}").COMMAND
    return found


def parser(arguments: Sequence[str]) -> CommandLine:
    """Return the parser of a command line; it has only the verbs that the line mentions, if it mentions one."""
    top = CommandLine("schedules", description="HTTP schedules as reviewed YAML.", epilog=_verbs(), allow_abbrev=False)
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    top.add_argument("--traceback", action="store_true", help="on a crash, show where it happened")
    colours = "show colours (default: auto, on a terminal and without NO_COLOR)"
    top.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=colours)
    verbs = top.add_subparsers(dest="command", metavar="VERB", help="`schedules VERB --help` explains a verb")
    for name in (each for each in COMMANDS if each in arguments):
        found = command(name)
        epilog = f"example:\n  {found.example}"
        found.add_arguments(verbs.add_parser(name, allow_abbrev=False, description=found.description, epilog=epilog))
    return top


class CommandLine(argparse.ArgumentParser):
    """Argparse with suggestions for misspelt words, and an error on one line, whatever the arguments contain."""

    def __init__(self, prog: str | None = None, **options: Any) -> None:
        super().__init__(prog, formatter_class=_Help, **options)

    def parse_line(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the options of a whole command line, and the line; unknown words get a suggestion."""
        verb = next((each for each in arguments if not each.startswith("-")), None)
        if verb is not None and verb not in COMMANDS and arguments[0] == verb:
            self.error(f"unknown verb {quoted(verb)}: {suggestion(verb, COMMANDS)}")
        options, unknown = self.parse_known_args(arguments)
        options.line = tuple(arguments)
        if unknown:
            verb_line = self.below().get(options.command, self)
            verb_line.error(verb_line.explained(unknown[0]))
        return options

    def print_help(self, file: Any = None) -> None:
        """Print the help; argparse takes no notice of a disk that is full."""
        say_verbatim(*self.format_help().splitlines())
        sys.stdout.flush()

    def explained(self, argument: str) -> str:
        """Return the error about an argument that this parser does not know."""
        if not argument.startswith("-"):
            return f"unexpected argument {quoted(argument)}"
        name = argument.partition("=")[0]
        known = [*self.options(), *(each for one in self.below().values() for each in one.options())]
        near = nearest(name, known)
        return f"unknown option {quoted(name)}" + (f": did you mean {near}?" if near else "")

    def options(self) -> tuple[str, ...]:
        """Every option of this parser."""
        return tuple(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and end the process."""
        for pattern, words in _WORDING:
            message = pattern.sub(words, message)
        complain(*self.format_usage().splitlines(), f"{self.prog}: error: {message}")
        raise SystemExit(USAGE)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a word that is not one of an argument's choices, and suggest the one that was meant."""
        if action.choices is not None and value not in action.choices:
            known = list(map(str, COMMANDS if action.dest == "command" else action.choices))
            raise argparse.ArgumentError(action, f"unknown value {quoted(value)}: {suggestion(str(value), known)}")

    def below(self) -> dict[str, CommandLine]:
        """Parsers of the verbs or actions of this one."""
        found = dict[str, CommandLine]()
        for choices in (cast("object", action.choices) for action in self._actions):
            if isinstance(choices, dict):
                named = cast("dict[str, object]", choices)
                found |= {name: each for name, each in named.items() if isinstance(each, CommandLine)}
        return found


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, which argparse asks shutil for, and imports that with each command."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Wrap each line, below the second column of a line with two; an example can still be copied."""
        from textwrap import fill

        return "\n".join(
            _example(line, width)
            if line.startswith("  schedules ")
            else fill(line, width, initial_indent=indent, subsequent_indent=indent + " " * _hanging(line))
            for line in text.splitlines()
        )


def _example(line: str, width: int) -> str:
    """A command on lines that a shell joins, cut between its arguments only."""
    from textwrap import wrap

    whole = re.sub(r'"[^"]*"', lambda found: found[0].replace(" ", "\0"), line)
    room = max(1, width - len(" \\"))
    parts = wrap(whole, room, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return " \\\n".join(parts).replace("\0", " ")


def _hanging(line: str) -> int:
    found = re.match(r" +\S+  +| *", line)
    return found.end() if found else 0


def _columns() -> int:
    """Width of the terminal, or as COLUMNS has it."""
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _verbs() -> str:
    longest = max(map(len, COMMANDS))
    lines = list[str]()
    for group, verbs in GROUPS.items():
        lines += [f"{group}:", *(f"  {name:{longest}}  {text}" for name, text in verbs.items()), ""]
    return "\n".join(lines).rstrip()


class _Version(argparse.Action):
    """Looks up the version only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        from schedule_catalog.version import installed_version

        say(f"schedules {installed_version()}")
        parser.exit()
