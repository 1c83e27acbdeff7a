"""Sender of a queue's message: SQS records it on the message, and the emulator only knows the account."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, cast

_caller: ContextVar[str] = ContextVar("caller", default="")


def stamp_messages() -> None:
    """Give each message the SenderId of AWS: for a session of a role, the role's id and the name of the session.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
    """
    import ministack.core.iam_evaluator as evaluator  # pyright: ignore[reportMissingTypeStubs]
    import ministack.services.sqs as queues  # pyright: ignore[reportMissingTypeStubs]

    pin = cast("Callable[..., None]", evaluator.pin_request_caller)  # pyright: ignore[reportUnknownMemberType]
    caller = cast("Callable[..., str]", evaluator.request_caller_arn)  # pyright: ignore[reportUnknownMemberType]
    stamp = cast("Callable[..., dict[str, Any]]", queues._build_send_sys_attrs)  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]

    def pin_and_remember(headers: dict[str, str], query: dict[str, Any] | None = None) -> None:
        pin(headers, query)
        _caller.set(caller(headers, query))

    def stamp_with_sender(now: float, given: dict[str, Any]) -> dict[str, Any]:
        stamped = stamp(now, given)
        return {**stamped, "SenderId": _sender(_caller.get()) or stamped["SenderId"]}

    evaluator.pin_request_caller = pin_and_remember
    queues._build_send_sys_attrs = stamp_with_sender  # pyright: ignore[reportPrivateUsage]


def _sender(arn: str) -> str | None:
    """The role's id and the session in the ARN of an assumed role; None for anybody else."""
    import ministack.services.sts as sts  # pyright: ignore[reportMissingTypeStubs]

    start, assumed, rest = arn.partition(":assumed-role/")
    role, _, session = rest.partition("/")
    if not assumed:
        return None
    identity = cast("Callable[[str], str]", sts._role_id)  # pyright: ignore[reportPrivateUsage]
    role_arn = f"{start.replace(':sts:', ':iam:', 1)}:role/{role}"
    return f"{identity(role_arn)}:{session}"
