"""Session and variables for an emulator, unaffected by the files, profiles and variables of the user's AWS setup."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def emulated_session(key_id: str, secret: str, region: str | None, token: str | None = None) -> Any:
    """Return a session with this access key.

    Values that boto3 would read from the environment and `~/.aws` have their defaults here, so that a missing profile
    or an unreadable file is not an error.
    """
    import boto3
    from botocore.session import Session

    known = Session.SESSION_VARIABLES
    unread: dict[str, Any] = {name: (None, None, default, convert) for name, (_, _, default, convert) in known.items()}
    for file in ("config_file", "credentials_file"):
        unread[file] = (None, None, os.devnull, None)
    return boto3.Session(
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        region_name=region,
        botocore_session=Session(session_vars=unread),
    )


def emulated_environment(endpoint: str, region: str, account: str) -> Mapping[str, str]:
    """Return the variables with which boto3 in another process finds an emulator, without the user's configuration."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": account,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
