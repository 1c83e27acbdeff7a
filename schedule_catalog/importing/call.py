"""Calls of a source, and their form as keys of an entry."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urlunsplit

from schedule_catalog.importing.body import body_of
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.job import Note
from schedule_catalog.importing.secrecy import is_secret_name, looks_secret
from schedule_catalog.importing.target import Targets, client_wish, secret_wish, split_url
from schedule_catalog.importing.variables import kebab, marked
from schedule_client.contract.headers import FORM_TYPE, reserved
from schedule_client.contract.placeholders import PREFIX

_SCHEMES = ("bearer", "basic", "token", "apikey", "api-key", "key", "bot", "digest", "hmac", "splunk")
_LIMITS = {"timeout_seconds": 900, "max_attempts": 100, "max_age_minutes": 1440}
"""Highest value that a stack's settings can allow."""
_SILENT = frozenset(("host", "content-length", "connection", "transfer-encoding"))
"""Reserved headers that have the same value from every client."""


@dataclass(slots=True)
class FoundCall:
    """One HTTP call.

    content: `body`, `form` or `text` of an entry, with its value; empty without a body.
    user: `user:password` of basic authentication; bearer: a token. Either may contain marks of variables.
    auth: `auth` of an entry, for events of this project.
    audience: of an OIDC token, for which the settings get a client.
    secrets: names for secrets that are in variables.
    """

    url: str = ""
    method: str | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])
    user: str | None = None
    bearer: str | None = None
    auth: Mapping[str, Any] | None = None
    audience: str | None = None
    place: Mapping[str, Any] | None = None
    timeout: float | None = None
    attempts: int | None = None
    age: float | None = None
    overlap: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: list[Note] = field(default_factory=list[Note])

    def send(self, text: str, usual: str = FORM_TYPE) -> None:
        """Send *text* under the header Content-Type, by default *usual*."""
        kind = header_of(self.headers, "Content-Type") or self.headers.setdefault("Content-Type", usual)
        self.content = body_of(text, kind)
        if "form" in self.content and kind == FORM_TYPE:
            self.headers = {name: value for name, value in self.headers.items() if name.lower() != "content-type"}

    def values(self, targets: Targets) -> tuple[dict[str, Any], list[Note]]:
        """Return the keys of the entry's request, and the notes for reviewers.

        Raises NotConvertibleError if the call is impossible, or would contain a secret in plain text.
        """
        return _Values(self, targets).build()


def header_of(headers: Mapping[str, str], name: str) -> str | None:
    """Return a header's value, ignoring case."""
    return next((value for each, value in headers.items() if each.lower() == name.lower()), None)


class _Values:
    def __init__(self, call: FoundCall, targets: Targets) -> None:
        self._call = call
        self._targets = targets
        self._notes = list(call.notes)
        self._url = self._without_login(call.url)
        self._place = dict(call.place) if call.place else targets.place(self._url)

    def build(self) -> tuple[dict[str, Any], list[Note]]:
        call = self._call
        auth, headers = self._auth(), self._plain_headers()
        self._refuse_secrets(headers)
        optional = {"headers": headers, "params": dict(call.params), "auth": auth}
        request = {
            **self._place,
            "method": call.method or "POST",
            **{key: each for key, each in optional.items() if each},
            **call.content,
        }
        values: dict[str, Any] = {"request": request}
        if call.timeout:
            values["timeout_seconds"] = self._limited("timeout_seconds", math.ceil(call.timeout))
        retry = {"max_attempts": call.attempts or 0, "max_age_minutes": math.ceil(call.age or 0)}
        if limits := {key: self._limited(key, value) for key, value in retry.items() if value}:
            values["retry"] = limits
        if call.overlap:
            values["overlap"] = call.overlap
        return values, self._notes

    def _limited(self, key: str, value: int) -> int:
        most = _LIMITS[key]
        if value > most:
            self._notes.append(Note("changed", f"{key} was {value}, and the limit is {most}"))
        return max(1, min(value, most))

    def _without_login(self, url: str) -> str:
        """URL without `user:password@`, which becomes basic authentication."""
        parts = split_url(url)
        if "@" in parts.netloc:
            login, _, host = parts.netloc.rpartition("@")
            self._targets.confidential.add_login(login)
            if self._call.user:
                raise NotConvertibleError("it sends two credentials, but an entry has one")
            self._call.user = unquote(login)
            url = urlunsplit(parts._replace(netloc=host))
        return url

    def _plain_headers(self) -> dict[str, str]:
        plain: dict[str, str] = {}
        for name, value in self._call.headers.items():
            if self._is_credential(name, value):
                continue
            if reserved(name) is None:
                plain[name] = value
            elif name.lower() not in _SILENT:
                self._notes.append(Note("changed", f"the header {name} is the proxy's own: it is not sent as before"))
        return plain

    def _is_credential(self, name: str, value: str) -> bool:
        if reserved(name) is not None and name.lower() != "proxy-authorization":
            return False
        secret = is_secret_name(name) or bool(marked(value)) or looks_secret(value, named=True)
        return secret and PREFIX not in value

    def _auth(self) -> Mapping[str, Any] | None:
        found = [each for each in self._call.headers.items() if self._is_credential(*each)]
        candidates = [
            *([("Authorization", f"Basic {self._call.user}", "basic")] if self._call.user else []),
            *([("Authorization", f"Bearer {self._call.bearer}", "bearer")] if self._call.bearer else []),
            *((name, value, "header") for name, value in found),
        ]
        for _, value, _ in candidates:
            self._targets.confidential.add(value)
        self._targets.confidential.add_login(self._call.user or "")
        if self._call.audience is not None and not candidates:
            client = self._targets.client(self._call.audience, client_wish(self._place, self._url))
            return {"type": "oidc", "client": client}
        if len(candidates) + (self._call.auth is not None) + (self._call.audience is not None) > 1:
            names = ", ".join(dict.fromkeys(name for name, _, _ in candidates))
            raise NotConvertibleError(f"it sends two credentials ({names}), but an entry has one")
        return self._named(*candidates[0]) if candidates else self._call.auth

    def _named(self, name: str, value: str, kind: str) -> dict[str, str]:
        """`auth` with the name of a secret; a note names the value to store."""
        scheme, _, rest = value.partition(" ")
        if kind == "header" and name.lower() == "authorization" and scheme.lower() in ("bearer", "basic") and rest:
            kind = scheme.lower()
            rest = rest.strip()
            if kind == "basic" and not marked(rest):
                self._remember_login(rest)
        variables = [each for each in marked(value) if not looks_secret(each)]
        wish = self._call.secrets.get(variables[0]) if variables else None
        wished = wish or (kebab(variables[0]) if variables else secret_wish(self._place, self._url))
        secret = self._targets.secret(rest if kind != "header" else value, wished)
        self._notes.append(Note("to do", f'store {_stored(name, value, kind)} as the secret "{secret}"'))
        return {"type": kind, **({"name": name} if kind == "header" else {}), "secret": secret}

    def _remember_login(self, encoded: str) -> None:
        try:
            self._targets.confidential.add_login(b64decode(encoded, validate=True).decode())
        except ValueError:
            return

    def _refuse_secrets(self, headers: Mapping[str, str]) -> None:
        for where, value in (("header", headers), ("parameter", self._call.params), ("body", self._call.content)):
            for name, text in _named_texts(value):
                if PREFIX in text and not looks_secret(text.replace(PREFIX, ""), named=True):
                    continue
                for variable in marked(text):
                    raise NotConvertibleError(
                        f"its {where} needs {variable}, whose value is not in the source: send a secret in a "
                        "header, which becomes auth"
                    )
                if (is_secret_name(name) and text) or looks_secret(text, named=bool(name)):
                    shown = f' ("{name}")' if name and not looks_secret(name) else ""
                    raise NotConvertibleError(
                        f"its {where} contains a secret{shown}: an entry names one secret, sent in a header as auth"
                    )


def _stored(name: str, value: str, kind: str) -> str:
    """Description of the value to store, without the value: the variable, or its position in the source."""
    variables = marked(value)
    held = f" (it was in {' and '.join(variables)})" if variables else ""
    if kind == "basic":
        return f"user:password{held}"
    if kind == "bearer":
        return f"the bearer token{held}"
    scheme = value.partition(" ")[0]
    prefix = f', "{scheme} " included' if " " in value and scheme.lower() in _SCHEMES else ""
    return f"the value of {name}{prefix}{held}"


def _named_texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a value with its name; in a form or a query, each pair."""
    if isinstance(value, str):
        pairs = re.findall(r"(?:^|[&;\s?])([\w.\[\]-]{1,64})=([^&;\s]*)", value)
        yield name, value
        yield from ((each, unquote(text)) for each, text in pairs)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield name, str(value)
    elif isinstance(value, Mapping):
        for each, inner in cast("Mapping[Any, Any]", value).items():
            yield "", str(each)
            yield from _named_texts(inner, str(each))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _named_texts(inner, name)
