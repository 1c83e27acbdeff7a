"""API tokens: random, shown once, and stored only as digests."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "sct_"


def new_token() -> str:
    """Return a token of 32 random bytes."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the stored form of a token: its SHA-256 in hex. A token is random, so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
