"""Checks of a request before it may become an event, in the catalog and at run time alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast

from schedule_client.contract import address, credentials, headers, placeholders
from schedule_client.contract.errors import AddressError, UserinfoError
from schedule_client.contract.event import INPUT_MAX_BYTES
from schedule_client.contract.finding import Finding
from schedule_client.contract.json_value import Pointer, shown, texts
from schedule_client.contract.quick_scan import is_harmless

_CONTENTS = ("body", "form", "text")
_SCANNED = ("url", "path", "headers", "params", *_CONTENTS)
_KEYWORDS_IN_VALUES = ("headers", "params", "form")
_CREDENTIAL_HEADERS = {
    "authorization": "auth: {type: bearer, secret: NAME} (or type: basic)",
    "cookie": "auth: {type: header, name: Cookie, secret: NAME}",
}


def request_findings(request: Mapping[str, object]) -> Iterator[Finding]:
    """Return all mistakes in the `request` mapping of a catalog file, beyond those that its JSON Schema reports.

    The rules are `url`, `header`, `body`, `body-type`, `credential` and `placeholder`. Values of a wrong type are
    skipped: the schema reports them. No message quotes a credential.
    """
    yield from _address_findings(request)
    yield from _header_findings(request.get("headers"))
    yield from _auth_findings(request)
    yield from _content_findings(request)
    yield from _text_findings(request)


def input_findings(text: str) -> Iterator[Finding]:
    """Return the finding of the rule `input-size` for an event's `input_text`; its pointer is the request itself."""
    size = len(text.encode())
    if size > INPUT_MAX_BYTES:
        message = (
            f"the request is {size:,} bytes as Target.Input, at most {INPUT_MAX_BYTES:,} are allowed: "
            "send a reference to the data instead"
        )
        yield Finding((), "input-size", message)


def _address_findings(request: Mapping[str, object]) -> Iterator[Finding]:
    for key, check in (("url", address.parse_url), ("path", address.check_path)):
        value = request.get(key)
        if isinstance(value, str) and placeholders.PREFIX not in value:
            try:
                check(value)
            except UserinfoError as error:
                yield Finding((key,), "credential", str(error))
            except AddressError as error:
                yield Finding((key,), "url", str(error))


def _header_findings(fields: object) -> Iterator[Finding]:
    if not isinstance(fields, dict):
        return
    seen: dict[str, str] = {}
    for name, value in cast("dict[str, object]", fields).items():
        known = headers.folded(name)
        if message := _name_message(name, seen.setdefault(known, name)):
            yield Finding(("headers", name), "header", message, on_key=True)
        elif instead := _CREDENTIAL_HEADERS.get(known):
            message = f'the header "{name}" carries a credential, and a catalog contains none: write {instead}'
            yield Finding(("headers", name), "credential", message, on_key=True)
        if isinstance(value, str) and (mistake := headers.value_mistake(value)):
            yield Finding(("headers", name), "header", f'header "{shown(name)}": {mistake}')


@lru_cache(maxsize=1024)  # an application sends the same few headers
def _name_message(name: str, first: str) -> str | None:
    if mistake := headers.name_mistake(name):
        return mistake
    if reason := headers.reserved(name):
        return f'the header "{name}" {reason}'
    if first != name:
        return f'the header "{name}" appears twice, first as "{first}": servers treat these as one name'
    return None


def _content_findings(request: Mapping[str, object]) -> Iterator[Finding]:
    given = [key for key in _CONTENTS if request.get(key) is not None]
    if not given:
        return
    if request.get("method") in ("GET", "HEAD"):
        message = f'a {request["method"]} request has no body: remove it, use "params", or another method'
        yield Finding((given[0],), "body", message)
    for key in given[1:]:
        yield Finding((key,), "body", f'"{key}" is a second body beside "{given[0]}": remove one of them', on_key=True)
    if message := _type_message(given[0], request[given[0]], request.get("headers")):
        yield Finding((given[0],), "body-type", message, on_key=True)


def _type_message(key: str, content: object, fields: object) -> str | None:
    """Mistake in the header Content-Type of a body; a text is sent unchanged under another type than JSON."""
    given = cast("dict[str, object]", fields) if isinstance(fields, dict) else {}
    kind = next((value for name, value in given.items() if name.lower() == "content-type"), None)
    if not isinstance(kind, str):
        return None
    is_form = headers.media_type(kind) == headers.FORM_TYPE
    if key == "form" and not is_form:
        return f'a form is sent as {headers.FORM_TYPE}, not as "{shown(kind)}": remove the header, or write "text"'
    if key == "body" and not isinstance(content, str) and not headers.is_json_type(kind):
        instead = "form" if is_form and isinstance(content, dict) else "text"
        return f'"body" is sent as JSON, but the content type is "{shown(kind)}": write "{instead}" instead'
    return None


def _auth_findings(request: Mapping[str, object]) -> Iterator[Finding]:
    auth = request.get("auth")
    if not isinstance(auth, dict):
        return
    members = cast("dict[str, object]", auth)
    name, secret = members.get("name"), members.get("secret")
    if isinstance(name, str) and (message := _auth_name_message(name, request.get("headers"))):
        yield Finding(("auth", "name"), "header", message)
    if isinstance(secret, str):
        yield from _secret_name_findings(secret)
    if members.get("type") == "sigv4" and isinstance(given := request.get("headers"), dict):
        for header in cast("dict[str, object]", given):
            if headers.folded(header) in headers.SIGNATURE:
                message = f'the header "{header}" is part of the signature, which the proxy sets: remove it'
                yield Finding(("headers", header), "header", message, on_key=True)


def _auth_name_message(name: str, fields: object) -> str | None:
    if message := _name_message(name, name):
        return message
    given = cast("dict[str, object]", fields) if isinstance(fields, dict) else {}
    if headers.folded(name) in map(headers.folded, given):
        return f'the header "{name}" is already in "headers": remove it there'
    return None


@lru_cache(maxsize=1024)
def _secret_name_findings(secret: str) -> tuple[Finding, ...]:
    return tuple(_findings_of_secret_name(secret, ("auth", "secret")))


def _findings_of_secret_name(secret: str, pointer: Pointer) -> Iterator[Finding]:
    if kind := credentials.token_kind(secret, credentials.likely_shapes(secret)):
        message = (
            f'"secret" is the name of a secret, but this looks like {kind} itself: store it in the stack and name it'
        )
        yield Finding(pointer, "credential", message)
    for message in placeholders.keyword_mistakes(secret, allowed=False):
        yield Finding(pointer, "placeholder", message)


def _text_findings(request: Mapping[str, object]) -> Iterator[Finding]:
    scanned = {key: request[key] for key in _SCANNED if key in request}
    if is_harmless(scanned):
        return
    found = [item for item in texts(scanned) if len(item[0]) > 1 or not item[2]]
    found = [item for item in found if not _is_credential_header(item[0])]
    everything = "\n".join([text for _, text, _ in found])
    shapes = credentials.likely_shapes(everything)
    keywords = placeholders.PREFIX in everything
    for pointer, text, on_key in found:
        if keywords:
            allowed = pointer[0] in ("body", "text") or (not on_key and pointer[0] in _KEYWORDS_IN_VALUES)
            for message in placeholders.keyword_mistakes(text, allowed):
                yield Finding(pointer, "placeholder", message, on_key)
        kind = credentials.token_kind(text, shapes) if shapes else None
        if kind == credentials.URL_LOGIN and pointer == ("url",):
            continue  # reported by the address check
        if kind:
            yield Finding(pointer, "credential", f"this looks like {kind}: {_instead(pointer)}", on_key)
        elif not on_key:
            yield from _named_findings(pointer, text)


def _is_credential_header(pointer: Pointer) -> bool:
    return pointer[0] == "headers" and len(pointer) > 1 and headers.folded(str(pointer[1])) in _CREDENTIAL_HEADERS


def _named_findings(pointer: Pointer, text: str) -> Iterator[Finding]:
    """Secrets that only a name reveals: that of the member, or one in a text like `a=1&client_secret=…`."""
    name = next((step for step in reversed(pointer) if isinstance(step, str)), "")
    is_body, secret = pointer[0] in ("body", "text"), credentials.is_secret_name(name) and len(pointer) > 1
    if (secret or not is_body) and (templated := placeholders.template(text)) and len(pointer) > 1:
        yield Finding(
            pointer, "placeholder", f'templates are not supported: "{shown(templated)}" would be sent unchanged'
        )
    elif secret and credentials.looks_real(name, text):
        yield Finding(pointer, "credential", f'"{shown(name)}" looks like a literal credential: {_instead(pointer)}')
    else:
        for inner, value in credentials.pairs(text):
            if credentials.is_secret_name(inner) and credentials.looks_real(inner, value):
                yield Finding(
                    pointer, "credential", f'"{inner}=…" looks like a literal credential: {_instead(pointer)}'
                )


def _instead(pointer: Pointer) -> str:
    header = shown(str(pointer[1])) if pointer[0] == "headers" and len(pointer) > 1 else ""
    auth = f"type: header, name: {header}" if header else "type: bearer"
    return f"a catalog contains none, store it as a secret of the stack and name it: auth: {{{auth}, secret: NAME}}"
