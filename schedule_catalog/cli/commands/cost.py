"""`schedules cost`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import CATALOG, add_settings
from schedule_catalog.cli.line.sources import catalog_paths, known_settings
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.summary import warn_omitted
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.cost import SECONDS, Cost, EntryCost, cost, costs, prices
from schedule_catalog.workers import Workers

MEMORY_MB = 128
"""Memory of the proxy where no stack sets it."""

_DESCRIPTION = "Show how often schedules call in a month, and the cost before the free tier."


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument(
        "--stack", metavar="NAME", help="count only the entries of this stack (default: every resulting entry)"
    )
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Print the costs and return the exit status."""
    paths = catalog_paths(options.catalog)
    settings = known_settings(paths, options.settings, options.stack)
    catalog = check(paths, settings=settings, stack=options.stack, now=now, workers=Workers.of_machine())
    warn_omitted(len(catalog.errors))
    known = settings.get(options.stack) if options.stack else None
    memory_mb = known.proxy.memory_mb if known else MEMORY_MB
    ready = (known.proxy.provisioned_concurrency if known else None) or 0
    found = costs(catalog.entries, memory_mb, now)
    total = cost(sum(each.cost.calls for each in found), memory_mb, ready)
    (_show_json if options.format == "json" else _show_text)(found, total, memory_mb)
    return CLEAN


def _show_text(found: Sequence[EntryCost], total: Cost, memory_mb: int) -> None:
    rows = [("schedule", "stack", "calls a month", "USD a month")]
    rows += [(each.entry.name, each.entry.stack or "every", *_figures(each.cost)) for each in found]
    say(*aligned([*rows, ("total", "", *_figures(total))], indent=""))
    price = prices()
    ready = f"Lambda executions kept ready {total.provisioned:,.2f}, " if total.provisioned else ""
    say(
        "",
        f"Scheduler {total.scheduler:,.2f}, Lambda requests {total.requests:,.2f}, Lambda time {total.duration:,.2f}, "
        f"{ready}"
        f"for calls of {SECONDS:g} s at {memory_mb} MB, without retries, logs and queues; "
        "a twelfth of the coming year.",
    )
    say(
        f"Monthly free tier of an account, not deducted: {price.free_invocations:,} invocations of Scheduler, "
        f"{price.free_requests:,} requests and {price.free_gb_seconds:,} GB-seconds of Lambda."
    )
    say(f"Prices of {price.region}, {price.date}: {price.source}.")


def _figures(of: Cost) -> tuple[str, str]:
    return f"{of.calls:,.1f}".rjust(13), f"{of.total:,.4f}".rjust(11)


def _show_json(found: Sequence[EntryCost], total: Cost, memory_mb: int) -> None:
    price = prices()
    members = {
        "assumptions": {
            "seconds": as_json.number(SECONDS),
            "memory_mb": memory_mb,
            "months": "a twelfth of the coming 365 days",
        },
        "prices": {
            "source": price.source,
            "date": price.date,
            "region": price.region,
            "invocation_usd": as_json.number(price.invocation, 12),
            "request_usd": as_json.number(price.request, 12),
            "gb_second_usd": as_json.number(price.gb_second, 12),
            "provisioned_gb_second_usd": as_json.number(price.provisioned_gb_second, 12),
            "free_invocations": price.free_invocations,
            "free_requests": price.free_requests,
            "free_gb_seconds": price.free_gb_seconds,
        },
        "total": _parts(total),
        "schedules": [
            {"name": each.entry.name, "owner": each.entry.owner, "stack": each.entry.stack, **_parts(each.cost)}
            for each in found
        ],
    }
    as_json.show("cost", members)


def _parts(of: Cost) -> dict[str, float]:
    return {
        "calls_per_month": as_json.number(of.calls, 3),
        "scheduler_usd": as_json.number(of.scheduler, 6),
        "lambda_requests_usd": as_json.number(of.requests, 6),
        "lambda_duration_usd": as_json.number(of.duration, 6),
        "lambda_provisioned_usd": as_json.number(of.provisioned, 6),
        "total_usd": as_json.number(of.total, 6),
    }


COMMAND = Command(_DESCRIPTION, "schedules cost --stack prod", add_arguments, run)
