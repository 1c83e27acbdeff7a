"""AWS's part of a call to an API with IAM: the signature of what arrived, by botocore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from tests.proxy.target import Received

# The first key that tests.proxy.stage.FakeSts gives.
KEY = Credentials("AccessKeyId-1", "SecretAccessKey-1", "SessionToken-1")


def is_signed(received: Received, service: str = "execute-api", region: str = "eu-west-1") -> bool:
    """Whether what arrived is signed with KEY, for a service in a region."""
    signed = received.headers["authorization"]
    names = signed.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {name: received.headers[name] for name in names}
    url = f"https://{received.headers['host']}{received.path}"
    request: Any = AWSRequest(method=received.line.split(" ")[0], url=url, headers=headers, data=received.body)
    request.context["timestamp"] = received.headers["x-amz-date"]
    signer: Any = SigV4Auth(KEY, service, region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return signed.endswith(f"Signature={signer.signature(text, request)}")
