"""The platform engineer: the pages name the commands and steps that the walk under Pulumi's own engine goes through.

`make engine` does the walk itself; here it goes through a model of the engine, so that page and walk stay together.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.page import ROOT, blocks
from tests.docs.pulumi_cli import COMMANDS
from tests.local.real_engine.model import walked

PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in ("deploy", "maintain", "platform", "verify")}
# Commands of the pages that the walk has no need of, each with the reason.
NOT_WALKED = {
    "login": "the walk names its state in an environment variable",
    "stack select": "`stack init` selects the stack",
    "stack output": "tests of the exports read them",
    "import": "the export that the walk restores has every resource",
    "cancel": "only a killed deployment leaves a lock",
}
# Flags of the pages that the walk has in another form.
OTHERWISE = {
    "--stack": "the walk has one stack, which it selects",
    "--refresh": "a step of its own before the `up`",
    "--json": "the walk reads the event log",
}
# Flags of the walk, which answers no question and loses a state on purpose.
WALK_ONLY = {"--yes", "--force", "--preserve-config", "--preview-only", "--plaintext"}
# The steps of the walk, and how docs/verify.md names each.
STEPS = {
    "preview of everything": "a preview",
    "up": "`up`",
    "nothing edited": "an `up` that changes nothing",
    "an entry added": "an entry that is added",
    "an entry changed": "changed",
    "its file renamed": "a file that is renamed",
    "an entry moved to another file": "moved to another file",
    "an entry removed": "removed",
    "log_retention_days, handlers": "edited [handlers](callback.md#deploy-it-with-the-stack) in the callback service",
    "a broken catalog": "a broken catalog",
    "refresh, keys rotated by hand": "signing keys that were rotated by hand",
    "refresh, 5 changed by hand": "five other changes by hand that a refresh finds",
    "they are fixed": "`up` reverts",
    "state lost and restored": "the state, lost and restored from an export",
    "destroy": "the end, which names [what is protected](maintain.md#remove-a-stack)",
}


@pytest.fixture(name="commands", scope="module")
def _commands(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    return walked(tmp_path_factory.mktemp("walk"))[0]


def verb(line: tuple[str, ...]) -> str:
    """The command of Pulumi or of AWS that a line runs."""
    if line[0] == "aws":
        return " ".join(line[1:3])
    words = " ".join(line[1:]).replace("config set-all", "config set")
    return max((each for each in COMMANDS if f"{words} ".startswith(f"{each} ")), key=len, default=words)


def typed(page: str) -> list[tuple[str, ...]]:
    """The commands of Pulumi on a page, in their order, in blocks and in the text."""
    found = re.findall(r"^\s*(pulumi [^\n|]+)$|`(pulumi [^\n`]+)`", PAGES[page], re.MULTILINE)
    return [tuple(shlex.split(block or text)) for block, text in found]


def in_section(page: str, heading: str) -> list[str]:
    """The commands in the blocks of a section, by their verbs."""
    section = re.split(r"^## ", PAGES[page].partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for block in blocks(section) for line in block.text.splitlines()]
    return [verb(tuple(shlex.split(line))) for line in lines if re.match(r"pulumi |aws dynamodb ", line)]


def flags(lines: list[tuple[str, ...]], command: str) -> set[str]:
    return {word.partition("=")[0] for line in lines if verb(line) == command for word in line if word[:2] == "--"}


def follow(wanted: list[str], done: list[str]) -> bool:
    """Tell whether the commands are done in this order, with others between them."""
    rest = iter(done)
    return all(each in rest for each in wanted)


def test_every_command_of_the_pages_is_walked_and_the_other_way_round(commands: list[tuple[str, ...]]) -> None:
    named = {verb(line) for page in PAGES for line in typed(page)}
    done = {verb(line) for line in commands if line[0] == "pulumi"}

    assert len(named) > 10
    assert named - done == set(NOT_WALKED)
    assert done - named == set()


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - set(NOT_WALKED)))
def test_a_command_has_the_same_flags_on_the_pages_and_in_the_walk(
    command: str, commands: list[tuple[str, ...]]
) -> None:
    shown = flags([line for page in PAGES for line in typed(page)], command)

    assert flags(commands, command) - WALK_ONLY == shown - set(OTHERWISE)


def test_each_flag_that_the_walk_has_otherwise_is_on_a_page() -> None:
    shown = {word for page in PAGES for line in typed(page) for word in line}

    assert set(OTHERWISE) <= shown


@pytest.mark.parametrize(
    ("page", "heading", "verbs"),
    [
        ("deploy", "2. The stack", ["stack init", "config set"]),
        ("deploy", "5. Preview and up", ["preview", "up"]),
        ("maintain", "Restore", ["stack export", "refresh"]),
        (
            "maintain",
            "Remove a stack",
            ["state unprotect", "dynamodb update-table", "dynamodb update-table", "destroy"],
        ),
    ],
)
def test_a_section_has_its_commands_in_the_order_of_the_walk(
    page: str, heading: str, verbs: list[str], commands: list[tuple[str, ...]]
) -> None:
    assert follow(verbs, in_section(page, heading))
    assert follow(verbs, [verb(line) for line in commands])


def test_the_steps_of_the_walk_are_those_of_its_page(tmp_path: Path) -> None:
    titles = [re.sub("^(preview|up), ", "", title) for title in walked(tmp_path)[1]]
    looks = {"stack init", "refresh, all is well", "refresh, state restored", "state restored", "unprotect, destroy"}

    assert list(dict.fromkeys(title for title in titles if title not in looks)) == list(STEPS)
    assert [words for words in STEPS.values() if words not in PAGES["verify"]] == []
