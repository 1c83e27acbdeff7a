"""`schedule_once` beside boto3's bare `create_schedule`, and 1,000 calls at once: `python -m benchmarks.client`.

Both make the same schedule in the same emulator, in turn, so that what is compared is the helper's own work: checks,
the event, the time. The contract is at most 1.10 times the bare call at the median.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.emulator.emulator import Emulator
from schedule_client import PlannedCall, Request, ScheduleClient, ScheduleSettings

ROUNDS = 2_000
MANY = 1_000
LIMIT = 1.10
SETTINGS = ScheduleSettings(
    target_arn="arn:aws:lambda:eu-central-1:000000000000:function:shop-proxy:adhoc",
    role_arn="arn:aws:iam::000000000000:role/shop-adhoc",
    group="shop-adhoc",
    dead_letter_arn="arn:aws:sqs:eu-central-1:000000000000:shop-dlq",
    name_prefix="shop-",
)
REQUEST = Request(service="billing", path="/api/v1/reminders", headers={"X-Team": "billing"}, body={"order": 1042})


def main() -> int:
    """Print the ratio and the rate; 1 when the helper costs more than the contract."""
    with tempfile.TemporaryDirectory() as folder, Emulator(Path(folder)) as emulator:
        boto: Any = emulator.client("scheduler")
        boto.create_schedule_group(Name=SETTINGS.group)
        client = ScheduleClient(SETTINGS, client=boto)
        details = client.get(client.schedule_once(REQUEST, delay=timedelta(hours=1)).arn)
        bare = _bare(boto, details.name)
        ours, theirs = _alternately(lambda: client.schedule_once(REQUEST, delay=timedelta(hours=1)), bare)
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(f"schedule_once    {statistics.median(ours) * 1e3:6.2f} ms (p50 of {ROUNDS})")
        print(f"create_schedule  {statistics.median(theirs) * 1e3:6.2f} ms, bare boto3")
        print(f"ratio            {ratio:6.3f} (at most {LIMIT})")
        began = time.perf_counter()
        plans = [PlannedCall(request=REQUEST, delay=timedelta(hours=1), key=f"order-{n}") for n in range(MANY)]
        results = client.schedule_many(plans, per_second=1e6)
        seconds = time.perf_counter() - began
        failed = sum(result.error is not None for result in results)
        print(f"schedule_many    {MANY} calls in {seconds:.2f} s, {MANY / seconds:.0f}/s, {failed} failed")
    return int(ratio > LIMIT or failed > 0)


def _bare(boto: Any, like: str) -> Callable[[], object]:
    found = boto.get_schedule(GroupName=SETTINGS.group, Name=like)
    left_out = ("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata", "Name")
    arguments = {name: value for name, value in found.items() if name not in left_out}
    return lambda: boto.create_schedule(Name=f"bare-{uuid.uuid4().hex}", **arguments)


def _alternately(*calls: Callable[[], object]) -> list[list[float]]:
    """The seconds of ROUNDS runs of each, taken in turn, and each as often first as last."""
    seconds: list[list[float]] = [[] for _ in calls]
    turns = list(zip(calls, seconds, strict=True))
    for _ in range(ROUNDS):
        turns.reverse()
        for call, taken in turns:
            began = time.perf_counter()
            call()
            taken.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
