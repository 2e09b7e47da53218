"""Tables that go on after a page without repeating their header: they are read by the header before them."""

from __future__ import annotations

from dataclasses import replace

from ingest.labels import squeeze
from ingest.model import Block, Cell, Form, Table
from ingest.outline import table_before
from ingest.regions import Region
from ingest.view import TableView

Header = tuple[Cell, ...]


def header_of(view: TableView, split: list[Region]) -> Header:
    """Return the header cells of a table's last region with their rows counted from 0; none when it has no header."""
    headers = split[-1].headers if split else ()
    rows = {row: number for number, row in enumerate(headers)}
    return tuple(
        replace(cell, row=rows[row], rowspan=min(cell.rowspan, len(rows) - rows[row]))
        for row in headers
        for cell in view.cells(row)
        if cell.row == row
    )


def carried_header(blocks: tuple[Block, ...], index: int, headers: dict[int, Header]) -> Header:
    """Return the header that the table at ``index`` goes on under without repeating it, else none.

    ``headers`` holds those of the tables before, by block index.  It goes on when it follows at once
    (over 续表 at the most), has the same columns, and begins with a row of a label and figures.
    """
    here, before = blocks[index].table, table_before(blocks, index)
    header = headers.get(before, ()) if before is not None else ()
    there = blocks[before].table if before is not None else None
    if here is None or there is None or not header or here.columns != there.columns:
        return ()
    first, last = TableView(here), TableView(there)
    starts = first.bounds(0)
    cells = first.cells(0)
    repeated = [squeeze(c.text) for c in cells] == [squeeze(c.text) for c in header if c.row == 0]
    if not cells or repeated or starts != last.bounds(there.rows - 1) or len(starts) < 2 or not first.has_figure(0):
        return ()
    return header if first.forms[cells[0]] is Form.TEXT or not cells[0].text.strip() else ()


def under(header: Header, table: Table) -> Table:
    """Return ``table`` with the rows of ``header`` put above its own."""
    rows = 1 + max(cell.row + cell.rowspan - 1 for cell in header)
    moved = tuple(replace(cell, row=cell.row + rows) for cell in table.cells)
    return Table(table.rows + rows, table.columns, (*header, *moved))
