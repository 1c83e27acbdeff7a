"""DynamoDB client with timeouts shorter than those of the service's callers."""

from __future__ import annotations

from typing import Any


def new_client(*, endpoint_url: str | None = None, region: str | None = None) -> Any:
    """Return a client with short timeouts, own retries and a connection for every thread of the service."""
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
