"""Columns that stand under each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schedule_catalog.cli.text.screen import padded, printable, width


def aligned(rows: Sequence[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Yield the rows as lines that can be printed; every row has the same number of cells."""
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (padded(cell, cells) for cell, cells in zip(row, widths, strict=True))
        yield f"{indent}{'  '.join(cells)}".rstrip()
