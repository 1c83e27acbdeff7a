"""Health of the service: whether it runs, and whether it can work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callback_api.errors import ProblemError
from callback_api.models import Health, Ready, SweepEntry
from callback_api.mount import SWEEP_PATH
from callback_api.problems import documented
from callback_api.routes.route import Here, named
from callback_api.schedules import SchedulingError

if TYPE_CHECKING:
    from fastapi import APIRouter


def add_routes(router: APIRouter) -> None:
    """Add the two routes, which are open to everybody."""
    router.get("/health", **named("get_health", "health"))(health)
    router.get("/ready", **named("get_ready", "health"), responses=documented(503))(ready)


async def health() -> Health:
    """Return whether the process runs; uses nothing else."""
    return Health()


def ready(here: Here) -> Ready:
    """Return whether tasks can be stored and scheduled: checks the store, and the settings of the stack."""
    here.store.ready()
    try:
        here.schedules.ready()
    except SchedulingError as error:
        raise ProblemError(503, "no-stack", str(error)) from None
    sweep = SweepEntry(service=here.schedules.service, path=f"{here.mount.path or ''}{SWEEP_PATH}")
    return Ready(sweep=sweep, swept_at=here.sweeper.swept_at)
