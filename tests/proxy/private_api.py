"""An API of a private network: a certificate of a private CA, and of its clients it asks for another one.

The folder `private` has what there is: the CA and another one, the server's certificate, and certificates of clients
(`locked` has a passphrase, `stranger` is of the other CA).
"""

from __future__ import annotations

import ssl
from pathlib import Path

PRIVATE = Path(__file__).parent / "private"
"""The folder."""


def pem(name: str) -> str:
    """The text of a file."""
    return (PRIVATE / f"{name}.pem").read_text()


def asking(*, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, trusted: str = "ca") -> ssl.SSLContext:
    """TLS of the server, which takes only clients with a certificate of the CA `trusted`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(PRIVATE / "server.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=pem(trusted))
    return context


def trusted_by_all() -> ssl.SSLContext:
    """TLS of the server without a question to its clients, as of a public API."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PRIVATE / "server.pem")
    return context
