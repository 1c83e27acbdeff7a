"""A comment as GitHub shows it: `python -m tests.github.comment_page COMMENT.md FOLDER` writes pictures to look at."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "node_modules" / "github-markdown-css" / "github-markdown.css"
PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
# What a comment has around it on GitHub: a border, and 16 pixels.
FRAME = """
body { margin: 8px; background: var(--bgColor-default); }
.markdown-body {
  padding: 16px; max-width: 980px; border: 1px solid var(--borderColor-default); border-radius: 6px;
}"""
VIEWS = {"light": ("light", 1012), "dark": ("dark", 1012), "phone": ("light", 390)}


def page_of(markdown: str) -> str:
    """The HTML page of a comment, with GitHub's stylesheet."""
    head = f"<meta name=viewport content='width=device-width'><style>{STYLES.read_text()}{FRAME}</style>"
    return f"<!doctype html><html><head>{head}</head><body class=markdown-body>{PARSER.render(markdown)}</body></html>"


@contextmanager
def shown(markdown: str, view: str) -> Generator[Page]:
    """Show a comment in one of the views."""
    scheme, width = VIEWS[view]
    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        page.set_content(page_of(markdown))
        yield page


def main(file: Path, folder: Path) -> None:
    """Write a picture of each view."""
    for view in VIEWS:
        with shown(file.read_text(), view) as page:
            page.screenshot(path=folder / f"{view}.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
