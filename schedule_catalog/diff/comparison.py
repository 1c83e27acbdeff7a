"""Comparison of two catalogs by the entries of each stack."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schedule_catalog.checking.pipeline import check_documents, check_readers
from schedule_catalog.checking.rules.bounds import NEVER_FIRES, PAST
from schedule_catalog.diff.changes import Action, Change, ChangeKind, Effect
from schedule_catalog.diff.effects import effect
from schedule_catalog.diff.fields import field_changes
from schedule_catalog.diff.outlooks import new_hazards, outlook
from schedule_catalog.diff.revisions import RevisionFile, without_common
from schedule_catalog.problem import Problem, Severity
from schedule_catalog.settings import Settings, handing_minutes, parse_settings
from schedule_catalog.workers import ALONE, Workers
from schedule_client.contract.records import asdict, frozen, replace

if TYPE_CHECKING:
    from schedule_catalog.calendars import Calendars
    from schedule_catalog.checking.catalog import Catalog
    from schedule_catalog.document import Document
    from schedule_catalog.entry import Entry

_ORDER = tuple(ChangeKind)
Pair = tuple["Entry | None", "Entry | None"]
Stacks = tuple["str | None", ...]
Versions = dict["str | None", "Entry"]
# Rules that are stricter with what a change writes.
_OF_EDITS = frozenset((PAST.id, NEVER_FIRES.id))


@frozen
class Comparison:
    """Effects of a change of the catalog.

    changes: the most important first: removed, renamed, changed, added; then by name.
    finished: finished entries after the change, which leave the stack only by the clock, by name.
    problems: of the files after the change; an entry that the change adds or edits must be in the future.
    base_problems: errors of the changed files before it; their entries are missing on that side.
    now: start of the next fires.
    """

    changes: tuple[Change, ...]
    finished: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    base_problems: tuple[Problem, ...]
    now: datetime

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that block the deployment."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def compare(
    base: Sequence[RevisionFile],
    head: Sequence[RevisionFile],
    found: Iterable[Problem] = (),
    *,
    settings: Mapping[str, Settings],
    calendars: tuple[Calendars, Calendars],
    stack: str | None = None,
    now: datetime,
    workers: Workers = ALONE,
) -> Comparison:
    """Compare the files before a change with those after it; a file on both sides is parsed once.

    found: problems of finding the files after the change.
    calendars: of both sides; if they differ, entries of unchanged files may differ too.
    stack: limits the comparison to this stack.
    now: aware.
    workers: number of processes that read and check the head.
    """
    before, after = calendars
    edited = without_common(head, base)
    kept = without_common(base, head) if before.same(after) else base
    old = check_documents(_documents(kept), settings={}, calendars=before, stack=stack, now=now)
    paths, names = {source.shown_as for source in edited}, {entry.name for entry in old.entries}
    readers = [source.document for source in head]
    sizes = [len(source.data or b"") for source in head]
    new = check_readers(
        readers,
        found,
        settings=settings,
        calendars=after,
        stack=stack,
        now=now,
        workers=workers,
        sizes=sizes,
        requests=lambda draft: draft.document.path in paths or draft.name in names,
    )
    # Others do not differ: only entries of edited files do, and those of a name that an edited file had.
    touched = [entry for entry in new.entries if entry.place.path in paths or entry.name in names]
    pairs = _pairs(old, touched, _stacks(old, new, settings, stack))
    wanted = _wanted(old, edited) if new.errors else {}
    changes = [
        _change(pair, stacks, broken, settings, now)
        for pair, seen_by in pairs
        for broken, stacks in _by_breakage(pair, seen_by, wanted)
    ]
    changed = {change.name for change in changes}
    return Comparison(
        tuple(sorted(changes, key=lambda change: (_ORDER.index(change.kind), change.name))),
        _finished((each for each in new.entries if each.name not in changed), settings, now),
        _judged(new.problems, edited, old, after, stack, now),
        old.errors,
        now,
    )


def _finished(entries: Iterable[Entry], settings: Mapping[str, Settings], now: datetime) -> tuple[Entry, ...]:
    expired = (each for each in entries if each.timing.expired(now))  # few are, and retries only make it later
    over = (each for each in expired if each.finished(now, handing_minutes(settings, each.stack)))
    return tuple(sorted({each.name: each for each in over}.values(), key=_name))


def _documents(sources: Iterable[RevisionFile]) -> Iterator[Document]:
    return (source.document() for source in sources)


def _name(entry: Entry) -> str:
    return entry.name


def _wanted(old: Catalog, edited: Sequence[RevisionFile]) -> dict[str, frozenset[str] | None]:
    """Stacks (None: all) that should get a name after the change; a stack without an entry has a broken one."""
    wanted = dict[str, frozenset[str] | None]()
    documents = list(_documents(edited))
    if not all(document.readable for document in documents):
        wanted.update((entry.name, None) for entry in old.entries)  # the stacks of that side are unknown
    for document in documents:
        if document.readable:
            wanted.update(_written(document.value))
    return wanted


def _written(value: Any) -> Iterator[tuple[str, frozenset[str] | None]]:
    schedules = _member(value, "schedules")
    for name in schedules if hasattr(schedules, "keys") else ():
        stacks = _member(_member(schedules, name), "stacks")
        named = hasattr(stacks, "__iter__") and not isinstance(stacks, str)
        yield str(name), frozenset(map(str, stacks)) if named else None


def _member(value: Any, key: str) -> Any:
    return value.get(key) if hasattr(value, "keys") else None


def _by_breakage(
    pair: Pair, stacks: Sequence[str | None], wanted: Mapping[str, frozenset[str] | None]
) -> Iterator[tuple[bool, list[str | None]]]:
    """Split the stacks that lose an entry because of errors from those that lose it on purpose."""
    before, after = pair
    named = wanted.get(before.name, frozenset()) if before and not after else frozenset[str]()
    broken = [stack for stack in stacks if named is None or stack in named]
    kept = [stack for stack in stacks if named is not None and stack not in named]
    yield from ((each, some) for each, some in ((True, broken), (False, kept)) if some)


def _stacks(old: Catalog, new: Catalog, settings: Mapping[str, Settings], stack: str | None) -> tuple[str | None, ...]:
    """Stacks to compare; without settings there may be more than the entries name: None."""
    if stack is not None:
        return (stack,)
    named = {entry.stack for catalog in (old, new) for entry in catalog.entries if entry.stack is not None}
    known = sorted(named | set(settings))
    return tuple(known) if settings else (*known, None)


def _pairs(old: Catalog, touched: Sequence[Entry], stacks: Sequence[str | None]) -> list[tuple[Pair, list[str | None]]]:
    """Entries that differ, before and after, each with the stacks that have the same difference."""
    before, after = _by_name(old.entries), _by_name(touched)
    found = [
        (pair, seen_by)
        for name in dict.fromkeys((*before, *after))
        for pair, seen_by in _of_name(before.get(name, {}), after.get(name, {}), tuple(stacks))
        if not _alike(*pair)
    ]
    return [(pair, list(seen_by)) for pair, seen_by in _with_renames(found)]


def _alike(before: Entry | None, after: Entry | None) -> bool:
    """Whether two entries send the same: to Python `true` equals 1 and 1.0, but in a body they differ."""
    if before is None or after is None or before != after:
        return before is after
    old, new = (json.dumps(each.request.body, sort_keys=True, default=repr) for each in (before, after))
    return old == new


def _by_name(entries: Iterable[Entry]) -> dict[str, Versions]:
    """Entries of each name in every stack (None) or in some of them, without naming these."""
    found: dict[str, Versions] = {}
    for entry in entries:
        found.setdefault(entry.name, {})[entry.stack] = replace(entry, stack=None)
    return found


def _of_name(before: Versions, after: Versions, stacks: Stacks) -> Iterable[tuple[Pair, Stacks]]:
    """Entries of a name before and after, with the stacks that have exactly these."""
    shared = before.get(None), after.get(None)
    own = {stack for versions in (before, after) for stack in versions if stack is not None}
    if not own:
        return [(shared, stacks)]
    alike: dict[tuple[str, ...], tuple[Pair, list[str | None]]] = {}
    for stack in stacks:
        pair = (before.get(stack, shared[0]), after.get(stack, shared[1])) if stack in own else shared
        if pair != (None, None):
            alike.setdefault(tuple(map(_content, pair)), (pair, []))[1].append(stack)
    return [(pair, tuple(seen_by)) for pair, seen_by in alike.values()]


def _with_renames(found: Sequence[tuple[Pair, Stacks]]) -> Iterator[tuple[Pair, Stacks]]:
    """Join a removed and an added entry that have the same content in the same stacks."""
    added: dict[tuple[str, Stacks], deque[Entry]] = {}
    for (before, after), stacks in found:
        if before is None and after is not None:
            added.setdefault((_content(after), stacks), deque()).append(after)
    for (before, after), stacks in found:
        if before is not None and after is None:
            alike = added.get((_content(before), stacks)) if added else None
            yield (before, alike.popleft() if alike else None), stacks
        elif before is not None:
            yield (before, after), stacks
    yield from (((None, entry), stacks) for (_, stacks), left in added.items() for entry in left)


def _content(entry: Entry | None) -> str:
    """Text that is equal for entries that differ only in name: comparing all pairs would take too long."""
    if entry is None:
        return ""
    content = asdict(entry)
    del content["name"], content["place"]
    return json.dumps(content, sort_keys=True, default=repr)


def _change(
    pair: Pair, stacks: Sequence[str | None], broken: bool, settings: Mapping[str, Settings], now: datetime
) -> Change:
    before, after = pair
    if before and broken:
        stopped = Effect(
            Action.NOTHING,
            ("it now has errors, or its file cannot be read: nothing is deployed until the errors are fixed",),
        )
        return Change(
            ChangeKind.BROKEN, tuple(stacks), before, None, (), stopped, outlook(before.timing, now), None, ()
        )
    stack = stacks[0] or "none"
    return Change(
        _kind(before, after),
        tuple(stacks),
        before,
        after,
        field_changes(before, after) if before and after else (),
        effect(before, after, now, settings.get(stack) or parse_settings(stack, {})),
        outlook(before.timing, now) if before else None,
        outlook(after.timing, now) if after else None,
        new_hazards(before and before.timing, after and after.timing, now),
    )


def _kind(before: Entry | None, after: Entry | None) -> ChangeKind:
    if after is None:
        return ChangeKind.REMOVED
    if before is None:
        return ChangeKind.ADDED
    return ChangeKind.CHANGED if before.name == after.name else ChangeKind.RENAMED


def judge_edits(
    problems: tuple[Problem, ...],
    base: Sequence[RevisionFile],
    head: Sequence[RevisionFile],
    *,
    calendars: tuple[Calendars, Calendars],
    stack: str | None,
    now: datetime,
) -> tuple[Problem, ...]:
    """Turn warnings about the past, and about what never fires, into errors for entries that a change writes.

    Only files that differ are read; the others are the same on both sides, unless the calendars differ.
    """
    before, after = calendars
    edited, kept = (without_common(head, base), without_common(base, head)) if before.same(after) else (head, base)
    old = check_documents(_documents(kept), settings={}, calendars=before, stack=stack, now=now)
    return _judged(problems, edited, old, after, stack, now)


def _judged(
    problems: tuple[Problem, ...],
    edited: Sequence[RevisionFile],
    old: Catalog,
    calendars: Calendars,
    stack: str | None,
    now: datetime,
) -> tuple[Problem, ...]:
    paths = {source.shown_as for source in edited}
    if not any(problem.rule in _OF_EDITS and problem.path in paths for problem in problems):
        return problems
    again = check_documents(_documents(edited), settings={}, calendars=calendars, stack=stack, now=now, base=old)
    errors = {(each.rule, each.path, each.line, each.column): each for each in again.errors if each.rule in _OF_EDITS}
    return tuple(errors.get((each.rule, each.path, each.line, each.column), each) for each in problems)
