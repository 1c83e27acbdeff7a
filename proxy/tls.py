"""TLS as Lambda's Python has it, whatever Python runs, and what to do about a target that it does not trust."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

# The numbers of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/, and of x509_vfy.h for what is strict.
_DATES, _ISSUERS, _NAMES, _STRICT = (9, 10), range(18, 22), (62, 64), range(80, 95)


def tls_context(cafile: str | PathLike[str] | None = None) -> ssl.SSLContext:
    """Return the context that Python 3.13 and newer makes: a certificate that breaks RFC 5280 is not trusted.

    An older Python takes such a certificate: the laptop would call what fails in AWS.
    """
    context = ssl.create_default_context(cafile=cafile)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def tls_sentence(error: ssl.SSLError) -> str:
    """What is wrong with a target's certificate or protocol, and what to do."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "the target does not speak TLS 1.2 or newer on this port: check the port, and what it offers"
    return f"the target's certificate is not trusted ({error.verify_message}): {_advice(error.verify_code)}"


def _advice(code: int) -> str:
    if code in _DATES:
        return "renew it, or set the clock"
    if code in _NAMES:
        return "call the target by a name that the certificate has"
    if code in _STRICT:
        return "have it, or its CA's, issued again as RFC 5280 asks"
    if code in _ISSUERS:
        return "serve one of a public CA, with its intermediate certificates"
    return "serve one that OpenSSL trusts"
