"""Texts that every database accepts."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return the text with U+FFFD for characters that PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot store."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
