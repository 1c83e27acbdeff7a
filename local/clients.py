"""boto3 clients of one endpoint on loopback."""

from __future__ import annotations

import threading
from typing import Any

ACCOUNT = "000000000000"
"""The account that the laptop's resources live in; the emulator reads it from the access key."""


class Clients:
    """boto3 clients for one endpoint and region, made once each and shared by threads.

    Nothing of the user's AWS configuration is read: credentials are fixed, and no proxy is used.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint = endpoint
        self.region = region
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session: Any = None

    def client(self, service: str) -> Any:
        """The client of a service, by boto3's name for it."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        self._session = self._session or boto3.Session(
            aws_access_key_id=ACCOUNT, aws_secret_access_key=ACCOUNT, region_name=self.region
        )
        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            proxies={},
            parameter_validation=True,
        )
        return self._session.client(service, endpoint_url=self.endpoint, config=config)
