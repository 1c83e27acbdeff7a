"""Start of a command: from the command line to the exit status of the process."""

from __future__ import annotations

import errno
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import datetime

from schedule_catalog.cli.errors import UsageError
from schedule_catalog.cli.exit_status import CLEAN, CRASH, INTERRUPTED, PROBLEMS, USAGE
from schedule_catalog.cli.line.parser import command, parser
from schedule_catalog.cli.output import complain, print_anything
from schedule_catalog.cli.text.terminal import TERMINAL, Terminal
from schedule_client.contract.times import utc_now

REPORT = "this is a bug: please report it with the output of --traceback"
_FULL = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}


def main(arguments: Sequence[str] | None = None, clock: Callable[[], datetime] = utc_now) -> int:
    """Run one command and return its exit status: 0 clean, 1 problems, 2 wrong use, 3 crash."""
    print_anything()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        status = _main(given, clock)
        sys.stdout.flush()
    except BrokenPipeError:
        return _end_quietly(CLEAN)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno not in _FULL:
            raise
        # A crash report would be written to the same disk; instead, one line names the file.
        complain(f"schedules: {error.filename or 'the standard output'}: {_FULL[error.errno]}: free some space")
        return _end_quietly(PROBLEMS)
    return status


def _main(given: Sequence[str], clock: Callable[[], datetime]) -> int:
    line = parser(given)
    if not given:
        line.print_help()
        return CLEAN
    options = line.parse_line(given)
    if options.command is None:
        line.error("specify a verb")
    restored = TERMINAL.set(Terminal.of(sys.stdout, options.color, os.environ))
    try:
        return _run(options, clock())
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise
        if options.traceback or os.environ.get("SCHEDULES_TRACEBACK"):
            from traceback import format_exception

            complain(*"".join(format_exception(error)).splitlines())
            return CRASH
        what = " ".join(f"{type(error).__name__}: {error}".split())
        complain(f"schedules {options.command}: {what}; {REPORT}")
        return CRASH
    finally:
        TERMINAL.reset(restored)


def _run(options: Namespace, moment: datetime) -> int:
    from schedule_catalog.errors import CatalogError

    run: Callable[[Namespace, datetime], int] = command(options.command).run
    collecting = gc.isenabled()
    # All objects are dropped together at the end: searching for cycles would cost more than reading.
    gc.disable()
    try:
        return run(options, moment)
    except UsageError as error:
        complain(f"schedules {options.command}: {error.lines[0]}", *error.lines[1:])
        return USAGE
    except CatalogError as error:
        complain(f"schedules {options.command}: {error}")
        return USAGE
    finally:
        if collecting:
            gc.enable()


def _end_quietly(status: int) -> int:
    """Suppress further output: Python must not write the rest to a closed standard output when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
