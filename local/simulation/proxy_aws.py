"""Clients with the methods of boto3's, as the proxy's Aws: the doubles serve both the proxy and the operations."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from proxy.aws import AwsRequestError


class ClientsAws:
    """Asks the client of a service, and answers as its JSON does."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def __call__(self, service: str, operation: str, members: Mapping[str, Any], /) -> dict[str, Any]:
        """The answer of the client's method for `operation`. Raises AwsRequestError."""
        try:
            answer = getattr(self._client(service), xform_name(operation))(**members)
        except ClientError as error:
            response: Any = error.response
            known = response["Error"]
            raise AwsRequestError(known["Code"], {**_json(response), "message": known["Message"]}) from None
        except BotoCoreError:
            raise AwsRequestError(None) from None
        return _json(answer)


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(member) for key, member in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, datetime):
        return value.timestamp()
    return b64encode(value).decode() if isinstance(value, bytes) else value
