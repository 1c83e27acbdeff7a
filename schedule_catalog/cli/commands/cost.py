"""`schedules cost`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from schedule_catalog.checking.pipeline import check
from schedule_catalog.cli import as_json
from schedule_catalog.cli.command import Command
from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN
from schedule_catalog.cli.line.arguments import CATALOG, add_settings
from schedule_catalog.cli.line.sources import catalog_paths, known_calendars, known_settings
from schedule_catalog.cli.output import say
from schedule_catalog.cli.text.summary import warn_omitted
from schedule_catalog.cli.text.table import aligned
from schedule_catalog.cost import (
    PAUSE_SECONDS,
    SECONDS,
    Cost,
    EntryCost,
    StackSize,
    costs,
    of_retry,
    others,
    prices,
    size_of,
    stack_cost,
)
from schedule_catalog.wording import quoted
from schedule_catalog.workers import Workers
from schedule_client.contract.request import LIMITS

_DESCRIPTION = "Show how often schedules call in a month, and what the stack costs, before the free tier."
# A call ends with the function that makes it.
_SECONDS_MAX = LIMITS["timeout_seconds"]


def add_arguments(command: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    command.add_argument(
        "--stack", metavar="NAME", help="count only the entries of this stack (default: every resulting entry)"
    )
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: %(default)s")
    command.add_argument(
        "--catalog", type=Path, action="append", metavar="PATH", help=f"file or folder (default: {CATALOG})"
    )
    command.add_argument(
        "--seconds",
        type=_seconds,
        default=SECONDS,
        metavar="S",
        help="duration of a typical call (default: %(default)s)",
    )
    add_settings(command)


def run(options: Namespace, now: datetime) -> int:
    """Print the costs and return the exit status."""
    paths = catalog_paths(options.catalog)
    settings = known_settings(paths, options.settings, options.stack)
    calendars = known_calendars(paths, options.settings, settings, options.stack, now)
    catalog = check(
        paths, settings=settings, calendars=calendars, stack=options.stack, now=now, workers=Workers.of_machine()
    )
    warn_omitted(len(catalog.errors))
    known = settings.get(options.stack) if options.stack else None
    if known and options.seconds > known.proxy.timeout_seconds:
        timeout = f'the timeout of the proxy of "{options.stack}" is {known.proxy.timeout_seconds} s'
        raise UsageError(f"--seconds: no call takes {options.seconds:g} s: {timeout}")
    size = size_of(known, options.seconds)
    found = costs(catalog.entries, size, now)
    (_show_json if options.format == "json" else _show_text)(found, stack_cost(found, size), size, options.stack)
    return CLEAN


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= _SECONDS_MAX:  # also false for nan
        raise ArgumentTypeError(f"{quoted(text)} is not a duration: write a number above 0 and up to {_SECONDS_MAX}")
    return found


def _show_text(found: Sequence[EntryCost], total: Cost, size: StackSize, stack: str | None) -> None:
    rows = [("schedule", "stack", "calls a month", "USD a month")]
    rows += [
        (each.entry.name, each.entry.stack or "every", f"{each.cost.calls:,.1f}".rjust(13), _usd(each.cost.total, 4))
        for each in found
    ]
    say(*aligned(rows, indent=""))
    price, fixed = prices(), sum(total.fixed.values())
    charges = [(name, _usd(usd), "" if name in total.runs else "without any call") for name, usd in total.charges]
    say("", *aligned([("charge", "USD a month", ""), *charges, ("total", _usd(total.total), "")], indent=""))
    compared = ", ".join(f"{name} {usd:,.2f}" for name, usd in others(found).items())
    of_call = f"{(total.total - fixed) / total.calls * 1_000_000:,.2f} for a million calls, " if total.calls else ""
    of_million = f"{of_call}{of_retry(size) * 1_000_000:,.2f} for a million retries"
    say(
        "",
        f"{fixed:,.2f} without any call, {of_million}. The same calls elsewhere: {compared}.",
        *(
            ["Calls of all stacks, and what one of them costs without any call: --stack NAME shows one stack."]
            * (stack is None and any(each.entry.stack for each in found))
        ),
        f"Calls of {size.seconds:g} s at {size.memory_mb} MB, delivered at once; a twelfth of the coming year. "
        "The total is without retries, run-time calls and the callback service.",
        *(
            [f"This assumes evenly spread calls: an execution reads the pauses at most once in {PAUSE_SECONDS:g} s."]
            * size.ledger
        ),
        f"Monthly free tier of an account, not deducted: {price.free}.",
        f"Prices of {price.region}, {price.date}: {price.source}.",
    )


def _usd(usd: float, digits: int = 2) -> str:
    return f"{usd:,.{digits}f}".rjust(11)


def _show_json(found: Sequence[EntryCost], total: Cost, size: StackSize, stack: str | None) -> None:
    price = prices()
    members = {
        "assumptions": {
            "stack": stack,
            "seconds": as_json.number(size.seconds),
            "memory_mb": size.memory_mb,
            "months": "a twelfth of the coming 365 days",
        },
        "prices": {"source": price.source, "date": price.date, "region": price.region, "free": price.free},
        "total": {
            "calls_per_month": as_json.number(total.calls, 3),
            "fixed_usd": as_json.number(sum(total.fixed.values()), 6),
            "million_retries_usd": as_json.number(of_retry(size) * 1_000_000, 6),
            "total_usd": as_json.number(total.total, 6),
            "charges": [
                {"name": name, "usd": as_json.number(usd, 6), "fixed": name in total.fixed}
                for name, usd in total.charges
            ],
        },
        "others": [{"name": name, "total_usd": as_json.number(usd, 6)} for name, usd in others(found).items()],
        "schedules": [
            {
                "name": each.entry.name,
                "owner": each.entry.owner,
                "stack": each.entry.stack,
                "calls_per_month": as_json.number(each.cost.calls, 3),
                "total_usd": as_json.number(each.cost.total, 6),
            }
            for each in found
        ],
    }
    as_json.show("cost", members)


COMMAND = Command(_DESCRIPTION, "schedules cost --stack prod", add_arguments, run)
