"""A region's columns: which hold labels, which values, and the header path over each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.labels import INDEX_HEADER, NOTE_HEADER, STUB_HEADER, VALUE_HEADER, is_unit, one_line, squeeze
from ingest.model import Cell, Form
from ingest.view import TableView, is_date, is_year

_SIGN_HEADER = re.compile(r"性质$|符号$|方向$")
_LONGEST_SIGN = 3
_PROPERTY = re.compile(r"性质|来源|类[别型]|级别|方式|形式|状态|是否|时间|日期|期限|牵头|负责|责任")
_LEVEL = re.compile(r"[一二三四]级")


@dataclass(frozen=True, slots=True)
class Side:
    """One half of a region: its label columns, index columns left out, and its value columns.

    ``unit`` is the column that gives each row's unit (度量单位), ``sign`` the one that gives its
    direction (性质: ≥, ≤, 定性); ``codes`` are the columns of its 科目编码.

    Columns are grid columns where a leaf column starts.  Most regions have one side; two-sided
    tables (收入 | 支出) have two.
    """

    stubs: tuple[int, ...]
    values: tuple[int, ...]
    unit: int | None = None
    sign: int | None = None
    codes: tuple[int, ...] = ()


def sides_of(view: TableView, headers: list[int], rows: list[int]) -> list[Side]:
    """Tell label columns from value columns, from the left; labels after figures open a new side."""
    starts = sorted(set().union(*(view.bounds(row) for row in [*headers, *rows])))
    sides: list[Side] = []
    stubs: list[int] = []
    values: list[int] = []
    codes: list[int] = []
    beside: dict[str, int] = {}
    for column in starts:
        if column in view.codes.columns:
            if values:
                sides.append(Side(tuple(stubs), tuple(values), codes=tuple(codes)))
                stubs, values, codes = [], [], []
            codes.append(column)
            continue
        role = _role(view, headers, rows, column, has_stub=bool(stubs), has_values=bool(values))
        if role == "index":
            continue
        if role == "value" and not values and _tells_rows_apart(view, headers, rows, column, starts, stubs):
            role = "stub"
        elif role == "stub" and not values and stubs and _only_describes(view, headers, rows, column, stubs):
            role = "value"
        if role in ("unit", "sign"):
            beside[role] = column
            continue
        leads = bool(values and stubs) and _leads_a_list(view, headers, rows, column, starts, stubs, values)
        if leads or (role == "stub" and values and stubs and _opens_side(view, rows, column, starts, values)):
            sides.append(Side(tuple(stubs), tuple(values), codes=tuple(codes)))
            codes = []
            nested = _is_level(view, headers, rows, column) and _is_level(view, headers, rows, stubs[-1])
            nested = nested or (leads and _details_merged_rows(view, rows, column, stubs[-1]))
            stubs, values = [*stubs, column] if nested else [column], []
        elif role == "stub" and not values:
            stubs.append(column)
        else:
            values.append(column)
    if values:
        sides.append(Side(tuple(stubs), tuple(values), codes=tuple(codes)))
    elif len(stubs) > 1:
        sides.append(Side(tuple(stubs[:1]), tuple(stubs[1:])))
    return [replace(side, unit=beside.get("unit"), sign=beside.get("sign")) for side in sides]


def _tells_rows_apart(
    view: TableView, headers: list[int], rows: list[int], column: int, starts: list[int], stubs: list[int]
) -> bool:
    """Tell whether a column of words left of all figures names the rows that the label columns before don't tell apart.

    绩效指标 over three columns, or 职责活动 merged over the 绩效指标 right of it.
    """
    if not stubs:
        return False
    cells = [cell for row in rows if (cell := view.grid[row][column]) is not None]
    if any(view.is_figure(cell) or not cell.text.strip() for cell in cells):
        return False
    after = [start for start in starts if start > column]
    if not any(view.is_figure(cell) for row in rows for c in after if (cell := view.grid[row][c]) is not None):
        return False
    over = view.grid[headers[-1]][column] if headers else None
    if over is not None and over.row == headers[-1] and any(view.grid[headers[-1]][c] is over for c in stubs):
        return True
    head = squeeze(next(reversed(header_path(view, headers, rows, column)), ""))
    if VALUE_HEADER.search(head) or NOTE_HEADER.search(head):
        return False
    before = {_texts(view, row, stubs) for row in rows}
    return len(before) < len({_texts(view, row, [*stubs, column]) for row in rows})


def _texts(view: TableView, row: int, columns: list[int]) -> tuple[str, ...]:
    return tuple(squeeze(cell.text) for c in columns if (cell := view.grid[row][c]) is not None)


def _only_describes(view: TableView, headers: list[int], rows: list[int], column: int, stubs: list[int]) -> bool:
    """Tell whether a column of words right of the rows' names says something of them (单位性质, 资金来源).

    The names tell all rows apart, and the words repeat or are headed as a property.
    """
    if not headers or len({_texts(view, row, stubs) for row in rows}) < len(rows):
        return False
    head = squeeze(next(reversed(header_path(view, headers, rows, column)), ""))
    own = [squeeze(cell.text) for row in rows if (cell := view.grid[row][column]) is not None and cell.row == row]
    return bool(head) and (bool(_PROPERTY.search(head)) or len(set(own)) < len(own))


def _leads_a_list(
    view: TableView, headers: list[int], rows: list[int], column: int, starts: list[int], stubs: list[int],
    values: list[int],
) -> bool:  # fmt: skip
    """Tell whether a column of words right of values names the figures right of it.

    Either one header cell stands over both (主要技术参数 over 型号 | AWF-2), or the column has several rows to
    each label that the values before have one for, or the next column has the header of the first values
    again (资产 | 年初数 | … | 负债 | 年初数 | …).
    """
    after = [start for start in starts if start > column]
    cells = [cell for row in rows if (cell := view.grid[row][column]) is not None]
    if not headers or not after or any(view.forms[cell] is not Form.TEXT or is_date(cell.text) for cell in cells):
        return False
    if any(view.is_figure(cell) for cell in cells) or len({cell.text for cell in cells}) * 3 <= len(cells):
        return False
    over, beside = (view.grid[headers[-1]][place] for place in (column, after[0]))
    if over is not None and over is beside and over.row == headers[-1]:
        return all(view.grid[row][column] is not view.grid[row][after[0]] for row in rows)
    if all(not _details_merged_rows(view, rows, value, stubs[-1]) for value in values) and _details_merged_rows(
        view, rows, column, stubs[-1]
    ):
        return any(view.is_figure(cell) for row in rows for c in after if (cell := view.grid[row][c]) is not None)
    first = header_path(view, headers, rows, values[0])
    return bool(first) and header_path(view, headers, rows, after[0]) == first


def _details_merged_rows(view: TableView, rows: list[int], column: int, stub: int) -> bool:
    """Tell whether a column has several rows to each merged label of ``stub``: they are details of it."""
    upper = [cell for row in rows if (cell := view.grid[row][stub]) is not None]
    return len({id(cell) for cell in upper}) < len({id(view.grid[row][column]) for row in rows})


def _is_level(view: TableView, headers: list[int], rows: list[int], column: int) -> bool:
    """Tell whether a column names a level of indicators (一级指标): the next level is part of it, no other side."""
    path = header_path(view, headers, rows, column)
    return bool(path) and bool(_LEVEL.search(squeeze(path[-1])))


def _role(
    view: TableView, headers: list[int], rows: list[int], column: int, *, has_stub: bool, has_values: bool
) -> str:
    path = header_path(view, headers, rows, column)
    head = squeeze(path[-1]) if path else ""
    texts = [cell for row in rows if (cell := view.grid[row][column]) is not None and cell.text.strip()]
    figures = sum(view.is_figure(cell) for cell in texts)
    if path and INDEX_HEADER.search(head) and figures * 2 >= len(texts):
        return "index"
    if head.endswith("单位") and texts and sum(is_unit(cell.text) for cell in texts) * 2 >= len(texts):
        return "unit"
    if _SIGN_HEADER.search(head) and texts and all(len(squeeze(cell.text)) <= _LONGEST_SIGN for cell in texts):
        return "sign"
    if NOTE_HEADER.search(head):
        return "value"
    if has_values and path and all(view.forms[cell] is Form.BLANK for cell in texts):
        return "value"  # nothing filled in right of figures: a value column, not labels
    if figures or not texts:
        return "value" if has_stub else "stub" if not figures or _all_years(texts) else "value"
    if not has_stub:
        return "stub"
    if VALUE_HEADER.search(head) and not STUB_HEADER.search(head):
        return "value"
    if any(view.forms[cell] is Form.BLANK for cell in texts) and not STUB_HEADER.search(head):
        return "value"
    return "stub" if STUB_HEADER.search(head) or not head else "value"


def _all_years(cells: list[Cell]) -> bool:
    return bool(cells) and all(is_year(cell.text) for cell in cells)


def _opens_side(view: TableView, rows: list[int], column: int, starts: list[int], values: list[int]) -> bool:
    """Tell whether a label column right of figures starts a second side with figures of its own."""
    seen = any(view.is_figure(cell) for row in rows for c in values if (cell := view.grid[row][c]) is not None)
    rest = [c for c in starts if c > column]
    return seen and any(view.is_figure(cell) for row in rows for c in rest if (cell := view.grid[row][c]) is not None)


def header_path(
    view: TableView, headers: list[int] | tuple[int, ...], rows: list[int] | tuple[int, ...], column: int
) -> tuple[str, ...]:
    """Return the header texts over a grid column, outermost first; 其中 and column numbers left out.

    A cell that reaches from the header down into the data rows is a side label, not a header.
    """
    first = rows[0] if rows else None
    path: list[str] = []
    previous: Cell | None = None
    for header in headers:
        cell = view.grid[header][column]
        if cell is None or cell is previous or view.is_figure(cell):
            continue
        previous = cell
        text = one_line(cell.text)
        reaches_down = first is not None and cell.row <= header and cell.row + cell.rowspan > first
        if text and not reaches_down and squeeze(text).strip(":：") not in ("其中", "栏次"):
            path.append(text)
    return tuple(path)


def row_labels(view: TableView, side: Side, row: int) -> tuple[Cell, ...]:
    """Return the filled label cells of a row, left to right; codes, and what heads them, are none."""
    found: list[Cell] = []
    for column in (*side.codes, *side.stubs):
        cell = view.grid[row][column]
        coded = cell in view.codes.cells or cell in view.codes.marks
        if cell is not None and cell.text.strip() and cell not in found and not coded:
            found.append(cell)
    return tuple(found)
