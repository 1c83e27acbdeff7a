"""Signature Version 4, with which AWS verifies the sender of a request, and that nothing changed it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
botocore's own signer is not used: only its import takes ten times the CPU of a call.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urlsplit

from schedule_client.contract.headers import SIGNATURE, folded
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"
# Headers that a server in between may change.
_UNSIGNED = frozenset(("traceparent", "user-agent"))


@frozen
class AwsKey:
    """Access key, with its session token; the repr shows neither secret nor token."""

    identifier: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@frozen
class Scope:
    """Region and service, by its signing name, of a signature."""

    region: str
    service: str


def signed_headers(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key: AwsKey, scope: Scope, now: datetime
) -> dict[str, str]:
    """Return `headers` with those of the signature; every given header is signed, so none may change later.

    `url` has the path and query that are sent, without dot segments; `now` is aware, and in UTC.
    """
    split = urlsplit(url)
    time = f"{now:%Y%m%dT%H%M%SZ}"
    session = {"X-Amz-Security-Token": key.token} if key.token else {}
    sent = {**headers, "X-Amz-Date": time, **session}
    named = {"host": split.netloc} | {name.lower(): " ".join(text.split()) for name, text in sent.items()}
    names = ";".join(sorted(named))
    canonical = "\n".join(
        (
            method,
            _canonical_path(split.path),
            _canonical_query(split.query),
            *(f"{name}:{named[name]}" for name in sorted(named)),
            "",
            names,
            sha256(body).hexdigest(),
        )
    )
    credential_scope = f"{time[:8]}/{scope.region}/{scope.service}/aws4_request"
    signing_key = f"AWS4{key.secret}".encode()
    for part in credential_scope.split("/"):
        signing_key = hmac.digest(signing_key, part.encode(), "sha256")
    text = "\n".join((_ALGORITHM, time, credential_scope, sha256(canonical.encode()).hexdigest()))
    signature = hmac.digest(signing_key, text.encode(), "sha256").hex()
    credential = f"Credential={key.identifier}/{credential_scope}"
    return {**sent, "Authorization": f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"}


def call_headers(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key: AwsKey, scope: Scope, now: datetime
) -> dict[str, str]:
    """Return the headers of a call to an API that verifies signatures; `url` has a `signable_target`.

    The hash of the body is a header of its own, which some services require.
    """
    given = {name: text for name, text in headers.items() if folded(name) not in SIGNATURE}
    unsigned = {name: text for name, text in given.items() if name.lower() in _UNSIGNED}
    signed = {name: text for name, text in given.items() if name not in unsigned}
    signed["X-Amz-Content-Sha256"] = sha256(body).hexdigest()
    return unsigned | signed_headers(method, url, signed, body, key, scope, now)


def signable_target(target: str) -> str:
    """Return a path and query with every parameter in the only spelling that a signature allows."""
    path, mark, query = target.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return path + mark + "&".join(f"{_spelled(name)}={_spelled(value)}" for name, _, value in pairs)


def _spelled(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")


def _canonical_path(path: str) -> str:
    """Path with its escapes escaped once more, as all services but S3 require."""
    parts = [part for part in path.split("/") if part]
    end = "/" if parts and path.endswith("/") else ""
    return quote("/" + "/".join(parts) + end, safe="/~")


def _canonical_query(query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return "&".join(f"{name}={value}" for name, _, value in sorted(pairs))
