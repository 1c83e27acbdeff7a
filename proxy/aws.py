"""Requests to AWS, signed and sent by urllib3: importing boto3 takes more CPU than the rest of a call."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast
from urllib.parse import quote

from urllib3 import Timeout, exceptions

from proxy.sigv4 import AwsKey, Scope, signed_headers
from schedule_client.contract.records import frozen
from schedule_client.contract.times import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from urllib3 import BaseHTTPResponse, PoolManager

    Members: TypeAlias = Mapping[str, Any]

CONNECT_SECONDS, READ_SECONDS, SENDS = 2.0, 3.0, 3
# The wait before a request is repeated is random between nothing and this, which is multiplied each time.
_WAIT_SECONDS, _WAIT_FACTOR = 0.1, 4
# Name of each JSON service in X-Amz-Target, and its version of the protocol.
_JSON_SERVICES = {
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "events": ("AWSEvents", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "ssm": ("AmazonSSM", "1.1"),
}
_FORM = "application/x-www-form-urlencoded"
# SQS keeps the names of errors from before its JSON protocol.
_QUERY_ERRORS = {"sqs": {"x-amzn-query-mode": "true"}}
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
PASSING_CODES = frozenset(
    (
        "BandwidthLimitExceeded",
        "ExpiredToken",
        "ExpiredTokenException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)
_OK, _SERVER_ERROR, _TOO_MANY = 200, 500, 429
_SUFFIXES = {
    "cn": "amazonaws.com.cn",
    "eu-isoe": "cloud.adc-e.uk",
    "eusc-de": "amazonaws.eu",
    "us-iso": "c2s.ic.gov",
    "us-isob": "sc2s.sgov.gov",
    "us-isof": "csp.hci.ic.gov",
}


class AwsRequestError(Exception):
    """AWS refused a request, with the error's `code`, or did not respond, without a code."""

    def __init__(self, code: str | None, answer: Members | None = None, status: int | None = None) -> None:
        super().__init__(code or "no response")
        self.code, self.answer, self.status = code, answer or {}, status

    @property
    def is_passing(self) -> bool:
        """Whether the same request may succeed a moment later."""
        if self.code is None or self.code in PASSING_CODES:
            return True
        return self.status is not None and (self.status >= _SERVER_ERROR or self.status == _TOO_MANY)


class Aws(Protocol):
    """Sends requests to AWS."""

    def __call__(self, service: str, operation: str, members: Members, /) -> dict[str, Any]:
        """Return the response to an operation; members are those of its JSON. Raises AwsRequestError."""
        ...


@frozen
class _Request:
    """Request before it is signed."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class SignedAws:
    """AWS in one region, with the credentials of the environment, which Lambda sets once for a process.

    AWS_ENDPOINT_URL is the endpoint of all services on a laptop. `pools` are its connections.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        pools: PoolManager,
        chance: Random,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._environment, self._pools, self._chance = environment, pools, chance
        self._now, self._sleep = now, sleep

    def __call__(self, service: str, operation: str, members: Members, /) -> dict[str, Any]:
        """Return the response after up to SENDS requests: every operation of the proxy may be repeated."""
        try:
            region = self._environment.get("AWS_REGION") or self._environment["AWS_DEFAULT_REGION"]
            key = _key(self._environment)
        except KeyError as error:
            raise AwsRequestError(f"no {error.args[0]} in the environment") from None
        endpoint = self._environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{dns_suffix(region)}"
        request = _request(endpoint.rstrip("/"), service, operation, members)
        for failed in range(SENDS - 1):
            try:
                return self._answer(request, key, Scope(region, service))
            except AwsRequestError as error:
                if not error.is_passing:
                    raise
            self._sleep(self._chance.random() * _WAIT_SECONDS * _WAIT_FACTOR**failed)
        return self._answer(request, key, Scope(region, service))

    def _answer(self, request: _Request, key: AwsKey, scope: Scope) -> dict[str, Any]:
        now = self._now()
        headers = signed_headers(request.method, request.url, request.headers, request.body, key, scope, now)
        try:
            response = self._pools.urlopen(
                request.method,
                request.url,
                body=request.body,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            answer = _members(response)
        except (exceptions.HTTPError, OSError):
            raise AwsRequestError(None) from None
        if response.status != _OK:
            raise AwsRequestError(_code(response, answer), answer, response.status)
        return answer


def error_message(error: Exception) -> str:
    """Return the message of AWS's response; empty if `error` has no response."""
    answer = error.answer if isinstance(error, AwsRequestError) else {}
    return str(answer.get("message") or answer.get("Message") or "")


def error_code(error: Exception) -> str | None:
    """Return the error code of AWS's response, if `error` has one."""
    return error.code if isinstance(error, AwsRequestError) else None


def dns_suffix(region: str) -> str:
    """Return the domain of the partition that a region belongs to."""
    return _SUFFIXES.get(region.rsplit("-", 2)[0], "amazonaws.com")


def _key(environment: Mapping[str, str]) -> AwsKey:
    identifier, secret = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    return AwsKey(identifier, secret, environment.get("AWS_SESSION_TOKEN"))


def _request(endpoint: str, service: str, operation: str, members: Members) -> _Request:
    if service == "sts":
        from proxy.sts import sts_form

        return _Request("POST", f"{endpoint}/", {"Content-Type": _FORM}, sts_form(operation, members))
    if (service, operation) == ("scheduler", "GetSchedule"):
        name, group = (quote(members[member], safe="") for member in ("Name", "GroupName"))
        return _Request("GET", f"{endpoint}/schedules/{name}?groupName={group}", {}, b"")
    target, version = _JSON_SERVICES[service]
    headers = {
        "Content-Type": f"application/x-amz-json-{version}",
        "X-Amz-Target": f"{target}.{operation}",
        **_QUERY_ERRORS.get(service, {}),
    }
    return _Request("POST", f"{endpoint}/", headers, json.dumps(members).encode())


def _members(response: BaseHTTPResponse) -> dict[str, Any]:
    """JSON object of a response; empty for other content, such as that of a gateway in between."""
    answer: object = {}
    if response.headers.get("Content-Type", "").partition(";")[0].endswith("/xml"):
        from proxy.sts import sts_members

        return sts_members(response.data)
    with suppress(ValueError):  # which would contain the text of a secret
        answer = json.loads(response.data or b"{}")
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _code(response: BaseHTTPResponse, answer: Members) -> str:
    """Name of the error, without a namespace, an address or the side at fault."""
    named = response.headers.get("x-amzn-query-error", "").partition(";")[0]
    named = named or response.headers.get("x-amzn-errortype") or answer.get("__type") or answer.get("code")
    return str(named or response.status).partition(":")[0].rpartition("#")[2]
