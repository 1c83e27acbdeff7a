"""The stack's settings, which travel with the code: each version of the function has its own, and no other."""

from __future__ import annotations

from pathlib import Path

from schedule_client.contract import SETTINGS_FILE, ProxySettings, ProxySettingsError

PACKAGED = Path(__file__).parents[1] / SETTINGS_FILE


def packaged_settings(file: Path = PACKAGED) -> ProxySettings:
    """The settings of this package. Raises ProxySettingsError, for the package has none that can be read."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise ProxySettingsError(f"{file.name} cannot be read from the proxy's package: {error.strerror}") from error
    return ProxySettings.from_json(text)
