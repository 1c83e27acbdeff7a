"""Schedules of a catalog, as wanted and as deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.deployment.arguments import schedule_arguments
from schedule_catalog.operations.schedules import get_schedules, list_schedules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.deployment.arguments import ScheduleArguments
    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule, ScheduleSummary
    from schedule_catalog.settings import Settings


class ScheduleMemory:
    """Schedules that were read before; one is read again when its modification time or state is another."""

    def __init__(self) -> None:
        self._found: dict[str, FoundSchedule] = {}

    def schedules(self, stack: Deployed, group: str, listed: Sequence[ScheduleSummary]) -> dict[str, FoundSchedule]:
        """Return those that are there, by name, reading what is not known as it is listed."""
        known = {each.name: found for each in listed if (found := self._found.get(each.arn)) and _is(found, each)}
        read = get_schedules(stack, group, [each.name for each in listed if each.name not in known])
        self._found.update({found.arn: found for found in read.values()})
        return {**known, **read}

    def keep(self, arns: Collection[str]) -> None:
        """Forget all schedules but these: applications create and delete a schedule for each call."""
        self._found = {arn: found for arn, found in self._found.items() if arn in arns}


def _is(found: FoundSchedule, listed: ScheduleSummary) -> bool:
    return (found.modified, found.enabled) == (listed.modified, listed.enabled)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Wanted and deployed schedules by name.

    wanted: every entry; None for one that is finished, whose schedule the next `pulumi up` deletes.
    listed: every schedule of the catalog's group.
    found: the wanted schedules that exist, with all details.
    """

    wanted: Mapping[str, ScheduleArguments | None]
    listed: Mapping[str, ScheduleSummary]
    found: Mapping[str, FoundSchedule]


def take_inventory(
    stack: Deployed,
    entries: Sequence[Entry],
    settings: Settings,
    now: datetime,
    memory: ScheduleMemory | None = None,
) -> Inventory:
    """Read the catalog's group; ListSchedules omits most of a schedule, so GetSchedule also reads each one."""
    memory = memory or ScheduleMemory()
    group = stack.manifest.catalog_group
    listed = {summary.name: summary for summary in list_schedules(stack, group)}
    wanted = {entry.name: schedule_arguments(entry, now, settings) for entry in entries}
    alive = [listed[name] for name in sorted(listed) if wanted.get(name) is not None]
    return Inventory(wanted, listed, memory.schedules(stack, group, alive))
