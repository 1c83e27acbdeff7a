"""One attempt of a run: from its request to an outcome, whatever fails."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from proxy.destination import destination
from proxy.errors import HandshakeError, ProxyError, UnavailableError
from proxy.message import message
from proxy.outcome import Outcome, of_error, of_reply
from proxy.redaction import redacted
from proxy.signing import signature_headers
from proxy.sigv4 import call_headers, signable_target
from proxy.trace import traceparent
from schedule_client.contract.records import frozen, replace

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
    from schedule_client.contract.proxy_settings import ProxySettings

DEFAULT_TIMEOUT_SECONDS = 30.0
_UNAUTHORIZED = 401
# Answers to a URL that is no longer valid: RFC 9110 15.5.4, 15.5.5, 15.5.11.
_GONE = (403, 404, 410)


@frozen
class _Attempt:
    """Attempt of `run`, which ends when the monotonic clock shows `end`."""

    run: Run
    end: float
    traceparent: str


@frozen
class _Way:
    """Destination and credentials of an attempt, as the stores have them now."""

    target: Destination
    credentials: Credentials

    def is_refused(self, status: int) -> bool:
        """Whether a status may come from a secret that has been replaced."""
        known = bool(self.credentials) or bool(self.target.hidden)
        return (status == _UNAUTHORIZED and known) or (status in _GONE and bool(self.target.hidden))


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
        # The target may have newer secrets than the cache of this function: a second call is part of this attempt.
        held = self._way(attempt)
        try:
            reply = self._exchanged(attempt, held)
        except HandshakeError:
            if held.target.identity is None or (fresh := self._way(attempt, held)) == held:
                raise
            return of_reply(self._exchanged(attempt, fresh))
        if held.is_refused(reply.status):
            try:
                if (fresh := self._way(attempt, held)) != held:
                    reply = redacted(self._exchanged(attempt, fresh), held.credentials.sent, *held.target.hidden)
            except UnavailableError as error:
                return replace(of_error(error), called=True)
        return of_reply(reply)

    def _way(self, attempt: _Attempt, refused: _Way | None = None) -> _Way:
        """Way of an attempt; what the stores have now, if the target has `refused` what they had."""
        run, settings, refresh = attempt.run, self.settings, refused is not None
        target = self._target(run, refresh=refresh)
        host = target.address.netloc
        held = self.secrets.credentials(run, host, settings, refresh=refresh)
        if run.request.auth is not None and run.request.auth.client is not None:
            # A token that was made for this attempt is not made again: the next one would be refused as well.
            renewed = refused is not None and not refused.credentials.is_new
            held = self.tokens.granted(held, run, host, settings, attempt.end - self.monotonic(), refresh=renewed)
        return _Way(target, held)

    def _target(self, run: Run, *, refresh: bool) -> Destination:
        if run.request.service not in self.settings.access:
            return destination(run.request, self.settings, self.routes)
        from proxy.service import reached  # few services need more than a base URL

        read = partial(self.secrets.of_settings, settings=self.settings, refresh=refresh)
        return reached(run, self.settings, self.routes, read)

    def _exchanged(self, attempt: _Attempt, way: _Way) -> Reply:
        target, credentials = way.target, way.credentials
        if credentials.role:
            target = replace(target, target=signable_target(target.target))
        prepared = self._message(attempt, target, credentials)
        if (left := attempt.end - self.monotonic()) <= 0:
            raise UnavailableError("no-time", "the function has no time left for a call")
        seconds = min(attempt.run.request.timeout_seconds or DEFAULT_TIMEOUT_SECONDS, left)
        return redacted(self.transport.send(prepared, target, seconds), credentials.sent, *target.hidden)

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
