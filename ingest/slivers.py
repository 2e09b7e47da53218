"""Columns of a Word table so narrow that nobody sees them: edges that a conversion or a hand put beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from ingest.model import Table
from ingest.wordml import W, attribute

#: So wide a column (twentieths of a point, a millimetre) holds no character.
_SLIVER = 57


def widths_of(table: etree._Element) -> list[int]:
    """Return the widths of a ``w:tbl``'s grid columns in twentieths of a point, 0 for one that is not said."""
    grid = table.find(W + "tblGrid")
    texts = [attribute(column, "w") or "" for column in grid.iter(W + "gridCol")] if grid is not None else []
    return [int(text) if text.isdecimal() and len(text) < 9 else 0 for text in texts]


def without_slivers(table: Table, widths: Sequence[int]) -> Table:
    """Return a table without its slivers of columns; as it is where a cell stands in slivers alone, or widths lack."""
    kept = [not 0 < width <= _SLIVER for width in widths[: table.columns]]  # a grid may say more than is used
    if len(kept) != table.columns or all(kept) or not any(kept):
        return table
    places = [0]
    for is_kept in kept:
        places.append(places[-1] + is_kept)
    moved = [
        replace(c, column=places[c.column], colspan=places[c.column + c.colspan] - places[c.column])
        for c in table.cells
    ]  # fmt: skip
    if any(not cell.colspan and cell.text for cell in moved):
        return table
    return Table(table.rows, places[-1], tuple(cell for cell in moved if cell.colspan))
