"""Placing a ``w:tbl``'s cells on its expanded grid, merged cells as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.model import Cell, Table
from ingest.slivers import widths_of, without_slivers
from ingest.wordml import W, attribute, is_on

MAX_COLUMNS = 1_000
MAX_PLACES = 4_000_000
_WRAPPERS = frozenset(W + name for name in "sdt sdtContent customXml ins moveTo smartTag".split())

_CELL_PROPERTIES = W + "tcPr"
_VERTICAL_MERGE = W + "vMerge"

#: Reads a cell's text and gives the tables nested in it.
ReadCell = Callable[[etree._Element], str]


@dataclass(slots=True)
class _Open:
    """A cell that a vertical merge may still lengthen."""

    row: int
    column: int
    colspan: int
    text: str
    rowspan: int = 1


@dataclass(slots=True)
class Placed:
    """A table on its grid, and what had to be clamped on the way."""

    table: Table
    warnings: list[str] = field(default_factory=list)


def unwrapped(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the children with ``tag``, looking through content controls and custom XML."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from unwrapped(child, tag)


def place(table: etree._Element, read: ReadCell) -> Placed:
    """Expand ``table``: rows in file order, spans from gridSpan, vMerge, gridBefore/gridAfter.

    A ``w:vMerge`` that continues nothing (in the first row, or under a short row) starts a cell of
    its own; a merge goes on only where the cell above has the same left edge.
    """
    warnings: list[str] = []
    done: list[_Open] = []
    above: dict[int, _Open] = {}
    width = row_number = 0
    for row in unwrapped(table, W + "tr"):
        if is_on(row.find(f"{W}trPr/{W}del")):
            continue
        row_properties = row.find(W + "trPr")
        column = _span(row_properties, "gridBefore", 0, warnings)
        current: dict[int, _Open] = {}
        for taken, element in enumerate(unwrapped(row, W + "tc"), 1):
            properties = element.find(_CELL_PROPERTIES)
            if properties is not None and is_on(properties.find(W + "cellDel")):
                continue
            span = _span(properties, "gridSpan", 1, warnings)
            cell = _continued(properties, column, above)
            if cell is None:
                cell = _Open(row_number, column, span, read(element))
            if cell.row == row_number:
                done.append(cell)
            current[column] = cell
            column += span
            if column > MAX_COLUMNS:
                left = sum(1 for _ in unwrapped(row, W + "tc")) - taken
                warnings.append(f"第{row_number + 1}行超过 {MAX_COLUMNS} 列，多出的 {left} 格未读")
                break
        column += _span(row_properties, "gridAfter", 0, warnings)
        width = max(width, min(column, MAX_COLUMNS))
        above = current
        row_number += 1
        if row_number * width > MAX_PLACES:
            warnings.append(f"表格过大，第{row_number}行以后未读")
            break
    cells = tuple(
        Cell(c.row, c.column, c.rowspan, min(c.colspan, width - c.column), c.text) for c in done if c.column < width
    )
    return Placed(without_slivers(Table(row_number, width, cells), widths_of(table)), warnings)


def _continued(properties: etree._Element | None, column: int, above: dict[int, _Open]) -> _Open | None:
    """Return the cell above that a cell lengthens by a row, ``None`` for a cell of its own."""
    merge = properties.find(_VERTICAL_MERGE) if properties is not None else None
    if merge is None or attribute(merge) == "restart":
        return None
    upper = above.get(column)
    if upper is not None:
        upper.rowspan += 1
    return upper


def _span(properties: etree._Element | None, name: str, default: int, warnings: list[str]) -> int:
    text = attribute(properties.find(W + name)) if properties is not None else None
    if text is None:
        return default
    digits = text.strip()
    if not digits.isdecimal():
        warnings.append(f"{name}=“{text[:20]}”不是数，按 {default} 读")
        return default
    if len(digits) > 6 or int(digits) > MAX_COLUMNS:
        warnings.append(f"{name}={digits[:20]} 过大，按 {MAX_COLUMNS} 读")
        return MAX_COLUMNS
    return max(int(digits), default)
