"""Keys that are cut out of a mapping in braces, on one line or on several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from schedule_catalog.editing.errors import EditError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from schedule_catalog.editing.outline import Item, Node, Outline


class Cut(NamedTuple):
    """Part of a text that is removed: `[start, end)`."""

    start: int
    end: int


def cuts_in_braces(outline: Outline, braces: Node, keys: Collection[str | int]) -> list[Cut]:
    """Return the cuts that remove *keys* with their values and commas; EditError for an unknown key.

    A key that has its lines to itself goes with them, and with the comments right above; else comments stay.
    """
    places = {each.key.value: index for index, each in enumerate(braces.items) if each.key}
    if unknown := set(keys) - places.keys():
        raise EditError(f'there is no "{unknown.pop()}" to prune')
    groups = _neighbours({places[str(key)] for key in keys})
    return [cut for first, last in groups for cut in _cuts(outline, braces, first, last)]


def cut_out(lines: list[str | None], outline: Outline, cuts: Collection[Cut]) -> None:
    """Remove *cuts* from the lines of a text; None is a line that is removed already."""
    for cut in sorted(cuts, reverse=True):
        first, last = outline.line_at(cut.start), outline.line_at(cut.end)
        before, after = lines[first], lines[last]
        if before is None or after is None:
            continue
        lines[first] = before[: cut.start - outline.start_of(first)] + after[cut.end - outline.start_of(last) :]
        lines[first + 1 : last + 1] = [None] * (last - first)


def _neighbours(indexes: Collection[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each group of items that follow each other."""
    for first in sorted(indexes):
        if first - 1 not in indexes:
            last = first
            while last + 1 in indexes:
                last += 1
            yield first, last


def _cuts(outline: Outline, braces: Node, first: int, last: int) -> Iterator[Cut]:
    items, text = braces.items, outline.text
    own = Cut(_span(items[first]).start, _span(items[last]).end)
    has_next = last + 1 < len(items)
    before = Cut(_span(items[first - 1]).end if first else braces.start + 1, own.start)
    after = Cut(own.end, _span(items[last + 1]).start if has_next else braces.end - 1)
    gap = text[after.start : after.end]
    if (lines := _own_lines(outline, own, after)) is not None:
        yield lines
    elif has_next and not {"#", "\n", "\r"} & {*gap}:
        yield Cut(own.start, after.end)
    elif "#" not in text[before.start : before.end] and (first or not has_next):
        # The last of several goes with the comma before it; of the only one, nothing stays between the braces.
        yield Cut(before.start, own.end if first else after.end)
    else:
        yield own
        if (comma := _comma(gap)) is not None:
            yield Cut(after.start + comma, after.start + comma + 1)


def _span(item: Item) -> Cut:
    return Cut((item.key or item.value).start, item.value.end)


def _own_lines(outline: Outline, own: Cut, after: Cut) -> Cut | None:
    """The lines of a key that shares them with no other, and of the comments right above it."""
    first, last = outline.line_at(own.start), outline.line_at(own.end)
    start, end = outline.start_of(first), outline.start_of(last + 1)
    rest = outline.text[own.end : end].partition("#")[0]
    is_shared = end > after.end or outline.text[start : own.start].strip() or rest.strip() not in ("", ",")
    if is_shared or ("," not in rest and _comma(outline.text[end : after.end]) is not None):
        return None
    while first and outline.lines[first - 1].startswith(f"{outline.text[start : own.start]}#"):
        first -= 1
    return Cut(outline.start_of(first), end)


def _comma(gap: str) -> int | None:
    """Position of the comma between two items, which is not in a comment."""
    at = 0
    for line in gap.splitlines(keepends=True):
        code = line.partition("#")[0]
        if "," in code:
            return at + code.index(",")
        at += len(line)
    return None
