"""Contradictions in the declared clients of one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule_catalog.settings.commands import remove_command
from schedule_catalog.settings.reading import ConfigValue, Example
from schedule_catalog.settings.services import sent_elsewhere
from schedule_client.contract.proxy_settings import SIGNING

if TYPE_CHECKING:
    from schedule_catalog.settings.model import Settings
    from schedule_catalog.settings.reading import Mistakes
    from schedule_client.contract.auth_clients import AuthClient

# Required keys of each type with an example, and the keys that may be left out.
_REQUIRED = {
    "oidc": {"audience": "https://billing.example.com"},
    "oauth2": {"token_url": "https://login.example.com/oauth/token", "secret": "partner-login"},
    "sigv4": {
        "role": "arn:aws:iam::123456789012:role/invoices-caller",
        "aws_service": "execute-api",
        "region": "eu-west-1",
    },
}
_OPTIONAL = {"oidc": (), "oauth2": ("audience", "scopes", "login", "ca", "client_certificate"), "sigv4": ()}
_TLS = ("ca", "client_certificate")
_KEYS = ("audience", "token_url", "scopes", "secret", "login", *_TLS, "role", "aws_service", "region")


def report_clients(settings: Settings, mistakes: Mistakes) -> None:
    """Report keys that the type of a client lacks or does not have, and secrets that others could receive."""
    for name, client in settings.clients.items():
        _report_keys(name, client, mistakes)
        _report_secret(name, client, settings, mistakes)


def _report_keys(name: str, client: AuthClient, mistakes: Mistakes) -> None:
    required = _REQUIRED[client.type]
    for key in _KEYS:
        path, value = ("clients", name, key), getattr(client, key)
        if key in required and not value:
            message = f'is missing: a client of the type "{client.type}" has {", ".join(required)}'
            ConfigValue(path, None, mistakes).refuse(message, Example(required[key]))
        elif value and key not in required and key not in _OPTIONAL[client.type]:
            message = f'a client of the type "{client.type}" has no "{key}"'
            mistakes.add(path, message, remove_command(mistakes.stack, path))


def _report_secret(name: str, client: AuthClient, settings: Settings, mistakes: Mistakes) -> None:
    path = ("clients", name, "secret")
    if client.secret is not None and client.secret.startswith(SIGNING):
        mistakes.add(path, f'"{SIGNING}" is reserved for signing keys', remove_command(mistakes.stack, path))
    if client.secret in settings.secrets:
        message = f'"{client.secret}" is also in "secrets", so that calls could send it elsewhere than to the token URL'
        mistakes.add(path, message, remove_command(mistakes.stack, ("secrets", client.secret or "")))
    url = client.token_url or ""
    if url.startswith("http:") and (client.ca or client.client_certificate):
        node = ConfigValue(("clients", name, "token_url"), None, mistakes)
        node.refuse("is plain http, which has no certificates", Example(url.replace("http:", "https:", 1)))
    for key in _TLS:
        if (message := sent_elsewhere(getattr(client, key), settings)) is not None:
            mistakes.add(("clients", name, key), message, remove_command(mistakes.stack, ("clients", name, key)))
    for service, access in settings.access.items():
        if client.secret in access.secrets:
            message = f'"{client.secret}" is also a secret of the service "{service}": store another one'
            mistakes.add(path, message, remove_command(mistakes.stack, path))
