"""Rulings to tables: the fields between the lines, those with no line between them merged to one cell."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.model import Cell, Table
from ingest.pages.lines import flowing, lines_of
from ingest.pages.page import Box, Glyph, Page, around

#: Rulings nearer than this are one line drawn twice, in points.
_ONE_EDGE = 2.0
#: A line may be interrupted by so much where others cross it, and miss them by so much.
_BROKEN = 3.5
#: A line shorter than this is a stroke of a character or a tick.
_SHORT = 4.0
#: What a table's outermost column or row may lack at its open side.
_OPEN_SIDE = 8.0
#: A cell keeps its text so far from its edges, both sides together.
_INSET = 12.0
#: A line that leaves less room than so many characters may go on: programs balance their lines.
_ROOM = 1.6
_MAX_FIELDS = 200_000
_MAX_RULINGS = 60_000

Span = tuple[float, float]
Edges = dict[float, list[Span]]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table of one page: where it lies, its cells, where each of them lies, and the edges of its columns.

    ``full`` tells of each cell whether its last line leaves no room.
    """

    box: Box
    table: Table
    boxes: tuple[Box, ...]
    edges: tuple[float, ...] = ()
    full: tuple[bool, ...] = ()


def ruled_tables(page: Page) -> list[Ruled]:
    """Return a page's ruled tables, from top to bottom, each with the text that lies in its cells."""
    if len(page.rulings) > _MAX_RULINGS:
        return []
    found = []
    for across, down in _groups(*_edges(page.rulings)):
        box = _frame(across, down)
        inside = [one for one in page.glyphs if box.holds(*one.box.middle)]
        ruled = _table(across, down, inside)
        if ruled is not None:
            found.append(ruled)
    return sorted(_outermost(found), key=lambda one: (one.box.top, one.box.left))


def _outermost(tables: Sequence[Ruled]) -> list[Ruled]:
    """Leave out what lies inside another table: a frame drawn in a cell."""
    return [
        one
        for one in tables
        if not any(o is not one and o.box.holds(*one.box.middle) and _covers(o, one) for o in tables)
    ]


def _covers(outer: Ruled, inner: Ruled) -> bool:
    return outer.box.width * outer.box.height > inner.box.width * inner.box.height


def _edges(rulings: Iterable[Box]) -> tuple[Edges, Edges]:
    """Return the lines across by y, and down by x, those drawn twice or in pieces as one."""
    across, down = [], []
    for box in rulings:
        if box.width >= box.height:
            across.append((box.middle[1], box.left, box.right))
        else:
            down.append((box.middle[0], box.top, box.bottom))
    return _joined(across), _joined(down)


def _joined(lines: list[tuple[float, float, float]]) -> Edges:
    rows: list[list[tuple[float, float, float]]] = []
    for line in sorted(lines):
        if rows and line[0] - rows[-1][0][0] <= _ONE_EDGE:
            rows[-1].append(line)
        else:
            rows.append([line])
    found: Edges = {}
    for row in rows:
        spans = [span for span in _union((a, b) for _, a, b in row) if span[1] - span[0] >= _SHORT]
        if spans:
            longest = max(row, key=lambda one: one[2] - one[1])
            found[longest[0]] = spans
    return found


def _union(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= _BROKEN:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _groups(across: Edges, down: Edges) -> Iterator[tuple[Edges, Edges]]:
    """Yield the lines that touch each other, a group a table; a group has two lines each way at least."""
    lines = [(True, at, span) for at, spans in across.items() for span in spans]
    lines += [(False, at, span) for at, spans in down.items() for span in spans]
    parent = list(range(len(lines)))
    columns = sorted((at, number) for number, (is_across, at, _) in enumerate(lines) if not is_across)
    places = [at for at, _ in columns]
    for number, (is_across, y, (left, right)) in enumerate(lines):
        if not is_across:
            continue
        for x, other in columns[bisect_left(places, left - _BROKEN) :]:
            if x > right + _BROKEN:
                break
            top, bottom = lines[other][2]
            if top - _BROKEN <= y <= bottom + _BROKEN:
                _unite(parent, number, other)
    groups: dict[int, tuple[Edges, Edges]] = defaultdict(lambda: ({}, {}))
    for number, (is_across, at, span) in enumerate(lines):
        group = groups[_root(parent, number)]
        group[0 if is_across else 1].setdefault(at, []).append(span)
    yield from (group for group in groups.values() if len(group[0]) > 1 and len(group[1]) > 0)


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _unite(parent: list[int], a: int, b: int) -> None:
    parent[_root(parent, a)] = _root(parent, b)


def _frame(across: Edges, down: Edges) -> Box:
    return around(
        [
            *(Box(left, y, right, y) for y, spans in across.items() for left, right in spans),
            *(Box(x, top, x, bottom) for x, spans in down.items() for top, bottom in spans),
        ]
    )


def _table(across: Edges, down: Edges, glyphs: Sequence[Glyph]) -> Ruled | None:
    ys, xs = _outer(across, down), _outer(down, across)
    if (len(xs) < 3 and len(ys) < 3) or len(xs) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MAX_FIELDS:
        return None
    fields = _merged(xs, ys, across, down)
    held: dict[tuple[int, int, int, int], list[Glyph]] = {one: [] for one in fields}
    owner = {(r, c): one for one in fields for r in range(one[0], one[2]) for c in range(one[1], one[3])}
    for glyph in glyphs:
        x, y = glyph.box.middle
        place = owner.get((_between(ys, y), _between(xs, x)))
        if place is not None:
            held[place].append(glyph)
    cells, boxes, full = [], [], []
    for (top, left, bottom, right), inside in held.items():
        box = Box(xs[left], ys[top], xs[right], ys[bottom])
        lines = lines_of(inside)
        text = flowing(lines, box.width, _INSET)
        if text or _is_closed(box, across, down):
            cells.append(Cell(top, left, bottom - top, right - left, text))
            boxes.append(box)
            full.append(bool(lines) and lines[-1].box.width + _ROOM * lines[-1].size > box.width - _INSET)
    if not any(cell.text for cell in cells):
        return None
    table = Table(len(ys) - 1, len(xs) - 1, tuple(cells))
    return Ruled(Box(xs[0], ys[0], xs[-1], ys[-1]), table, tuple(boxes), tuple(xs), tuple(full))


def _outer(lines: Edges, others: Edges) -> list[float]:
    """Return the edges that lines draw, and where the lines across them end at an open side: a page cut it off."""
    edges = sorted(lines)
    first = min(start for spans in others.values() for start, _ in spans)
    last = max(end for spans in others.values() for _, end in spans)
    before = [first] if first < edges[0] - _OPEN_SIDE else []
    return [*before, *edges, *([last] if last > edges[-1] + _OPEN_SIDE else [])]


def _between(edges: Sequence[float], value: float) -> int:
    return bisect_left(edges, value) - 1


def _merged(xs: Sequence[float], ys: Sequence[float], across: Edges, down: Edges) -> list[tuple[int, int, int, int]]:
    """Return the cells (top, left, bottom, right) by the numbers of their edges, in reading order.

    Fields with no line between them are one cell; where such a group is no rectangle, it is cut row by row.
    """
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = list(range(rows * columns))
    for row in range(rows):
        y = (ys[row] + ys[row + 1]) / 2
        for column in range(columns):
            x = (xs[column] + xs[column + 1]) / 2
            here = row * columns + column
            if column + 1 < columns and not _drawn(down.get(xs[column + 1], ()), y):
                _unite(parent, here + 1, here)
            if row + 1 < rows and not _drawn(across.get(ys[row + 1], ()), x):
                _unite(parent, here + columns, here)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number in range(rows * columns):
        groups[_root(parent, number)].append(divmod(number, columns))
    return sorted(one for group in groups.values() for one in _rectangles(group))


def _rectangles(group: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    top, bottom = min(r for r, _ in group), max(r for r, _ in group) + 1
    left, right = min(c for _, c in group), max(c for _, c in group) + 1
    if (bottom - top) * (right - left) == len(group):
        yield top, left, bottom, right
        return
    for row in range(top, bottom):
        columns = sorted(c for r, c in group if r == row)
        start = 0
        for end in range(1, len(columns) + 1):
            if end == len(columns) or columns[end] != columns[end - 1] + 1:
                yield row, columns[start], row + 1, columns[end - 1] + 1
                start = end


def _drawn(spans: Iterable[Span], at: float) -> bool:
    return any(start <= at <= end for start, end in spans)


def _is_closed(box: Box, across: Edges, down: Edges) -> bool:
    """Tell whether an empty field has a line on three sides at least: else it is a gap beside a narrower table."""
    x, y = box.middle
    ends = [_drawn(across.get(edge, ()), x) for edge in (box.top, box.bottom)]
    sides = [_drawn(down.get(edge, ()), y) for edge in (box.left, box.right)]
    return sum(ends) + sum(sides) >= 3
