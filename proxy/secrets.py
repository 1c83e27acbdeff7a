"""Secrets by name, for the calls that may carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.aws import error_code
from proxy.errors import ProxyError, RefusedError, UnavailableError, UnsettledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.aws import ClientFactory
    from proxy.run import Run
    from schedule_client.contract import ProxySettings

KEPT_SECONDS = 300.0
_PARAMETER = "ssm:"
_MISSING = frozenset(("ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound"))
_DENIED = frozenset(("AccessDeniedException", "AccessDenied", "ValidationException", "InvalidRequestException"))


class SecretStore:
    """The secrets below the stack's prefix: `NAME` is in Secrets Manager, `ssm:NAME` in Parameter Store."""

    def __init__(self, clients: ClientFactory, monotonic: Callable[[], float]) -> None:
        self._clients, self._monotonic = clients, monotonic
        self._kept: dict[str, tuple[str, float]] = {}

    def secret(self, run: Run, host: str, settings: ProxySettings) -> str | None:
        """The text of the secret that `run` names for its call to `host` (as in a Host header), if it names one.

        Raises UnsettledError (`secret-unbound`), RefusedError (`secret-missing`) and UnavailableError (`secret-store`),
        all of which name the secret.
        """
        if (auth := run.request.auth) is None:
            return None
        binding = settings.secrets.get(auth.secret)
        if binding is None or not binding.admits(run.request.service, host, run.origin):
            where = f'the service "{run.request.service}"' if run.request.service else f'the host "{host}"'
            message = (
                f'the stack\'s settings do not bind the secret "{auth.secret}" to {where} for "{run.origin}" calls'
            )
            raise UnsettledError("secret-unbound", message)
        return self._text(auth.secret, settings.secret_prefix)

    def _text(self, name: str, prefix: str) -> str:
        location, now = prefix + name.removeprefix(_PARAMETER), self._monotonic()
        key = (_PARAMETER if name.startswith(_PARAMETER) else "") + location
        text, read_at = self._kept.get(key, ("", 0.0))
        if key not in self._kept or now - read_at > KEPT_SECONDS:
            self._kept.pop(key, None)
            text = self._read(name, location)
            self._kept[key] = (text, now)
        return text

    def _read(self, name: str, location: str) -> str:
        try:
            if name.startswith(_PARAMETER):
                return self._clients("ssm").get_parameter(Name=location, WithDecryption=True)["Parameter"]["Value"]
            answer = self._clients("secretsmanager").get_secret_value(SecretId=location)
            return answer["SecretString"] if "SecretString" in answer else answer["SecretBinary"].decode()
        except Exception as error:
            raise _translated(error, name, location) from None


def _translated(error: Exception, name: str, location: str) -> ProxyError:
    code = error_code(error)
    if code in _MISSING:
        return RefusedError("secret-missing", f'there is no secret "{name}": store its text as "{location}"')
    if code in _DENIED or isinstance(error, UnicodeDecodeError):
        return RefusedError(
            "secret-missing", f'the secret "{name}" at "{location}" may not be read: {code or "no text"}'
        )
    return UnavailableError("secret-store", f'the secret "{name}" cannot be read: {code or "no answer"}')
