"""Certificates of one service or token server, and advice about refused ones."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proxy.errors import RefusedError
from proxy.tls import tls_context
from schedule_client.contract.records import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    # Text of a secret by its name.
    Read: TypeAlias = Callable[[str], str]

# The numbers of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/, and of x509_vfy.h for what is strict.
_DATES, _ISSUERS, _NAMES, _STRICT = (9, 10), range(18, 22), (62, 64), range(80, 95)
# Ends of Python's names for the alerts of RFC 8446 6.2 that are about the proxy's own certificate.
_ALERTS = {
    "CERTIFICATE_REQUIRED": "it got none",
    "CERTIFICATE_EXPIRED": "expired",
    "CERTIFICATE_REVOKED": "revoked",
    "CERTIFICATE_UNKNOWN": "unknown",
    "UNSUPPORTED_CERTIFICATE": "unsupported",
    "BAD_CERTIFICATE": "bad certificate",
    "UNKNOWN_CA": "unknown CA",
    "ACCESS_DENIED": "access denied",
}


@frozen
class Pem:
    """Text of a secret in PEM, with the secret's name; the repr shows only the name."""

    name: str
    text: str = field(repr=False)


@frozen
class TlsIdentity:
    """TLS of one server: the CA that its certificate must come from, and the certificate that the proxy shows."""

    ca: Pem | None = None
    certificate: Pem | None = None


def identity(ca: str | None, certificate: str | None, read: Read) -> TlsIdentity | None:
    """Return the TLS of these secrets, which `read` returns; None without any."""
    pems = (None if name is None else Pem(name, read(name)) for name in (ca, certificate))
    found = TlsIdentity(*pems)
    return found if found.ca or found.certificate else None


def identity_context(identity: TlsIdentity) -> ssl.SSLContext:
    """Return the context of a service. Raises RefusedError (`secret-unusable`), which names the secret."""
    ca, certificate = identity.ca, identity.certificate
    context = tls_context() if ca is None else _trusting(ca.text)
    if context is None:
        raise RefusedError("secret-unusable", f'the secret "{ca.name if ca else ""}" has no certificates in PEM')
    if certificate is not None and not _loads(context, certificate.text):
        message = f'the secret "{certificate.name}" is not a certificate with its key, without a passphrase, in PEM'
        raise RefusedError("secret-unusable", message)
    return context


def _trusting(text: str) -> ssl.SSLContext | None:
    """Context that trusts only the certificates in `text`, or None; an empty text would mean those of public CAs."""
    if not text.strip():
        return None
    try:
        return tls_context(cadata=text)
    except (ssl.SSLError, TypeError, ValueError):
        return None


def _loads(context: ssl.SSLContext, text: str) -> bool:
    """Whether the certificate and key in `text` are loaded, which Python only does from a file."""
    with private_file(text) as name:
        try:
            # Without a passphrase OpenSSL would ask for one on a terminal.
            context.load_cert_chain(name, password=lambda: b"")
        except (ssl.SSLError, ValueError):
            return False
    return True


@contextmanager
def private_file(text: str, folder: str | None = None) -> Generator[str]:
    """Have `text` in a file that only this process's user can read, and that is gone afterwards."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("w", suffix=".pem", dir=folder) as file:
        file.write(text)
        file.flush()
        yield file.name


def handshake_failure(error: ssl.SSLError, identity: TlsIdentity | None) -> tuple[str, str] | None:
    """Return reason and sentence for a certificate that one side refused; None for another failure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = _advice(error.verify_code, identity.ca if identity else None)
        return "tls", f"the target's certificate is not trusted ({error.verify_message}): {advice}"
    alert = (error.reason or "").partition("ALERT_")[2]
    if (why := _ALERTS.get(alert)) is None:
        return None
    shown = identity.certificate if identity else None
    if shown is None:
        advice = "declare its client_certificate in the settings"
    else:
        advice = f'store one that it accepts as the secret "{shown.name}"'
    return "client-certificate", f"the target refuses the client certificate ({why}): {advice}"


def tls_sentence(error: ssl.SSLError, identity: TlsIdentity | None = None) -> tuple[str, str]:
    """Return reason and sentence for a failed handshake: the mistake in a certificate or protocol, and the fix."""
    if failure := handshake_failure(error, identity):
        return failure
    if (error.reason or "").endswith("ALERT_HANDSHAKE_FAILURE"):
        return "tls", "the target refuses the TLS connection: it may need a client_certificate, or other protocols"
    return "tls", "the target does not speak TLS 1.2 or newer on this port: check the port and the target's protocols"


def _advice(code: int, ca: Pem | None) -> str:
    if code in _DATES:
        return "renew it, or set the clock"
    if code in _NAMES:
        return "call the target by a name in its certificate"
    if code in _STRICT:
        return "reissue it, or its CA's certificate, according to RFC 5280"
    if code in _ISSUERS and ca is not None:
        return f'store the certificate of its CA as the secret "{ca.name}"'
    if code in _ISSUERS:
        return "use a certificate of a public CA with its intermediate certificates, or declare its ca in the settings"
    return "use a certificate that OpenSSL trusts"
