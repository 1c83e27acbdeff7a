"""The README's pictures, of the real pages: `python -m tests.docs.pictures` writes docs/pictures/."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.chromium import chromium
from tests.docs.page import ROOT, Desk
from tests.docs.stack_desk import StackDesk
from tests.github.comment_page import page_of
from tests.schedule_catalog.pages.console.site import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs" / "pictures"
SIZES = {"comment": (1012, 560), "console": (1200, 600), "report": (1200, 900)}
# A machine without a font for emoji has these.
SIGNS = {"\N{CROSS MARK}": "<b style='color:#d1242f'>\N{HEAVY MULTIPLICATION X}</b>", "\N{VARIATION SELECTOR-16}": ""}


def comment(page: Page) -> None:
    """Show the comment of the guided tour's pull request, as GitHub renders it."""
    with TemporaryDirectory() as folder:
        markdown = Desk(Path(folder), "tour").run("schedules diff main --format markdown")
    for sign, shown in SIGNS.items():
        markdown = markdown.replace(sign, shown)
    page.set_content(page_of(markdown))


def report(page: Page) -> None:
    """Show the report of the same pull request."""
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder), "tour")
        desk.run("schedules report")
        page.goto((desk.folder / "schedules.html").as_uri())
        page.wait_for_load_state("networkidle")


@contextmanager
def console() -> Generator[str]:
    """The address of a console of the stack that docs/operate.md is about."""
    with TemporaryDirectory() as folder, served(StackDesk(Path(folder)).console) as address:
        yield address


def main() -> None:
    """Write the three pictures."""
    FOLDER.mkdir(exist_ok=True)
    with console() as address, chromium() as browser:
        page = browser.new_page()
        for name, show in (("comment", comment), ("console", lambda shown: shown.goto(address)), ("report", report)):
            width, height = SIZES[name]
            page.set_viewport_size({"width": width, "height": height})
            show(page)
            page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
