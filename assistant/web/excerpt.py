"""A part of a table for a Word document: merged cells merged, the cited ones shaded, far rows left out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from assistant.web.table import heads_of
from assistant.web.workbook import xml_text
from ingest.model import Cell, StoredTable

#: Rows shown on either side of a cited cell.
AROUND = 2
_MOST_COLUMNS = 30
_MOST_ROWS = 60
_LONGEST_CELL = 300
LONGEST_CITED = 3_000
_SHADE, _HEAD_SHADE = "FFF3A6", "EEF2F6"
_WIDTH = 9_638  # twips between the margins of an A4 page

Span = tuple[int, int]
Grid = list[list[Cell | None]]
Run = tuple[int, int, Cell | None]
#: Cited cells with the offsets of the words meant in each; none means all of a cell.
Lit = dict[Cell, list[Span]]


class Excerpt:
    """Some rows of a table as a ``w:tbl``: merged cells merged, cited ones shaded.

    It is written element by element: python-docx looks the whole grid through for every cell it is asked for.
    A cell merged over rows that are left out begins again under the gap, so that its label isn't lost.
    """

    def __init__(self, held: StoredTable, grid: Grid, rows: Sequence[int], lit: Lit) -> None:
        self._held = held
        self._rows = rows
        self._lit = lit
        self._lines = _joined({row: _runs(grid[row]) for row in rows})
        self._heads = set(held.info.header_cells)
        self._widths = _widths(self._lines.values())
        self._size = 18 if len(self._widths) <= 8 else 15 if len(self._widths) <= 14 else 12  # half points

    def element(self) -> Any:
        """Return the table as an element of a document's body."""
        table = OxmlElement("w:tbl")
        properties = _within(table, "w:tblPr")
        _within(properties, "w:tblStyle", val="TableGrid")
        _within(properties, "w:tblW", w=_WIDTH, type="dxa")
        _within(properties, "w:tblLayout", type="fixed")
        grid = _within(table, "w:tblGrid")
        for width in self._widths:
            _within(grid, "w:gridCol", w=width)
        previous = -1
        for row in self._rows:
            self._gap(table, row - previous - 1)
            self._row(table, row)
            previous = row
        self._gap(table, self._held.table.rows - 1 - previous)
        return table

    def _gap(self, table: Any, rows: int) -> None:
        if rows > 0:
            cell = self._cell(_within(table, "w:tr"), 0, len(self._widths))
            self._write(cell, [(f"… 略去 {rows} 行 …", False)], grey=True)

    def _row(self, table: Any, row: int) -> None:
        line = _within(table, "w:tr")
        _within(_within(line, "w:trPr"), "w:cantSplit")
        for start, end, cell in self._lines[row]:
            if cell is None:
                self._write(self._cell(line, start, end), [])
                continue
            goes_on = (start, end, cell) in self._lines.get(row - 1, ())
            begins = (start, end, cell) in self._lines.get(row + 1, ())
            merge = "continue" if goes_on else "restart" if begins else ""
            head = _HEAD_SHADE if (cell.row, cell.column) in self._heads else ""
            place = self._cell(line, start, end, merge, _SHADE if cell in self._lit else head)
            self._write(place, [] if goes_on else self._words(cell), bold=self._lit.get(cell) == [])

    def _words(self, cell: Cell) -> list[tuple[str, bool]]:
        """Return a cell's text in parts, each with whether it is meant; only a cited cell's is written at length."""
        spans = self._lit.get(cell)
        if spans is None:
            return [(cut(cell.text, _LONGEST_CELL), False)]
        return in_parts(cell.text, spans)

    def _cell(self, line: Any, start: int, end: int, merge: str = "", shade: str = "") -> Any:
        cell = _within(line, "w:tc")
        properties = _within(cell, "w:tcPr")
        _within(properties, "w:tcW", w=sum(self._widths[start:end]), type="dxa")
        if end - start > 1:
            _within(properties, "w:gridSpan", val=end - start)
        if merge:
            _within(properties, "w:vMerge", val=merge)
        if shade:
            _within(properties, "w:shd", val="clear", color="auto", fill=shade)
        return cell

    def _write(self, cell: Any, parts: Sequence[tuple[str, bool]], *, bold: bool = False, grey: bool = False) -> None:
        """Write a cell's one paragraph; words that are meant are bold and marked."""
        paragraph = _within(cell, "w:p")
        _within(_within(paragraph, "w:pPr"), "w:spacing", before=0, after=0)
        for text, marked in parts:
            run = _within(paragraph, "w:r")
            look = _within(run, "w:rPr")
            if bold or marked:
                _within(look, "w:b")
            if grey:
                _within(look, "w:color", val="7F7F7F")
            _within(look, "w:sz", val=self._size)
            if marked:
                _within(look, "w:highlight", val="yellow")
            run.text = xml_text(text)


def _within(parent: Any, name: str, **attributes: object) -> Any:
    """Append an element to another and return it."""
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    parent.append(element)
    return element


def rows_shown(held: StoredTable, cells: Iterable[Cell]) -> list[int]:
    """Return the rows of an excerpt, none where the table is too wide or the cells are too far apart."""
    if held.table.columns > _MOST_COLUMNS:
        return []
    headers = set(held.info.header_cells)
    rows: set[int] = set()
    for cell in cells:
        rows.update(range(cell.row - AROUND, cell.row + min(cell.rowspan, AROUND + 1) + AROUND))
        rows.update(head.row for head in heads_of(held, cell) if (head.row, head.column) in headers)
    shown = sorted(row for row in rows if 0 <= row < held.table.rows)
    return shown if len(shown) <= _MOST_ROWS else []


def _runs(line: Sequence[Cell | None]) -> list[Run]:
    """Return a row's cells with their first column and the one after their last."""
    edges = [n for n in range(len(line)) if n == 0 or line[n] is not line[n - 1]]
    return [(start, end, line[start]) for start, end in itertools.pairwise([*edges, len(line)])]


def _joined(lines: Mapping[int, list[Run]]) -> dict[int, list[Run]]:
    """Count the columns anew, without those that no cell of these rows begins at: forms have many of them."""
    edges = sorted({edge for line in lines.values() for start, end, _ in line for edge in (start, end)})
    at = {edge: number for number, edge in enumerate(edges)}
    return {row: [(at[start], at[end], cell) for start, end, cell in line] for row, line in lines.items()}


def _widths(lines: Iterable[Sequence[Run]]) -> list[int]:
    """Share the page's width out among columns, by the longest text of each."""
    weights: dict[int, int] = {}
    for start, end, cell in (run for line in lines for run in line):
        length = min(14, len(cell.text.strip())) if cell is not None else 0
        for column in range(start, end):
            weights[column] = max(weights.get(column, 2), length // (end - start))
    return [max(1, _WIDTH * weights[column] // sum(weights.values())) for column in sorted(weights)]


def in_parts(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """Cut a text into parts, each with whether it lies in a span; of very long ones the middle is left out."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if end > max(start, at):
            parts += [(text[at : max(start, at)], False), (text[max(start, at) : end], True)]
            at = end
    parts.append((text[at:], False))
    half = LONGEST_CITED // 2
    return [
        (part if len(part) <= LONGEST_CITED else f"{part[:half]} …… {part[-half:]}", marked)
        for part, marked in parts
        if part
    ]


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
