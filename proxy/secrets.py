"""Secrets and signing keys by name, for the calls that may use them."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING

from proxy.aws import error_code, error_message
from proxy.errors import ProxyError, RefusedError, UnavailableError
from schedule_client.contract.proxy_settings import SIGNING
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.aws import Aws
    from proxy.run import Run
    from proxy.sigv4 import AwsKey, Scope
    from schedule_client.contract.auth_clients import AuthClient
    from schedule_client.contract.proxy_settings import ProxySettings

KEPT_SECONDS = 300.0
_PARAMETER = "ssm:"
_MISSING = frozenset(("ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound"))
# Secrets Manager and Parameter Store mention the key in the message when KMS refused, and not they.
_OF_KEY = frozenset(("InvalidKeyId", "KMSAccessDeniedException"))
_DENIED = frozenset(("AccessDeniedException", "AccessDenied", "ValidationException", "InvalidRequestException"))


@frozen
class SigningKey:
    """Signing key's name and text; the repr shows only the name."""

    name: str
    text: str = field(repr=False)


@frozen
class RoleKey:
    """Key of an assumed role, and the service and region that its signatures are for."""

    key: AwsKey
    scope: Scope


@frozen
class Credentials:
    """Credentials of a call: the text of its secret or token, the key that signs it, and the key of its role.

    The repr shows none of them. `is_new` says that the token or the key of the role was made for this call.
    """

    secret: str | None = field(default=None, repr=False)
    signing: SigningKey | None = None
    role: RoleKey | None = None
    is_new: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return self.secret is not None or self.signing is not None or self.role is not None

    @property
    def sent(self) -> str | None:
        """Text that the target receives, and that a response must not repeat."""
        return self.role.key.token if self.role else self.secret


@frozen
class Asked:
    """Request for the credential of a client, for calls of an origin."""

    name: str
    client: AuthClient
    origin: str
    settings: ProxySettings
    seconds: float
    refresh: bool


@frozen
class _Secret:
    """One secret: its name in messages, and its location."""

    name: str
    location: str
    what: str = "secret"

    @property
    def in_parameter_store(self) -> bool:
        return self.name.startswith(_PARAMETER)


class SecretStore:
    """Secrets below the stack's prefix: `NAME` is in Secrets Manager, `ssm:NAME` in Parameter Store.

    Texts are cached for KEPT_SECONDS.
    """

    def __init__(self, aws: Aws, monotonic: Callable[[], float]) -> None:
        self._aws, self._monotonic = aws, monotonic
        self._kept: dict[_Secret, tuple[str, float]] = {}

    def credentials(self, run: Run, host: str, settings: ProxySettings, *, refresh: bool = False) -> Credentials:
        """Return the credentials of `run` for `host` (as in a Host header); `refresh` reads cached texts again.

        Raises RefusedError (`secret-unbound`, `secret-missing`, `signing-key-missing`) and UnavailableError
        (`secret-store`), all of which name the secret.
        """
        auth = run.request.auth
        if (name := auth.secret if auth else None) is None and not settings.signing:
            return Credentials()
        wanted = _secret(run, name, host, settings) if name is not None else None
        signing = _signing_key(run, host, settings)
        return Credentials(
            self._text(wanted, refresh) if wanted else None,
            SigningKey(signing.name, self._text(signing, refresh)) if signing else None,
        )

    def of_settings(self, name: str, settings: ProxySettings, *, refresh: bool = False) -> str:
        """Return the text of a secret that the settings name for a client or a service, which no call sends by name.

        Raises RefusedError (`secret-missing`) and UnavailableError (`secret-store`).
        """
        return self._text(_located(name, settings), refresh)

    def _text(self, secret: _Secret, refresh: bool) -> str:
        now = self._monotonic()
        text, read_at = self._kept.get(secret, ("", 0.0))
        if refresh or secret not in self._kept or now - read_at > KEPT_SECONDS:
            self._kept.pop(secret, None)
            text = self._read(secret)
            self._kept[secret] = (text, now)
        return text

    def _read(self, secret: _Secret) -> str:
        try:
            return self._answer(secret)
        except Exception as error:
            failure = _translated(error, secret)
        # Outside of the clause: a decoding error contains the secret's bytes, and would be kept as the context.
        raise failure

    def _answer(self, secret: _Secret) -> str:
        if secret.in_parameter_store:
            asked = {"Name": secret.location, "WithDecryption": True}
            return self._aws("ssm", "GetParameter", asked)["Parameter"]["Value"]
        answer = self._aws("secretsmanager", "GetSecretValue", {"SecretId": secret.location})
        return answer["SecretString"] if "SecretString" in answer else b64decode(answer["SecretBinary"]).decode()


def _secret(run: Run, name: str, host: str, settings: ProxySettings) -> _Secret:
    service = run.request.service
    binding = settings.secrets.get(name)
    # Neither a signing key nor a secret of a client or a service is ever sent, whatever the settings say.
    own = (
        name.startswith(SIGNING)
        or any(name in client.secrets for client in settings.clients.values())
        or any(name in access.secrets for access in settings.access.values())
    )
    if binding is None or own or not binding.admits(service, host, run.origin):
        where = f'the service "{service}"' if service else f'the host "{host}"'
        message = f'the stack\'s settings do not bind the secret "{name}" to {where} for "{run.origin}" calls'
        raise RefusedError("secret-unbound", message)
    return _located(name, settings)


def _located(name: str, settings: ProxySettings) -> _Secret:
    return _Secret(name, settings.secret_prefix + name.removeprefix(_PARAMETER))


def _signing_key(run: Run, host: str, settings: ProxySettings) -> _Secret | None:
    for name, binding in settings.signing.items():
        if binding.admits(run.request.service, host, run.origin):
            return _Secret(name, settings.secret_prefix + SIGNING + name, "signing key")
    return None


def _translated(error: Exception, secret: _Secret) -> ProxyError:
    code, what = error_code(error), f'{secret.what} "{secret.name}"'
    missing = f"{secret.what.replace(' ', '-')}-missing"
    if code in _MISSING:
        return RefusedError(missing, f'there is no {what}: store its text as "{secret.location}"')
    if code in _OF_KEY or (code in _DENIED and _of_key().search(error_message(error))):
        return RefusedError(missing, f'KMS does not decrypt the {what}: add its key to "secret_kms_keys" ({code})')
    if code in _DENIED or isinstance(error, UnicodeDecodeError):
        return RefusedError(missing, f'no permission to read the {what} at "{secret.location}": {code or "no text"}')
    return UnavailableError("secret-store", f"the {what} cannot be read: {code or 'no response'}")


@cache
def _of_key() -> re.Pattern[str]:
    return re.compile("KMS|ciphertext|customer master key", re.IGNORECASE)
