"""Aligned columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schedule_catalog.cli.text.screen import cut, padded, printable, width
from schedule_catalog.cli.text.terminal import TERMINAL

_GAP = "  "
# An instant with its day and zone: where even such a cell would be cut, the rows are wrapped instead.
_NARROWEST = 24


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Yield the rows as printable lines; every row has the same number of cells.

    On a terminal that is narrower than the table, the widest columns are cut. Where that is not enough, the cells
    stand one after the other, so that the lines can be wrapped and lose nothing.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    columns = TERMINAL.get().columns
    if columns is not None:
        fitting = columns - len(indent) - len(_GAP) * (len(widths) - 1)
        if sum(min(cells, _NARROWEST) for cells in widths) > fitting:
            yield from (f"{indent}{_GAP.join(filter(None, row))}".rstrip() for row in rows)
            return
        widths = _fitted(widths, fitting)
    for row in rows:
        cells = (padded(cut(cell, cells), cells) for cell, cells in zip(row, widths, strict=True))
        yield f"{indent}{_GAP.join(cells)}".rstrip()


def _fitted(widths: list[int], cells: int) -> list[int]:
    """Widths that add up to at most *cells*; the widest are reduced first."""
    fitted = list(widths)
    while sum(fitted) > cells:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted
