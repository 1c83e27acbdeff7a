"""Client for programs on asyncio: the loop never waits for AWS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

from schedule_client.client import ScheduleClient

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from schedule_client.call import ListedSchedule, PlannedCall, PlanResult, ScheduledCall, ScheduleDetails
    from schedule_client.contract import Request


class AsyncScheduleClient:
    """ScheduleClient's methods as coroutines; each runs in a thread, which a cancelled coroutine does not stop."""

    def __init__(self, client: ScheduleClient | None = None) -> None:
        self._client = client or ScheduleClient()

    async def schedule_once(
        self,
        request: Request,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        description: str | None = None,
    ) -> ScheduledCall:
        """See ScheduleClient.schedule_once."""
        return await asyncio.to_thread(
            self._client.schedule_once, request, delay=delay, at=at, key=key, description=description
        )

    async def schedule_many(
        self,
        plans: Iterable[PlannedCall],
        *,
        concurrency: int = 16,
        per_second: float = 100.0,
        progress: Callable[[int], None] | None = None,
    ) -> list[PlanResult]:
        """See ScheduleClient.schedule_many; `progress` is called in the loop's thread."""
        loop = asyncio.get_running_loop()

        def in_loop(done: int) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, done)

        return await asyncio.to_thread(
            self._client.schedule_many, plans, concurrency=concurrency, per_second=per_second, progress=in_loop
        )

    async def schedule_recurring(
        self,
        request: Request,
        *,
        cron: str | None = None,
        rate: str | None = None,
        timezone: str = "UTC",
        start: datetime | None = None,
        end: datetime | None = None,
        key: str | None = None,
        description: str | None = None,
    ) -> ScheduledCall:
        """See ScheduleClient.schedule_recurring."""
        return await asyncio.to_thread(
            self._client.schedule_recurring,
            request,
            cron=cron,
            rate=rate,
            timezone=timezone,
            start=start,
            end=end,
            key=key,
            description=description,
        )

    async def get(self, reference: str | ScheduledCall) -> ScheduleDetails:
        """See ScheduleClient.get."""
        return await asyncio.to_thread(self._client.get, reference)

    async def list(self, prefix: str = "") -> AsyncIterator[ListedSchedule]:
        """See ScheduleClient.list."""
        listed = self._client.list(prefix)
        while (found := await asyncio.to_thread(next, listed, None)) is not None:
            yield found

    async def reschedule(
        self, reference: str | ScheduledCall, *, delay: timedelta | None = None, at: datetime | None = None
    ) -> ScheduledCall:
        """See ScheduleClient.reschedule."""
        return await asyncio.to_thread(self._client.reschedule, reference, delay=delay, at=at)

    async def cancel(self, reference: str | ScheduledCall) -> bool:
        """See ScheduleClient.cancel."""
        return await asyncio.to_thread(self._client.cancel, reference)
