"""Rules for all entries, or all files, together."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.rule import CatalogRule, Rule, ShardRule
from schedule_catalog.pile_ups import PileUp, pile_ups
from schedule_catalog.problem import Place, Problem, Severity
from schedule_catalog.settings import set_command
from schedule_catalog.wording import nearest

if TYPE_CHECKING:
    from schedule_catalog.document import SourceFile
    from schedule_catalog.entry import Entry
    from schedule_catalog.settings import Settings


_NAMED = 3


def _pile_up(entries: Iterable[Entry], settings: Iterable[Settings], now: datetime) -> Iterator[Problem]:
    """Find the fullest minutes of each stack; entries that accept this are not counted.

    The problem is reported at the first entry of the owner with the most calls in that minute.
    """
    counted = [entry for entry in entries if "pile-up" not in entry.accept]
    said: dict[tuple[Place, str], list[str]] = {}
    for stack in settings:
        own = (entry for entry in counted if entry.stack is None or entry.stack == stack.stack)
        most = stack.most_calls_per_minute
        for found in pile_ups(own, most, now):
            said.setdefault(_worded(found, most), []).append(stack.stack)
    for (place, message), stacks in said.items():
        names = f"stack{'s' if len(stacks) > 1 else ''} {', '.join(sorted(stacks))}"
        yield Problem.at(place, "pile-up", f"{message} ({names})", Severity.WARNING)


def _worded(found: PileUp, most: int) -> tuple[Place, str]:
    owners = Counter(entry.owner for entry in found.entries)
    largest = sorted(owners.items(), key=lambda each: (-each[1], each[0]))
    own = sorted((each.place, each.name) for each in found.entries if each.owner == largest[0][0])
    shares = ", ".join(f"{owner} {count}" for owner, count in largest[:_NAMED])
    names = ", ".join(f'"{name}"' for _, name in own[:_NAMED])
    message = (
        f"{len(found.entries)} schedules call at {found.instant:%Y-%m-%dT%H:%MZ}, and "
        f'"most_calls_per_minute" is {most}: spread them with "flexible_window_minutes" '
        f"(most: {shares}; {names}{' …' if len(own) > _NAMED else ''})"
    )
    return own[0][0], message


def _shard(files: Sequence[SourceFile], roots: Sequence[Path], settings: Iterable[Settings]) -> Iterator[Problem]:
    """Find files that no stack or several stacks deploy, and listed files that do not exist.

    roots: folders and files to check; listed files are relative to the folder.
    """
    for stack in settings:
        if stack.shards:
            listed = frozenset[str]().union(*stack.shards.values())
            shown = {_name_of(Path(file.shown_as), roots, listed): file.shown_as for file in files}
            yield from _of_files(shown, stack)
            if all(root.is_dir() for root in roots):
                yield from _of_lists(shown, stack, roots[0])


def name_in_catalog(path: Path, folders: Sequence[Path]) -> str:
    """Return the name of a file in a list: its path relative to the catalog's folder."""
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return Path(os.path.relpath(path, folders[0])).as_posix()


def _name_of(path: Path, roots: Sequence[Path], listed: Iterable[str]) -> str:
    """Longest listed name that fits a file: for a file given by itself, the catalog's folder is unknown."""
    if path not in roots:
        return name_in_catalog(path, roots)
    whole = path.absolute().as_posix()
    return max((name for name in listed if whole.endswith(f"/{name}")), key=len, default=path.name)


def _of_files(shown: Mapping[str, str], stack: Settings) -> Iterator[Problem]:
    for name, path in shown.items():
        holders = [f'"{each}"' for each, files in sorted(stack.shards.items()) if name in files]
        if not holders:
            command = _add_command(stack, name)
            message = f"no stack deploys this file: add it to one of {_all_shards(stack)}; run: {command}"
            yield _shard_problem(path, message)
        elif len(holders) > 1:
            both = " and ".join(holders)
            yield _shard_problem(path, f'{both} both deploy this file: remove it from "shard.files" of one')


def _of_lists(shown: Mapping[str, str], stack: Settings, root: Path) -> Iterator[Problem]:
    for holder, files in sorted(stack.shards.items()):
        for name in sorted(files - shown.keys()):
            near = nearest(name, shown, cutoff=0.8)
            instead = f': did you mean "{near}"?' if near else ': remove it from "shard.files"'
            message = f'"{holder}" deploys "{name}", which does not exist{instead}'
            yield _shard_problem(str(root / name), message, Severity.WARNING)


def _all_shards(stack: Settings) -> str:
    return ", ".join(f'"{each}"' for each in sorted(stack.shards))


def _add_command(stack: Settings, name: str) -> str:
    """Command that adds the file to the stack with the fewest files."""
    smallest = min(sorted(stack.shards), key=lambda each: len(stack.shards[each]))
    return set_command(smallest, ("shard", "files", len(stack.shards[smallest])), name)


def _shard_problem(path: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(path, 1, 1, "shard", severity, message)


PILE_UP: CatalogRule = Rule(
    "pile-up",
    "no more schedules fire in the same minute than the stack's settings allow",
    _pile_up,
)
SHARD: ShardRule = Rule(
    "shard",
    "when several stacks share the catalog, each file is in exactly one of them",
    _shard,
)
