"""The board of a large stack, with the network between: `python -m benchmarks.board [SCHEDULES]`.

The real program is deployed to the emulator, each schedule gets a history, and each request to AWS takes 20 ms longer.
For 500 schedules LIMIT seconds each may pass from the start of `schedules status` to its end, and from the address that
`schedules console` prints to the first rows in a Chromium that is open. A second look has to read only what may have
changed: no definition again, and no history but that of a schedule that was due or did not end. The times are those of
a quiet machine: its load is printed beside them.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from benchmarks.distant import DistantClients
from benchmarks.wiring import REQUEST, DeployedStack, deployed_catalog
from local.clients import ACCOUNT
from local.options import CHECKOUT
from schedule_catalog.cli.line.parser import parser
from schedule_catalog.cli.line.stack_entries import stack_catalog
from schedule_catalog.deployment.names import Names
from schedule_catalog.operations import AwsAccess, AwsClients, Deployed, RunRecord, find_stack
from schedule_catalog.operations.missed import GRACE
from schedule_catalog.pages.console.desk import Desk, WantedCatalog
from schedule_catalog.pages.console.views import PAGE, Query, board_page
from schedule_catalog.settings import read_settings
from schedule_client.contract.ledger import REMEMBERED_DAYS
from schedule_client.contract.times import wire_time
from schedule_client.emulated import emulated_environment
from tests.chromium import CHROMIUM, chromium

SCHEDULES, LARGE = 500, 2000
RUNS = 15
FAILING = 20
LIMIT = 2.0
PROJECT, STACK = "schedule-catalog", "dev"
_DAY, _MINUTES = timedelta(days=1), 1440
# A run may still begin in the minutes of grace after its fire, and the look begins and ends inside a minute.
_STILL_DUE = GRACE // timedelta(minutes=1) + 2


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
            timedelta(minutes=number % _MINUTES),
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
        emulator = stack.emulator
        access = AwsAccess(region=emulator.region, endpoint_url=emulator.endpoint, account=ACCOUNT)
        names = Names(PROJECT, STACK, emulator.region)
        remember(stack, find_stack(AwsClients(access), names), count, datetime.now(UTC))
        catalog, settings = Path(folder) / "schedules", CHECKOUT / f"Pulumi.{STACK}.yaml"
        line = ["--stack", STACK, "--catalog", str(catalog), "--settings", str(settings)]
        print(f"{count} schedules; load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        command = by_command(line, access, count)
        paint = by_console(line, access)
        again = by_desk(desk_of(line, DistantClients(AwsClients(access)), names), count)
        slow = count <= SCHEDULES and max(command, paint) > LIMIT
        print("too slow" if slow else "as it should" if not again else "")
        return int(slow or again)


def by_command(line: list[str], access: AwsAccess, count: int) -> float:
    """Return the seconds of `schedules status`, from the start of its process to its end."""
    began, worked = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(**distant(line, access, "status"), check=False, capture_output=True, text=True)
    took, ended = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    shown(
        "schedules status, with the start of its process",
        took,
        ended.ru_utime + ended.ru_stime - worked.ru_utime - worked.ru_stime,
    )
    failing = sum(each.split()[:1] == ["failing"] for each in done.stdout.splitlines())
    if failing != FAILING:
        raise SystemExit(f"{failing} of {count} schedules are failing, not {FAILING}: {done.stderr}")
    return took


def by_console(line: list[str], access: AwsAccess) -> float:
    """Return the seconds from the address that `schedules console` prints to the first rows in Chromium, already open.

    Without waiting the browser opens the address, as one does that the command opens.
    """
    if CHROMIUM is None:
        print("console: no Chromium on the path, so no first paint")
        return 0
    with chromium() as browser:
        page = browser.new_page()
        page.goto("about:blank")
        began = time.perf_counter()
        command = distant(line, access, "console", "--no-browser")
        with subprocess.Popen(**command, stdout=subprocess.PIPE, text=True) as process:
            try:
                address = next(each.split()[1] for each in process.stdout or () if each.startswith("open "))
                printed = time.perf_counter()
                page.goto(address, wait_until="commit")
                page.wait_for_selector("#rows tbody tr", timeout=60_000)
                ended = time.perf_counter()
            finally:
                process.send_signal(signal.SIGINT)
        print(
            f"schedules console, from the printed address to the first rows in Chromium: {ended - printed:.2f} s,"
            f" with the start of its process {ended - began:.2f} s",
            flush=True,
        )
        return ended - printed


def distant(line: list[str], access: AwsAccess, *verb: str) -> dict[str, Any]:
    """Return the arguments of a process that runs a command of the program far from AWS."""
    environment = emulated_environment(str(access.endpoint_url), str(access.region), ACCOUNT)
    return {
        "args": [sys.executable, "-u", "-m", "benchmarks.distant", *verb, "--region", str(access.region), *line],
        "env": {**os.environ, **environment},
    }


def by_desk(desk: Desk, count: int) -> bool:
    """Look twice without a browser, count the requests, and return whether there were too many."""
    requests = cast("DistantClients", desk.stack.clients).requests
    took = measured(lambda: board_page(desk.overview().board, Query()))
    first = Counter(requests)
    requests.clear()
    shown(f"first look without a browser, {sum(first.values())} requests", *took)
    moment = desk.clock
    desk.clock = lambda: moment() + timedelta(seconds=5)
    took = measured(lambda: board_page(desk.overview().board, Query()))
    shown(f"second look, {sum(requests.values())} requests", *took)
    pages = -(-count // PAGE)
    shown(f"page {pages} of {pages}", *measured(lambda: board_page(desk.overview().board, Query(page=pages))))
    print(f"requests of the second look: {dict(requests)}")
    due = -(-count // _MINUTES) * _STILL_DUE
    if first["Query"] > count or requests["GetSchedule"] > 0 or requests["Query"] > due:
        print("reads too much")
        return True
    return False


def desk_of(line: list[str], clients: DistantClients, names: Names) -> Desk:
    """The console's desk over the stack."""
    options = parser(["status"]).parse_args(["status", *line])
    settings = read_settings(options.settings[0])

    def load() -> WantedCatalog:
        return WantedCatalog(stack_catalog(options, {STACK: settings}, STACK, datetime.now(UTC)).entries, settings)

    return Desk(find_stack(clients, names), names, load, lambda: datetime.now(UTC))


def shown(what: str, took: float, worked: float) -> None:
    """Print one line."""
    print(f"{what}: {took:.2f} s, of which {worked:.2f} s of its CPU", flush=True)


if __name__ == "__main__":
    chosen = [int(text) for text in sys.argv[1:]] or [SCHEDULES, LARGE]
    sys.exit(max(main(each) for each in chosen))
