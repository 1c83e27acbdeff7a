"""Token servers of `oauth2` clients, for which the receiver stands like for every other host."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

_FORM = "application/x-www-form-urlencoded"


def token_answer(host: str, content_type: str, body: bytes) -> bytes | None:
    """Return the answer to a request for client credentials (RFC 6749 4.4): a token that anybody knows for a stand-in.

    None for every other request.
    """
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return None
    if parse_qs(body.decode("utf-8", "replace")).get("grant_type") != ["client_credentials"]:
        return None
    return json.dumps({"access_token": f"placeholder-of-{host}", "token_type": "Bearer", "expires_in": 300}).encode()
