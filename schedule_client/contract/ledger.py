"""Record of a run in the run ledger: one item of a DynamoDB table, written by the proxy, read by operations.

The key is `pk`, the origin and the schedule's ARN, and `sk`, the run among the schedule's; the index `by-outcome` has
runs that were not delivered, by the day, `outcome_day`, and the instant, `updated`. TTL is `expires`. A day has several
keys, since DynamoDB accepts 1,000 writes a second for one, and a failing target fails for many runs at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias
from zlib import crc32

from schedule_client.contract.records import frozen, member_names

State: TypeAlias = Literal["running", "waiting", "delivered", "undelivered", "skipped"]
# "due": the message for the undelivered queue must still be sent. "none": no message is needed, as the caller knows.
Notice: TypeAlias = Literal["due", "sent", "none"]

TERMINAL: tuple[State, ...] = ("delivered", "undelivered", "skipped")
REMEMBERED_DAYS = 45
KEYS_OF_A_DAY = 8
INDEX = "by-outcome"
LOCK_SORT, NEWEST_SORT = "lock", "newest"
BESIDE_RUNS = (LOCK_SORT, NEWEST_SORT)
"""Sort keys beside the runs of a schedule: the lock of `overlap: skip`, and the newest run that waits for a pause."""
KEY_SORT, REUSED_SORT = "key#", "reused#"
"""Beginnings of the sort keys of a run with an application's key, and of a call that reused such a key."""
KEY_REUSED = "key-reused"
"""Reason of a call that was not made because its key was already used by a call with other content."""
_INDEXED: tuple[State, ...] = ("undelivered", "skipped")
# Attributes whose stored names are older than the members' names.
_KEYS = {"partition": "pk", "sort": "sk", "notice": "letter"}


@frozen(kw_only=True)
class RunRecord:
    """State of one run.

    version: number of its changes; a change only replaces the version that it is based on.
    attempt: the current, the next or the last HTTP attempt; from 1, and 0 if there is none.
    updated: RFC 3339 in UTC, with milliseconds.
    holder, until: while it runs, its invocation (Lambda's request ID) and the end of its lease (seconds since 1970).
    due: while it waits, the time of its attempt (seconds since 1970).
    content: hash of the request of a call with a key; None for other runs, and for those of earlier releases.
    act: the ID of its last replay or trigger.
    milliseconds: duration of the last attempt.
    waited: seconds of waiting for its turns among all retries and for pauses, which do not count toward its age.
    expires: time from which DynamoDB may delete it (seconds since 1970).
    """

    partition: str
    sort: str
    version: int
    run_key: str
    state: State
    attempt: int
    updated: str
    expires: int
    holder: str | None = None
    until: float | None = None
    due: float | None = None
    notice: Notice | None = None
    reason: str | None = None
    status: int | None = None
    message: str | None = None
    schedule: str | None = None
    owner: str | None = None
    milliseconds: float | None = None
    act: str | None = None
    content: str | None = None
    waited: float | None = None

    def to_item(self) -> dict[str, dict[str, str]]:
        """Return the item in DynamoDB's typed JSON, without absent values."""
        item = {
            _KEYS.get(name, name): {"N": repr(value)} if isinstance(value, int | float) else {"S": value}
            for name in _NAMES
            if (value := getattr(self, name)) is not None
        }
        if self.state in _INDEXED:
            keys = outcome_days(self.state, self.updated)
            item["outcome_day"] = {"S": keys[crc32(self.run_key.encode()) % KEYS_OF_A_DAY]}
        return item

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> RunRecord:
        """Return the record of an item; attributes of a newer proxy are ignored."""
        members: dict[str, Any] = {name: _value(item[key]) for name in _NAMES if (key := _KEYS.get(name, name)) in item}
        return cls(**members)


def outcome_days(state: State, updated: str) -> tuple[str, ...]:
    """Return the keys in the index of a state that was reached at `updated`; the last is that of release 0.1.0."""
    day = f"{state}#{updated[:10]}"
    return (*(f"{day}#{number}" for number in range(KEYS_OF_A_DAY)), day)


def _value(typed: Mapping[str, Any]) -> str | int | float:
    if "S" in typed:
        return str(typed["S"])
    number = str(typed["N"])
    return int(number) if number.lstrip("-").isdigit() else float(number)


_NAMES = member_names(RunRecord)
