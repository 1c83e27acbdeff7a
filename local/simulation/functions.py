"""Lambda in simulated time: the asynchronous queue of a function."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from local.simulation.access import Step, unhindered

if TYPE_CHECKING:
    from local.simulation.clock import Clock
    from local.simulation.sqs import Sqs

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRY_SECONDS = (60.0, 120.0)


class FunctionError(Exception):
    """An invocation that raised, timed out or died; `kind` as Lambda calls it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


# Invokes the function: the event, the ARN with its alias, the request id. Raises FunctionError.
Run: TypeAlias = Callable[[Any, str, str], Any]


@dataclass(frozen=True, slots=True)
class AsyncEvent:
    """An event that was accepted; `tries` are the invocations that failed."""

    payload: Any
    function: str
    request_id: str
    accepted: float
    tries: int = 0


class Functions:
    """Takes events as boto3's client of Lambda does, and invokes with them, twice more where that fails.

    What fails for good, or becomes older than `max_age` seconds, goes to the queue `on_failure`.
    `copies` says for each event after how many seconds, and whether by the same request id, it is delivered again.
    """

    def __init__(
        self,
        clock: Clock,
        run: Run,
        queues: Sqs,
        *,
        on_failure: str,
        max_age: float = 21_600.0,
        step: Step = unhindered,
    ) -> None:
        self._clock, self._run, self._queues, self._step = clock, run, queues, step
        self._on_failure, self._max_age = on_failure, max_age
        self._numbers = count(1)
        self.copies: Callable[[], list[tuple[float, bool]]] = list

    def invoke(self, **asked: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, only asynchronous."""
        if asked["InvocationType"] != "Event":
            raise ValueError(f'an invocation that is not simulated: "{asked["InvocationType"]}"')
        self._step("lambda Invoke?", asked)
        payload = json.loads(asked["Payload"])
        first = self._event(payload, asked["FunctionName"])
        self._clock.at(self._clock.seconds, partial(self._deliver, first))
        for seconds, same in self.copies():
            copy = first if same else self._event(payload, asked["FunctionName"])
            self._clock.at(self._clock.seconds + seconds, partial(self._deliver, copy))
        return {"StatusCode": 202}

    def _event(self, payload: Any, function: str) -> AsyncEvent:
        return AsyncEvent(payload, function, f"request-{next(self._numbers)}", self._clock.seconds)

    def _deliver(self, event: AsyncEvent) -> None:
        tries = event.tries + 1
        try:
            self._run(event.payload, event.function, event.request_id)
        except FunctionError as error:
            again = self._clock.seconds + RETRY_SECONDS[event.tries] if event.tries < len(RETRY_SECONDS) else None
            if again is None or again > event.accepted + self._max_age:
                condition = "RetriesExhausted" if again is None else "EventAgeExceeded"
                self._queues.put(self._on_failure, json.dumps(_envelope(event, tries, condition, error)))
            else:
                later = AsyncEvent(event.payload, event.function, event.request_id, event.accepted, tries)
                self._clock.at(again, partial(self._deliver, later))


def _envelope(event: AsyncEvent, tries: int, condition: str, error: FunctionError) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html."""
    return {
        "version": "1.0",
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": event.function,
            "condition": condition,
            "approximateInvokeCount": tries,
        },
        "requestPayload": event.payload,
        "responsePayload": {"errorType": error.kind, "errorMessage": error.message},
    }
