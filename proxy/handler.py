"""Entry point: events of schedules, and messages of the retry queue, become calls."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, cast

from urllib3 import PoolManager

from proxy.answer import answer, refusal
from proxy.arrival import Arrival
from proxy.aws import SignedAws
from proxy.call import Caller
from proxy.creation import Creations
from proxy.delivery import Delivery
from proxy.errors import ProxyError, RefusedError
from proxy.event import read_run
from proxy.event_bus import EventBus
from proxy.ledger import LedgerError, NoLedger, TableLedger
from proxy.log import Log
from proxy.outcome import of_error
from proxy.pauses import StoredPauses
from proxy.queues import Queues
from proxy.routes import Routes
from proxy.secrets import SecretStore
from proxy.tls import tls_context
from proxy.tokens import Tokens
from proxy.transport import Transport
from schedule_client.contract.errors import ContractError
from schedule_client.contract.origins import RETRY, origin_of
from schedule_client.contract.pauses import Pauses
from schedule_client.contract.records import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proxy.run import LambdaContext, Run
    from schedule_client.contract.proxy_settings import ProxySettings

# A message that arrives this little before its time is processed, not sent through the queue again.
_EARLY_SECONDS = 1.0
# A lease outlives the function that holds it by this much.
_LEASE_SECONDS = 1.0


@frozen(kw_only=True)
class Proxy:
    """Processes the invocations of Lambda, by any alias."""

    delivery: Delivery
    now: Callable[[], datetime]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], settings: ProxySettings) -> Proxy:
        """Return the proxy with `settings` and the environment.

        RETRY_QUEUE_URL, UNDELIVERED_QUEUE_URL, PROJECT and STACK; LEDGER_TABLE for a stack that keeps a run ledger,
        EVENT_BUS_ARN for one that publishes undelivered runs, and on a laptop PROXY_ROUTES.
        """
        # urllib3 warns about odd headers by quoting the URL and the headers.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)
        now, chance = partial(datetime.now, UTC), Random()  # noqa: S311 - jitter and ids of attempts
        ssl_context = tls_context()
        aws = SignedAws(environment, PoolManager(ssl_context=ssl_context), chance)
        secrets, transport = SecretStore(aws, time.monotonic), Transport(lambda: ssl_context)
        routes = Routes.from_json(environment.get("PROXY_ROUTES"))
        table, bus = environment.get("LEDGER_TABLE"), environment.get("EVENT_BUS_ARN")
        delivery = Delivery(
            caller=Caller(
                settings=settings,
                secrets=secrets,
                tokens=Tokens(aws, secrets, transport, routes, now, environment["STACK"]),
                transport=transport,
                routes=routes,
                now=now,
                monotonic=time.monotonic,
                chance=chance,
            ),
            ledger=TableLedger(table, aws) if table else NoLedger(),
            queues=Queues(environment["RETRY_QUEUE_URL"], environment["UNDELIVERED_QUEUE_URL"], aws),
            log=Log(environment["PROJECT"], environment["STACK"]),
            now=now,
            chance=chance,
            creations=Creations(aws),
            bus=EventBus(bus, environment["PROJECT"], environment["STACK"], aws) if bus else None,
            pauses=StoredPauses(table, aws, now) if table else Pauses,
        )
        return cls(delivery=delivery, now=now)

    def handle(self, event: object, context: LambdaContext) -> dict[str, Any]:
        """Return the result for an event, or on the alias `retry` the failures in a batch of messages.

        Raises ProxyError if neither the ledger nor a queue can store the state: the caller of the function must invoke
        it again.
        """
        origin = origin_of(context.invoked_function_arn)
        if origin == RETRY:
            return self._batch(event, context)
        try:
            run = read_run(event, origin, context.aws_request_id)
        except RefusedError as error:
            return self._refused(event, origin, error)
        now = self.now().timestamp()
        arrival = self._arrival(run, event, context, now, run.begins.timestamp() if run.begins else now)
        return answer(
            self.delivery.deliver(arrival, partial(_seconds_left, context)), run.key, as_text=run.schedule is None
        )

    def _batch(self, event: object, context: LambdaContext) -> dict[str, Any]:
        # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        failed: list[dict[str, str]] = []
        for record in _records(event):
            try:
                self._message(record["body"], context)
            except (ProxyError, ContractError) as error:
                logging.getLogger(__name__).warning("a message stays on the retry queue: %s", error)
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    def _message(self, body: str, context: LambdaContext) -> None:
        from schedule_client.contract.retry_message import RetryMessage  # not for a first attempt

        message = RetryMessage.from_json(body)
        run = replace(read_run(message.event, message.origin, message.request_id), attempt=message.attempt)
        now = self.now().timestamp()
        arrival = self._arrival(run, message.event, context, now, message.since)
        waited = message.waited + (max(0.0, now - message.due) if message.unrecorded is None else 0.0)
        arrival = replace(arrival, queued=True, hops=message.hops, request_id=message.request_id, waited=waited)
        if message.unrecorded is not None:
            try:
                self.delivery.record(message.unrecorded, arrival, message.due)
            except LedgerError:
                if not arrival.may_hop:
                    raise
                self.delivery.hop(message, max(message.due, now + _EARLY_SECONDS))
                return
            if message.unrecorded.state != "waiting":
                return
        if message.due - now > _EARLY_SECONDS and arrival.may_hop:
            self.delivery.hop(replace(message, unrecorded=None))
            return
        self.delivery.deliver(arrival, partial(_seconds_left, context))

    def _arrival(self, run: Run, event: object, context: LambdaContext, now: float, since: float) -> Arrival:
        return Arrival(
            run=run,
            event=event,
            request_id=context.aws_request_id,
            holder=context.aws_request_id,
            until=now + _seconds_left(context) + _LEASE_SECONDS,
            now=now,
            since=since,
        )

    def _refused(self, event: object, origin: str, error: RefusedError) -> dict[str, Any]:
        """Result for an invalid event, which is kept for a person to see."""
        from schedule_client.contract.undelivered import Undelivered  # not for a valid event

        now, outcome = self.now(), of_error(error)
        said = Undelivered(
            reason=error.reason, message=error.message, origin=origin, attempts="0", undelivered_at=now.isoformat()
        )
        self.delivery.queues.undelivered(event, said)
        self.delivery.log.settled(None, "undelivered", outcome, now, origin)
        if self.delivery.bus is not None:
            self.delivery.bus.hold(said, None, self.delivery.caller.settings)
            self.delivery.bus.publish()
        return refusal(outcome)


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def _records(event: object) -> list[dict[str, str]]:
    """Messages from SQS; nothing else may invoke the alias."""
    members = cast("dict[str, Any]", event) if isinstance(event, dict) else {}
    records = members.get("Records")
    if not isinstance(records, list) or not all(map(_is_message, cast("list[object]", records))):
        raise RefusedError("unsupported-request", 'the alias "retry" only accepts messages of its queue')
    return cast("list[dict[str, str]]", records)


def _is_message(record: object) -> bool:
    members = cast("dict[str, Any]", record) if isinstance(record, dict) else {}
    return all(isinstance(members.get(name), str) for name in ("messageId", "body"))
