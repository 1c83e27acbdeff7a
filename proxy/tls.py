"""TLS as in Lambda's Python, under any Python, and advice about an untrusted target."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

# The numbers of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/, and of x509_vfy.h for what is strict.
_DATES, _ISSUERS, _NAMES, _STRICT = (9, 10), range(18, 22), (62, 64), range(80, 95)


def tls_context(cafile: str | PathLike[str] | None = None) -> ssl.SSLContext:
    """Return the context of Python 3.13 and newer: a certificate that breaks RFC 5280 is not trusted.

    An older Python accepts such a certificate: calls would succeed on the laptop and fail in AWS.
    """
    context = ssl.create_default_context(cafile=cafile)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def tls_sentence(error: ssl.SSLError) -> str:
    """Return the mistake in a target's certificate or protocol, and the fix."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "the target does not speak TLS 1.2 or newer on this port: check the port and the target's protocols"
    return f"the target's certificate is not trusted ({error.verify_message}): {_advice(error.verify_code)}"


def _advice(code: int) -> str:
    if code in _DATES:
        return "renew it, or set the clock"
    if code in _NAMES:
        return "call the target by a name in its certificate"
    if code in _STRICT:
        return "reissue it, or its CA's certificate, according to RFC 5280"
    if code in _ISSUERS:
        return "use a certificate of a public CA, with its intermediate certificates"
    return "use a certificate that OpenSSL trusts"
