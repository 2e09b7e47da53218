"""A table drawn as it stands in the report: merged cells, header rows, one cell lit, its headers marked."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from ingest.model import Cell, StoredTable

#: Rows drawn on either side of a lit cell.
AROUND = 12
_HEADER_ROWS = 5
_LONGEST_UNCUT = 40

Text = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands out in a drawn table; ``text`` writes a cell's words as HTML."""

    lit: Cell | None = None
    span: tuple[int, int] | None = None
    heads: frozenset[Cell] = frozenset()
    headers: frozenset[tuple[int, int]] = frozenset()
    unclear: dict[tuple[int, int], str] = field(default_factory=dict)
    text: Text = escape


def cell_at(held: StoredTable, row: int | None, column: int | None) -> Cell | None:
    """Return the cell that covers a place, ``None`` outside the table or in a gap."""
    if row is None or column is None or row >= held.table.rows or column >= held.table.columns:
        return None
    return held.table.grid()[row][column]


def rows_around(held: StoredTable, lit: Cell | None, around: int | None = AROUND) -> list[int]:
    """Return the rows to draw: the header's and those around a lit cell; all of a table that is little longer."""
    rows = held.table.rows
    if lit is None or around is None or rows <= max(2 * around, _LONGEST_UNCUT):
        return list(range(rows))
    near = set(range(max(0, lit.row - around), min(rows, lit.row + lit.rowspan + around)))
    above = sorted({row for row, _ in held.info.header_cells if row <= lit.row}, reverse=True)
    near.update(row for row in above if above[0] - row <= _HEADER_ROWS)
    return sorted(near)


def heads_of(held: StoredTable, lit: Cell | None) -> frozenset[Cell]:
    """Return the cells that head the lit one: header cells over it, and the labels left of it."""
    if lit is None:
        return frozenset()
    header_places = set(held.info.header_cells)
    above = [
        cell
        for cell in held.table.cells
        if (cell.row, cell.column) in header_places
        and cell.row < lit.row
        and cell.column < lit.column + lit.colspan
        and lit.column < cell.column + cell.colspan
    ]
    heads = _nearest_band(above)
    beside = [c for c in held.table.grid()[lit.row] if c is not None and c.column < lit.column and c.text.strip()]
    words = [c for c in beside if any(ch.isalpha() for ch in c.text)]
    labels = [c for c in words if not any(ch.isdecimal() for ch in c.text.strip()[-3:])]
    return frozenset(heads | set(labels))


def _nearest_band(above: list[Cell]) -> set[Cell]:
    """Keep the header cells right over each other, from the lowest up: a band further up heads other rows."""
    kept: set[Cell] = set()
    top = max((cell.row for cell in above), default=0)
    for cell in sorted(above, key=lambda cell: -cell.row):
        if kept and cell.row + cell.rowspan < top:
            break
        kept.add(cell)
        top = min(top, cell.row)
    return kept


def marks_for(
    held: StoredTable, lit: Cell | None = None, span: tuple[int, int] | None = None, text: Text = escape
) -> Marks:
    """Return how a table is drawn with one of its cells lit, or none."""
    unclear = {(row, column): why for row, column, why in held.ledger.unclear}
    return Marks(lit, span, heads_of(held, lit), frozenset(held.info.header_cells), unclear, text)


def table_html(
    held: StoredTable, row: int | None = None, column: int | None = None, span: tuple[int, int] | None = None
) -> str:
    """Draw a table with the cell at a place lit; of a long one only the rows around it and the header's."""
    lit = cell_at(held, row, column)
    return drawn(held, rows_around(held, lit), marks_for(held, lit, span))


def drawn(held: StoredTable, shown: list[int], marks: Marks) -> str:
    """Draw the given rows of a table, saying where rows are left out."""
    grid = held.table.grid()
    parts = ['<div class="jx-scroll" tabindex="0"><table class="jx-table">']
    previous = -1
    for number in shown:
        if number > previous + 1:
            parts.append(_gap_html(held.table.columns, number - previous - 1))
        parts.append("<tr>" + _row_html(grid[number], number, shown, marks) + "</tr>")
        previous = number
    if shown and shown[-1] < held.table.rows - 1:
        parts.append(_gap_html(held.table.columns, held.table.rows - 1 - shown[-1]))
    parts.append("</table></div>")
    return "".join(parts)


def _gap_html(columns: int, rows: int) -> str:
    return f'<tr class="jx-gap"><td colspan="{columns}">… 略去 {rows} 行 …</td></tr>'


def _row_html(cells: list[Cell | None], number: int, shown: list[int], marks: Marks) -> str:
    """Draw one row; a cell merged from a row that isn't shown starts at the first one that is."""
    parts: list[str] = []
    seen: set[Cell] = set()
    for cell in cells:
        if cell is None:
            parts.append('<td class="jx-hole"></td>')
            continue
        if cell in seen:
            continue
        seen.add(cell)
        rows = _rows_of(cell, shown)
        if rows[0] == number:
            gaps = sum(1 for a, b in itertools.pairwise(rows) if b > a + 1)
            parts.append(_cell_html(cell, len(rows) + gaps, marks))
    return "".join(parts)


def _rows_of(cell: Cell, shown: list[int]) -> list[int]:
    """Return the shown rows that a cell covers; a tall cell isn't searched for in all of them."""
    if cell.rowspan == 1:
        return [cell.row]
    return [row for row in shown if cell.row <= row < cell.row + cell.rowspan]


def _cell_html(cell: Cell, rowspan: int, marks: Marks) -> str:
    why = marks.unclear.get((cell.row, cell.column), "")
    lit = cell is marks.lit
    head = (cell.row, cell.column) in marks.headers
    classes = "jx-lit" if lit else "jx-head" if cell in marks.heads else "jx-unclear" if why else ""
    attributes = ' id="jx-lit"' if lit else ""
    attributes += f' class="{classes}"' if classes else ""
    attributes += f' title="{escape(why)}"' if why else ""
    attributes += f' rowspan="{rowspan}"' if rowspan > 1 else ""
    attributes += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    text = marked(cell.text, marks.span) if lit and marks.span else marks.text(cell.text)
    tag = "th" if head else "td"
    return f"<{tag}{attributes}>{text}</{tag}>"


def marked(text: str, span: tuple[int, int]) -> str:
    """Escape a text with the words at ``span`` marked."""
    start, end = span
    return f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
