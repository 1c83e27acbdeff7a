"""The page as one text: markup, styles and scripts, with nothing else to fetch but what the API answers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Literal

SCRIPTS = ("element.js", "time.js", "api.js", "row.js", "details.js", "action.js", "table.js", "filters.js", "main.js")

Token = Literal["needed", "printed", "optional"]
_OWN = "<code>python -m callback_api token add USER</code> makes one."
_HINTS: Mapping[Token, str] = {
    "needed": _OWN,
    "printed": "The address that was printed when the service started has one.",
    "optional": _OWN,
}


@dataclass(frozen=True, slots=True)
class HtmlDocument:
    """The text, and the headers that let nothing else run in it or frame it."""

    text: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, token: Token) -> HtmlDocument:
        """The page of a service that needs people's own tokens, or the one that its start printed, or none."""
        style, script = _asset("page.css"), _program()
        markup = Template(_asset("page.html"))
        text = markup.substitute(style=style, script=script, token=token, hint=_HINTS[token])
        return cls(text, _headers(style, script))


def _headers(style: str, script: str) -> Mapping[str, str]:
    """Only this script and this style work, by their hashes; https://www.w3.org/TR/CSP3/."""
    policy = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{directive} {value}" for directive, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }


def _program() -> str:
    """Our scripts as one, so that they share one scope which nothing else can reach."""
    body = "\n".join(_asset(name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}\n}})();'


def _asset(name: str) -> str:
    # A browser reads every line end as "\n", and hashes what it read.
    return files("callback_api.page").joinpath("assets", name).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
