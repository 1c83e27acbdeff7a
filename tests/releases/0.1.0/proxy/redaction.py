"""Answers without the secret that the call carried: an echo of it would go into logs, queues and terminals."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from schedule_client.contract import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.transport import Reply

REDACTED = "[redacted]"
# Shorter ones are in every other word of an answer.
_LEAST_LENGTH = 4


def redacted(reply: Reply, secret: str | None) -> Reply:
    """`reply` with REDACTED wherever it repeats `secret`, also as JSON, HTML, URLs and `Authorization: Basic` do."""
    if secret is None:
        return reply
    body, content_type, redirected_to = reply.body, reply.content_type, reply.redirected_to
    for form in sorted(set(_forms(secret.strip())), key=len, reverse=True):
        body = body.replace(form.encode(), REDACTED.encode())
        content_type = content_type.replace(form, REDACTED)
        redirected_to = redirected_to and redirected_to.replace(form, REDACTED)
    return replace(reply, body=body, content_type=content_type, redirected_to=redirected_to)


def _forms(secret: str) -> Iterator[str]:
    """The secret, the password in it, and both as they went on the wire, in all their spellings."""
    for text in (secret, secret.partition(":")[2], b64encode(secret.encode()).decode()):
        if len(text) >= _LEAST_LENGTH:
            yield from _spellings(text)


def _spellings(text: str) -> Iterator[str]:
    yield text
    yield quote(text, safe="")
    html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield html
    yield html.replace('"', "&quot;").replace("'", "&#x27;")
    for in_ascii in (True, False):
        json_text = json.dumps(text, ensure_ascii=in_ascii)[1:-1]
        yield json_text
        yield json_text.replace("/", "\\/")
