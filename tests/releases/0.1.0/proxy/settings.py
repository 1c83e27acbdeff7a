"""The stack's settings, from the SSM parameter that the program writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.errors import UnavailableError
from schedule_client.contract import ProxySettings, ProxySettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.aws import ClientFactory

KEPT_SECONDS = 60.0
# How old settings have to be before a call that they refuse has them read again.
SETTLED_SECONDS = 5.0


class SettingsParameter:
    """One SSM parameter, read again when it is older than KEPT_SECONDS.

    While it cannot be read the last settings hold; before the first, `get` raises UnavailableError.
    """

    def __init__(self, name: str, clients: ClientFactory, monotonic: Callable[[], float]) -> None:
        self._name, self._clients, self._monotonic = name, clients, monotonic
        self._settings: ProxySettings | None = None
        self._read_at = 0.0

    def get(self) -> ProxySettings:
        """The settings, at most KEPT_SECONDS old if AWS answers."""
        if self._settings is None:
            self._settings = self._read()
        elif self._age() > KEPT_SECONDS:
            self._settings = self._read_or(self._settings)
        return self._settings

    def renewed(self) -> ProxySettings | None:
        """Settings newer than those of `get`, or None: for a call that the ones at hand refuse."""
        if self._settings is None or self._age() < SETTLED_SECONDS:
            return None
        old, self._settings = self._settings, self._read_or(self._settings)
        return self._settings if self._settings != old else None

    def _age(self) -> float:
        return self._monotonic() - self._read_at

    def _read_or(self, settings: ProxySettings) -> ProxySettings:
        try:
            return self._read()
        except UnavailableError:
            self._read_at = self._monotonic()
            return settings

    def _read(self) -> ProxySettings:
        try:
            parameter = self._clients("ssm").get_parameter(Name=self._name, WithDecryption=True)
            settings = ProxySettings.from_json(parameter["Parameter"]["Value"])
        except ProxySettingsError as error:
            raise UnavailableError("settings", f'the parameter "{self._name}": {error}') from error
        except Exception as error:
            raise UnavailableError("settings", f'the parameter "{self._name}" cannot be read') from error
        self._read_at = self._monotonic()
        return settings
