"""Tables without rulings, or with lines across only: what stands under each other in columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

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
#: A figure without a unit, or a sign that there is none.
_PLAIN = re.compile(r"[-−—–－△▲(（]{0,2}\d[\d,，]{0,20}(?:\.\d{1,8})?[)）%％]{0,2}|[-—–－/]{1,2}")

#: A row's only cell ends within this share of its table's width; a column and a piece share so much of the narrower.
_NARROW, _SHARE = 0.4, 0.3

Row = list[Line]
Span = tuple[float, float]


def aligned_tables(lines: Sequence[Line]) -> tuple[list[Ruled], list[Line]]:
    """Return the tables among lines, and the lines that belong to none, both from top to bottom."""
    tables: list[Ruled] = []
    rest: list[Line] = []
    run: list[tuple[Line, Row]] = []
    for line in lines:
        row = segments_of(line, _GAP)
        if run and line.box.top - run[-1][0].box.bottom > _APART * line.size:
            _close(run, tables, rest)
        if len(row) > 1 or (run and _is_short(line, run)):
            run.append((line, row))
        else:
            _close(run, tables, rest)
            rest.append(line)
    _close(run, tables, rest)
    return tables, rest


def _is_short(line: Line, run: Sequence[tuple[Line, Row]]) -> bool:
    """Tell whether a line may be a row's only cell: it stands close below, in the first part of its width."""
    whole = around(one.box for one, _ in run)
    near = line.box.top - run[-1][0].box.bottom < line.size
    return near and line.box.right < whole.left + _NARROW * whole.width


def _close(run: list[tuple[Line, Row]], tables: list[Ruled], rest: list[Line]) -> None:
    """Make a table of rows that stand under each other; they are lines otherwise."""
    below: list[Line] = []
    while run and len(run[-1][1]) < 2:
        below.append(run.pop()[0])
    table = _table([row for _, row in run]) if len(run) >= _ROWS else None
    if table is None:
        rest.extend(line for line, _ in run)
    else:
        tables.append(table)
    rest.extend(reversed(below))
    run.clear()


def _table(rows: Sequence[Row]) -> Ruled | None:
    body = [row for row in rows if any(_is_figure(piece) for piece in row[1:])]
    columns = _columns(body) if len(body) >= _ROWS else []
    if not 1 < len(columns) <= _MOST_COLUMNS:
        return None
    first = next(number for number, row in enumerate(rows) if row is body[0])
    cells, boxes = [], []
    for number, row in enumerate(rows):
        placed = _placed(row, columns)
        if number < first:
            placed = _spread(placed, columns)
        for start, end, piece in placed:
            cells.append(Cell(number, start, 1, end - start + 1, piece.text))
            boxes.append(piece.box)
    return Ruled(around(boxes), Table(len(rows), len(columns), tuple(cells)), tuple(boxes))


def _is_figure(piece: Line) -> bool:
    text = piece.text
    return _PLAIN.fullmatch(text) is not None or (len(text) < 20 and any(not f.start for f in find_figures(text)))


def _columns(body: Sequence[Row]) -> list[Span]:
    """Return the columns' spans: of the pieces of those rows that have the most, one under the other.

    None where figures of two columns stand over each other: what looks like a table is none.
    """
    counted = Counter(len(row) for row in body)
    most = max((count for count, rows in counted.items() if rows > 1), default=0)
    full = [row for row in body if len(row) == most]
    if not full:
        return []
    spans = [around(piece.box for piece in column) for column in zip(*full, strict=True)]
    found = [(span.left, span.right) for span in spans]
    for number, (before, after) in enumerate(pairwise(found)):
        if before[1] > after[0]:
            if any(_is_figure(row[number]) and _is_figure(row[number + 1]) for row in full):
                return []
            found[number] = before[0], after[0]
    return found


def _placed(row: Row, columns: Sequence[Span]) -> list[tuple[int, int, Line]]:
    """Return (first column, last column, piece) of a row; pieces that want the same place are one."""
    found: dict[int, tuple[int, Line]] = {}
    for piece in row:
        over = [n for n, span in enumerate(columns) if _overlap(piece, span) > _SHARE]
        if not over:
            middle = piece.box.middle[0]
            over = [min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))]
        first, last = over[0], over[-1]
        held = next((n for n, (end, _) in found.items() if n <= last and first <= end), None)
        if held is not None:
            end, other = found.pop(held)
            first, last, piece = min(first, held), max(last, end), line_of((*other.glyphs, *piece.glyphs))
        found[first] = last, piece
    return [(first, last, piece) for first, (last, piece) in sorted(found.items())]


def _overlap(piece: Line, span: Span) -> float:
    """Return what a piece and a column share, of the narrower of the two."""
    shared = min(piece.box.right, span[1]) - max(piece.box.left, span[0])
    return shared / max(1.0, min(piece.box.width, span[1] - span[0]))


def _spread(placed: list[tuple[int, int, Line]], columns: Sequence[Span]) -> list[tuple[int, int, Line]]:
    """Let the labels of a header row that stand centred over several columns take all of these."""
    if len(placed) < 2 or placed[0][0] == 0:
        return placed
    middles = [piece.box.middle[0] for _, _, piece in placed]
    nearest = [min(range(len(middles)), key=lambda n: abs(middles[n] - sum(span) / 2)) for span in columns]
    first = min(start for start, _, _ in placed)
    wide = []
    for number, (start, end, piece) in enumerate(placed):
        own = [n for n in range(1, len(columns)) if nearest[n] == number and n >= min(first, 1)]
        wide.append((min([start, *own]), max([end, *own]), piece))
    apart = all(before[1] < after[0] for before, after in pairwise(wide))
    return wide if apart else placed
