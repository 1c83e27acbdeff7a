"""TLS as in Lambda's Python, under any Python."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike


def tls_context(cafile: str | PathLike[str] | None = None, cadata: str | None = None) -> ssl.SSLContext:
    """Return the context of Python 3.13 and newer: a certificate that breaks RFC 5280 is not trusted.

    An older Python accepts such a certificate: calls would succeed on the laptop and fail in AWS.
    """
    context = ssl.create_default_context(cafile=cafile, cadata=cadata)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
