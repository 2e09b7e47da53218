"""Tables that go on after a page without repeating their header: they are read by the header before them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.labels import is_total, squeeze
from ingest.model import Block, Cell, Form, Table
from ingest.outline import table_before
from ingest.regions import Region
from ingest.view import TableView

#: A total in merged cells may stand last on a page: so many rows tell the columns of a table.
_LAST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Header:
    """The header cells of a table's last region, rows counted from 0, the table's width and its value columns."""

    cells: tuple[Cell, ...]
    columns: int
    values: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Return how many rows it has."""
        return max(cell.row + cell.rowspan for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Joined:
    """A table under the header that it goes on from; ``columns`` tells where each of its own columns was put."""

    table: Table
    rows: int
    columns: tuple[int, ...]


def header_of(view: TableView, split: list[Region]) -> Header | None:
    """Return the header of a table's last region; none when it has no header."""
    headers = split[-1].headers if split else ()
    if not headers:
        return None
    rows = {row: number for number, row in enumerate(headers)}
    cells = tuple(
        replace(cell, row=rows[row], rowspan=min(cell.rowspan, len(rows) - rows[row]))
        for row in headers
        for cell in view.cells(row)
        if cell.row == row
    )
    values = tuple(sorted(column for side in split[-1].sides for column in side.values))
    return Header(cells, view.table.columns, values) if cells else None


def carried_header(
    blocks: tuple[Block, ...], index: int, headers: dict[int, Header | None], views: dict[int, TableView]
) -> Header | None:  # fmt: skip
    """Return the header that the table at ``index`` goes on under without repeating it, else none.

    ``headers`` and ``views`` are by block index.  It goes on when it follows at once (over 续表 or
    the page's title at the most) and its first row fills the same columns, or when it is the total alone.
    """
    here, before = blocks[index].table, table_before(blocks, index)
    header = headers.get(before) if before is not None else None
    there = blocks[before].table if before is not None else None
    if here is None or there is None or header is None or before is None:
        return None
    view = views[index]
    if here.columns != header.columns:
        return header if _is_narrow_total(view, header) else None
    first = next((row for row in range(here.rows) if view.own(row)), 0)
    starts = view.bounds(first)
    last = views[before]
    same = any(starts == last.bounds(row) for row in range(max(0, there.rows - _LAST_ROWS), there.rows))
    return header if same and len(starts) > 1 and _fills(view, first, header) else None


def _fills(view: TableView, row: int, header: Header) -> bool:
    """Tell whether a table's first row has figures or blanks in the value columns of the header, labels elsewhere."""
    cells = view.cells(row)
    if [squeeze(c.text) for c in cells] == [squeeze(c.text) for c in header.cells if c.row == 0]:
        return False
    if not any(cell.text.strip() and not view.is_figure(cell) for cell in cells):
        return False
    for cell in cells:
        filled = view.forms[cell] is not Form.BLANK and cell not in view.codes.cells
        if filled and view.is_figure(cell) != (cell.column in header.values):
            return False
    return True


def _is_narrow_total(view: TableView, header: Header) -> bool:
    """Tell whether a table is a row 合计 | 1 | 2 that a page break cut off, its label columns merged to one."""
    cells = view.cells(0)
    return (
        view.table.rows == 1
        and len(cells) == 1 + len(header.values)
        and is_total(cells[0].text)
        and view.has_figure(0)
        and min(header.values) > 1
        and all(view.forms[cell] is not Form.TEXT for cell in cells[1:])
    )


def under(header: Header, table: Table) -> Joined:
    """Return ``table`` with the rows of ``header`` put above its own, a total's cells moved to its value columns."""
    places = tuple(range(table.columns))
    if table.columns != header.columns:
        places = (0, *header.values)
    moved = tuple(_moved(cell, places, header) for cell in table.cells)
    return Joined(Table(table.rows + header.rows, header.columns, (*header.cells, *moved)), header.rows, places)


def _moved(cell: Cell, places: tuple[int, ...], header: Header) -> Cell:
    column = places[cell.column]
    narrow = len(places) != header.columns
    span = header.values[0] if narrow and not column else cell.colspan
    return replace(cell, row=cell.row + header.rows, column=column, colspan=span)
