"""A client of DynamoDB that gives up before whoever waits for the service does."""

from __future__ import annotations

from typing import Any


def new_client(*, endpoint_url: str | None = None, region: str | None = None) -> Any:
    """A client with short timeouts, retries of its own and a connection for every thread of the service."""
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=4,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=50,
    )
    client: Any = Session().client  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType] - no stubs
    return client("dynamodb", endpoint_url=endpoint_url, region_name=region, config=config)
