"""Tables without rulings, or with lines across only: what stands under each other in columns."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.model import Cell, Table
from ingest.numbers import find_figures
from ingest.pages.lattice import Ruled
from ingest.pages.lines import Line, line_of, segments_of
from ingest.pages.page import around

#: A gap of so many character heights parts two columns.
_GAP = 1.2
#: A table has so many rows with figures under each other at least.
_ROWS = 3
#: Rows further apart than so many heights are of two tables.
_APART = 4.0
_MOST_COLUMNS = 40

Row = list[Line]


def aligned_tables(lines: Sequence[Line]) -> tuple[list[Ruled], list[Line]]:
    """Return the tables among lines, and the lines that belong to none, both from top to bottom."""
    tables: list[Ruled] = []
    rest: list[Line] = []
    run: list[tuple[Line, Row]] = []
    for line in lines:
        row = segments_of(line, _GAP)
        if run and line.box.top - run[-1][0].box.bottom > _APART * line.size:
            _close(run, tables, rest)
        if len(row) > 1:
            run.append((line, row))
        else:
            _close(run, tables, rest)
            rest.append(line)
    _close(run, tables, rest)
    return tables, rest


def _close(run: list[tuple[Line, Row]], tables: list[Ruled], rest: list[Line]) -> None:
    """Make a table of rows that stand under each other; they are lines otherwise."""
    table = _table([row for _, row in run]) if len(run) >= _ROWS else None
    if table is None:
        rest.extend(line for line, _ in run)
    else:
        tables.append(table)
    run.clear()


def _table(rows: Sequence[Row]) -> Ruled | None:
    figures = [piece for row in rows for piece in row[1:] if _is_figure(piece)]
    if sum(any(_is_figure(piece) for piece in row[1:]) for row in rows) < _ROWS:
        return None
    columns = _columns(rows, figures)
    if not 1 < len(columns) <= _MOST_COLUMNS:
        return None
    cells, boxes = [], []
    for number, row in enumerate(rows):
        placed = _placed(row, columns)
        if placed is None:
            return None
        for first, last, piece in placed:
            cells.append(Cell(number, first, 1, last - first + 1, piece.text))
            boxes.append(piece.box)
    return Ruled(around(boxes), Table(len(rows), len(columns), tuple(cells)), tuple(boxes))


def _is_figure(piece: Line) -> bool:
    text = piece.text
    return text in ("-", "—", "——", "/", "－") or (len(text) < 20 and any(not f.start for f in find_figures(text)))


def _columns(rows: Sequence[Row], figures: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the columns' spans: of the figures where they overlap, and of the names left of them."""
    spans: list[tuple[float, float]] = []
    for left, right in sorted((piece.box.left, piece.box.right) for piece in figures):
        if spans and left < spans[-1][1]:
            spans[-1] = spans[-1][0], max(right, spans[-1][1])
        else:
            spans.append((left, right))
    edge = min(left for left, _ in spans)
    names = [piece for row in rows for piece in row if piece.box.right <= edge]
    if not names:
        return spans
    return [(min(piece.box.left for piece in names), max(piece.box.right for piece in names)), *spans]


def _placed(row: Row, columns: Sequence[tuple[float, float]]) -> list[tuple[int, int, Line]] | None:
    """Return (first column, last column, piece) of a row; ``None`` where two pieces want the same place."""
    found: dict[int, tuple[int, Line]] = {}
    for piece in row:
        over = [n for n, (left, right) in enumerate(columns) if piece.box.left < right and left < piece.box.right]
        if not over:
            middle = piece.box.middle[0]
            over = [min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))]
        first, last = over[0], over[-1]
        if first in found and found[first][0] == last == first:
            found[first] = last, line_of((*found[first][1].glyphs, *piece.glyphs))
            continue
        if any(place <= last and first <= end for place, (end, _) in found.items()):
            return None
        found[first] = last, piece
    return [(first, last, piece) for first, (last, piece) in sorted(found.items())]
