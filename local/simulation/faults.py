"""What goes wrong, by shares of one."""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = ("408", "429", "500", "502", "503", "504")
# The last two leave it open whether the target acted: it did.
KINDS = (*STATUSES, "404", "refused", "timeout", "reset")
AMBIGUOUS = ("timeout", "reset")


@dataclass(frozen=True, slots=True)
class Faults:
    """failures: calls that fail, in each of KINDS alike; duplicates: events delivered twice.

    kills: steps of an invocation at which its process dies; throttles: requests of SQS and DynamoDB that are refused.
    """

    failures: float = 0.0
    duplicates: float = 0.0
    kills: float = 0.0
    throttles: float = 0.0
