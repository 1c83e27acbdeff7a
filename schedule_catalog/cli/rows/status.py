"""A stack against its catalog as JSON, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.cli import as_json

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations import StackStatus


def show(status: StackStatus, names: Names) -> None:
    """Print what matches and what differs, and how full the queues are."""
    changed = [
        {
            "name": each.name,
            "fields": [{"field": one.field, "catalog": one.wanted, "aws": one.found} for one in each.differences],
        }
        for each in status.changed
    ]
    queues = [
        {"queue": each.queue, "waiting": each.waiting, "being_read": each.held, "delayed": each.delayed}
        for each in status.queues
    ]
    members = {
        "stack": names.stack,
        "region": names.region,
        "drifted": status.drifted,
        "matching": status.matching,
        "missing": status.missing,
        "extra": status.extra,
        "changed": changed,
        "finished": status.finished,
        "disabled": status.disabled,
        "queues": queues,
        "first_keys": status.first_keys,
    }
    as_json.show("status", members)
