"""How a call proves who makes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedule_catalog.checking.rules.fault import Fault

if TYPE_CHECKING:
    from schedule_catalog.checking.draft import Draft

ID = "auth"
DOC = 'an auth has "type" and "secret", and "name" for the type "header", once defaults and stack are merged'

_HOW_TO_WRITE = {
    "type": "bearer, basic or header",
    "secret": "the name of a secret",
    "name": "the header that carries the secret",
}


def check(draft: Draft) -> Iterator[Fault]:
    """Find what no layer gives, and a header's name beside a type that has its own."""
    auth = draft.request.get("auth")
    if auth is None or draft.partial:
        return
    is_header = auth.get("type") == "header"
    for key in ("type", "secret", "name") if is_header else ("type", "secret"):
        if key not in auth:
            message = f'"{key}" is missing in "auth": write {key}: and {_HOW_TO_WRITE[key]}'
            yield Fault(("request", "auth"), message, at_key=True)
    if "name" in auth and "type" in auth and not is_header:
        message = f'"name" belongs to the type "header" alone, and the type is "{auth["type"]}": remove it'
        yield Fault(("request", "auth", "name"), message, at_key=True)
