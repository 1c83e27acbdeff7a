"""Names of schedules: 64 characters, of which the stack sets the first."""

from __future__ import annotations

import hashlib
import os
import re

from schedule_client.contract.run_keys import key_mistake
from schedule_client.errors import InvalidKeyError, SettingsError

MAX_LENGTH = 64
_DIGEST = 16
_ARN = re.compile(
    r"arn:aws[a-z-]*:scheduler:[a-z0-9-]+:[0-9]{12}:schedule/(?P<group>[0-9A-Za-z_.-]{1,64})/(?P<name>[0-9A-Za-z_.-]{1,64})"
)


def keyed_name(prefix: str, key: object) -> str:
    """Return the name of the one schedule of `key`: its readable characters, and 64 bits of its hash."""
    if not isinstance(key, str):
        raise InvalidKeyError(f'a key is a text, and this one is {key!r}: write "order-7"')
    if mistake := key_mistake(key) or (None if key.isprintable() else "a key has printable characters"):
        raise InvalidKeyError(f"{mistake}; this one: {key[:60]!r}")
    digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
    readable = re.sub(r"[^0-9A-Za-z]+", "-", key).strip("-")[: MAX_LENGTH - len(prefix) - _DIGEST - 1]
    return f"{prefix}{readable}-{digest}" if readable else f"{prefix}{digest}"


def fresh_name(prefix: str) -> str:
    """Return a name that was never used before."""
    return f"{prefix}{os.urandom(16).hex()[: MAX_LENGTH - len(prefix)]}"


def named(reference: object, prefix: str, group: str) -> str:
    """Return the name that `reference` means: the ARN of a schedule in `group`, or the key that created it."""
    if not isinstance(reference, str) or not reference.startswith("arn:"):
        return keyed_name(prefix, reference)
    found = _ARN.fullmatch(reference)
    if found is None:
        raise SettingsError(f'"{reference}" is not the ARN of a schedule')
    if found["group"] != group:
        raise SettingsError(f'"{reference}" is in the group "{found["group"]}", but this client works in "{group}"')
    return found["name"]
