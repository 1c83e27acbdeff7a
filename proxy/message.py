"""HTTP request of a run: its headers and its body, as sent."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

from proxy.encoding import form_text
from proxy.errors import RefusedError
from schedule_client.contract.headers import FORM_TYPE, folded, header_mistake, is_json_type
from schedule_client.contract.origin_signature import ORIGIN_HEADER
from schedule_client.contract.records import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.run import Run
    from schedule_client.contract.request import Auth, Request

_BODILESS = ("GET", "HEAD")


@frozen
class Message:
    """Method, headers and body; the repr shows no header's value and no body."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None

    def __repr__(self) -> str:
        return f"Message({self.method!r}, {sorted(self.headers)!r})"


def message(run: Run, host: str, secret: str | None) -> Message:
    """Return the message of `run` to `host` (as in a Host header), with the text of its secret or its token."""
    request = run.request
    headers = {"Host": host, **request.headers, **_identity(run)}
    if request.auth is not None and secret is not None:
        headers = _without(headers, _auth_name(request.auth)) | _auth_header(request.auth, secret)
    kind = _find(headers, "content-type")
    body, usual = (None, "") if request.method in _BODILESS else _content(request, kind)
    if body is not None and kind is None:
        headers["Content-Type"] = usual
    if _find(headers, "user-agent") is None:
        headers["User-Agent"] = "schedule-catalog"
    return Message(request.method, headers, body)


def _identity(run: Run) -> dict[str, str]:
    names = {"Idempotency-Key": run.key, "webhook-id": run.key, ORIGIN_HEADER: run.origin}
    if run.schedule is not None:
        names |= {"X-Schedule-Name": run.schedule.name, "X-Scheduled-Time": run.schedule.time}
    return names


def _auth_name(auth: Auth) -> str:
    return auth.name if auth.type == "header" and auth.name is not None else "Authorization"


def _auth_header(auth: Auth, secret: str) -> dict[str, str]:
    """Header with the secret, without the line end with which secrets are often stored."""
    text = secret.strip()
    if auth.type == "basic":
        if ":" not in text:
            raise _unusable(auth, 'it is not of the form "user:password"')
        text = b64encode(text.encode()).decode()
    if not text or header_mistake("X", text):
        raise _unusable(auth, "it is empty, or contains characters that a header cannot have")
    prefix = {"basic": "Basic ", "header": ""}.get(auth.type, "Bearer ")
    return {_auth_name(auth): prefix + text}


def _unusable(auth: Auth, why: str) -> RefusedError:
    return RefusedError("secret-unusable", f'the secret "{auth.secret}" cannot be sent as {auth.type}: {why}')


def _content(request: Request, content_type: str | None) -> tuple[bytes | None, str]:
    """Bytes of the body, and their usual content type.

    JSON is compact; a `body` that is a text is sent unchanged under a content type that is not JSON.
    """
    if request.form is not None:
        return form_text(request.form).encode(), FORM_TYPE
    if request.text is not None:
        return request.text.encode(), "text/plain; charset=utf-8"
    body = request.body
    if isinstance(body, str) and content_type is not None and not is_json_type(content_type):
        return body.encode(), content_type
    written = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return written, "application/json"


def _find(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if folded(key) != folded(name)}
