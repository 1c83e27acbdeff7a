from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from callback_api.errors import SettingsError, StoreError
from callback_api.settings import Settings
from callback_api.stored_keys import KEPT_SECONDS, StoredKeys

OLD, NEW = "whsec_" + "A" * 40, "whsec_" + "B" * 40


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, text: str) -> None:
        self.text: str | None = text
        self.asked: list[str] = []

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(SecretId)
        if self.text is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}, "GetSecretValue")
        return {"SecretString": self.text}


def keys_of(secrets: Secrets, clock: list[float]) -> StoredKeys:
    return StoredKeys("signing/callback", secrets, lambda: clock[0])


def test_keys_are_read_by_name_and_kept_for_a_while() -> None:
    secrets, clock = Secrets(OLD), [0.0]
    keys = keys_of(secrets, clock)

    assert [keys(), keys()] == [OLD, OLD]
    assert secrets.asked == ["signing/callback"]
    secrets.text = f"{NEW} {OLD}"
    clock[0] = KEPT_SECONDS + 1
    assert keys() == f"{NEW} {OLD}"


def test_what_was_read_before_serves_while_the_secret_cannot_be_read() -> None:
    secrets, clock = Secrets(OLD), [0.0]
    keys = keys_of(secrets, clock)
    keys()
    secrets.text, clock[0] = None, KEPT_SECONDS + 1

    assert [keys(), keys()] == [OLD, OLD]
    assert len(secrets.asked) == 2, "asked again after a while, not for each call"


@pytest.mark.parametrize("text", [None, "", " ", "whsec_x", "hunter2"])
def test_a_secret_without_a_key_admits_nobody_and_is_named_without_its_text(text: str | None) -> None:
    secrets = Secrets("")
    secrets.text = text

    with pytest.raises(StoreError, match='"signing/callback"') as caught:
        keys_of(secrets, [0.0])()
    assert "hunter2" not in str(caught.value)


def test_keys_are_given_in_one_way_alone() -> None:
    assert Settings.read(None, database_url="x", signing_secret="signing/callback").signing_secret
    with pytest.raises(SettingsError, match="both set"):
        Settings.read(None, database_url="x", signing_keys=OLD, signing_secret="signing/callback")
