from __future__ import annotations

from pathlib import Path

import pytest

from callback_api.errors import SettingsError
from callback_api.settings import MAX_BODY_BYTES, Settings


def test_the_database_comes_from_the_environment() -> None:
    settings = Settings.from_environment({"CALLBACK_DATABASE": "/data/calls.sqlite3"})

    assert settings == Settings(Path("/data/calls.sqlite3"), MAX_BODY_BYTES)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"CALLBACK_DATABASE": ""},
        *({"CALLBACK_DATABASE": "x", "CALLBACK_MAX_BODY_BYTES": n} for n in ("0", "-1", "1k")),
    ],
)
def test_an_environment_without_a_setting_is_an_error_that_names_it(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="CALLBACK_"):
        Settings.from_environment(environment)
