"""Aligned columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schedule_catalog.cli.text.screen import cut, padded, printable, width
from schedule_catalog.cli.text.terminal import TERMINAL

_GAP = "  "
_NARROWEST = 6


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Yield the rows as printable lines; every row has the same number of cells.

    The widest columns are cut on a terminal that is narrower than the table.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    columns = TERMINAL.get().columns
    if columns is not None:
        widths = _fitted(widths, columns - len(indent) - len(_GAP) * (len(widths) - 1))
    for row in rows:
        cells = (padded(cut(cell, cells), cells) for cell, cells in zip(row, widths, strict=True))
        yield f"{indent}{_GAP.join(cells)}".rstrip()


def _fitted(widths: list[int], cells: int) -> list[int]:
    """Widths that add up to at most *cells*; the widest are reduced first, none below a few cells."""
    fitted = list(widths)
    while sum(fitted) > cells and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted
