"""Texts as every database takes them."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot hold, marked by U+FFFD."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
