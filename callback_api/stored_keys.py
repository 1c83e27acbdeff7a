"""Signing keys in Secrets Manager, so that no setting has their text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from callback_api.errors import StoreError
from callback_api.log import warn
from schedule_client.webhooks import read_keys

KEPT_SECONDS = 300.0


class StoredKeys:
    """Returns the text of the secret `name`, read again after KEPT_SECONDS; the last text is used if that fails.

    During a rotation the sender signs with the old and the new key, for longer than a text is cached.
    """

    def __init__(
        self, name: str, client: Any = None, monotonic: Callable[[], float] = time.monotonic, kept: float = KEPT_SECONDS
    ) -> None:
        self._name, self._given, self._monotonic, self._kept = name, client, monotonic, kept
        self._text, self._read_at = "", 0.0

    def __call__(self) -> str:
        """Return the keys; StoreError if there are none."""
        now = self._monotonic()
        if not self._text or now - self._read_at > self._kept:
            try:
                self._text = self._read()
            except StoreError as error:
                if not self._text:
                    raise
                warn("signing-keys-not-read", message=str(error))
            self._read_at = now
        return self._text

    def _read(self) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            text = self._client().get_secret_value(SecretId=self._name).get("SecretString") or ""
            if not read_keys(text):
                raise ValueError("it is empty")
        except (BotoCoreError, ClientError, ValueError) as error:
            raise StoreError(f'the signing keys of the secret "{self._name}" cannot be used: {error}') from error
        return text

    def _client(self) -> Any:
        if self._given is None:
            from boto3.session import Session
            from botocore.config import Config

            config = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
            client: Any = Session().client  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType] - no stubs
            self._given = client("secretsmanager", config=config)
        return self._given
