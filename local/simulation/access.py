"""Hooks around a request to AWS: the doubles call them before and after each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

# Receives "sqs SendMessage?" before a request and of "sqs SendMessage!" after it, with what is asked; it may raise, and
# may wait.
Step: TypeAlias = Callable[[str, Mapping[str, Any]], None]


def unhindered(step: str, asked: Mapping[str, Any]) -> None:
    """Let every request pass."""


def refused(code: str, message: str, operation: str, **members: Any) -> ClientError:
    """An error as boto3 raises it."""
    answer: Any = {"Error": {"Code": code, "Message": message}, **members}
    return ClientError(answer, operation)
