"""One attempt of a run: from its request to an outcome, whatever fails."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from proxy.destination import destination
from proxy.errors import ProxyError, UnavailableError
from proxy.message import message
from proxy.outcome import Outcome, of_error, of_reply
from proxy.redaction import redacted
from proxy.signing import signature_headers
from proxy.sigv4 import call_headers, signable_target
from proxy.trace import traceparent
from schedule_client.contract import frozen, replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from proxy.destination import Destination
    from proxy.message import Message
    from proxy.routes import Routes
    from proxy.run import Run
    from proxy.secrets import Credentials, SecretStore
    from proxy.tokens import Tokens
    from proxy.transport import Reply
    from proxy.wire import Wire
    from schedule_client.contract import ProxySettings

DEFAULT_TIMEOUT_SECONDS = 30.0
_UNAUTHORIZED = 401


class _Attempt(NamedTuple):
    """Attempt of `run`, which ends when the monotonic clock shows `end`."""

    run: Run
    end: float
    traceparent: str


@frozen(kw_only=True)
class Caller:
    """Makes the calls of one stack, one at a time; `now` is aware, `chance` generates the IDs of attempts."""

    settings: ProxySettings
    secrets: SecretStore
    tokens: Tokens
    transport: Wire
    routes: Routes
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    chance: Random

    def call(self, run: Run, seconds: float) -> Outcome:
        """Return the outcome of one attempt of `run`, which takes at most `seconds` in all, whatever its request says.

        No failure is raised: a failure of the proxy itself is a retryable outcome with the reason `internal`.
        """
        begun = self.monotonic()
        attempt = _Attempt(run, begun + seconds, traceparent(run.key, self.chance))
        try:
            outcome = self._sent(attempt)
        except ProxyError as error:
            outcome = of_error(error)
        except Exception as error:
            outcome = Outcome("retryable", "internal", f"the proxy itself failed: {_place(error)}")
        milliseconds = (self.monotonic() - begun) * 1000
        return replace(outcome, traceparent=attempt.traceparent, milliseconds=milliseconds)

    def _sent(self, attempt: _Attempt) -> Outcome:
        target = destination(attempt.run.request, self.settings, self.routes)
        held = self._credentials(attempt, target)
        reply = self._exchanged(attempt, target, held)
        if reply.status == _UNAUTHORIZED and held:
            # The target may have newer keys than the cache of this function: a second call is part of this attempt.
            try:
                fresh = self._credentials(attempt, target, refresh=True)
                if fresh != held:
                    reply = redacted(self._exchanged(attempt, target, fresh), held.sent)
            except UnavailableError as error:
                return replace(of_error(error), called=True)
        return of_reply(reply)

    def _credentials(self, attempt: _Attempt, target: Destination, *, refresh: bool = False) -> Credentials:
        run, host = attempt.run, target.address.netloc
        held = self.secrets.credentials(run, host, self.settings, refresh=refresh)
        if run.request.auth is None or run.request.auth.client is None:
            return held
        left = attempt.end - self.monotonic()
        return self.tokens.granted(held, run, host, self.settings, left, refresh=refresh)

    def _exchanged(self, attempt: _Attempt, target: Destination, credentials: Credentials) -> Reply:
        if credentials.role:
            target = replace(target, target=signable_target(target.target))
        prepared = self._message(attempt, target, credentials)
        if (left := attempt.end - self.monotonic()) <= 0:
            raise UnavailableError("no-time", "the function has no time left for a call")
        seconds = min(attempt.run.request.timeout_seconds or DEFAULT_TIMEOUT_SECONDS, left)
        return redacted(self.transport.send(prepared, target, seconds), credentials.sent)

    def _message(self, attempt: _Attempt, target: Destination, credentials: Credentials) -> Message:
        prepared = message(attempt.run, target.address.netloc, credentials.secret)
        headers = {**prepared.headers, "traceparent": attempt.traceparent}
        if key := credentials.signing:
            seconds = int(self.now().timestamp())
            headers |= signature_headers(
                key.name, key.text, attempt.run.key, seconds, prepared.body, attempt.run.origin
            )
        if role := credentials.role:  # last, as it also covers the other signature
            url = f"{target.address.scheme}://{target.address.netloc}{target.target}"
            headers = call_headers(
                prepared.method, url, headers, prepared.body or b"", role.key, role.scope, self.now()
            )
        return replace(prepared, headers=headers)


def _place(error: Exception) -> str:
    """Type of an error and its position in the code; never its text, which may quote a header or the body."""
    place = ""
    step = error.__traceback__
    while step is not None:
        place = f"{PurePath(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__name__} at {place}"
