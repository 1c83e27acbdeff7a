"""The lane of retries: a service whose calls hang has at most half of it, however many of its runs wait.

SQS takes turns between services, but it does not hold a turn back for one that has no message yet: calls that take
minutes could fill the lane just before it comes.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.outcome import Outcome
from proxy.queues import fair_group
from schedule_client.contract.origins import RETRY
from schedule_client.contract.records import replace

if TYPE_CHECKING:
    from random import Random

    from proxy.arrival import Arrival
    from schedule_client.contract.ledger import RunRecord
    from schedule_client.contract.proxy_settings import ProxySettings

# An attempt is taken for one that hangs when the attempt before took so long.
SLOW_MILLISECONDS = 5_000.0
CROWDED = Outcome(
    "retryable", "crowded", "calls to its service hang, and use the half of the retries that they may", called=False
)


def own_turn(record: RunRecord, arrival: Arrival, settings: ProxySettings, chance: Random) -> RunRecord | None:
    """Lock that the attempt of `record` needs before it is made; None without one.

    There is one lock for each turn of the service. No run has the origin `retry`, so these locks belong to no run.
    """
    if not arrival.queued or (record.milliseconds or 0.0) < SLOW_MILLISECONDS:
        return None
    turns = max(1, settings.retries_at_once // 2)
    group = fair_group(arrival.run.origin, arrival.event)
    return replace(record, partition=f"{RETRY}#{group}#{chance.randrange(turns)}")
