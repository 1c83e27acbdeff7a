"""Page as one text: markup, styles and scripts, without external resources but the API."""

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
_OWN = "Create one with <code>python -m callback_api token add USER</code>."
_HINTS: Mapping[Token, str] = {
    "needed": _OWN,
    "printed": "It is in the address that was printed when the service started.",
    "optional": _OWN,
}


@dataclass(frozen=True, slots=True)
class HtmlDocument:
    """Text of the page, and headers that forbid other scripts and frames."""

    text: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, token: Token) -> HtmlDocument:
        """Return the page for a service with personal tokens, with the one printed at its start, or with none."""
        style, script = _asset("page.css"), _program()
        markup = Template(_asset("page.html"))
        text = markup.substitute(style=style, script=script, token=token, hint=_HINTS[token])
        return cls(text, _headers(style, script))


def _headers(style: str, script: str) -> Mapping[str, str]:
    """Headers that allow only this script and this style, by their hashes; https://www.w3.org/TR/CSP3/."""
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
    """Our scripts as one, so that they share one scope that nothing else can reach."""
    body = "\n".join(_asset(name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}\n}})();'


def _asset(name: str) -> str:
    # A browser reads every line end as "\n", and hashes the result.
    return files("callback_api.page").joinpath("assets", name).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
