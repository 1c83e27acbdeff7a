"""Overview of a stack: its status and its board, read at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from schedule_catalog.operations.alarms import alarms_on
from schedule_catalog.operations.board import board
from schedule_catalog.operations.board_memory import BoardMemory
from schedule_catalog.operations.inventory import take_inventory
from schedule_catalog.operations.status import stack_status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from schedule_catalog.deployment.names import Names
    from schedule_catalog.entry import Entry
    from schedule_catalog.operations.board import Board
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.status import StackStatus
    from schedule_catalog.settings import Settings


def overview(
    stack: Deployed,
    entries: Sequence[Entry],
    settings: Settings,
    names: Names,
    now: datetime,
    services: Mapping[str, str],
    memory: BoardMemory | None = None,
) -> tuple[StackStatus, Board]:
    """Return the status and the board of a stack; the two halves of a first look do not wait for each other.

    services: as for `board`.
    """
    memory = memory or BoardMemory()
    alive = [entry for entry in entries if not entry.finished(now, settings.scheduler.max_age_minutes)]
    with ThreadPoolExecutor(2) as beside:
        ahead = beside.submit(memory.read_ahead, stack, alive, now)
        alarms = beside.submit(alarms_on, stack.clients, names)
        inventory = take_inventory(stack, entries, settings, now, memory)
        status = replace(stack_status(stack, inventory, settings, names), alarms=alarms.result())
        ahead.result()
    return status, board(stack, entries, inventory, status, now, memory, services)
