"""Number of asynchronous events that the emulator's functions process at once: each needs a separate process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast

# A new AWS account has ten concurrent executions: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
AT_ONCE = 10
_asynchronous: ContextVar[bool] = ContextVar("asynchronous", default=False)


def bound_asynchronous_events(at_once: int = AT_ONCE) -> None:
    """Have further events wait for their turn, as in Lambda's own queue, instead of starting a process for each.

    The emulator has no limit but one that counts a refused event as a failed attempt, and a thousand processes at once
    leave no machine able to work. What is invoked synchronously does not wait.
    """
    import ministack.services.lambda_svc as functions  # pyright: ignore[reportMissingTypeStubs]

    turns = threading.Semaphore(at_once)
    accept = cast("Callable[[Any, Any], None]", functions.invoke_async_with_retry)  # pyright: ignore[reportUnknownMemberType]
    execute = cast("Callable[..., dict[str, Any]]", functions._execute_function)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def accept_asynchronous(function: Any, event: Any) -> None:
        mark = _asynchronous.set(True)  # for the thread that it starts, which has a copy of this context
        try:
            accept(function, event)
        finally:
            _asynchronous.reset(mark)

    def execute_in_turn(*arguments: Any, **options: Any) -> dict[str, Any]:
        if not _asynchronous.get():
            return execute(*arguments, **options)
        with turns:
            return execute(*arguments, **options)

    functions.invoke_async_with_retry = accept_asynchronous
    functions._execute_function = execute_in_turn  # pyright: ignore[reportPrivateUsage]
