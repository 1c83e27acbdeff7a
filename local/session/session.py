"""One session: calls are shown as they are made, edits take effect, and it ends when it should."""

from __future__ import annotations

import queue
import shlex
import threading
import time
from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING

from local.dispatcher import DispatcherError, Notice
from local.release import Release
from local.resources import LEFT_OUT
from local.session.earlier_outcomes import EarlierOutcomes
from local.session.edits import edits_of
from local.session.outcomes import FINAL, LoggedOutcome, Outcomes, OutcomeState, Remark
from local.session.promises import Promises, key_of, summary
from local.session.screen import Upcoming
from schedule_catalog.cli.line.arguments import STATE
from schedule_catalog.cli.line.stack_arguments import DEFAULT_LAPTOP
from schedule_catalog.deployment.names import log_group
from schedule_catalog.expressions import zone
from schedule_catalog.operations import OperationError
from schedule_catalog.pages.console.desk import WantedCatalog
from schedule_catalog.wording import counted
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from local.options import Options
    from local.session.screen import Screen
    from local.stack import Stack

SECOND = timedelta(seconds=1)
TICK_SECONDS = 0.1
# How often the log is read: often while an answer is awaited, now and then while a run waits, rarely else.
AWAITED_SECONDS = 0.15
WAITING_SECONDS = 0.5
IDLE_SECONDS = 2.0
DRAIN_SECONDS = 15.0
SHOWN_FIRES = 8
LINE_CHARACTERS = 100
HOUR_SECONDS = 3600.0
EXIT_DELIVERED, EXIT_UNDELIVERED = 0, 1


class Session:
    """Shows one stack from its deployment to its end; everything is printed by the thread that calls `run`."""

    def __init__(self, stack: Stack, release: Release, options: Options, screen: Screen) -> None:
        self._stack = stack
        self._release = release
        self._options = options
        self._screen = screen
        self._events: queue.SimpleQueue[Notice | Release] = queue.SimpleQueue()
        self._promises = Promises()
        self._stopping = threading.Event()
        self._dispatcher, self._loop = stack.dispatch(self._events.put)
        self._log_group = log_group(release.outputs["proxy_function"])
        self._outcomes = Outcomes(stack.emulator.client("logs"), self._log_group, stack.began)
        self._read_at = 0.0

    def run(self) -> int:
        """Fire and show until the end; the exit status of the program."""
        self._recover()
        self._loop.poll()
        self._introduce()
        self._loop.start()
        watcher = threading.Thread(target=self._follow_files, name="watch", daemon=True)
        watcher.start()
        try:
            return self._show()
        finally:
            self._stopping.set()
            watcher.join()

    def _recover(self) -> None:
        """Have those runs and replays of earlier sessions sent again that were lost with their emulator."""
        self._stack.emulator.send_kept_events()
        since = self._dispatcher.unanswered_since()
        if since is not None:
            log = Outcomes(self._stack.emulator.client("logs"), self._log_group, since)
            earlier = EarlierOutcomes.read(log, self._stack.emulator.log)
            for run in self._dispatcher.recover(
                lambda run: earlier.of(run) in FINAL, lambda run: earlier.of(run) is OutcomeState.WAITING
            ):
                self._promises.expect(key_of(run.target_arn, run.arn, run.scheduled), run.arn, run.scheduled)

    # What is shown before the first call

    def _introduce(self) -> None:
        screen, stack = self._screen, self._stack
        if self._release.doubts:
            screen.text("")
            screen.problems(self._release)
        count = len(self._release.entries)
        screen.heading(f"{counted(count, 'schedule')} of stack {stack.sources.stack}")
        screen.lines([f"warning: {warning}" for warning in self._release.warnings])
        live, hosts, where = self._options.live, self._options.hosts, _where(self._options)
        screen.lines(
            [
                f"every schedule, in the browser        {stack.serve_console(self._wanted)}",
                f"every schedule, in the terminal       schedules status --local{where}",
                "calls that would leave this machine   on its page Calls, where you can let a host fail",
                f"tasks of the callback service         {stack.callback.page}",
                f"AWS, for boto3 and the AWS CLI        --endpoint-url {stack.emulator.endpoint}",
                f"variables of an application, keys     schedules env --local{where}",
                f"your own service on this machine      has http://127.0.0.1:PORT in {stack.sources.settings.name}",
                *([f"hosts answered to, with --allow-host  {', '.join(hosts)}"] if hosts else []),
                *([f"REALLY CALLED, with --live            {', '.join(live)}"] if live else []),
            ]
        )
        screen.heading("not as in AWS")
        screen.lines(wrap("; ".join(LEFT_OUT), LINE_CHARACTERS))
        screen.heading("next fires")
        self._show_upcoming()
        duration = self._options.duration
        until = f"for {duration / SECOND:,.0f} s" if duration else "until Ctrl-C"
        screen.heading(f"calls {until}, times in {utc_now().astimezone():%Z}; edits take effect as they are saved")

    def _wanted(self) -> WantedCatalog:
        """The catalog as it was deployed last."""
        release = self._release
        if release.settings is None:
            raise OperationError("the settings of the stack could not be read")
        problems = release.catalog.problems if release.catalog else ()
        return WantedCatalog(tuple(release.entries.values()), release.settings, problems)

    def _show_upcoming(self) -> None:
        upcoming = self._dispatcher.upcoming().items()
        fires = sorted((instant, arn) for arn, instant in upcoming if self._counts(arn, instant))
        shown = [self._upcoming(arn.rpartition("/")[2], instant) for instant, arn in fires[:SHOWN_FIRES]]
        self._screen.upcoming(shown, len(fires) - len(shown))

    def _counts(self, arn: str, instant: datetime) -> bool:
        """Whether no pause, calendar or freeze leaves out the fire."""
        entry = self._release.entries.get(arn.rpartition("/")[2])
        return entry is None or entry.timing.counts(instant)

    def _upcoming(self, name: str, instant: datetime) -> Upcoming:
        entry = self._release.entries.get(name)
        local = instant.astimezone(zone(entry.timing.timezone if entry else "UTC"))
        return Upcoming(name, local, instant, entry.timing.expression if entry else "")

    # The calls

    def _show(self) -> int:
        began = time.monotonic()
        duration = self._options.duration
        forget_at = began + HOUR_SECONDS
        while duration is None or time.monotonic() - began < duration / SECOND:
            self._turn()
            if (complaint := self._complaint()) is not None:
                self._screen.failure(complaint)
                return EXIT_UNDELIVERED
            if time.monotonic() > forget_at:
                forget_at += HOUR_SECONDS
                self._promises.forget(utc_now())
        return self._end()

    def _turn(self) -> None:
        """Show what happened in the last moment."""
        try:
            self._take(self._events.get(timeout=TICK_SECONDS))
            while True:
                self._take(self._events.get_nowait())
        except queue.Empty:
            pass
        self._read_log()

    def _read_log(self) -> None:
        if time.monotonic() < self._read_at:
            return
        for line in self._outcomes.new():
            self._answered(line)
        self._read_at = time.monotonic() + (
            AWAITED_SECONDS if self._promises.open() else WAITING_SECONDS if self._promises.waiting() else IDLE_SECONDS
        )

    def _answered(self, line: LoggedOutcome | Remark) -> None:
        if isinstance(line, LoggedOutcome):
            promise = self._promises.settle(line)
            if promise is not None and promise.settled:
                self._dispatcher.answered(promise.arn, promise.scheduled)
            self._screen.call(line)
        else:
            self._screen.remark(line)

    def _take(self, event: Notice | Release) -> None:
        if isinstance(event, Notice):
            self._promises.note(event)
            self._read_at = 0.0
            self._screen.notice(event)
        else:
            self._released(event)

    def _complaint(self) -> str | None:
        if self._loop.failure is not None:
            known = isinstance(self._loop.failure, DispatcherError)
            return f"the dispatcher has stopped: {self._loop.failure if known else repr(self._loop.failure)}"
        return self._stack.complaint()

    def _end(self) -> int:
        """Begin no new run, wait for the answers, and count."""
        self._loop.drain()
        limit = time.monotonic() + DRAIN_SECONDS
        self._turn()
        while self._promises.open() and time.monotonic() < limit and self._complaint() is None:
            self._turn()
        missing = self._promises.not_delivered()
        if not missing:
            self._screen.success(f"\n{summary(self._promises)}")
            return EXIT_DELIVERED
        skipped = all(promise.state is OutcomeState.SKIPPED for promise in missing)
        (self._screen.success if skipped else self._screen.failure)(f"\n{summary(self._promises)}:")
        self._screen.lines([str(promise) for promise in missing])
        if self._promises.waiting():
            self._screen.text("what waits is tried again while the stack runs: start it again")
        return EXIT_DELIVERED if skipped else EXIT_UNDELIVERED

    # Edits

    def _follow_files(self) -> None:
        while not self._stopping.is_set():
            if self._stack.watch.changed() and not self._stopping.is_set():
                self._events.put(self._deployed_again())

    def _deployed_again(self) -> Release:
        try:
            return self._stack.release()
        except Exception as error:  # the watch goes on: the next edit may fix it
            return Release(error=f"the edit could not be deployed: {error!r}")

    def _released(self, release: Release) -> None:
        if not release.succeeded:
            self._screen.problems(release)
            self._screen.edits(utc_now(), edits_of(self._release, release))
            self._screen.failure("not deployed: what was deployed before keeps firing")
            return
        if release.doubts - self._release.doubts:
            self._screen.problems(release)
        self._screen.edits(utc_now(), edits_of(self._release, release))
        self._release = release


def _where(options: Options) -> str:
    """Options of the `schedules` commands for a stack that is not the default one."""
    stack = "" if options.stack == DEFAULT_LAPTOP else f" --stack {shlex.quote(options.stack)}"
    state = "" if options.state == STATE else f" --state {shlex.quote(str(options.state))}"
    return stack + state
