"""Paths judged as lax servers read them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule_client.contract.paths import path_mistake

ESCAPES = (
    "/..;/admin",
    "/..;x=1/admin",
    "/a/..;/..;/admin",
    "/%2e%2e;/x",
    "/%2e%2e%3b/x",
    "/.%2e;a/x",
    "/%252e%252e/x",
    "/%25252e%25252e/x",
    "/%25%32%65%25%32%65/x",
    "/..%2fx",
    "/..%252fx",
    "/..%5cx",
    "/..%255cx",
    "/a%00/x",
    "/a%0a/x",
    "/..%09/x",
    "/..%20/x",
    "/.%20./x",
    "/.../x",
    "/..%2e/x",
    "/x/..;",
    "/%c0%ae%c0%ae/x",
    "/%e0%80%ae%e0%80%ae/x",
    "/..%c0%afx",
    "/..%c1%9cx",
    "/%25c0%25ae%25c0%25ae/x",
    "/%25u002e%25u002e/x",
    "/%ef%bc%8e%ef%bc%8e/x",
    "/%E2%80%A5/x",
    "/%ef%bc%8e%ef%bc%8e%ef%bc%8fx",
    "/%2525252525252e/x",
)
PLAIN = (
    "/",
    "/api/v1.0/invoices/close",
    "/.well-known/security.txt",
    "/a..b/..c/d..",
    "/orders;id=7/lines;page=2",
    "/a%20b",
    "/100%25",
    "/caf%C3%A9",
    "/caf%E9",
    "/~ann/@me/$metadata",
    "/users('a.b')/x:run",
    "/a//b",
    "/%E2%80%A6x",
)


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_some_server_reads_as_leading_out_is_refused(path: str) -> None:
    assert path_mistake(path)


@pytest.mark.parametrize("path", PLAIN)
def test_an_ordinary_path_is_taken(path: str) -> None:
    assert path_mistake(path) is None


def _decode(path: str) -> str:
    return unquote_to_bytes(path).decode("utf-8", "replace")


# What is done to a path on its way, by one server or another.
READERS: dict[str, Callable[[str], str]] = {
    "decodes": _decode,
    "decodes %u": lambda path: re.sub(r"%u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), path),
    "drops parameters": lambda path: re.sub(r";[^/]*", "", path),
    "takes backslashes": lambda path: path.replace("\\", "/"),
    "folds": lambda path: normalize("NFKC", path),
    "ends at NUL": lambda path: path.partition("\0")[0],
    "drops spaces": lambda path: re.sub(r"\s+", "", path),
    "drops dots at a name's end": lambda path: "/".join(
        name if name in (".", "..") else re.sub(r"(?<=[^.])\.+$", "", name) for name in path.split("/")
    ),
}
PIECES = st.sampled_from(
    [
        "/",
        ".",
        "..",
        ";",
        "a",
        "%2e",
        "%2E",
        "%252e",
        "%2f",
        "%5c",
        "%3b",
        "%20",
        "%25",
        "%00",
        "%ef%bc%8e",
        "%u002e",
        "2e",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join), st.lists(st.sampled_from(sorted(READERS)), max_size=6))
def test_no_path_that_is_taken_leaves_its_base_for_any_chain_of_servers(tail: str, readers: list[str]) -> None:
    path = f"/{tail}"
    if path_mistake(path) is not None or readers.count("decodes") > 3:
        return
    for name in readers:
        path = READERS[name](path)

    assert f"{posixpath.normpath('/base/secret' + path)}/".startswith("/base/secret/")
