"""Client for programs on asyncio: the loop never waits for AWS."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from schedule_client.client import ScheduleClient
from schedule_client.deadline import checked_seconds, timed_out
from schedule_client.errors import SettingsError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from schedule_client.call import ListedSchedule, PlannedCall, PlanResult, ScheduledCall, ScheduleDetails
    from schedule_client.contract.request import Request

T = TypeVar("T")


class AsyncScheduleClient:
    """ScheduleClient's methods as coroutines.

    At most `concurrency` calls are at work at once, in threads of the client's own, so that a silent endpoint keeps no
    other part of the program from its threads; the others wait. A coroutine ends at its `timeout`, or the client's, the
    wait for a thread included; a thread that is at work then, or when its coroutine is cancelled, ends by itself.
    """

    def __init__(self, client: ScheduleClient | None = None, *, concurrency: int = 16) -> None:
        if type(concurrency) is not int or concurrency < 1:
            raise SettingsError(f"concurrency is {concurrency!r}: give a whole number from 1")
        self._client, self._concurrency = client or ScheduleClient(), concurrency
        self._pool: ThreadPoolExecutor | None = None
        self._process = os.getpid()

    async def schedule_once(
        self,
        request: Request,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        key: str | None = None,
        description: str | None = None,
        timeout: float | None = None,
    ) -> ScheduledCall:
        """See ScheduleClient.schedule_once."""
        given = {"delay": delay, "at": at, "key": key, "description": description}
        return await self._run(timeout, self._client.schedule_once, request, **given)

    async def schedule_many(
        self,
        plans: Iterable[PlannedCall],
        *,
        concurrency: int = 16,
        per_second: float = 100.0,
        progress: Callable[[int], None] | None = None,
        timeout: float | None = None,
    ) -> list[PlanResult]:
        """See ScheduleClient.schedule_many; `progress` is called in the loop's thread."""
        loop = asyncio.get_running_loop()

        def in_loop(done: int) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, done)

        pace = {"concurrency": concurrency, "per_second": per_second, "timeout": timeout}
        many = partial(self._client.schedule_many, plans, **pace, progress=in_loop)
        return await loop.run_in_executor(self._threads(), many)

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
        timeout: float | None = None,
    ) -> ScheduledCall:
        """See ScheduleClient.schedule_recurring."""
        when = {"cron": cron, "rate": rate, "timezone": timezone, "start": start, "end": end}
        recurring = self._client.schedule_recurring
        return await self._run(timeout, recurring, request, **when, key=key, description=description)

    async def get(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> ScheduleDetails:
        """See ScheduleClient.get."""
        return await self._run(timeout, self._client.get, reference)

    async def list(
        self, prefix: str = "", *, details: bool = False, timeout: float | None = None
    ) -> AsyncIterator[ListedSchedule]:
        """See ScheduleClient.list."""
        listed = self._client.list(prefix, details=details, timeout=timeout)
        while (found := await self._within(timeout, partial(next, listed, None))) is not None:
            yield found

    async def reschedule(
        self,
        reference: str | ScheduledCall,
        *,
        delay: timedelta | None = None,
        at: datetime | None = None,
        timeout: float | None = None,
    ) -> ScheduledCall:
        """See ScheduleClient.reschedule."""
        return await self._run(timeout, self._client.reschedule, reference, delay=delay, at=at)

    async def rehome(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> bool:
        """See ScheduleClient.rehome."""
        return await self._run(timeout, self._client.rehome, reference)

    async def cancel(self, reference: str | ScheduledCall, *, timeout: float | None = None) -> bool:
        """See ScheduleClient.cancel."""
        return await self._run(timeout, self._client.cancel, reference)

    async def _run(self, timeout: float | None, verb: Callable[..., T], *given: Any, **named: Any) -> T:
        return await self._within(timeout, partial(verb, *given, **named, timeout=timeout))

    async def _within(self, timeout: float | None, work: Callable[[], T]) -> T:
        seconds = [checked_seconds(each) for each in (timeout, self._client.timeout) if each is not None]
        running = asyncio.get_running_loop().run_in_executor(self._threads(), work)
        if not seconds:
            return await running
        try:
            return await asyncio.wait_for(running, min(seconds))
        except TimeoutError:
            raise timed_out(min(seconds)) from None

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():  # the threads of a process are not its fork's
            self._pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="schedule-client")
            self._process = os.getpid()
        return self._pool
