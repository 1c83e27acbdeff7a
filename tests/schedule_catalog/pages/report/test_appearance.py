"""The page can be seen: in any width, in the dark, and where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.schedule_catalog.pages.report.sample import CATALOG, OTHER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.schedule_catalog.pages.report.conftest import Open


def test_the_focus_is_always_to_be_seen(open_page: Open) -> None:
    page = open_page(CATALOG, OTHER)
    seen: list[str] = []

    for _ in range(24):
        page.keyboard.press("Tab")
        # The outline of a hidden radio button is drawn around its label.
        seen.append(
            page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const drawn = at.type === "radio" ? at.nextElementSibling : at;
                    return at === document.body ? "solid" : getComputedStyle(drawn).outlineStyle;
                }"""
            )
        )

    assert set(seen) <= {"solid", "auto"}


@pytest.mark.parametrize("width", [320, 375, 768, 1080, 1280])
def test_nothing_overflows_the_window(open_page: Open, width: int) -> None:
    long = "x" * 63
    page = open_page(
        CATALOG.replace("remind:", f"{long}:").replace("Close the day's invoices", "w" * 300), OTHER, width=width
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name=long).click()
    assert page.locator("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_dark_mode_follows_the_system_until_it_is_switched(open_page: Open) -> None:
    page = open_page(CATALOG, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)

    page.get_by_role("button", name="Dark").click()

    assert page.evaluate(background) == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(open_page: Open, scheme: str) -> None:
    page = open_page(CATALOG, color_scheme=scheme)
    pairs = [("--ink", "--page"), ("--soft", "--page"), ("--soft", "--panel"), ("--accent", "--page")]

    for text, behind in [*pairs, ("--warn-ink", "--warn"), ("--page", "--ink")]:
        assert contrast(color(page, text), color(page, behind)) >= 4.5, (text, behind)
    for shape in ("--edge", "--bar"):
        assert contrast(color(page, shape), color(page, "--page")) >= 3, shape


def color(page: Page, name: str) -> tuple[float, ...]:
    written = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('{name}')").strip()
    digits = written[1:] if len(written) == 7 else "".join(digit * 2 for digit in written[1:])
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(color: tuple[float, ...]) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
