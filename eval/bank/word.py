"""A published PDF as a Word file: its ruled tables with their merges, its lines joined to paragraphs.

A plain converter for measuring only: every table is a table of its own, pieces of a page are kept as they come, and
nothing knows what a report is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

#: Rulings nearer than this are one, in points.
_ONE_EDGE = 2.0
#: So far apart (points) may the characters of one line stand: a digit's base line is a little off its words'.
_BASE_LINES = 6
#: A line that ends so near the right edge of its page's text (points) goes on in the next.
_FULL = 18.0

Edges = list[float]


def word_of_pdf(pdf: Path, target: Path) -> Path:
    """Write a PDF's text and ruled tables as a Word file; returns where."""
    import pdfplumber
    from docx import Document

    document = Document()
    with pdfplumber.open(pdf) as pages:
        for page in pages.pages:
            for piece in _pieces(page):
                if isinstance(piece, str):
                    document.add_paragraph(piece)
                else:
                    _write_table(document, piece)
            page.close()
    document.save(str(target))
    return target


def cells_of_pdf(pdf: Path) -> list[set[tuple[int, int, int, int, str]]]:
    """Return each ruled table of a PDF as its cells: (row, column, rowspan, colspan, text without blanks)."""
    import pdfplumber

    with pdfplumber.open(pdf) as pages:
        tables = [piece for page in pages.pages for piece in _pieces(page) if not isinstance(piece, str)]
        return [{(*place, "".join(text.split())) for place, text in _placed(table)} for table in tables]


def _pieces(page: Any) -> Iterator[Any]:
    """Yield a page's tables and the paragraphs between them, from top to bottom."""
    tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
    rows = page.extract_text_lines(y_tolerance=_BASE_LINES) if page.chars else []
    lines = [line for line in rows if not any(_inside(line, table.bbox) for table in tables)]
    right = max((line["x1"] for line in lines), default=0.0)
    for table in tables:
        above = [line for line in lines if line["top"] < table.bbox[1]]
        lines = lines[len(above) :]
        yield from _paragraphs(above, right)
        yield table
    yield from _paragraphs(lines, right)


def _inside(line: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle = (line["top"] + line["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and line["x0"] < box[2] and line["x1"] > box[0])


def _paragraphs(lines: Iterable[dict[str, Any]], right: float) -> Iterator[str]:
    """Join lines that run to the right edge with what follows them."""
    held = ""
    for line in lines:
        held += line["text"].strip()
        if line["x1"] < right - _FULL:
            yield held
            held = ""
    if held:
        yield held


def _write_table(document: Any, table: Any) -> None:
    """Write a table on the grid of all its edges; a cell over several fields of it is merged."""
    across, down = _edges_of(table)
    if len(across) < 2 or len(down) < 2:
        return
    grid = document.add_table(rows=len(down) - 1, cols=len(across) - 1)
    fields = [row.cells for row in grid.rows]
    for (upper, first, rows, columns), text in _placed(table):
        cell = fields[upper][first]
        if rows > 1 or columns > 1:
            cell = cell.merge(fields[upper + rows - 1][first + columns - 1])
        cell.text = text


def _edges_of(table: Any) -> tuple[Edges, Edges]:
    across = _edges(edge for cell in table.cells for edge in (cell[0], cell[2]))
    return across, _edges(edge for cell in table.cells for edge in (cell[1], cell[3]))


def _placed(table: Any) -> Iterator[tuple[tuple[int, int, int, int], str]]:
    """Yield ((row, column, rowspan, colspan), text) of a table's cells on the grid of all its edges."""
    across, down = _edges_of(table)
    for (left, top, right, bottom), text in zip(table.cells, _texts(table), strict=True):
        row, column = _at(down, top), _at(across, left)
        yield (row, column, max(1, _at(down, bottom) - row), max(1, _at(across, right) - column)), text


def _texts(table: Any) -> list[str]:
    """Return the text of each cell, in the order of ``table.cells``: the characters whose middle lies in it."""
    found = []
    for box in table.cells:
        chars = [char for char in table.page.chars if _holds(box, char)]
        found.append(_flowing(chars))
    return found


def _holds(box: Sequence[float], char: dict[str, Any]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def _flowing(chars: Sequence[dict[str, Any]]) -> str:
    from pdfplumber.utils.text import extract_text

    return "".join(extract_text(list(chars), y_tolerance=_BASE_LINES).split("\n")) if chars else ""


def _edges(values: Iterable[float]) -> Edges:
    """Return edges in order, those nearer than ``_ONE_EDGE`` as one."""
    ordered = sorted(set(values))
    return ordered[:1] + [edge for before, edge in pairwise(ordered) if edge - before > _ONE_EDGE]


def _at(edges: Edges, value: float) -> int:
    """Return which edge a value is."""
    place = bisect_left(edges, value - _ONE_EDGE)
    return min(place, len(edges) - 1)
