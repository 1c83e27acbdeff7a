"""boto3 clients of one endpoint on loopback."""

from __future__ import annotations

import threading
from typing import Any

from schedule_client.emulated import emulated_session

ACCOUNT = "000000000000"
"""The account that the laptop's resources live in; the emulator reads it from the access key."""


class Clients:
    """boto3 clients for one endpoint and region, made once each and shared by threads.

    Nothing of the user's AWS configuration is read: credentials are fixed, and no proxy is used.
    """

    def __init__(self, endpoint: str, region: str, session: Any = None) -> None:
        self.endpoint = endpoint
        self.region = region
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session = session

    def client(self, service: str) -> Any:
        """The client of a service, by boto3's name for it."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def as_role(self, service: str, role_arn: str) -> Any:
        """A new client of a service for a session of a role, as EventBridge Scheduler has one."""
        found = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="scheduler")["Credentials"]
        key = (found["AccessKeyId"], found["SecretAccessKey"])
        return self._made(emulated_session(*key, self.region, found["SessionToken"]), service)

    def _make(self, service: str) -> Any:
        self._session = self._session or emulated_session(ACCOUNT, ACCOUNT, self.region)
        return self._made(self._session, service)

    def _made(self, session: Any, service: str) -> Any:
        from botocore.config import Config

        config = Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            proxies={},
            parameter_validation=True,
        )
        return session.client(service, endpoint_url=self.endpoint, config=config)
