"""Stack's settings, which are part of the package: each version of the function has its own."""

from __future__ import annotations

from pathlib import Path

from schedule_client.contract.errors import ProxySettingsError
from schedule_client.contract.proxy_settings import SETTINGS_FILE, ProxySettings

PACKAGED = Path(__file__).parents[1] / SETTINGS_FILE


def packaged_settings(file: Path = PACKAGED) -> ProxySettings:
    """Return the settings of this package. Raises ProxySettingsError if they cannot be read."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise ProxySettingsError(f"{file.name} cannot be read from the proxy's package: {error.strerror}") from error
    return ProxySettings.from_json(text)
