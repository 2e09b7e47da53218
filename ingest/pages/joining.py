"""Tables that go on over the end of a page: one table again, its repeated header once, its broken cells whole."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.labels import squeeze
from ingest.model import Cell, Table
from ingest.numbers import find_figures
from ingest.pages.lattice import Ruled
from ingest.pages.page import Box

#: Edges of two pages nearer than this are one column's, in points.
_ONE_EDGE = 3.0
#: Of the edges of the piece with fewer, so many must be the other's too.
_SHARED = 0.6
#: What goes on of a cell after the end of a page is no longer than what stood before it, or than this.
_FRAGMENT = 12


@dataclass(frozen=True, slots=True)
class Joined:
    """A table over several pages: its cells, where each lies on its page, and (first row, page) of each page."""

    table: Table
    boxes: tuple[Box, ...]
    pages: tuple[tuple[int, int], ...]


def joined(pieces: Sequence[tuple[int, Ruled]]) -> Joined:
    """Return the pieces of a table, each with its page, as one; there must be one at least."""
    page, first = pieces[0]
    if len(pieces) == 1:
        return Joined(first.table, first.boxes, ((0, page),))
    edges = _union(ruled.edges for _, ruled in pieces)
    whole = _Whole(edges, *_regridded(first, edges, 0, 0), first.table.rows, [(0, page)])
    for page, ruled in pieces[1:]:
        whole.add(page, ruled, repeated_rows(first, ruled))
    return Joined(Table(whole.rows, len(edges) - 1, tuple(whole.cells)), tuple(whole.boxes), tuple(whole.pages))


@dataclass(slots=True)
class _Whole:
    """A table as far as its pieces were put together."""

    edges: list[float]
    cells: list[Cell]
    boxes: list[Box]
    full: list[bool]
    rows: int
    pages: list[tuple[int, int]]

    def add(self, page: int, ruled: Ruled, skipped: int) -> None:
        """Take the next page's piece, without its first rows, which repeat the header."""
        at = self.rows
        below, boxes, full = _regridded(ruled, self.edges, at, skipped)
        self.cells, more = _mended(self.cells, below, at, self.full)
        kept = [(number, cell) for number, cell in enumerate(more) if cell is not None]
        shift = int(all(cell.row != at for _, cell in kept))
        if shift:  # nothing begins in the first row after the break: it is the last one before it, gone on
            self.cells = [replace(c, rowspan=c.rowspan - 1) if c.row + c.rowspan > at else c for c in self.cells]
        self.pages.append((at, page))
        self.cells += [replace(cell, row=cell.row - shift) for _, cell in kept]
        self.boxes += [boxes[number] for number, _ in kept]
        self.full += [full[number] for number, _ in kept]
        self.rows += ruled.table.rows - skipped - shift


def goes_on(first: Ruled, last: Ruled, following: Ruled) -> bool:
    """Tell whether a table that begins a page goes on from the one that ends the page before.

    ``first`` is that table's first piece, which has its header, ``last`` its last one.
    """
    if not last.edges or not following.edges:
        return False
    if abs(last.edges[0] - following.edges[0]) > _ONE_EDGE or abs(last.edges[-1] - following.edges[-1]) > _ONE_EDGE:
        return False
    fewer, more = sorted((last.edges, following.edges), key=len)
    shared = sum(any(abs(edge - other) <= _ONE_EDGE for other in more) for edge in fewer)
    if shared < _SHARED * len(fewer):
        return False
    return repeated_rows(first, following) > 0 or not _is_titled(following.table)


def repeated_rows(first: Ruled, following: Ruled) -> int:
    """Return how many rows at the top of a piece repeat those of the table's first piece: a header printed again."""
    count = 0
    for row in range(min(first.table.rows - 1, following.table.rows - 1)):
        ours, theirs = _texts(first.table, row), _texts(following.table, row)
        if ours != theirs or not any(text for text, *_ in ours):
            break
        count += 1
    while count and _cut(following.table, count):
        count -= 1
    figures = any(_is_figure(text) for row in range(count) for text, *_ in _texts(first.table, row))
    return 0 if figures else count


def _texts(table: Table, row: int) -> list[tuple[str, int, int]]:
    return [(squeeze(cell.text), cell.colspan, cell.rowspan) for cell in table.cells if cell.row == row]


def _cut(table: Table, row: int) -> bool:
    """Tell whether a cell reaches over the upper edge of a row."""
    return any(cell.row < row < cell.row + cell.rowspan for cell in table.cells)


def _is_figure(text: str) -> bool:
    found = find_figures(text)
    return len(found) == 1 and found[0].start == 0 and found[0].end == len(text) and len(text) > 2


def _is_titled(table: Table) -> bool:
    """Tell whether a piece begins with a title over its whole width and a header: a table of its own."""
    first = [cell for cell in table.cells if cell.row == 0]
    second = [cell for cell in table.cells if cell.row == 1 and cell.text]
    return (
        len(first) == 1
        and first[0].colspan == table.columns > 1
        and len(second) > 1
        and not any(_is_figure(squeeze(cell.text)) for cell in second)
    )


def _union(edges: Iterable[Sequence[float]]) -> list[float]:
    found: list[float] = []
    for edge in sorted(edge for one in edges for edge in one):
        if not found or edge - found[-1] > _ONE_EDGE:
            found.append(edge)
    return found


def _regridded(
    ruled: Ruled, edges: Sequence[float], row: int, skipped: int
) -> tuple[list[Cell], list[Box], list[bool]]:
    """Return a piece's cells on the columns of the whole, its first rows left out, the others from ``row`` on."""
    places = [min(bisect_left(edges, edge - _ONE_EDGE), len(edges) - 1) for edge in ruled.edges]
    cells, boxes, full = [], [], []
    for cell, box, is_full in zip(ruled.table.cells, ruled.boxes, ruled.full, strict=True):
        if cell.row < skipped:
            continue
        left, right = places[cell.column], places[cell.column + cell.colspan]
        cells.append(Cell(cell.row - skipped + row, left, cell.rowspan, max(1, right - left), cell.text))
        boxes.append(box)
        full.append(is_full)
    return cells, boxes, full


def _mended(
    cells: list[Cell], more: list[Cell], at: int, full: Sequence[bool]
) -> tuple[list[Cell], list[Cell | None]]:  # fmt: skip
    """Put together what the end of the page cut: a row that goes on in the next, and cells merged over rows."""
    above = {(c.column, c.colspan): n for n, c in enumerate(cells) if c.row + c.rowspan == at}
    below = {(c.column, c.colspan): n for n, c in enumerate(more) if c.row == at}
    kept: list[Cell | None] = list(more)
    whole = list(cells)
    if _is_row_cut(cells, more, above, below, full) or _is_header_cut(cells, more, above, below, full):
        for place in above.keys() & below.keys():
            upper, lower = cells[above[place]], more[below[place]]
            whole[above[place]] = replace(upper, text=upper.text + lower.text, rowspan=upper.rowspan + lower.rowspan)
            kept[below[place]] = None
        return whole, kept
    merging = _merging((*cells, *more))
    for place, number in below.items():
        upper_number = above.get(place)
        if upper_number is None or place[0] not in merging:
            continue
        upper, lower = cells[upper_number], more[number]
        if not lower.text or (not upper.text and upper.rowspan > 1):
            whole[upper_number] = replace(
                upper, rowspan=upper.rowspan + lower.rowspan, text=upper.text or lower.text
            )  # fmt: skip
            kept[number] = None
    return whole, kept


def _merging(cells: Sequence[Cell]) -> set[int]:
    """Return the columns whose cells are merged over rows of figures: names of groups, of which none is empty."""
    first = min((cell.row for cell in cells if _decimals(cell.text) is not None), default=0)
    return {cell.column for cell in cells if cell.rowspan > 1 and cell.row >= first}


def _is_header_cut(
    cells: Sequence[Cell],
    more: Sequence[Cell],
    above: dict[tuple[int, int], int],
    below: dict[tuple[int, int], int],
    full: Sequence[bool],
) -> bool:
    """Tell whether a page ends in a header: no figures on either side, and words that go on from lines without room."""
    texts = [squeeze(cells[number].text) for number in above.values()]
    texts += [squeeze(more[number].text) for number in below.values()]
    going_on = [(above[place], more[below[place]]) for place in above.keys() & below.keys()]
    going_on = [(upper, lower) for upper, lower in going_on if lower.text]
    if any(_decimals(text) is not None or find_figures(text) for text in texts) or not going_on:
        return False
    return all(full[upper] and cells[upper].text and len(lower.text) <= _FRAGMENT for upper, lower in going_on)


def _is_row_cut(
    cells: Sequence[Cell],
    more: Sequence[Cell],
    above: dict[tuple[int, int], int],
    below: dict[tuple[int, int], int],
    full: Sequence[bool],
) -> bool:
    """Tell whether a row goes on in the one after it.

    What the lower half says goes on from lines that had no room left, or stands alone in its cell; of the upper half
    something is said already, and nothing of it goes on.
    """
    pairs = [(upper, more[below[place]]) for place, upper in above.items() if place in below]
    if not pairs or len(pairs) < max(len(above), len(below)):
        return False
    going_on = [(upper, lower) for upper, lower in pairs if lower.text and cells[upper].text]
    ended = any(cells[upper].text and not lower.text for upper, lower in pairs)
    return (
        bool(going_on)
        and ended
        and all(
            full[upper]
            and len(lower.text) <= max(len(cells[upper].text), _FRAGMENT)
            and _fits(cells[upper], lower, (*cells, *more))
            for upper, lower in going_on
        )
    )


def _fits(upper: Cell, lower: Cell, cells: Sequence[Cell]) -> bool:
    """Tell whether two halves of a figure make one that has as many decimals as the others of its column; words do.

    Two figures under each other are two figures unless this says otherwise.
    """
    if not lower.text[0].isdecimal() and lower.text[0] not in ".,%":
        return not upper.text[-1].isdecimal() or not _is_figure(squeeze(lower.text))
    same = (one for one in cells if (one.column, one.colspan) == (upper.column, upper.colspan))
    column = [one for one in same if one is not upper and one is not lower]
    usual = Counter(places for one in column if (places := _decimals(one.text)) is not None).most_common(1)
    if not usual:
        return False
    return _decimals(upper.text) != usual[0][0] == _decimals(upper.text + lower.text)


def _decimals(text: str) -> int | None:
    found = re.fullmatch(r"[-−]?[\d,]{1,20}(?:\.(\d{1,8}))?%?", text)
    return len(found.group(1) or "") if found else None
