"""Lookup of a schedule, deployed or deleted, by the text that an operator types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedule_catalog.operations.errors import NotRunnableError
from schedule_catalog.operations.schedules import get_schedule, list_schedules
from schedule_catalog.wording import nearest
from schedule_client.contract.origins import ADHOC, CATALOG

if TYPE_CHECKING:
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.schedules import FoundSchedule


# CreateSchedule's Name: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Schedule by group and name; it may be deleted.

    origins: possible origins of its runs: its own, and `adhoc` for runs before its application had an origin.
    """

    group: str
    name: str
    arn: str
    origins: tuple[str, ...]


def find_schedule(stack: Deployed, text: str) -> FoundSchedule:
    """Return the schedule with this ARN, or this name in the catalog's or the applications' group.

    Raises NotRunnableError, with the nearest name of the catalog, if there is none.
    """
    for identity in identities(stack, text):
        found = get_schedule(stack, identity.group, identity.name)
        if found is not None:
            return found
    raise NotRunnableError(_unknown(stack, text))


def identities(stack: Deployed, text: str) -> tuple[Identity, ...]:
    """Return the possible meanings of an ARN or a name, the catalog first.

    Raises NotRunnableError for an ARN of another stack, and for an impossible name.
    """
    if not text.startswith("arn:"):
        if not _NAME.fullmatch(text):
            raise NotRunnableError(f'"{text}" cannot name a schedule: use up to 64 letters, digits, "-", "_" and "."')
        manifest = stack.manifest
        return tuple(identity_of(stack, group, text) for group in (manifest.catalog_group, manifest.adhoc_group))
    group, _, name = text.partition(":schedule/")[2].partition("/")
    if stack.origin_of(group, name) is None or stack.schedule_arn(group, name) != text or not _NAME.fullmatch(name):
        raise NotRunnableError(f'"{text}" is not a schedule of the stack "{stack.manifest.stack}"')
    return (identity_of(stack, group, name),)


def identity_of(stack: Deployed, group: str, name: str) -> Identity:
    """Return a schedule of the stack by its group and name."""
    own = stack.origin_of(group, name) or CATALOG
    origins = (own,) if own in (CATALOG, ADHOC) else (own, ADHOC)
    return Identity(group, name, stack.schedule_arn(group, name), origins)


def _unknown(stack: Deployed, text: str) -> str:
    names = [each.name for each in list_schedules(stack, stack.manifest.catalog_group)]
    near = nearest(text, names)
    instead = f': did you mean "{near}"?' if near else ': run "schedules status"'
    return f'the stack "{stack.manifest.stack}" has no schedule "{text}"{instead}'
