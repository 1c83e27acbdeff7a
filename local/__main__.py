"""`schedules dev`: run a stack on this machine."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from types import FrameType

from local.options import Options, parse_line
from schedule_catalog.cli.output import print_anything
from schedule_catalog.errors import os_reason

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


def main(arguments: Sequence[str]) -> int:
    """Run until the time is over or a person stops it; return the exit status.

    0 when every call was delivered, or a run without an end was stopped; 1 when not, or when a part did not start; 130
    when a run with an end was stopped before it.
    """
    print_anything()
    if arguments[:1] == ["engine"]:
        from local.real_engine.command import engine

        signal.signal(signal.SIGTERM, _interrupt)
        return engine(arguments[1:])
    if arguments[:1] == ["smoke"]:
        from local.smoke.command import smoke

        signal.signal(signal.SIGTERM, _interrupt)
        return smoke(arguments[1:])
    found = parse_line(arguments)
    if found.simulate:
        from local.simulation.command import simulate

        return simulate(found)
    options = Options.of(found)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED if options.duration is not None else 0


def _run(options: Options) -> int:
    from local.dispatcher import DispatcherError
    from local.errors import LocalError
    from local.session.screen import Screen
    from local.session.session import Session
    from local.stack import Stack

    screen = Screen()
    screen.title(f"Schedule Catalog on this machine, stack {options.stack}")
    try:
        with Stack(options, screen.step, screen.goodbye) as stack:
            release = stack.start()
            if release.succeeded:
                return Session(stack, release, options, screen).run()
            screen.problems(release)
    except (LocalError, DispatcherError) as error:
        screen.failure(f"error: {error}")
    except OSError as error:
        file = error.filename2 or error.filename
        if file is None:
            raise
        screen.failure(f'error: "{file}": {os_reason(error)}; see --state DIR')
    return EXIT_FAILED


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
