"""Status of a stack: the catalog compared with AWS, and the depth of its queues."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schedule_catalog.operations.concurrency import answers
from schedule_catalog.operations.drift import Difference, differences
from schedule_catalog.operations.pauses import permitted_pauses
from schedule_catalog.operations.signing_keys import first_keys
from schedule_catalog.operations.topics import mute_topics
from schedule_catalog.operations.translation import asking
from schedule_catalog.settings import signing_secret
from schedule_client.contract.pauses import Pauses

if TYPE_CHECKING:
    from schedule_catalog.deployment.names import Names
    from schedule_catalog.operations.alarms import Alarm
    from schedule_catalog.operations.deployed import Deployed
    from schedule_catalog.operations.inventory import Inventory
    from schedule_catalog.settings import Settings

_DEPTHS = {
    "waiting": "ApproximateNumberOfMessages",
    "held": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """Schedule that differs from the catalog."""

    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Depth:
    """Approximate number of messages in a queue: waiting, in flight, and delayed."""

    queue: str
    waiting: int
    held: int
    delayed: int


@dataclass(frozen=True, slots=True)
class StackStatus:
    """Comparison of a stack with its catalog; names are sorted.

    missing: in the catalog, not in AWS. extra: in the group, not in the catalog.
    finished: deleted by the next `pulumi up`. disabled: in AWS, without another difference.
    first_keys: the signing keys that are still those of Pulumi's state; None without the permission to ask.
    mute_topics: ARNs of topics that no alarm reaches; None likewise.
    pauses: the run-time pauses; None likewise.
    alarms: those that are on; None likewise. Only an overview reads them.
    """

    matching: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[Changed, ...]
    finished: tuple[str, ...]
    disabled: tuple[str, ...]
    queues: tuple[Depth, ...]
    first_keys: tuple[str, ...] | None = ()
    mute_topics: tuple[str, ...] | None = ()
    pauses: Pauses | None = field(default_factory=Pauses)
    alarms: tuple[Alarm, ...] | None = ()

    @property
    def drifted(self) -> bool:
        """Whether AWS differs from the catalog."""
        return bool(self.missing or self.extra or self.changed)


def stack_status(stack: Deployed, inventory: Inventory, settings: Settings, names: Names) -> StackStatus:
    """Compare the two sides of an inventory, and read the depth of the queues."""
    there, found = set(inventory.listed), inventory.found
    alive = {name: arguments for name, arguments in inventory.wanted.items() if arguments is not None}
    keys = {signing_secret(settings, key): key for key in settings.signing}
    with ThreadPoolExecutor() as beside:
        queues = beside.submit(queue_depths, stack)
        first = beside.submit(first_keys, stack.clients, keys)
        mute = beside.submit(mute_topics, stack.clients, settings)
        pauses = beside.submit(permitted_pauses, stack)
        compared = {
            name: differences(alive[name], each, stack, names.catalog_role) for name, each in sorted(found.items())
        }
        return StackStatus(
            matching=sum(not differing for differing in compared.values()),
            missing=tuple(sorted(set(alive) - set(found))),
            extra=tuple(sorted(there - set(inventory.wanted))),
            changed=tuple(Changed(name, differing) for name, differing in compared.items() if differing),
            finished=tuple(sorted(there & (set(inventory.wanted) - set(alive)))),
            disabled=tuple(name for name, each in sorted(found.items()) if not each.enabled),
            queues=queues.result(),
            first_keys=first.result(),
            mute_topics=mute.result(),
            pauses=pauses.result(),
        )


def queue_depths(stack: Deployed) -> tuple[Depth, ...]:
    """Return the depths of a stack's queues."""
    manifest = stack.manifest
    urls = {
        "retry": manifest.retry_queue_url,
        "undelivered": manifest.undelivered_queue_url,
        "scheduler-dlq": manifest.scheduler_dlq_url,
    }
    sqs = stack.clients.client("sqs")
    return tuple(answers(lambda each: _depth(sqs, *each), urls.items()))


def _depth(sqs: Any, queue: str, url: str) -> Depth:
    with asking("sqs:GetQueueAttributes", url):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS.values()))["Attributes"]
    return Depth(queue, **{name: int(found.get(attribute, 0)) for name, attribute in _DEPTHS.items()})
