"""Pages of the site: those of `docs/`, in the form that the generator reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

INDEX = "README.md"
_FENCE = re.compile(r"^```(\w*)(?: ([^\n`]+))?$(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]*)((?:#[^)\s]+)?)(?=\))")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_ENTRY = re.compile(r"^- \[([^\]]+)\]\(([\w-]+\.md)\)", re.MULTILINE)
_LEXERS = {"insights": "text"}


@dataclass(frozen=True)
class Section:
    """A section of the index: its title, and the title and file of each page."""

    title: str
    pages: tuple[tuple[str, str], ...]


def sections(index: str) -> Iterator[Section]:
    """Yield the sections of the index that list pages, in their order."""
    _, *parts = _SECTION.split(index)
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        if pages := tuple(_ENTRY.findall(text)):
            yield Section(title, pages)


def navigation(index: str) -> str:
    """The generator's setting that lists the pages as the index does."""
    lines = [f'nav = [\n  {{ "Overview" = "{site_name(INDEX)}" }},']
    for section in sections(index):
        pages = ", ".join(f'{{ "{title}" = "{name}" }}' for title, name in section.pages)
        lines.append(f'  {{ "{section.title}" = [{pages}] }},')
    return "\n".join([*lines, "]\n"])


def site_name(name: str) -> str:
    """The name of a page in the site."""
    return {INDEX: "index.md", "CHANGELOG.md": "changelog.md"}.get(name, name)


def outside(text: str) -> set[str]:
    """The files that a page links and that are not documentation, from the top of the repository."""
    found = {path.removeprefix("../") for path, _ in _LINK.findall(text) if path.startswith("../")}
    return {path for path in found if not path.endswith(".md")}


def page(text: str) -> str:
    """A page for the generator."""
    parts: list[str] = []
    end = 0
    for fence in _FENCE.finditer(text):
        parts += [_prose(text[end : fence.start()]), _block(fence[1], fence[2] or "", fence[3])]
        end = fence.end()
    return "".join([*parts, _prose(text[end:])])


def _linked(found: re.Match[str]) -> str:
    """The place of a link in the site: pages are in one folder, other files of the repository in `files/`."""
    path, anchor = found.groups()
    name = path.removeprefix("../").removeprefix("docs/")
    inside = name.endswith(".md") or not path.startswith("../")
    return f"{site_name(name) if inside else f'files/{name}'}{anchor}"


def _block(language: str, title: str, text: str) -> str:
    """A code block whose title is a file's name; the other words are for the tests."""
    name = next((word for word in title.split() if "." in word), "")
    shown = f' title="{name}"' if name else ""
    return f"```{_LEXERS.get(language, language)}{shown}{text}```"


def _prose(text: str) -> str:
    """Text between code blocks: its links lead into the site, its lists are laid out as the generator needs them."""
    lines: list[str] = []
    in_list = False
    for line in _LINK.sub(_linked, text).split("\n"):
        if line and not line.startswith(" "):
            if _ITEM.match(line) and not in_list and lines and lines[-1]:
                lines.append("")
            in_list = bool(_ITEM.match(line))
        # GitHub takes the width of the mark as the indentation of what belongs to an item, the generator takes four.
        lines.append(re.sub(r"^ {2,3}(?=\S)", "    ", line) if in_list else line)
    return "\n".join(lines)
