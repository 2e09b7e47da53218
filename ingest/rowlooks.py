"""What single rows of a table look like: pairs of labels and values, a row that numbers the columns, side labels."""

from __future__ import annotations

import re

from ingest.labels import HEADER_WORD, INDEX_HEADER, VALUE_HEADER, squeeze, without_number
from ingest.model import Cell, Form
from ingest.view import TableView, is_date

_MAX_PAIR_LABEL = 12
#: Digits that are part of a name: a document's number, a year.
_NAMED = re.compile(r"[\[〔(（]\d{4}[\]〕)）]第?\d+号|\d{4}年度?")
#: What stands beside the numbers of the columns.
_BESIDE_NUMBERS = ("—", "——", "项目", "类款项", "类", "款", "项")


def pairs_with_a_blank(view: TableView, row: int) -> bool:
    """Tell whether a row pairs labels with values, one not filled in, as the next row does in the same cells.

    部门名称 | 某局 | 预算编码 | (blank), over 人员编制 | 96 | 实有人数 | 91.
    """
    after = row + 1
    if after >= view.table.rows or view.bounds(row) != view.bounds(after):
        return False
    first, second = view.cells(row), view.cells(after)
    labels = [squeeze(cell.text) for cell in (*first[::2], *second[::2])]
    values = [squeeze(cell.text) for cell in first[1::2]]
    return (
        len(first) == len(second) >= 4
        and len(first) % 2 == 0
        and "" in values
        and all(0 < len(label) <= _MAX_PAIR_LABEL for label in labels)
        and len(set(labels)) == len(labels)
        and not any(map(view.is_figure, (*first[::2], *second[::2])))
        and not any(VALUE_HEADER.search(value) for value in values if value)
    )


def numbers_rows(view: TableView, row: int, first: int) -> bool:
    """Tell whether a row is headed 序号 over 1, 2, 3."""
    cell = view.grid[row][0]
    below = [view.grid[r][0] for r in range(first, min(first + 3, view.table.rows))]
    numbers = [squeeze(under.text) for under in below if under is not None]
    plain = cell is not None and squeeze(cell.text) == "序号" and len(view.own(row)) > 2
    return plain and len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def is_column_numbers(view: TableView, row: int) -> bool:
    """Tell whether a row only numbers the columns: 栏次 | 1 | 2 | 3."""
    figures = [squeeze(cell.text) for cell in view.own(row) if view.is_figure(cell)]
    labels = [squeeze(cell.text) for cell in view.own(row) if not view.is_figure(cell)]
    numbers = [int(text) for text in figures if text.isdecimal()]
    consecutive = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    named = all(INDEX_HEADER.search(label) or label in _BESIDE_NUMBERS for label in labels)
    return consecutive and len(numbers) == len(figures) and named and (len(numbers) > 2 or "栏次" in labels)


def pairs_labels(view: TableView, row: int) -> bool:
    """Tell whether a row alternates labels and values: 编制数 | 50 | 在职人数 | 48."""
    cells = view.cells(row)
    if len(cells) < 4 or len(cells) % 2:
        return False
    labels, values = cells[::2], cells[1::2]
    if any(view.forms[c] is not Form.TEXT or view.is_figure(c) or is_date(c.text) for c in labels):
        return False
    return any(any(ch.isdecimal() for ch in _NAMED.sub("", without_number(cell.text))) for cell in values)


def names_one_thing(view: TableView, row: int) -> bool:
    """Tell whether a row says what one thing is (主管部门 | 某某局) above a header that repeats no word below.

    A header of two cells that both split, 收入 | 支出, has the same words under each of them.  Two such pairs may
    stand in a row: 主管部门 | 某某局 | 实施单位 | 某某中心.
    """
    cells = view.cells(row)
    if len(cells) not in (2, 4) or any(cell.row != row or cell.rowspan > 1 for cell in cells):
        return False
    if len(cells) == 4 and not _narrow_then_wide(cells):
        return False
    plain = not any(HEADER_WORD.search(squeeze(cell.text)[-2:]) for cell in cells[1::2])
    below = view.cells(row + 1) if row + 1 < view.table.rows else []
    if len(below) == 4 and _narrow_then_wide(below):
        return plain
    under = [squeeze(cell.text) for cell in view.own(row + 1)] if below else []
    return len(under) > 2 and len(set(under)) == len(under) and plain


def starts_side_label(view: TableView, row: int) -> bool:
    """Tell whether a row's first cell is merged far down: a label of the rows below a second header."""
    cells = view.cells(row)
    return bool(cells) and cells[0].row == row and cells[0].rowspan > 2


def _narrow_then_wide(cells: list[Cell]) -> bool:
    """Tell whether narrow labels alternate with wide values."""
    return all(label.colspan < value.colspan for label, value in zip(cells[::2], cells[1::2], strict=True))
