"""Signing keys of a stack, rotated in Secrets Manager, so that no state or file ever contains the new key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from schedule_catalog.operations.errors import KeyRotationError
from schedule_catalog.operations.translation import asking, code_of, permitted
from schedule_catalog.settings import FIRST, new_signing_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from schedule_catalog.operations.access import ServiceClients

Step: TypeAlias = Literal["begin", "finish", "replace"]
_CURRENT = "AWSCURRENT"


def rotate_signing_key(clients: ServiceClients, secret: str, step: Step) -> None:
    """Rotate a signing key; no key is shown or returned.

    `begin` puts a new key before the old one, so that both sign; `finish` removes the old one; `replace` removes it at
    once, for a leaked key. Raises KeyRotationError if the step does not fit the current keys.
    """
    manager = clients.client("secretsmanager")
    with asking("secretsmanager:GetSecretValue", secret):
        keys = str(manager.get_secret_value(SecretId=secret).get("SecretString", "")).split()
    text = _text(keys, step)
    with asking("secretsmanager:PutSecretValue", secret):
        manager.put_secret_value(SecretId=secret, SecretString=text)


def signing_keys(clients: ServiceClients, secrets: Mapping[str, str]) -> Mapping[str, str]:
    """Return the text of each key by its secret, the one in use first; only for the laptop stack."""
    manager, found = clients.client("secretsmanager"), dict[str, str]()
    for name, secret in secrets.items():
        with asking("secretsmanager:GetSecretValue", secret):
            found[name] = str(manager.get_secret_value(SecretId=secret).get("SecretString", ""))
    return found


def first_keys(clients: ServiceClients, secrets: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the keys, by their secrets, that still have their first version, which is in Pulumi's state.

    None without the permission. Secrets that are not deployed are omitted.
    """
    return permitted(
        lambda: tuple(key for secret, key in secrets.items() if _is_first(clients.client("secretsmanager"), secret))
    )


def _text(keys: list[str], step: Step) -> str:
    if step == "replace":
        return new_signing_key()
    if step == "begin" and len(keys) == 1:
        return f"{new_signing_key()} {keys[0]}"
    if step == "finish" and len(keys) == 2:
        return keys[0]
    if len(keys) == 2:
        raise KeyRotationError('its rotation has begun: finish it with "--finish"')
    if len(keys) == 1:
        raise KeyRotationError('its rotation has not begun: begin it without "--finish"')
    raise KeyRotationError(f'its secret has {len(keys)} keys: replace them with "--leaked"')


def _is_first(manager: Any, secret: str) -> bool:
    with asking("secretsmanager:DescribeSecret", secret):
        try:
            versions = manager.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
        except Exception as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return False
    return any({FIRST, _CURRENT} <= set(stages) for stages in versions.values())
