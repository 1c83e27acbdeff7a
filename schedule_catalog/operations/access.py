"""Access to AWS: the usual credentials, or those of the laptop stack."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from schedule_catalog.operations.errors import StackError
from schedule_catalog.operations.translation import asking
from schedule_client.emulated import emulated_environment, emulated_session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CALLS_AT_ONCE = 16
"""Concurrent requests of a command; EventBridge Scheduler's lowest quota is 250 a second."""

QUERIES_AT_ONCE = 32
"""Concurrent queries of the ledger, which has no such quota."""

# Lambda's longest timeout: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LONGEST_INVOCATION_SECONDS = 900


class ServiceClients(Protocol):
    """boto3 clients by boto3's names of the services."""

    def client(self, service: str) -> Any:
        """Return the client of one service, which threads may share."""
        ...


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """Endpoint, region and credentials of AWS; None leaves a value to the usual configuration.

    account: of an emulator, which reads it from the access key.
    """

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None
    account: str | None = None


class AwsClients:
    """Clients of an `AwsAccess`."""

    def __init__(self, access: AwsAccess) -> None:
        with asking("sts:GetCallerIdentity", "the credentials"):
            self._session: Any = _session(access)
        self._endpoint_url = access.endpoint_url
        self._emulated = access.account is not None
        self._clients: dict[str, Any] = {}
        self._lock = Lock()  # a session may not make two clients at once

    @property
    def region(self) -> str | None:
        """Region of the requests, if any is configured."""
        return self._session.region_name

    def client(self, service: str) -> Any:
        """Return the client of one service."""
        with self._lock:
            if service not in self._clients:
                with asking(service, "the region"):
                    made = self._session.client(service, endpoint_url=self._endpoint_url, config=self._config(service))
                if service == "dynamodb":
                    made.meta.events.register("before-parse.dynamodb.Query", _take_items)
                self._clients[service] = made
            return self._clients[service]

    def _config(self, service: str) -> Any:
        """Settings of a client; a function is invoked only once, as a retry would be a second call.

        With a name of its own, botocore does not compose one again for each request, a sixth of its work.
        """
        from boto3 import __version__
        from botocore.config import Config

        synchronous = service == "lambda"
        return Config(
            connect_timeout=5,
            read_timeout=_LONGEST_INVOCATION_SECONDS + 10 if synchronous else 60,
            retries={"mode": "standard", "total_max_attempts": 1 if synchronous else 5},
            max_pool_connections=QUERIES_AT_ONCE if service == "dynamodb" else CALLS_AT_ONCE,
            tcp_keepalive=True,
            user_agent=f"schedule-catalog Boto3/{__version__}",
            proxies={} if self._emulated else None,
        )


def _take_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Take the items of a query as they are: botocore tries the ten types of DynamoDB for each value.

    That would be half of the time in which a board reads its runs. The ledger has no binary values, the only ones that
    botocore converts.
    """
    from botocore.exceptions import HTTPClientError

    if response_dict["status_code"] == 200:
        try:
            answer = json.loads(response_dict["body"])
        except ValueError as error:  # of something between here and AWS; botocore would read no items from it
            raise HTTPClientError(error="the answer is not JSON") from error
        customized_response_dict["Items"] = answer.pop("Items", [])
        response_dict["body"] = json.dumps(answer).encode()


def _session(access: AwsAccess) -> Any:
    import boto3

    if access.account is not None:
        return emulated_session(access.account, access.account, access.region)
    return boto3.Session(profile_name=access.profile, region_name=access.region)


@dataclass(frozen=True, slots=True)
class LaptopStack:
    """Endpoint and files of the running laptop stack, written into its state folder."""

    project: str
    stack: str
    region: str
    endpoint_url: str
    account: str
    catalog: str
    settings: str

    @property
    def access(self) -> AwsAccess:
        """Return the access to its emulator."""
        return AwsAccess(region=self.region, endpoint_url=self.endpoint_url, account=self.account)

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the variables with which an application finds the emulator."""
        return emulated_environment(self.endpoint_url, self.region, self.account)

    def write(self, state: Path) -> None:
        """Write this to the state folder of the stack."""
        (state / _FILE).write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, state: Path) -> LaptopStack:
        """Read the file of the running stack in this state folder; raises StackError if none runs."""
        try:
            return cls(**json.loads((state / _FILE).read_text()))
        except (OSError, ValueError, TypeError):
            raise StackError(f'no laptop stack is running in "{state}": start it with "schedules dev"') from None

    @staticmethod
    def running(states: Path) -> list[str]:
        """Return the running stacks with one of these state folders, sorted."""
        return sorted(each.parent.name for each in states.glob(f"*/{_FILE}"))

    @staticmethod
    def forget(state: Path) -> None:
        """Delete the file when the stack stops."""
        (state / _FILE).unlink(missing_ok=True)


_FILE = "laptop.json"
