"""Names of a stack's resources in AWS: project-stack-region-thing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from schedule_client.contract.origins import ADHOC, CATALOG
from schedule_client.contract.pauses import PARTITION
from schedule_client.contract.undelivered_event import SOURCE

PAUSES, EVENT_SOURCE = PARTITION, SOURCE
"""Partition of the run ledger that has the pauses, and source of the proxy's events."""

# Longest names in AWS: EventBridge Scheduler CreateScheduleGroup, IAM CreateRole and Lambda CreateFunction 64
# characters, SQS CreateQueue 80, API Gateway V2 CreateApi 128.
_SHORTEST_LIMIT = 64
_DIGEST = 8


@dataclass(frozen=True, slots=True)
class Names:
    """Names that are unique among projects, stacks and regions of one account, and never change.

    Pending run-time schedules refer to the proxy, its aliases, their execution roles and the dead-letter queue by name.
    """

    project: str
    stack: str
    region: str

    @property
    def prefix(self) -> str:
        """Beginning of all names of the stack, as far as AWS's limits allow."""
        return f"{self.project}-{self.stack}-{self.region}"

    @property
    def catalog_group(self) -> str:
        """Schedule group of the catalog's entries."""
        return self.of("catalog")

    @property
    def adhoc_group(self) -> str:
        """Schedule group of the applications' schedules."""
        return self.of("adhoc")

    @property
    def catalog_role(self) -> str:
        """Execution role of the catalog's group."""
        return self.execution_role(CATALOG)

    @property
    def proxy(self) -> str:
        """Function that makes the HTTP calls."""
        return self.of("proxy")

    @property
    def proxy_role(self) -> str:
        """Role of the proxy."""
        return self.of("proxy-role")

    @property
    def proxy_settings(self) -> str:
        """Parameter of a proxy of release 0.1; a path there must not start with `aws` or `ssm`."""
        return f"/schedule-catalog/{self.of('proxy-settings')}"

    @property
    def scheduler_dlq(self) -> str:
        """Scheduler DLQ: events that EventBridge Scheduler could not pass to the proxy."""
        return self.of("scheduler-dlq")

    @property
    def undelivered(self) -> str:
        """Queue of undelivered calls."""
        return self.of("undelivered")

    @property
    def retry_queue(self) -> str:
        """Queue of calls that wait for their next attempt."""
        return self.of("retry-queue")

    @property
    def ledger(self) -> str:
        """Table that records every run."""
        return self.of("ledger")

    @property
    def manifest(self) -> str:
        """Parameter Store parameter with the manifest."""
        return f"/schedule-catalog/{self.of('manifest')}"

    @property
    def callback(self) -> str:
        """Function of the callback service, and its HTTP API."""
        return self.of("callback")

    @property
    def tasks(self) -> str:
        """Table of the callback service's tasks."""
        return self.of("tasks")

    @property
    def callback_role(self) -> str:
        """Role of the callback service."""
        return self.of("callback-role")

    @property
    def operators(self) -> str:
        """Policy that lets people pause calls."""
        return self.of("operators")

    def application(self, name: str) -> str:
        """Policy that lets an application schedule calls."""
        return self.of(f"application-{name}")

    def execution_role(self, origin: str) -> str:
        """Role with which EventBridge Scheduler makes the calls of *origin*."""
        if origin in (CATALOG, ADHOC):
            return self.of(f"{origin}-role")
        return self.of(f"application-{origin}-role")

    def of(self, thing: str) -> str:
        """Return the name of *thing*, at most 64 characters of `[A-Za-z0-9_-]`.

        It contains a hash where it had to be cut or changed, where a hyphen in the stack's name would let another
        project and stack share it (`a-b` and `c`, `a` and `b-c`), and where capitals would: IAM ignores case.
        """
        plain = f"{self.prefix}-{thing}"
        name = re.sub(r"[^A-Za-z0-9_-]", "-", plain)
        if name == plain.lower() and "-" not in self.stack and len(name) <= _SHORTEST_LIMIT:
            return name
        kept = _SHORTEST_LIMIT - _DIGEST - len(thing) - 2
        start = re.sub(r"[^A-Za-z0-9_-]", "-", self.prefix)[:kept].rstrip("-")
        return f"{start}-{self._digest()}-{thing}"

    def thing(self, name: str) -> str | None:
        """Return the thing that has this name, as it was given to `of`; None for a name of another stack."""
        plain, marked = name.removeprefix(f"{self.prefix}-"), name.partition(f"-{self._digest()}-")[2]
        return next((each for each in (plain, marked) if each and self.of(each) == name), None)

    def _digest(self) -> str:
        identity = "\n".join((self.project, self.stack, self.region))
        return hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST]


def log_group(function: str) -> str:
    """Return the log group that Lambda writes to for *function*."""
    return f"/aws/lambda/{function}"
