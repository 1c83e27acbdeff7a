"""The board of a large stack, with the network between: `python -m benchmarks.board [SCHEDULES]`.

The real program is deployed to the emulator, each schedule gets a history, and each request to AWS takes 20 ms longer.
`schedules status` and the first page of the console may take LIMIT seconds each for 500 schedules. A second look has to
read only what may have changed: no definition again, and no history but that of a schedule that was due or did not end.
"""

from __future__ import annotations

import io
import sys
import tempfile
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.wiring import REQUEST, DeployedStack, deployed_catalog
from local.clients import ACCOUNT
from local.options import CHECKOUT
from schedule_catalog.cli.commands import status
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_arguments import Reached
from schedule_catalog.cli.line.stack_entries import stack_catalog
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import AwsAccess, AwsClients, Deployed, RunRecord, find_stack
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.pages.console.views import PAGE, Query, board_rows
from schedule_catalog.settings import read_settings
from schedule_client.contract.ledger import REMEMBERED_DAYS
from schedule_client.contract.times import wire_time

SCHEDULES, LARGE = 500, 2000
RUNS = 15
FAILING = 20
DELAY_SECONDS = 0.02
LIMIT = 2.0
STACK = "dev"
_DAY = timedelta(days=1)


class DistantClients:
    """Clients whose requests take longer, as over a network, and are counted by operation."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients
        self._delayed: set[str] = set()
        self.requests: Counter[str] = Counter()
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """Return the client of one service."""
        found = self._clients.client(service)
        if service not in self._delayed:
            self._delayed.add(service)
            found.meta.events.register("before-send", self._travel)
        return found

    def _travel(self, event_name: str, **_: Any) -> None:
        with self._lock:
            self.requests[event_name.rpartition(".")[2]] += 1
        time.sleep(DELAY_SECONDS)


def entries(count: int) -> dict[str, object]:
    """Return daily schedules, spread over the day."""
    return {
        f"job-{number:04}": {"cron": f"{number % 60} {number // 60 % 24} * * ? *", "request": REQUEST}
        for number in range(count)
    }


def history(arn: str, name: str, minute: timedelta, failing: bool, now: datetime) -> Iterator[RunRecord]:
    """Yield the runs of a daily schedule, the latest first."""
    last = now.replace(hour=0, minute=0, second=0, microsecond=0) + minute
    last -= _DAY if last > now else timedelta()
    for day in range(RUNS):
        due = last - day * _DAY
        ended = wire_time(due + timedelta(seconds=1)).replace("Z", ".000Z")
        run = RunRecord(
            partition=f"catalog#{arn}",
            sort=wire_time(due),
            version=2,
            run_key=f"v1.{name}-{day}",
            state="delivered",
            attempt=1,
            updated=ended,
            expires=int((due + timedelta(days=REMEMBERED_DAYS)).timestamp()),
            status=200,
            schedule=name,
            owner="platform",
            milliseconds=12.5,
        )
        yield replace(run, state="undelivered", status=503, reason="http-503") if failing and day == 0 else run


def remember(stack: DeployedStack, found: Deployed, count: int, now: datetime) -> None:
    """Give each schedule its history."""
    dynamodb, table = stack.emulator.client("dynamodb"), found.ledger
    items = (
        run.to_item()
        for number, name in enumerate(entries(count))
        for run in history(
            found.schedule_arn(found.manifest.catalog_group, name),
            name,
            timedelta(minutes=number % 1440),
            number < FAILING,
            now,
        )
    )
    with ThreadPoolExecutor(4) as pool:
        requests = (
            pool.submit(
                dynamodb.batch_write_item,
                RequestItems={table: [{"PutRequest": {"Item": item}} for item in batch]},
            )
            for batch in iter(lambda: list(islice(items, 25)), [])
        )
        for each in list(requests):
            each.result()


def measured(look: Callable[[], Any]) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of this process."""
    began, worked = time.perf_counter(), time.process_time()
    look()
    return time.perf_counter() - began, time.process_time() - worked


def main(count: int) -> int:
    """Run it and print the times; 1 where the board is too slow, or reads again what cannot have changed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        deployed_catalog(Path(folder), "http://127.0.0.1:9", entries(count)) as stack,
    ):
        now = datetime.now(UTC)
        emulator = stack.emulator
        access = AwsAccess(region=emulator.region, endpoint_url=emulator.endpoint, account=ACCOUNT)
        names = Names("schedule-catalog", STACK, emulator.region)
        remember(stack, find_stack(AwsClients(access), names), count, now)
        catalog = str(Path(folder) / "schedules")
        line = ["status", "--stack", STACK, "--catalog", catalog, "--settings", str(CHECKOUT / f"Pulumi.{STACK}.yaml")]
        return report(parser(line).parse_args(line), lambda: DistantClients(AwsClients(access)), names, count)


def report(options: Namespace, clients: Callable[[], DistantClients], names: Names, count: int) -> int:
    """Look at the stack by the command and by the console, and print what it took."""
    said = io.StringIO()

    def by_command() -> None:
        with redirect_stdout(said):
            status.run(options, datetime.now(UTC), lambda _: Reached(find_stack(clients(), names), names))

    command = measured(by_command)
    distant = clients()
    desk = desk_of(options, distant, names)
    first = measured(lambda: board_rows(desk.overview().board, Query()))
    first_requests = Counter(distant.requests)
    distant.requests.clear()
    moment = desk.clock
    desk.clock = lambda: moment() + timedelta(seconds=5)
    second = measured(lambda: board_rows(desk.overview().board, Query()))
    again = distant.requests
    pages = -(-count // PAGE)
    last = measured(lambda: board_rows(desk.overview().board, Query(page=pages)))
    shown(f"schedules status, {count} schedules", command)
    shown(f"first look of the console, {sum(first_requests.values())} requests", first)
    shown(f"second look, {sum(again.values())} requests", second)
    shown(f"page {pages} of {pages}", last)
    failing = sum(line.split()[:1] == ["failing"] for line in said.getvalue().splitlines())
    slow = count <= SCHEDULES and max(command[0], first[0]) > LIMIT
    due = count * 10 // 1440 + 1  # of those that were due while their runs may still begin, or a moment ago
    repeated = again["GetSchedule"] > 0 or again["Query"] > due
    wrong = first_requests["Query"] > count or failing != FAILING
    print(f"requests again: {dict(again)}; {failing} failing")
    print("too slow" if slow else "reads too much again" if repeated else "wrong" if wrong else "as it should")
    return int(slow or repeated or wrong)


def desk_of(options: Namespace, clients: DistantClients, names: Names) -> Desk:
    """The console's desk over the stack."""
    settings = read_settings(options.settings[0])

    def load() -> WantedCatalog:
        return WantedCatalog(stack_catalog(options, {STACK: settings}, STACK, datetime.now(UTC)).entries, settings)

    return Desk(find_stack(clients, names), names, load, lambda: datetime.now(UTC))


def shown(what: str, took: tuple[float, float]) -> None:
    """Print one line."""
    print(f"{what}: {took[0]:.2f} s, of which {took[1]:.2f} s of CPU in this process")


if __name__ == "__main__":
    chosen = [int(text) for text in sys.argv[1:]] or [SCHEDULES, LARGE]
    sys.exit(max(main(each) for each in chosen))
