"""botocore's signer is the measure: whatever is signed, both come to the same signature."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from proxy.sigv4 import AwsKey, Scope, signed_headers

NOW = datetime(2027, 1, 5, 8, 0, 12, tzinfo=UTC)
KEY = AwsKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "the-token==")
PATHS = st.lists(st.text(string.ascii_letters + string.digits + "-_~%+:@=$!*'(),;", max_size=6), max_size=4)
WORDS = st.text(string.ascii_letters + string.digits + "-_.~%+", max_size=6)
HEADERS = st.dictionaries(
    st.from_regex(r"X-[A-Za-z0-9-]{1,8}", fullmatch=True), st.text(string.printable.replace("\n", ""), max_size=12)
)


def theirs(method: str, url: str, headers: dict[str, str], body: bytes, key: AwsKey, scope: Scope) -> str:
    """The Authorization of botocore, for headers that have been sent."""
    auth: Any = SigV4Auth(Credentials(key.identifier, key.secret, key.token), scope.service, scope.region)
    sent = {name: text for name, text in headers.items() if name != "Authorization"}
    request = AWSRequest(method=method, url=url, headers=sent, data=body)
    request.context["timestamp"] = sent["X-Amz-Date"]
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    return request.headers["Authorization"]


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=PATHS,
    query=st.lists(st.tuples(WORDS.filter(bool), WORDS), max_size=4),
    headers=HEADERS,
    body=st.binary(max_size=64),
    token=st.sampled_from([None, "the-token=="]),
)
def test_every_request_is_signed_as_botocore_signs_it(
    method: str,
    path: list[str],
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    token: str | None,
) -> None:
    unlike = {name.lower(): (name, text) for name, text in headers.items()}
    asked = "&".join(f"{name}={value}" for name, value in query)
    url = f"https://dynamodb.eu-central-1.amazonaws.com/{'/'.join(path)}{'?' * bool(asked)}{asked}"
    key, scope = AwsKey(KEY.identifier, KEY.secret, token), Scope("eu-central-1", "dynamodb")

    sent = signed_headers(method, url, dict(unlike.values()), body, key, scope, NOW)

    assert sent["Authorization"] == theirs(method, url, sent, body, key, scope)
    assert sent.get("X-Amz-Security-Token") == token


def test_no_repr_shows_what_signs() -> None:
    assert "AKIDEXAMPLE" in repr(KEY)
    assert KEY.secret not in repr(KEY)
    assert "the-token" not in repr(KEY)
