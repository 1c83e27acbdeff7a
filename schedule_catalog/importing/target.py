"""Target of a converted entry: a URL, unchanged or below a service, and secrets by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from schedule_catalog.importing.errors import NotConvertibleError
from schedule_catalog.importing.secrecy import Confidential, is_secret_name, looks_secret
from schedule_catalog.importing.variables import kebab, leading, marked

_ENDINGS = re.compile(r"-(?:base-)?(?:url|uri|endpoint|host|origin|base)$")
_CLUSTER = re.compile(r"(?:[^.]+|.+\.svc|.+\.svc\.cluster\.local|.+\.local)")
UNKNOWN_BASE = "https://{}.invalid"
"""Base URL in printed settings for a service whose address the source lacks; nobody owns `.invalid`."""


@dataclass(slots=True)
class Targets:
    """URLs and names of secrets so far.

    services: pairs of a name and a base URL; a URL below one becomes `service` and `path`. A name may come twice.
    fallback: the URL for jobs that make no call; "{name}" in it is the entry's final name.
    taken: names of secrets in use.
    """

    services: Sequence[tuple[str, str]] = ()
    fallback: str | None = None
    taken: Iterable[str] = ()
    confidential: Confidential = field(default_factory=Confidential)
    _secrets: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    _audiences: dict[str, str] = field(default_factory=dict[str, str])

    def place(self, url: str) -> dict[str, Any]:
        """Return `url`, or `service` and `path` if a service's base covers it.

        Raises NotConvertibleError for an address that contains a secret, or that only the source's machine can reach.
        """
        if found := leading(url):
            return self._below_variable(*found)
        _refuse_variables(url)
        _refuse_secrets(url)
        for service, base in self.services:
            root = base.rstrip("/")
            if url.rstrip("/") == root or url.startswith((f"{root}/", f"{root}?")):
                path = url[len(root) :]
                return {"service": service, "path": path if path.startswith("/") else f"/{path}"}
        _refuse_unreachable(url)
        return {"url": url}

    def instead(self) -> dict[str, Any] | None:
        """Return the request of a job without a call, if there is a fallback; its "{name}" is replaced later."""
        return self.place(self.fallback) if self.fallback else None

    def base_of(self, service: str) -> str:
        """Return the base URL for the settings; one of `.invalid` if the given one is not reachable for AWS."""
        known = (base.rstrip("/") for name, base in self.services if name == service and not _unreachable(base))
        return next(known, UNKNOWN_BASE.format(service))

    def secret(self, value: str, wished: str) -> str:
        """Return the name of a secret: one name for each value, and none in use."""
        self.confidential.add(value)
        if value not in self._secrets:
            used, number = {*self.taken, *self._secrets.values()}, 2
            name = wished
            while name in used:
                name, number = f"{wished}-{number}", number + 1
            self._secrets[value] = name
        return self._secrets[value]

    def client(self, audience: str, wished: str) -> str:
        """Return the name of the client for tokens of an audience: one name for each."""
        name, number = wished, 2
        while self._audiences.get(name, audience) != audience:
            name, number = f"{wished}-{number}", number + 1
        self._audiences[name] = audience
        return name

    def audience_of(self, client: str) -> str | None:
        """Return the audience of a client; None for one of another origin."""
        return self._audiences.get(client)

    def _below_variable(self, variable: str, rest: str) -> dict[str, Any]:
        if not rest.startswith("/"):
            raise NotConvertibleError(
                f"its whole address is in the variable {variable}: write the path after it, as ${variable}/path"
            )
        _refuse_variables(rest)
        _refuse_secrets(f"https://host{rest}")
        return {"service": service_of(variable), "path": rest}


def split_url(url: str) -> SplitResult:
    """Return the parts of a URL; NotConvertibleError for other texts."""
    try:
        return urlsplit(url)
    except ValueError:
        raise NotConvertibleError("its address is not a URL") from None


def service_of(variable: str) -> str:
    """Return the name of the service whose base URL is in a variable such as `BILLING_BASE_URL`."""
    return _ENDINGS.sub("", kebab(variable))[:63].strip("-") or "service"


def secret_wish(place: dict[str, Any], url: str) -> str:
    """Return a name for a secret from its recipient."""
    return f"{client_wish(place, url)}-token"


def client_wish(place: dict[str, Any], url: str) -> str:
    """Return a name from the recipient of a call: the service, or the host without its domain."""
    if "service" in place:
        return str(place["service"])
    labels = (split_url(url).hostname or "service").split(".")
    own = labels[:-2] if len(labels) > 2 else labels[:1]
    return re.sub("[^a-z0-9]+", "-", "-".join(own).lower()).strip("-") or "service"


def _refuse_variables(text: str) -> None:
    for variable in marked(text):
        if is_secret_name(variable):
            raise NotConvertibleError(
                f"its address contains the secret {variable}, and addresses are not secret: send it in a header, "
                "which becomes auth"
            )
        raise NotConvertibleError(f"its address needs {variable}, whose value is not in the source")


def _refuse_secrets(url: str) -> None:
    parts = split_url(url)
    for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=1000):
        if is_secret_name(name):
            raise NotConvertibleError(
                f'"{name}" in its query is the name of a secret, and addresses are not secret: send it in a header, '
                "which becomes auth"
            )
    if looks_secret(parts.path) or any(looks_secret(value, named=True) for _, value in parse_qsl(parts.query)):
        where = "path" if looks_secret(parts.path) else "query"
        raise NotConvertibleError(
            f"its {where} contains a value that looks like a secret: send it in a header, which becomes auth; if it is "
            "an ID, write the entry with schedules new"
        )


def _refuse_unreachable(url: str) -> None:
    if _unreachable(url):
        parts = split_url(url)
        what = "a name inside the cluster" if _CLUSTER.fullmatch(parts.hostname or "") else "the machine that runs it"
        if (parts.hostname or "") == "localhost":
            what = "the machine that runs it"
        raise NotConvertibleError(
            f"{parts.hostname} is {what}, which AWS cannot reach: with --service NAME={parts.scheme}://{parts.netloc}"
            " it becomes a service and a path"
        )


def _unreachable(url: str) -> bool:
    host = split_url(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return _CLUSTER.fullmatch(host.lower()) is not None
    return address.is_loopback or address.is_unspecified or address.is_link_local
