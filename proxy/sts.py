"""Requests to the Security Token Service, whose protocol is a form and XML.

https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

_VERSION = "2011-06-15"


def sts_form(operation: str, members: Mapping[str, Any]) -> bytes:
    """Return the form of a request: a list has numbers from 1, a structure the names of its members."""
    return urlencode([("Action", operation), ("Version", _VERSION), *_pairs("", members)]).encode()


def sts_members(body: bytes) -> dict[str, Any]:
    """Return the members of a result; of an error, its `code` and `message`; empty for other XML, and for none."""
    from xml.etree.ElementTree import ParseError, fromstring

    try:
        root: Any = _value(fromstring(body))  # noqa: S314 - of AWS, by a verified connection
    except ParseError:
        return {}
    parts = cast("dict[str, Any]", root) if isinstance(root, dict) else {}
    if isinstance(error := parts.get("Error"), dict):
        return {name.lower(): text for name, text in cast("dict[str, Any]", error).items()}
    result = next((value for name, value in parts.items() if name.endswith("Result")), None)
    return cast("dict[str, Any]", result) if isinstance(result, dict) else {}


def _pairs(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            yield from _pairs(f"{prefix}.{name}" if prefix else name, member)
    elif isinstance(value, list):
        for number, member in enumerate(cast("list[Any]", value), 1):
            yield from _pairs(f"{prefix}.member.{number}", member)
    else:
        yield prefix, str(value)


def _value(element: Element) -> Any:
    children = list(element)
    return {each.tag.rpartition("}")[2]: _value(each) for each in children} if children else element.text or ""
