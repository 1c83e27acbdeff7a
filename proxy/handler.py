"""The entry point: one event in, one HTTP call out, one line logged, one answer returned."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

from proxy.answer import answer
from proxy.aws import Clients
from proxy.call import Caller
from proxy.errors import ProxyError
from proxy.event import parse_event
from proxy.handover import HandOver, to_lambda
from proxy.log import Log
from proxy.outcome import of_error
from proxy.routes import Routes
from proxy.run import origin_of
from proxy.secrets import SecretStore
from proxy.settings import SettingsParameter
from proxy.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proxy.run import Context, Run

# Kept back from the function's time, to log and to answer.
MARGIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Makes the calls of one stack."""

    caller: Caller
    log: Log
    hand_over: HandOver
    now: Callable[[], datetime]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Proxy:
        """The proxy of `SETTINGS_PARAMETER`, the name of an SSM parameter, and on a laptop of `PROXY_ROUTES`."""
        # urllib3 warns of odd headers by quoting the URL and them.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        clients, now = Clients(), partial(datetime.now, UTC)
        return cls(
            caller=Caller(
                settings=SettingsParameter(environment["SETTINGS_PARAMETER"], clients, time.monotonic),
                secrets=SecretStore(clients, time.monotonic),
                transport=Transport(),
                routes=Routes.from_json(environment.get("PROXY_ROUTES")),
                now=now,
                monotonic=time.monotonic,
                chance=Random(),  # noqa: S311 - ids of attempts, no keys
            ),
            log=Log(environment["STACK"]),
            hand_over=to_lambda,
            now=now,
        )

    def handle(self, event: object, context: Context) -> dict[str, Any]:
        """The answer to `event`, whatever became of the call; raises only what `hand_over` raises."""
        started, clock = self.now(), time.perf_counter()
        run: Run | None = None
        try:
            run = parse_event(event, context)
            outcome = self.caller.call(run, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS)
        except ProxyError as error:
            outcome = of_error(error)
        milliseconds = (time.perf_counter() - clock) * 1000
        if run is not None:
            self.log.attempt(run, outcome, started, milliseconds)
        state = "delivered" if outcome.verdict == "delivered" else "undelivered"
        origin = origin_of(context.invoked_function_arn)
        self.log.settled(run, state, outcome, started, milliseconds, origin)
        handed_over = run is not None and outcome.verdict == "retryable" and self.hand_over(run, outcome)
        return answer(outcome, run.key if run else None, handed_over)


def handle(event: object, context: Context) -> dict[str, Any]:
    """Lambda's handler."""
    return _proxy().handle(event, context)


@cache
def _proxy() -> Proxy:
    return Proxy.from_environment(os.environ)
