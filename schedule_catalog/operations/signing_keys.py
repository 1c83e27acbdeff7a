"""The signing keys of a stack: changed in Secrets Manager, so that no state and no file ever has the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from schedule_catalog.operations.errors import AwsError, KeyRotationError
from schedule_catalog.operations.translation import asking, code_of
from schedule_catalog.settings import FIRST, new_signing_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from schedule_catalog.operations.access import ServiceClients

Step: TypeAlias = Literal["begin", "finish", "replace"]
_CURRENT = "AWSCURRENT"
_DENIED = ("AccessDeniedException", "AccessDenied")


def rotate_signing_key(clients: ServiceClients, secret: str, step: Step) -> None:
    """Change the text of a signing key, of which nothing is shown or returned.

    `begin` puts a new key before the old one, so that both sign; `finish` drops the old one; `replace` drops it at
    once, for a key that has leaked. Raises KeyRotationError where the step does not follow from what is there.
    """
    manager = clients.client("secretsmanager")
    with asking("secretsmanager:GetSecretValue", secret):
        keys = str(manager.get_secret_value(SecretId=secret).get("SecretString", "")).split()
    text = _text(keys, step)
    with asking("secretsmanager:PutSecretValue", secret):
        manager.put_secret_value(SecretId=secret, SecretString=text)


def first_keys(clients: ServiceClients, secrets: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the keys, by their secrets, of which the current version is the first, which is in Pulumi's state.

    None without the permission to ask. A secret that is not deployed is left out.
    """
    try:
        return tuple(key for secret, key in secrets.items() if _is_first(clients.client("secretsmanager"), secret))
    except AwsError as error:
        if code_of(error.__cause__) not in _DENIED:  # type: ignore[arg-type]
            raise
        return None


def _text(keys: list[str], step: Step) -> str:
    if step == "replace":
        return new_signing_key()
    if step == "begin" and len(keys) == 1:
        return f"{new_signing_key()} {keys[0]}"
    if step == "finish" and len(keys) == 2:
        return keys[0]
    if len(keys) == 2:
        raise KeyRotationError('its rotation has begun already: end it with "--finish"')
    if len(keys) == 1:
        raise KeyRotationError('its rotation has not begun: begin it without "--finish"')
    raise KeyRotationError(f'its secret has {len(keys)} keys: put a new one in their place with "--leaked"')


def _is_first(manager: Any, secret: str) -> bool:
    with asking("secretsmanager:DescribeSecret", secret):
        try:
            versions = manager.describe_secret(SecretId=secret).get("VersionIdsToStages", {})
        except Exception as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return False
    return any({FIRST, _CURRENT} <= set(stages) for stages in versions.values())
