"""Secrets in a source, by one rule: the name says so, or the value looks like a credential.

The rule is strict on purpose. A value that is refused without need costs one `schedules new`; a copied secret is in
git, in Pulumi's state and in every log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

from schedule_client.contract.credentials import is_secret_name as known_secret_name
from schedule_client.contract.credentials import likely_shapes, token_kind

MASK = "…"

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_ANYWHERE = frozenset((
    "secret", "token", "password", "passwd", "passphrase", "credential", "credentials", "authorization", "cookie",
    "jwt", "apikey",
))  # fmt: skip
_LAST = frozenset(("key", "auth", "sig", "signature", "pass", "pwd", "pw", "hmac", "sid", "session", "otp"))
_WHOLE = frozenset(("code", "k"))
_PIECE = re.compile(r"[A-Za-z0-9+/_=-]{12,}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-fA-F])(?=[a-fA-F]*[0-9])[0-9a-fA-F]{16,}(?![0-9A-Za-z])")
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_SHORT = re.compile(r"[^/._+=-]{12,}")
_PAIR = re.compile(r"([A-Za-z_][\w.-]{1,63})[\"']?\s*[=:]\s*[\"']?([^\s\"'&;,]{4,})")
_WORDLIKE = re.compile(r"[A-Za-z]+(?:[-_/.][A-Za-z]+)*")
_SCHEMED = re.compile(r"\s*[A-Za-z-]{1,20} +(\S+)\s*")
_LEAST = 4


def is_secret_name(name: str) -> bool:
    """Return whether a value under *name* is secret: a header, a parameter, a member, a variable."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return False
    return (
        words[-1] in _LAST
        or not _ANYWHERE.isdisjoint(words)
        or (len(words) == 1 and words[0] in _WHOLE)
        or known_secret_name(name)
    )


def looks_secret(text: str, named: bool = False) -> bool:
    """Return whether *text* contains something that looks like a credential.

    named: it has a harmless name; then a UUID is an ID. Without a name, as in a path, it may be the secret itself.
    """
    return token_kind(text, likely_shapes(text)) is not None or any(True for _ in _opaque(text, named))


def _opaque(text: str, named: bool) -> Iterable[str]:
    """Random pieces of a text."""
    if not named:
        yield from _UUID.findall(text)
    rest = _UUID.sub(" ", text)
    yield from _HEX.findall(rest)
    for piece in _PIECE.findall(rest):
        if _is_mixed(piece):
            yield piece
        else:
            yield from (part for part in _SHORT.findall(piece) if _is_spelled_by_nobody(part))


def _is_mixed(piece: str) -> bool:
    """Whether upper case, lower case and digits alternate as in no word: base64 and the like."""
    kinds = ["a" if mark.islower() else "A" if mark.isupper() else "0" for mark in piece if mark.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return len(kinds) >= 16 and len(set(kinds)) == 3 and 3 * changes >= len(kinds)


def _is_spelled_by_nobody(part: str) -> bool:
    """Whether letters and digits alternate unlike in a name with a number."""
    digits = ["0" if mark.isdigit() else "a" for mark in part]
    return sum(one != other for one, other in pairwise(digits)) >= 4


@dataclass(slots=True)
class Confidential:
    """Secrets found in a source; they are kept only in memory, and never shown."""

    _values: set[str] = field(default_factory=set[str], repr=False)

    def add(self, value: str) -> None:
        """Add a value that must not be shown, also without its scheme."""
        found = _SCHEMED.fullmatch(value)
        self._values |= {each for each in (value.strip(), found[1] if found else "") if len(each) >= _LEAST}

    def add_login(self, login: str) -> None:
        """Add `user:password`, and the password by itself."""
        self.add(login)
        self.add(login.partition(":")[2])

    def study(self, source: Any) -> None:
        """Add the values with secret names in a decoded source, or in a text."""
        for name, value in _members(source):
            if is_secret_name(name) and name.lower() != "key" and not _WORDLIKE.fullmatch(value):
                self.add(value)

    def masked(self, text: str) -> str:
        """Return a text for people, with every secret in it replaced."""
        for value in sorted((each for each in self._values if each in text), key=len, reverse=True):
            text = text.replace(value, MASK)
        return masked(text)

    def found_in(self, value: Any) -> bool:
        """Return whether a value contains one of them, at any depth, or something that looks like one.

        The name of a secret may be in its value: `SHOP_TOKEN=shop-token`.
        """
        return any(
            looks_secret(text, named=True) or (name != "secret" and any(each in text for each in self._values))
            for name, text in _texts(value, "")
        )


def masked(text: str) -> str:
    """Return *text* with the pieces replaced that look like credentials."""
    if token_kind(text, likely_shapes(text)):
        return " ".join(MASK if looks_secret(word) or "://" in word else word for word in text.split(" "))
    for piece in sorted(set(_opaque(text, named=False)), key=len, reverse=True):
        text = text.replace(piece, MASK)
    return text


def _members(source: Any) -> Iterable[tuple[str, str]]:
    """Every pair of a name and a text."""
    if isinstance(source, str):
        yield from _PAIR.findall(source)
    elif isinstance(source, Mapping):
        members = cast("Mapping[Any, Any]", source)
        declared = members.get("type") in ("bearer", "basic", "header") and "secret" in members
        for name, value in members.items():
            if isinstance(value, str) and not (declared and name == "secret"):
                yield str(name), value
            yield from _members(value)
        for name in ("name", "key", "Name", "Key"):
            value = members.get("value", members.get("Value"))
            if isinstance(members.get(name), str) and isinstance(value, str):
                yield members[name], value
    elif isinstance(source, list):
        for each in cast("list[Any]", source):
            yield from _members(each)


def _texts(value: Any, name: str) -> Iterable[tuple[str, str]]:
    """Every text, including keys, with the key of its value."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in cast("Mapping[Any, Any]", value).items():
            yield "", str(key)
            yield from _texts(inner, str(key))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _texts(inner, name)
