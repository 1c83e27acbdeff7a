"""Every page is followed from top to bottom: its files are checked, and its commands print what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from schedule_catalog.cli.line.parser import COMMANDS
from schedule_catalog.schema_files import schema
from schedule_catalog.settings import read_settings
from tests.docs.page import ROOT, SAMPLE, Block, Desk, blocks, commands, matches
from tests.github.actionlint import said_of

# The pages on checks have their own test: each of their samples is followed by what the check prints.
PAGES = {
    path.stem: path.read_text() for path in sorted((ROOT / "docs").glob("*.md")) if not path.stem.startswith("checks")
}
LINK = re.compile(r"\]\((?!https://)([^)#]+)(#[^)]+)?\)")
# What needs an account, a CLI or a repository that a test has not; each is looked at in another way.
ELSEWHERE = re.compile(
    r"^(?:schedules (?:check|dev|init|keys rotate|new|packages)|schedules [^#]*--local\b"
    r"|pulumi (?:config set|login|stack (?:init|select|output)|preview|up)"
    r"|make (?:up|packages)|pip install|pipx (?:install|inject)|uv tool install"
    r"|aws (?:iam|scheduler|secretsmanager|ssm)|export (?:CALLBACK_DATABASE_URL|SCHEDULER_[A-Z_]+)"
    r"|python -m callback_api(?: (?:migrate|token add|serve)|\.examples))\b"
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_what_it_says(name: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, name)
    for block in blocks(PAGES[name]):
        follow(block, desk)


def follow(block: Block, desk: Desk) -> None:
    """Do what a block says, and look whether it is true."""
    match block.language, block.title:
        case "console", "":
            for command in commands(block):
                printed = desk.run(command.line)
                assert matches(printed, command.output), f"$ {command.line}\n{printed}"
        case "sh", "deploy":
            pass  # each command is looked at: test_deploy.py
        case "console", "stack":
            pass  # followed in a stack of its own: test_operate.py
        case "yaml", title if title.startswith("wrong"):
            desk.write(block)
        case "yaml", _:
            follow_file(desk.write(block), desk)
        case "json", "":
            jsonschema_rs.validator_for(schema("request")).validate(json.loads(block.text))
        case "sh", "":
            assert [line for line in block.text.splitlines() if not ELSEWHERE.match(line)] == []
        case "sh", "ci.sh":
            follow_script(block, desk.folder / "ci")
        case ("http" | "python" | "javascript" | "insights" | "text", _) | ("json", "event" | "outcome" | "key-policy"):
            pass  # the page's own test does
        case unknown:
            pytest.fail(f"no test knows what to do with {unknown}")


# The laptop stack runs until the application has started, and then ends as if a call was not delivered.
STAND_INS = {
    "schedules": """case "$1" in
dev) until [ -e started ]; do sleep 0.05; done; exit 1;;
env)
  echo SCHEDULER_NAME_PREFIX=shop-
  echo '# "callback" signs calls with whsec_b'
  echo '# "shop" signs calls with whsec_a=';;
esac
""",
    "uvicorn": 'echo "$CALLBACK_SIGNING_KEYS $*" > starting; mv starting started\n',
}


def follow_script(block: Block, folder: Path) -> None:
    """Run a script with stand-ins: the application gets its key, and the script ends with the stack's status."""
    folder.mkdir()
    for name, text in STAND_INS.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}")
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", block.text], cwd=folder, env={"PATH": path}, timeout=60, check=False)

    assert done.returncode == 1
    assert (folder / "started").read_text() == "whsec_a= app:app --port 8080 --env-file shop.env\n"
    assert "SCHEDULER_NAME_PREFIX=shop-" in (folder / "shop.env").read_text()


def follow_file(path: Path, desk: Desk) -> None:
    """Check a file by what reads it."""
    if path.name.startswith("Pulumi."):
        read_settings(path)
    elif path.parent.name == "workflows":
        assert said_of(path) == []
    elif path.parent.name == "schedules":
        grave = "error|warning" if path.name == Path(SAMPLE).name else "error"
        printed = desk.run(f"schedules check {path.relative_to(desk.folder)}")
        assert not re.search(rf"^\S+: ({grave}): ", printed, re.MULTILINE), printed
    else:
        assert yaml.safe_load(path.read_text())


def test_links_lead_to_files_of_this_repository() -> None:
    for name, page in PAGES.items():
        for target, anchor in LINK.findall(page):
            assert (ROOT / "docs" / target).exists(), f"{name}: {target}"
            assert not anchor or anchor[1:] in anchors((ROOT / "docs" / target).read_text()), f"{name}: {anchor}"


def anchors(page: str) -> set[str]:
    """The names that GitHub gives to the headings of a page, and those that the page has of its own."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    own = re.findall(r'<a id="([\w-]+)"></a>', page)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings} | set(own)


def test_every_page_is_in_the_index() -> None:
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", PAGES["README"])) == {
        path.stem for path in (ROOT / "docs").glob("*.md")
    } - {"README"}


def test_the_pages_for_authors_show_every_key_of_a_catalog_file() -> None:
    pages = PAGES["first-schedule"] + PAGES["timing"] + PAGES["requests"] + PAGES["calling"]
    samples = [yaml.safe_load(block.text) for block in blocks(pages) if block.language == "yaml"]
    definitions = schema("schedule")["$defs"]
    known = {
        *schema("schedule")["properties"],
        *(key for part in ("entry", "request", "auth", "retry") for key in definitions[part]["properties"]),
    }

    assert known - set(keys_in(samples)) == set()


def keys_in(value: Any) -> Iterator[str]:
    """Yield every key, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_in(item)


def test_every_command_that_a_page_names_exists() -> None:
    named = {word for page in PAGES.values() for word in re.findall(r"(?:`|\$ )schedules ([a-z]+)", page)}

    assert named <= set(COMMANDS)
