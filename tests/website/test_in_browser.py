"""The built site in a real browser: search, every link, a phone's width, both themes; nothing from another server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import add_axe, chromium
from website.__main__ import build

SAMPLES = ("", "install/", "settings/", "checks/", "checks-fires/")
"""Pages of each kind: prose, code, wide tables, long output."""


class Quiet(SimpleHTTPRequestHandler):
    """A file server that does not log."""

    def log_message(self, *_: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built site."""
    folder = tmp_path_factory.mktemp("site")
    assert build(folder / "site") == 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder / "site" / "html")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that asks no other server for anything, and logs no error."""
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shown = context.new_page()
    shown.set_default_timeout(20_000)
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("request", lambda request: said.extend([] if request.url.startswith((site, "data:")) else [request.url]))
    yield shown
    context.close()
    assert said == []


@pytest.mark.parametrize(
    ("words", "place"),
    [("rotate a signing key", "/maintain/"), ("dst-gap", "/checks-fires/"), ("install", "/install/")],
)
def test_search_finds_the_page(page: Page, site: str, words: str, place: str) -> None:
    page.goto(site)
    page.keyboard.press("/")
    page.keyboard.type(words)

    results = page.locator(f'a[href*="{place}"]:visible').filter(has_text="")
    expect(page.get_by_role("dialog").or_(page.locator("[data-md-component=search]")).first).to_be_visible()
    expect(results.first).to_be_visible()


def test_no_link_is_broken(page: Page, site: str) -> None:
    waiting, seen, anchors = [site], set[str](), dict[str, set[str]]()
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = page.request.get(address)
        assert answer.ok, address
        if "text/html" not in answer.headers["content-type"]:
            continue
        found = page.evaluate(
            """text => {
                const read = new DOMParser().parseFromString(text, "text/html");
                const of = (what, name) => [...read.querySelectorAll(what)].map(each => each.getAttribute(name));
                return {
                    links: [...of("a[href]", "href"), ...of("img[src]", "src"), ...of("link[href]", "href")],
                    anchors: [...of("[id]", "id"), ...of("a[name]", "name")],
                };
            }""",
            answer.text(),
        )
        anchors[address] = {"", *found["anchors"]}
        for link in found["links"]:
            target, anchor = urldefrag(urljoin(address, link))
            if target.startswith(site):
                waiting.append(target)
                wanted.append((address, target, anchor))

    assert len(anchors) > 25
    assert [each for each in wanted if each[1] in anchors and each[2] not in anchors[each[1]]] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_page_is_no_wider_than_a_phone(page: Page, site: str, sample: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site + sample)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_axe_finds_nothing_in_either_theme(page: Page, site: str, sample: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(site + sample)
    add_axe(page)

    assert page.evaluate("getComputedStyle(document.body).colorScheme") in (scheme, "normal")
    found = page.evaluate("axe.run()")["violations"]
    assert [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]] == []
