"""How AWS is reached: the usual credentials, or the laptop stack's own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from schedule_catalog.operations.errors import StackError
from schedule_catalog.operations.translation import asking
from schedule_client.emulated import emulated_session

if TYPE_CHECKING:
    from pathlib import Path

CALLS_AT_ONCE = 16
"""How many requests a command has on their way; a quota of EventBridge Scheduler's is 250 a second at the least."""

# The longest that Lambda runs a function: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LONGEST_INVOCATION_SECONDS = 900


class ServiceClients(Protocol):
    """boto3 clients by boto3's names of the services."""

    def client(self, service: str) -> Any:
        """The client of one service, which threads may share."""
        ...


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """Where AWS is, and as whom it is asked; None leaves a thing to the usual configuration.

    account: of an emulator, which takes the access key for it.
    """

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    account: str | None = None


class AwsClients:
    """The clients of an `AwsAccess`."""

    def __init__(self, access: AwsAccess) -> None:
        with asking("sts:GetCallerIdentity", "the credentials"):
            self._session: Any = _session(access)
        self._endpoint_url = access.endpoint_url
        self._emulated = access.account is not None
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str | None:
        """The region that is asked, if any is named."""
        return self._session.region_name

    def client(self, service: str) -> Any:
        """The client of one service."""
        if service not in self._clients:
            with asking(service, "the region"):
                self._clients[service] = self._session.client(
                    service, endpoint_url=self._endpoint_url, config=self._config(service)
                )
        return self._clients[service]

    def _config(self, service: str) -> Any:
        """A function is asked once: a second request for its answer would be a second call."""
        from botocore.config import Config

        synchronous = service == "lambda"
        return Config(
            connect_timeout=5,
            read_timeout=_LONGEST_INVOCATION_SECONDS + 10 if synchronous else 60,
            retries={"mode": "standard", "total_max_attempts": 1 if synchronous else 5},
            max_pool_connections=CALLS_AT_ONCE,
            tcp_keepalive=True,
            proxies={} if self._emulated else None,
        )


def _session(access: AwsAccess) -> Any:
    import boto3

    if access.account is not None:
        return emulated_session(access.account, access.account, access.region)
    return boto3.Session(profile_name=access.profile, region_name=access.region)


@dataclass(frozen=True, slots=True)
class LaptopStack:
    """Where the laptop stack is, and of what files it is made: written into its state folder while it runs."""

    project: str
    stack: str
    region: str
    endpoint_url: str
    account: str
    catalog: str
    settings: str

    @property
    def access(self) -> AwsAccess:
        """The way to its emulator."""
        return AwsAccess(region=self.region, endpoint_url=self.endpoint_url, account=self.account)

    def write(self, state: Path) -> None:
        """Leave it in the state folder of its stack."""
        (state / _FILE).write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, state: Path) -> LaptopStack:
        """The one that runs with this state folder; raises StackError when none does."""
        try:
            return cls(**json.loads((state / _FILE).read_text()))
        except (OSError, ValueError, TypeError):
            raise StackError(f'no laptop stack is running in "{state}": start it with "make up"') from None

    @staticmethod
    def forget(state: Path) -> None:
        """Take the file away, as it stops."""
        (state / _FILE).unlink(missing_ok=True)


_FILE = "laptop.json"
