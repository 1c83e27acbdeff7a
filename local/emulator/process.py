"""The process that the emulator runs in: started by `local.emulator.emulator`, ends with its parent."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from local.emulator.authorization import complete_authorization
from local.emulator.concurrency import bound_asynchronous_events
from local.emulator.guard import guard_emulator
from local.emulator.identity_tokens import sign_identity_tokens
from local.emulator.kept_events import keep_replays, write_unprocessed
from local.emulator.log import complete_logs
from local.emulator.senders import stamp_messages

_GRACE_SECONDS = 2.0


def main() -> None:
    """Serve until standard input ends, then save the state."""
    sys.argv = ["ministack"]
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    _stop_the_schedule_ticker()
    _name_the_alias_that_a_queue_invokes()
    _ask_an_alias_how_its_events_are_retried()
    _show_again_what_was_received()
    stamp_messages()
    complete_logs()
    bound_asynchronous_events()
    keep_replays()
    if os.environ["AUTH"] == "true":
        complete_authorization()
    url = f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"
    sign_identity_tokens(url, os.environ["MINISTACK_ACCOUNT_ID"], os.environ["MINISTACK_REGION"])
    guard_emulator(os.environ["ALLOWED_HOSTS"].split())
    from ministack.app import main as serve  # pyright: ignore[reportMissingTypeStubs]

    serve()
    _end()


def _stop_with_parent() -> None:
    """Stop at the end of standard input: the parent holds its other end, and even kill -9 closes that.

    A function that is being called would hold up the stop until it has answered: that long nobody waits.
    """
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    _save()
    _end()


def _stop_the_schedule_ticker() -> None:
    """Leave the firing of schedules to the dispatcher: no setting of the emulator turns its own ticker off."""
    import ministack.services.scheduler as scheduler  # pyright: ignore[reportMissingTypeStubs]

    scheduler.start_scheduler = lambda: None


def _name_the_alias_that_a_queue_invokes() -> None:
    """Set the alias by which a queue invoked a function, as Lambda does: the emulator omits it."""
    import ministack.services.lambda_svc as functions  # pyright: ignore[reportMissingTypeStubs]

    run = cast("Callable[..., None]", functions._run_sqs_batch)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def run_as_the_alias(mapping: dict[str, Any], function: dict[str, Any], *rest: Any) -> None:
        config = {**function["config"], "FunctionArn": mapping["FunctionArn"]}
        run(mapping, {**function, "config": config}, *rest)

    functions._run_sqs_batch = run_as_the_alias  # pyright: ignore[reportPrivateUsage]


def _ask_an_alias_how_its_events_are_retried() -> None:
    """Retry the events of an alias, and keep those that fail, as its own configuration says.

    The emulator takes such a configuration, and asks only the one of the unpublished function.
    """
    import ministack.services.lambda_svc as functions  # pyright: ignore[reportMissingTypeStubs]

    invoke = cast("Callable[[dict[str, Any], Any], None]", functions.invoke_async_with_retry)  # pyright: ignore[reportUnknownMemberType]

    def invoke_as_configured(record: dict[str, Any], event: Any) -> None:
        config: dict[str, Any] = record.get("config") or record
        name, _, qualifier = config["FunctionArn"].partition(":function:")[2].partition(":")
        function = cast("dict[str, Any]", functions._functions.get(name) or {})  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
        of_each: dict[str, Any] = function.get("event_invoke_configs") or {}
        invoke({**record, "event_invoke_config": of_each.get(qualifier)}, event)

    functions.invoke_async_with_retry = invoke_as_configured


def _show_again_what_was_received() -> None:
    """Make messages of restored queues visible at once: their receivers ended with the emulator.

    For a message that a function was about to try again, that would be six times the function's timeout.
    """
    import ministack.services.sqs as queues  # pyright: ignore[reportMissingTypeStubs]

    restore = cast("Callable[[Any], None]", queues.load_persisted_state)  # pyright: ignore[reportUnknownMemberType]

    def restore_unreceived(state: Any) -> None:
        restore(state)
        restored = cast("dict[Any, dict[str, Any]]", queues._queues._data)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
        for queue in restored.values():
            for message in queue["messages"]:
                if message["receipt_handle"]:
                    message["visible_at"] = min(message["visible_at"], time.time())

    queues.load_persisted_state = restore_unreceived


def _save() -> None:
    """Do what the emulator does last, when it can stop in peace."""
    import ministack.app as app  # pyright: ignore[reportMissingTypeStubs]

    app.save_all(app._build_persistence_save_dict())  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]


def _end() -> None:
    """Say that the state is saved, and end with every process that runs a function."""
    write_unprocessed(Path(os.environ["KEPT_EVENTS"]))
    Path(os.environ["RUNNING_MARK"]).unlink(missing_ok=True)
    if os.getpgrp() == os.getpid():  # not if it was started by hand
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
