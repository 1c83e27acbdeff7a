"""Clients of AWS, made when first needed: importing boto3 takes longer than most calls."""

from __future__ import annotations

from typing import Any, Protocol, cast


class ClientFactory(Protocol):
    """Gives the boto3 client of a service."""

    def __call__(self, service: str, /) -> Any:
        """The client of `service`, such as "ssm"."""
        ...


class BotoClients:
    """boto3 clients that give up soon, one per service."""

    def __init__(self) -> None:
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str, /) -> Any:
        """The client of `service`, made at its first use."""
        if service not in self._clients:
            import boto3
            from botocore.config import Config

            limits = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
            self._clients[service] = cast("Any", boto3).client(service, config=limits)
        return self._clients[service]


def error_message(error: Exception) -> str:
    """The words that AWS answered with; empty where `error` is no answer."""
    response: Any = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Message") or "") if response else ""


def error_code(error: Exception) -> str | None:
    """The code that AWS answered with, if `error` is such an answer."""
    response: Any = getattr(error, "response", None)
    return response.get("Error", {}).get("Code") if response else None
