"""What a converted entry calls: a URL as it is or below a service, secrets by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from schedule_catalog.importing.errors import NotConvertibleError
from schedule_client.contract import is_secret_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_CREDENTIAL = re.compile(r"authorization|cookie|proxy-authorization", re.IGNORECASE)


@dataclass(slots=True)
class Targets:
    """How URLs are written, and the names of secrets so far, which live in memory alone.

    services: base URLs by name; a URL below one becomes `service` and `path`.
    fallback: the URL for commands that are no call; "{name}" in it is the job's name.
    """

    services: Mapping[str, str] = field(default_factory=dict[str, str])
    fallback: str | None = None
    _secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    def place(self, url: str) -> dict[str, Any]:
        """Return `url`, or `service` and `path` where a service's base covers it."""
        for service, base in self.services.items():
            if url == base or url.startswith(f"{base.rstrip('/')}/"):
                return {"service": service, "path": url[len(base.rstrip("/")) :] or "/"}
        return {"url": url}

    def instead(self, name: str) -> dict[str, Any] | None:
        """Return the request of a job whose command is no call, if there is a fallback."""
        return self.place(self.fallback.replace("{name}", name)) if self.fallback else None

    def split(self, headers: Mapping[str, str], url: str) -> tuple[dict[str, str], dict[str, str] | None, list[str]]:
        """Return the harmless headers, `auth` for the one that carries a secret, and what to do about it."""
        plain = {name: value for name, value in headers.items() if not _is_secret(name)}
        found = [(name, value) for name, value in headers.items() if _is_secret(name)]
        if len(found) > 1:
            raise NotConvertibleError(f"{len(found)} headers carry secrets, and an entry has one: {_names(found)}")
        if not found:
            return plain, None, []
        name, value = found[0]
        return plain, *self._auth(name, value, url)

    def auth(self, kind: str, value: str, url: str, name: str | None = None) -> tuple[dict[str, str], list[str]]:
        """Return `auth` with a named secret, and the note that says what to store under that name."""
        secret = self._secret(value, url)
        auth = {"type": kind, **({"name": name} if name else {}), "secret": secret}
        what = {"bearer": "the bearer token", "basic": "user:password"}.get(kind, f"the value of {name}")
        return auth, [f'store {what} as the secret "{secret}": it was not copied']

    def _auth(self, name: str, value: str, url: str) -> tuple[dict[str, str], list[str]]:
        scheme, _, rest = value.partition(" ")
        if name.lower() == "authorization" and scheme.lower() in ("bearer", "basic") and rest:
            return self.auth(scheme.lower(), rest.strip(), url)
        return self.auth("header", value, url, name)

    def _secret(self, value: str, url: str) -> str:
        """One name for one secret, from the host that gets it."""
        host = re.sub(r"[^a-z0-9-]", "-", (urlsplit(url).hostname or "service").split(".")[0].lower())
        if value not in self._secrets:
            base, number = f"{host}-token", 2
            name = base
            while name in self._secrets.values():
                name, number = f"{base}-{number}", number + 1
            self._secrets[value] = name
        return self._secrets[value]


def _is_secret(name: str) -> bool:
    return _CREDENTIAL.fullmatch(name) is not None or is_secret_name(name)


def _names(found: list[tuple[str, str]]) -> str:
    return ", ".join(f'"{name}"' for name, _ in found)
