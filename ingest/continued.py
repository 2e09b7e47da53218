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
_CLOSING = ("合计", "总计", "共计")


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
    """A table under the header that it goes on from, as it looks; ``columns`` tells where its own columns were put."""

    view: TableView
    header: Header
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


def joined(
    blocks: tuple[Block, ...], index: int, headers: dict[int, Header | None], views: dict[int, TableView]
) -> Joined | None:  # fmt: skip
    """Return the table at ``index`` under the header that it goes on from without repeating it, ``None`` if it doesn't.

    ``headers`` and ``views`` are by block index.  It goes on when it follows at once (over 续表 or the page's title at
    the most) and its first row fills the same columns, or when it is the total alone.
    """
    before = table_before(blocks, index)
    header = headers.get(before) if before is not None else None
    if before is None or header is None or not header.values:
        return None
    view, last = views[index], views[before]
    if not view.table.rows:
        return None
    if view.table.columns != header.columns:
        cut_off = _is_narrow_total(view, header) and not _is_closed(last)
        return _under(header, view.table, (0, *header.values)) if cut_off else None
    first = next((row for row in range(view.table.rows) if view.own(row)), 0)
    starts, rows = view.bounds(first), last.table.rows
    if _is_closed(last):
        return None
    if len(starts) < 2 or all(starts != last.bounds(row) for row in range(max(0, rows - _LAST_ROWS), rows)):
        return None
    found = _under(header, view.table, tuple(range(header.columns)))
    return found if _fills(found.view, header.rows + first, header) else None


def _fills(view: TableView, row: int, header: Header) -> bool:
    """Tell whether a row has figures or blanks in the value columns of the header, labels elsewhere."""
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


def _is_closed(view: TableView) -> bool:
    """Tell whether a table ends with its grand total: what follows is another table."""
    cells = view.own(view.table.rows - 1)
    return bool(cells) and squeeze(cells[0].text) in _CLOSING


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


def _under(header: Header, table: Table, places: tuple[int, ...]) -> Joined:
    """Put the header's rows above a table's own, each of its columns at its place."""
    moved = tuple(_moved(cell, places, header) for cell in table.cells)
    whole = Table(table.rows + header.rows, header.columns, (*header.cells, *moved))
    return Joined(TableView(whole), header, places)


def _moved(cell: Cell, places: tuple[int, ...], header: Header) -> Cell:
    narrow = len(places) != header.columns
    span = header.values[0] if narrow and not cell.column else cell.colspan
    return replace(cell, row=cell.row + header.rows, column=places[cell.column], colspan=span)
