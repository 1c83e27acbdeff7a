"""Self-contained page: markup, styles, scripts and data in one text, without external resources."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import TYPE_CHECKING

from schedule_catalog.pages.report.data import data_json

if TYPE_CHECKING:
    from schedule_catalog.pages.report.report import Report

SCRIPTS = (
    "data.js",
    "zones.js",
    "theme.js",
    "filters.js",
    "address.js",
    "heat.js",
    "week.js",
    "table.js",
    "details.js",
    "main.js",
)
UPLOT = "vendor/uplot"


def page(report: Report) -> str:
    """Return the page; only its own styles and scripts can run in it, by their hashes (CSP Level 3)."""
    styles = (_asset(f"{UPLOT}/uPlot.min.css"), _shared("base.css"), _asset("assets/page.css"))
    scripts = (_library(), _program())
    policy = {
        "default-src": "'none'",
        "script-src": _hashes(scripts),
        "style-src": _hashes(styles),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return Template(_asset("assets/page.html")).substitute(
        policy=escape("; ".join(f"{directive} {value}" for directive, value in policy.items())),
        title=escape(f"Schedules of {report.stack}" if report.stack else "Schedules"),
        styles="".join(f"<style>{style}</style>\n" for style in styles),
        data=data_json(report),
        scripts="".join(f"<script>{script}</script>\n" for script in scripts),
    )


def _asset(path: str) -> str:
    return _text(files("schedule_catalog.pages.report").joinpath(path))


def _shared(name: str) -> str:
    """A file of both pages, the console's and this one."""
    return _text(files("schedule_catalog.pages").joinpath(name))


def _text(file: Traversable) -> str:
    # A browser reads every line end as "\n", and hashes the result.
    return file.read_text("utf-8").replace("\r\n", "\n")


def _library() -> str:
    """Return the chart library after its licence, which requires to be part of each copy."""
    licence = _asset(f"{UPLOT}/LICENSE").replace("*/", "")
    return f"/*\n{licence}\n*/\n{_asset(f'{UPLOT}/uPlot.iife.min.js')}"


def _program() -> str:
    """Return our scripts as one, so that they share one scope that nothing else can reach."""
    body = "\n".join(_asset(f"assets/{name}") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{body}\n}})();'


def _hashes(texts: tuple[str, ...]) -> str:
    digests = (b64encode(sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
