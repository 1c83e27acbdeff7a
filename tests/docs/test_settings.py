"""docs/settings.md against what the settings' parser knows: every key, its value, its default and its command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from schedule_catalog.settings import NAMESPACE, SettingsError, parse_settings
from tests.docs.page import ROOT, blocks

PAGE = "".join((ROOT / "docs" / f"{name}.md").read_text() for name in ("settings", "settings-resources"))
ROWS = re.findall(r"^\| `([\w.]+)` \| ([^|]+?) \| ([^|]*?) ?\| ([^|]+?) \|$", PAGE, re.MULTILINE)
COMMANDS = [line for block in blocks(PAGE) if block.language == "sh" for line in block.text.splitlines()]
NAME = "billing"
"""A name that every mapping of names accepts."""

STEP = re.compile(r'\.?([\w-]+)|\["([^"]+)"\]|\[(\d+)\]')
LIST = re.compile(r"list of \w+")


@dataclass(frozen=True)
class Row:
    value: str
    default: str
    meaning: str


DOCUMENTED = {key: Row(value, default, meaning) for key, value, default, meaning in ROWS}


def told(values: Mapping[str, Any]) -> dict[str, str]:
    """What the parser says of a configuration, by key."""
    try:
        parse_settings("dev", values)
    except SettingsError as error:
        return {mistake.key: mistake.message for mistake in error.mistakes}
    return {}


def nested(key: str, value: object) -> dict[str, Any]:
    first, *rest = key.split(".")
    for step in reversed([NAME if each == "NAME" else each for each in rest]):
        value = {step: value}
    return {first: value}


def known_keys(below: str = "") -> Iterator[str]:
    """Every key that the parser knows, asked of the parser: where an unknown key is refused, it names the known."""
    probe = nested(f"{below}.@", 1) if below else {"@": 1}
    path = below.replace("NAME", NAME)
    refusal = next((said for key, said in told(probe).items() if "@" in key), None)
    if refusal is None:
        yield below
    elif refusal.startswith("unknown key"):
        for key in re.findall(r'"([^"]+)"', refusal.partition("known: ")[2]):
            yield from known_keys(f"{below}.{key}".lstrip("."))
    else:
        assert f'{path}["@"]' in told(probe), path
        yield from known_keys(f"{below}.NAME")


KNOWN = tuple(known_keys())


def applied(commands: list[str]) -> dict[str, Any]:
    """The configuration that `pulumi config set` commands leave behind."""
    config: dict[str, Any] = {}
    for line in commands:
        words = [word for word in shlex.split(line) if word not in ("--path", "--plaintext")]
        assert words[:3] == ["pulumi", "config", "set"], line
        set_in(config, steps(words[3]), words[4])
    return config


def steps(key: str) -> list[str | int]:
    namespace, _, path = key.partition(":")
    assert namespace == NAMESPACE, key
    return [int(index) if index else name or quoted for name, quoted, index in STEP.findall(path)]


def set_in(container: Any, path: list[str | int], value: str) -> None:
    step, *rest = path
    if isinstance(step, int) and step == len(container):
        container.append(None)
    if not rest:
        container[step] = value
        return
    inner = container[step] if isinstance(step, int) else container.get(step)
    if inner is None:
        container[step] = inner = [] if isinstance(rest[0], int) else {}
    set_in(inner, rest, value)


def set_by(command: str) -> str:
    """The key that a command sets, as the tables write it."""
    path = [step for step in steps(next(word for word in shlex.split(command) if ":" in word)) if isinstance(step, str)]
    spelled = [path, *([*path[:at], "NAME", *path[at + 1 :]] for at in range(1, len(path)))]
    return next((key for key in map(".".join, spelled) if key in DOCUMENTED), ".".join(path))


def test_every_key_is_on_the_page_and_no_other() -> None:
    missing = [key for key in KNOWN if key not in DOCUMENTED]
    assert not missing, (
        f"docs/settings.md says nothing of {missing}: add to a table of it, for each, "
        "| `KEY` | value | default | what it is |, and to the block below the table a line: "
        "pulumi config set --path schedule-catalog:KEY VALUE"
    )
    assert [key for key in DOCUMENTED if key not in KNOWN] == []


def test_every_key_has_a_command_and_all_of_them_together_are_right() -> None:
    assert [key for key in KNOWN if key not in set(map(set_by, COMMANDS))] == []
    assert told(applied([line for line in COMMANDS if set_by(line) != "shard.core"])) == {}


def test_a_shard_sets_nothing_that_its_core_stack_sets() -> None:
    own = {"shard", "catalog", "calendars", "packages", "now", "proxy_routes"}

    assert set(told(applied(COMMANDS))) == {key.partition(".")[0] for key in KNOWN} - own


@pytest.mark.parametrize("key", KNOWN)
def test_what_a_command_sets_is_not_the_default(key: str) -> None:
    """An example that sets what is there already shows nothing."""
    values = [shlex.split(line)[-1] for line in COMMANDS if set_by(line) == key]

    assert key.endswith(".origins") or DOCUMENTED[key].default.strip("`") not in values


def shown(value: object) -> str:
    """A default as the page writes it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple | frozenset):
        return ", ".join(f"`{each}`" for each in sorted(map(str, value)))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return f"`{value}`".replace(NAME, "NAME") if value else ""


def default_of(key: str) -> object:
    value: Any = parse_settings("STACK", least_beside(key), "PROJECT")
    for step in key.split("."):
        if value is None:
            return None
        if isinstance(value, Mapping):
            value = value.get(NAME)
        else:
            value = getattr(value if hasattr(value, step) else value.binding, step)
    return value


def least_beside(key: str) -> dict[str, Any]:
    """A configuration in which each thing with a name has no more than it must have, and not the key itself."""
    hosts = ["a.example.com"] if key.endswith(".services") else []
    binding = {"hosts": hosts} if hosts else {"services": ["callback"]}
    if key.startswith("shard."):
        return {}
    named = {"owners": {}, "applications": {}, "secrets": binding, "signing": binding}
    if key.startswith("clients."):
        server = {"type": "oauth2", "token_url": "https://a.example.com/token", "secret": "login"}
        named["clients"] = binding | (server if key.endswith(".audience") else {"type": "oidc", "audience": "a"})
    return {"hosts": hosts, **{each: {NAME: values} for each, values in named.items()}}


@pytest.mark.parametrize("key", [key for key in KNOWN if key != "clients.NAME.type"])
def test_a_default_is_the_one_that_is_taken(key: str) -> None:
    assert DOCUMENTED[key].default == shown(default_of(key))


@pytest.mark.parametrize("key", KNOWN)
def test_a_value_is_described_as_the_parser_would(key: str) -> None:
    said = told(nested(key, {"no": "such value"})).get(key.replace("NAME", NAME), "")
    value = DOCUMENTED[key].value

    assert said, f"{key} takes anything"
    if found := re.search(r"is not a whole number from (\d+) to (\d+)$", said):
        assert value == f"{found[1]} to {found[2]}"
    elif found := re.search(r"is not (one of .+)$", said):
        assert value == found[1]
    elif said.endswith("is neither true nor false"):
        assert value == "`true` or `false`"
    else:
        assert bool(LIST.fullmatch(value)) == said.endswith("is not a list")


def test_every_key_says_what_it_is() -> None:
    assert [key for key, row in DOCUMENTED.items() if len(row.meaning.split()) < 2] == []
