"""Secrets for the laptop, where nobody stores any: placeholders that anybody knows for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from local.resources import is_gone

_PARAMETER = "ssm:"


def seed_secrets(client: Callable[[str], Any], names: Mapping[str, bool], prefix: str) -> tuple[str, ...]:
    """Store a placeholder for each named secret that is not there yet, and return the names that were added.

    `client` gives a boto3 client by service; `names` say whether a secret is a login, `user:password`. A secret is
    where the proxy looks: the prefix and its name, in Secrets Manager and for `ssm:NAME` in Parameter Store. One stored
    by hand is left as it is.
    """
    return tuple(
        name
        for name, is_login in sorted(names.items())
        if _seeded(client, name, prefix, _placeholder(name, is_login=is_login))
    )


def seed_urls(client: Callable[[str], Any], urls: Mapping[str, str], prefix: str, known: Collection[str] = ()) -> None:
    """Store each URL as the secret of its name, unless that is there or `known` to be."""
    for name in urls.keys() - known:
        _seeded(client, name, prefix, urls[name])


def _placeholder(name: str, *, is_login: bool) -> str:
    """A text that anybody who sees it in a request knows for what it is."""
    text = f"placeholder-of-{name.removeprefix(_PARAMETER).replace('/', '-')}"
    return f"user:{text}" if is_login else text


def _seeded(client: Callable[[str], Any], name: str, prefix: str, text: str) -> bool:
    if name.startswith(_PARAMETER):
        return _add_parameter(client("ssm"), prefix + name.removeprefix(_PARAMETER), text)
    return _add_secret(client("secretsmanager"), prefix + name, text)


def _add_parameter(ssm: Any, name: str, text: str) -> bool:
    if _is_there(lambda: ssm.get_parameter(Name=name)):
        return False
    ssm.put_parameter(Name=name, Value=text, Type="SecureString")
    return True


def _add_secret(manager: Any, name: str, text: str) -> bool:
    if _is_there(lambda: manager.describe_secret(SecretId=name)):
        return False
    manager.create_secret(Name=name, SecretString=text)
    return True


def _is_there(look: Callable[[], object]) -> bool:
    from botocore.exceptions import ClientError

    try:
        look()
    except ClientError as error:
        if is_gone(error):
            return False
        raise
    return True
