"""Body of a call in a source, as the key of a request that sends it: `body`, `form` or `text`."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from schedule_catalog.importing.errors import NotConvertibleError
from schedule_client.contract.headers import FORM_TYPE, is_json_type, media_type

_MOST_FIELDS = 1000
_FIELD = re.compile(r"[\w.\[\]$:-]+")


def body_of(text: str, content_type: str) -> dict[str, Any]:
    """Return the key that sends *text* under a content type, with its value; nothing for an empty text."""
    if is_json_type(content_type):
        return _of_json(text)
    if media_type(content_type) == FORM_TYPE and (form := _form(text)) is not None:
        return {"form": form}
    return {"text": text} if text else {}


def _of_json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise NotConvertibleError("its data is sent as JSON but is not valid JSON") from None
    return {"text": text} if body is None else {"body": body}


def _form(text: str) -> dict[str, Any] | None:
    """Fields of a form; None for another text under its type, and for fields that would be sent in another order."""
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    in_order = [(name, value) for name, values in fields.items() for value in values] == pairs
    if not in_order or "\n" in text or not all(map(_FIELD.fullmatch, fields)):
        return None
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
