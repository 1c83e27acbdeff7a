"""One HTTP call of a run: from the settings at hand to an outcome, whatever happens on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.destination import destination
from proxy.errors import ProxyError, UnavailableError, UnsettledError
from proxy.message import message
from proxy.outcome import Outcome, of_error, of_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.routes import Routes
    from proxy.run import Run
    from proxy.secrets import SecretStore
    from proxy.settings import SettingsParameter
    from proxy.transport import Transport
    from schedule_client.contract import ProxySettings

DEFAULT_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Makes the calls of one stack, one at a time."""

    settings: SettingsParameter
    secrets: SecretStore
    transport: Transport
    routes: Routes
    monotonic: Callable[[], float]

    def call(self, run: Run, seconds: float) -> Outcome:
        """What became of the call of `run`, which takes at most `seconds` in all, whatever its request says."""
        end = self.monotonic() + seconds
        try:
            return self._settled(run, end)
        except ProxyError as error:
            return of_error(error)

    def _settled(self, run: Run, end: float) -> Outcome:
        settings = self.settings.get()
        try:
            return self._sent(run, settings, end)
        except UnsettledError:
            # A schedule may be deployed a moment before this function's copy of the settings is renewed.
            if (renewed := self.settings.renewed()) is None:
                raise
            return self._sent(run, renewed, end)

    def _sent(self, run: Run, settings: ProxySettings, end: float) -> Outcome:
        target = destination(run.request, settings, self.routes)
        host = target.address.netloc
        prepared = message(run, host, self.secrets.secret(run, host, settings))
        if (left := end - self.monotonic()) <= 0:
            raise UnavailableError("no-time", "the function has no time left for a call")
        seconds = min(run.request.timeout_seconds or DEFAULT_TIMEOUT_SECONDS, left)
        return of_reply(self.transport.send(prepared, target, seconds))
