"""Sheets of a workbook to blocks: what stands over a table, its tables, what stands below, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.grid import MAX_COLUMNS, MAX_PLACES
from ingest.model import Block, Cell, Origin, Table

#: A name that a program gives says nothing of what a sheet holds.
_UNNAMED = re.compile(r"(?:sheet|工作表|表格)\s?\d{0,4}", re.IGNORECASE)
#: Over a table stand its department, unit and number, each with a colon or as a number of a form.
_PREFACE = re.compile(r"[:：]|^公开\d{0,3}表$|^[附表]{1,2}\s?\d|^第.{1,4}页|^(?:19|20)\d\d年度?$|^[(（]?单位")
_MAX_NAME = 60
#: Borders so far beyond the last text are a forgotten format, no part of a table.
_BEYOND = 40


@dataclass(slots=True)
class Sheet:
    """A sheet as it is seen: texts by (row, column), merged ranges as (top, left, bottom, right), ends not included."""

    name: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    framed: set[tuple[int, int]] = field(default_factory=set)  # cells with a border: of a table, though empty
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unsaid: int = 0  # formulas without a result
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is seen of a sheet, hidden rows and columns left out: texts and merged ranges by what is left."""

    texts: dict[tuple[int, int], str]
    merges: list[tuple[int, int, int, int]]
    framed: set[tuple[int, int]]
    rows: int
    columns: int

    def covers(self) -> set[tuple[int, int]]:
        """Return the places that a text or a border takes, a merged cell all of its own."""
        found = {*self.texts, *self.framed}
        for top, left, bottom, right in self.merges:
            if (top, left) in found:
                found.update((row, column) for row in range(top, bottom) for column in range(left, right))
        return found


@dataclass(slots=True)
class _Writer:
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0

    def text(self, text: str, origin: Origin, level: int = 0) -> None:
        for line in filter(None, (part.strip() for part in text.split("\n"))):
            self.blocks.append(Block(len(self.blocks), line, level, origin=origin))

    def table(self, table: Table, origin: Origin) -> None:
        self.blocks.append(Block(len(self.blocks), table=table, table_number=self.tables, origin=origin))
        self.tables += 1


def blocks_of_sheets(sheets: Iterable[Sheet]) -> list[Block]:
    """Return the blocks of the sheets that are seen, in order."""
    writer = _Writer()
    for sheet in sheets:
        if sheet.is_hidden or not sheet.texts:
            continue
        seen, at = _seen(sheet), _Finder(sheet)
        if not _UNNAMED.fullmatch(sheet.name) and len(sheet.name) <= _MAX_NAME:
            writer.text(sheet.name.strip(), Origin(sheet=sheet.name), level=1)
        for first, last in _runs(seen):
            _write(writer, seen, first, last, at)
    return writer.blocks


def warnings_of_sheets(sheets: Sequence[Sheet]) -> list[str]:
    """Return what of a workbook was not read, a sentence each."""
    found = []
    hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
    if hidden:
        found.append(f"隐藏的工作表没有读：{'、'.join(hidden[:5])}{'等' if len(hidden) > 5 else ''}")
    for sheet in sheets:
        if not sheet.is_hidden and (sheet.hidden_rows or sheet.hidden_columns):
            many = f"{len(sheet.hidden_rows)} 行、{len(sheet.hidden_columns)} 列"
            found.append(f"工作表“{sheet.name[:_MAX_NAME]}”里隐藏的 {many}没有读")
    unsaid = sum(sheet.unsaid for sheet in sheets if not sheet.is_hidden)
    if unsaid:
        found.append(f"有 {unsaid} 格公式没有存下算出的数，没有读；请用 Excel 或 WPS 打开、保存一次后再读入")
    return found


class _Finder:
    """Says where on the sheet a place of what is seen lies."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        rows, columns = _size(sheet)
        self._rows, self._columns = _kept(rows, sheet.hidden_rows), _kept(columns, sheet.hidden_columns)

    def origin(self, row: int, column: int, rows: int = 1, columns: int = 1) -> Origin:
        """Return the origin of a block of so many rows and columns that begins at a place."""
        down, across = self._rows[row : row + rows], self._columns[column : column + columns]
        return Origin(
            sheet=self._sheet.name,
            row=down[0],
            column=across[0],
            left_out=(_gaps(down), _gaps(across)),
        )


def _kept(count: int, hidden: frozenset[int]) -> list[int]:
    return [number for number in range(count) if number not in hidden]


def _gaps(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers)))


def _size(sheet: Sheet) -> tuple[int, int]:
    """Return how many rows and columns have text, or a border not far from it."""
    rows, columns = max(r for r, _ in sheet.texts) + 1, max(c for _, c in sheet.texts) + 1
    near = [(r, c) for r, c in sheet.framed if r < rows + _BEYOND and c < columns + _BEYOND]
    rows, columns = max([rows, *(r + 1 for r, _ in near)]), max([columns, *(c + 1 for _, c in near)])
    return rows, min(columns, MAX_COLUMNS)


def _seen(sheet: Sheet) -> _Seen:
    rows, columns = _size(sheet)
    down = {number: place for place, number in enumerate(_kept(rows, sheet.hidden_rows))}
    across = {number: place for place, number in enumerate(_kept(columns, sheet.hidden_columns))}
    texts = {(down[r], across[c]): text for (r, c), text in sheet.texts.items() if r in down and c in across}
    merges = []
    for top, left, bottom, right in sheet.merges:
        inner = [down[r] for r in range(top, min(bottom, rows)) if r in down]
        wide = [across[c] for c in range(left, min(right, columns)) if c in across]
        if inner and wide and (len(inner) > 1 or len(wide) > 1):
            merges.append((inner[0], wide[0], inner[-1] + 1, wide[-1] + 1))
            text = sheet.texts.get((top, left), "")
            if text and (inner[0], wide[0]) not in texts:  # its first row or column is hidden
                texts[inner[0], wide[0]] = text
    framed = {(down[r], across[c]) for r, c in sheet.framed if r in down and c in across}
    return _Seen(texts, merges, framed, len(down), len(across))


def _runs(seen: _Seen) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the runs of rows with text or a border, a merged cell counting in all its rows.

    Where a frame ends, its table does: a title right below it is of the next one.
    """
    filled, framed = {row for row, _ in seen.covers()}, {row for row, _ in seen.framed}
    start = None
    for row in range(seen.rows + 1):
        ends = start is not None and (row not in filled or (row - 1 in framed and row not in framed))
        if start is not None and ends:
            yield start, row
            start = None
        if row in filled and start is None:
            start = row


def _write(writer: _Writer, seen: _Seen, first: int, last: int, at: _Finder) -> None:
    """Write a run of rows: what stands over its table, the table or tables, and what stands below."""
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in sorted(seen.texts.items()):
        if first <= row < last:
            by_row.setdefault(row, []).append((column, text))
    framed = {row for row, _ in seen.framed}
    top, bottom = first, last
    while top < bottom and top not in framed and _is_preface(by_row.get(top, [])):
        top += 1
    while bottom > top and bottom - 1 not in framed and len(by_row.get(bottom - 1, [])) < 2:
        bottom -= 1
    for row in range(first, top):
        _say(writer, by_row.get(row, []), row, at)
    if bottom > top:
        for left, right in _halves(seen, top, bottom):
            writer.table(_table(seen, top, bottom, left, right), at.origin(top, left, bottom - top, right - left))
    for row in range(bottom, last):
        _say(writer, by_row.get(row, []), row, at)


def _is_preface(row: Sequence[tuple[int, str]]) -> bool:
    return len(row) < 2 or all(_PREFACE.search(text) for _, text in row)


def _say(writer: _Writer, row: Iterable[tuple[int, str]], number: int, at: _Finder) -> None:
    for column, text in row:
        writer.text(text, at.origin(number, column))


def _halves(seen: _Seen, top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """Yield (left, right) of the tables side by side: columns without any text part them."""
    filled = {column for row, column in seen.covers() if top <= row < bottom}
    start = None
    for column in range(seen.columns + 1):
        if column in filled and start is None:
            start = column
        elif column not in filled and start is not None:
            yield start, column
            start = None


def _table(seen: _Seen, top: int, bottom: int, left: int, right: int) -> Table:
    rows, columns = bottom - top, right - left
    if rows * columns > MAX_PLACES:
        rows = MAX_PLACES // columns
    covered: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for upper, start, lower, end in seen.merges:
        if top <= upper < top + rows and left <= start < right:
            down, across = min(lower, top + rows) - upper, min(end, right) - start
            covered.update((r, c) for r in range(upper, upper + down) for c in range(start, start + across))
            cells.append(Cell(upper - top, start - left, down, across, seen.texts.get((upper, start), "")))
    for row in range(top, top + rows):
        for column in range(left, right):
            if (row, column) not in covered:
                cells.append(Cell(row - top, column - left, 1, 1, seen.texts.get((row, column), "")))
    return Table(rows, columns, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))
