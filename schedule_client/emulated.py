"""A boto3 session of an emulator: no file, profile or variable of the user's AWS configuration reaches it."""

from __future__ import annotations

import os
from typing import Any


def emulated_session(key_id: str, secret: str, region: str | None, token: str | None = None) -> Any:
    """Return a session with this access key.

    What boto3 would look up in the environment and in `~/.aws` has its default here, so that a profile that is not
    there, or a file that cannot be read, is no error.
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
