"""Steps of a Pulumi preview, and which of them only the clock causes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from schedule_catalog.entry import Entry

SCHEDULE = "aws:scheduler/schedule:Schedule"
# A step of these changes nothing: "refresh" only reads, and reports its results as other steps.
_IDLE = frozenset(("same", "read", "read-discard", "discard", "refresh"))
_REPLACING = frozenset(("replace", "create-replacement", "delete-replaced", "read-replacement", "discard-replaced"))
_WHOLE = frozenset(("create", "delete", "replace"))
_KEYS = frozenset(("steps", "changeSummary", "diagnostics"))
_ORDER = ("delete", "replace", "create", "update")
_URN = re.compile(r"urn:pulumi:([\w.-]+)::([\w.-]+)::(?:[^$]+\$)*([^$]+?)::(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """Change of one resource.

    operation: `delete`, `replace`, `create`, `update`, or another one of a newer Pulumi.
    type: Pulumi's, such as `aws:sqs/queue:Queue`.
    properties: the inputs that differ, sorted; none if the resource is created or deleted.
    by_clock: follows from the catalog because a time has passed: it is neither an edit nor drift.
    """

    operation: str
    type: str
    name: str
    properties: tuple[str, ...]
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Preview of one stack: its steps, deletions first, and its errors."""

    stack: str
    steps: tuple[Step, ...]
    errors: tuple[str, ...]

    @property
    def drifted(self) -> bool:
        """Whether a difference between the program and AWS has another cause than the clock."""
        return not all(step.by_clock for step in self.steps)


def read_plan(text: str | bytes) -> Plan:
    """Return the plan that `pulumi preview --json` printed, without steps by the clock yet; PlanError for other input.

    The shape: https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go, PreviewDigest.
    """
    digest = _digest(text)
    steps = [_step(each) for each in _records(digest, "steps")]
    stacks = {stack for stack, _ in steps}
    if len(stacks) > 1:
        raise PlanError(f"it covers the stacks {' and '.join(sorted(stacks))}: make a preview of one stack")
    found = dict.fromkeys(step for _, step in steps if step.operation not in _IDLE)
    return Plan(stack=next(iter(stacks), ""), steps=tuple(sorted(found, key=_place)), errors=tuple(_errors(digest)))


def tell_clock(plan: Plan, entries: Iterable[Entry], now: datetime, handing_minutes: int) -> Plan:
    """Return the plan with the steps marked that follow from the entries of its stack and the time."""
    known = {entry.name: entry for entry in entries}
    steps = (replace(step, by_clock=_by_clock(step, known.get(step.name), now, handing_minutes)) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _by_clock(step: Step, entry: Entry | None, now: datetime, handing_minutes: int) -> bool:
    """Whether the clock causes a step: a finished entry's schedule goes; a past `start` is no longer sent."""
    if entry is None or step.type != SCHEDULE:
        return False
    if step.operation == "delete":
        return entry.finished(now, handing_minutes)
    return step.operation == "update" and step.properties == ("startDate",) and entry.timing.begun(now)


def _digest(text: str | bytes) -> dict[str, Any]:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    digest = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if digest.keys().isdisjoint(_KEYS):
        raise PlanError('it is not the output of "pulumi preview --json"')
    return digest


def _records(digest: dict[str, Any], key: str) -> Sequence[dict[str, Any]]:
    records: Any = digest.get(key) or []
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in cast("list[Any]", records)):
        raise PlanError(f'its "{key}" are not a list of objects')
    return cast("list[dict[str, Any]]", records)


def _step(record: dict[str, Any]) -> tuple[str, Step]:
    """Stack of a step, and the step; the three steps of a replacement are one."""
    operation, urn = record.get("op"), record.get("urn")
    parts = _URN.fullmatch(urn) if isinstance(urn, str) else None
    if not parts or not isinstance(operation, str):
        raise PlanError('a step of it has no "op" or "urn"')
    shown = "replace" if operation in _REPLACING else operation
    properties = () if shown in _WHOLE else tuple(sorted(_properties(record)))
    return parts[1], Step(shown, parts[3], parts[4], properties)


def _properties(record: dict[str, Any]) -> set[str]:
    """Inputs that differ, without nested ones."""
    named: Any = record.get("detailedDiff") or record.get("diffReasons") or ()
    return {re.split(r"[.\[]", str(each), maxsplit=1)[0] for each in cast("Iterable[object]", named)}


def _errors(digest: dict[str, Any]) -> Iterator[str]:
    for record in _records(digest, "diagnostics"):
        if record.get("severity") in ("error", "fatal"):
            yield str(record.get("message", "")).removeprefix("error:").strip()


def _place(step: Step) -> tuple[int, str, str]:
    return (_ORDER.index(step.operation) if step.operation in _ORDER else -1, step.type, step.name)
