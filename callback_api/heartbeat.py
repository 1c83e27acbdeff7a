"""Task that a stack calls to verify that its schedules fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callback_api.handlers import task

if TYPE_CHECKING:
    from callback_api.handlers import Call


@task("heartbeat")
def heartbeat(call: Call) -> None:
    """Do nothing, successfully."""
