"""Splitting a table into regions, each with its own header rows, label columns and value columns.

One Word table may stack several forms whose columns change every few rows.  A region is a block of
header rows and the data rows they govern; rows that pair labels with values (联系人 | 杨琛 |
联系电话 | …) form regions of their own, without headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.columns import Side, sides_of
from ingest.inside import amount_inside, states_a_figure
from ingest.labels import HEADER_WORD, is_total, rank, squeeze, unit_in
from ingest.model import Cell, Form
from ingest.numbers import find_figures
from ingest.rowlooks import (
    is_column_numbers,
    names_one_thing,
    numbers_rows,
    pairs_labels,
    pairs_with_a_blank,
    starts_side_label,
)
from ingest.view import TableView, is_date

_MAX_HEADER_TEXT = 40
_MAX_BAR_TEXT = 40
_UNIT_AFTER = re.compile(r"\([^()]{1,6}\)$")
#: Section titles that may stand between a header and its first data row.
_MOST_TITLES = 2


@dataclass(frozen=True, slots=True)
class Region:
    """Rows of a table that are read by one set of columns; ``sides`` is empty for label–value rows."""

    headers: tuple[int, ...]
    rows: tuple[int, ...]
    sides: tuple[Side, ...]
    bars: tuple[str, ...] = ()
    caption: str = ""
    unit: str = ""
    sections: dict[int, tuple[str, ...]] = field(default_factory=dict)


def regions(view: TableView) -> list[Region]:
    """Split a table into its regions, in order; every row belongs to one, or is a bar between."""
    return _Splitter(view).run()


@dataclass(slots=True)
class _Draft:
    headers: list[int]
    bars: tuple[str, ...]
    caption: str
    unit: str
    rows: list[int] = field(default_factory=list)
    sections: dict[int, tuple[str, ...]] = field(default_factory=dict)
    section: tuple[str, ...] = ()


class _Splitter:
    """Walks the rows from the top, opening a region at each block of header rows."""

    def __init__(self, view: TableView) -> None:
        self.view = view
        self.drafts: list[_Draft] = []
        self.bars: list[str] = []
        self.caption = ""
        self.unit = ""

    def run(self) -> list[Region]:
        row, last = 0, self.view.table.rows
        while row < last:
            note = self.view.note(row)
            if note is not None:
                self.unit = unit_in(note) or self.unit
                row += 1
                continue
            bar = self.view.bar(row)
            if bar is not None:
                self._bar(row, bar)
                row += 1
                continue
            block = [] if self._follows_same_columns(row) else self._header_block(row)
            if block:
                self._open(block)
                row = block[-1] + 1
                continue
            self._data(row)
            row += 1
        for draft in self.drafts:
            if not draft.rows:  # a header that governs nothing is read as labels and values
                draft.rows, draft.headers = draft.headers, []
        return [self._finish(draft) for draft in self.drafts if draft.rows]

    def _follows_same_columns(self, row: int) -> bool:
        """Tell whether a row comes right under header rows with the same columns: it is their data."""
        current = self._current()
        if current is None or not current.headers or current.rows or current.headers[-1] != row - 1:
            return False
        return self.view.bounds(row) == self.view.bounds(row - 1)

    def _current(self) -> _Draft | None:
        return self.drafts[-1] if self.drafts else None

    def _open(self, headers: list[int]) -> None:
        self.drafts.append(_Draft(headers, tuple(self.bars), self.caption, self.unit))
        self.caption = ""

    def _bar(self, row: int, text: str) -> None:
        self.unit = unit_in(text) or self.unit
        if len(text) > _MAX_BAR_TEXT or find_figures(text):
            self.drafts.append(_Draft([], tuple(self.bars), "", self.unit, rows=[row]))
            self.drafts.append(_Draft([], tuple(self.bars), "", self.unit))
            return
        current = self._current()
        following = row + 1 < self.view.table.rows and self.view.bar(row + 1) is None
        if (
            current
            and current.headers
            and following
            and not self._header_block(row + 1)
            and self._fits(row + 1, current)
        ):
            current.section = (text,)
            return
        if rank(text):
            self.bars = [bar for bar in self.bars if rank(bar) < rank(text)] + [text]
            self.caption = ""
        elif not squeeze(text).startswith(("单位:", "金额单位:")):
            self.caption = text
        self.drafts.append(_Draft([], tuple(self.bars), self.caption, self.unit))

    def _data(self, row: int) -> None:
        current = self._gone_back_to(row) or self._current()
        if current is None or (current.headers and not self._fits(row, current)):
            current = _Draft([], tuple(self.bars), self.caption, self.unit)
            self.drafts.append(current)
        if current.headers and self._repeats_header(row, current):
            return
        current.rows.append(row)
        if current.section:
            current.sections[row] = current.section

    def _gone_back_to(self, row: int) -> _Draft | None:
        """Return the headed rows that a total goes on after a row of words between: 总分 under 其他需要说明的问题."""
        cells = self.view.cells(row)
        current = self._current()
        if current is None or current.headers or len(current.rows) > 2 or len(cells) < 3 or not is_total(cells[0].text):
            return None
        headed = next((draft for draft in reversed(self.drafts) if draft.headers), None)
        figures = {cell.column for cell in self.view.own(row) if self.view.is_figure(cell)}
        if headed is None or not figures or not self._fits(row, headed):
            return None
        filled = {c.column for r in headed.rows for c in self.view.own(r) if self.view.is_figure(c)}
        return headed if figures <= filled else None

    def _repeats_header(self, row: int, draft: _Draft) -> bool:
        texts = [squeeze(cell.text) for cell in self.view.cells(row)]
        return any(texts == [squeeze(c.text) for c in self.view.cells(header)] for header in draft.headers)

    def _fits(self, row: int, draft: _Draft) -> bool:
        """Tell whether a row can be read by a region's columns."""
        leaves = self._leaves(draft)
        if not draft.rows and leaves <= self.view.bounds(row):
            return True
        if not self.view.bounds(row) <= leaves:
            return False
        cells = self.view.cells(row)
        if len(cells) == 2 and len(leaves) > 2 and amount_inside(cells[1].text):
            return False  # 综合得分 | 评分：99.11 says itself what it is
        first = min(leaves)
        for cell in self.view.own(row):
            covered = sum(cell.column <= start < cell.column + cell.colspan for start in leaves)
            wide = covered > 1 and (len(cell.text) > 4 or covered == len(leaves) - 1)
            if cell.column > first and wide and not (self._under_one_header(cell, draft) or self._totals_a_side(cell)):
                return False
        return True

    def _totals_a_side(self, cell: Cell) -> bool:
        """Tell whether a wide cell is the total of a half of the table, its figure right behind it."""
        after = cell.column + cell.colspan
        value = self.view.grid[cell.row][after] if after < self.view.table.columns else None
        return is_total(cell.text) and value is not None and self.view.is_figure(value)

    def _under_one_header(self, cell: Cell, draft: _Draft) -> bool:
        """Tell whether a cell, a label of two columns, stands under one cell of the header or its blank corner."""
        corner = {self.view.grid[draft.headers[-1]][c] for c in range(cell.column, cell.column + cell.colspan)}
        if all(above is not None and not above.text.strip() for above in corner):
            return True
        over = self.view.grid[draft.headers[-1]][cell.column]
        last = self.view.grid[draft.headers[-1]][cell.column + cell.colspan - 1]
        return over is not None and over is last and over.column < cell.column

    def _leaves(self, draft: _Draft) -> set[int]:
        return set().union(*(self.view.bounds(row) for row in [*draft.headers, *draft.rows[:1]]))

    def _header_block(self, row: int) -> list[int]:
        """Return the header rows that start at ``row``, empty when it is no header."""
        if not self._looks_like_header(row, least=2) or pairs_with_a_blank(self.view, row):
            return []
        block = [row]
        while block[-1] + 1 < self.view.table.rows and self._continues(block):
            block.append(block[-1] + 1)
        while block and not self.view.own(block[-1]):
            block.pop()
        first = block[-1] + 1
        if first < self.view.table.rows and is_column_numbers(self.view, first):
            block.append(first)
            first += 1
        if len(block) == 1 and numbers_rows(self.view, block[0], first):
            return block
        titles = 0
        while first < self.view.table.rows and titles < _MOST_TITLES and self.view.bar(first) is not None:
            first, titles = first + 1, titles + 1
        if first >= self.view.table.rows or (titles and self._looks_like_header(first, least=2)):
            return []
        return block if self._governs(block, first) else []

    def _looks_like_header(self, row: int, least: int, *, beside_labels: bool = False) -> bool:
        """Tell whether a row is all short words; what is merged far down goes with the rows below."""
        own = [cell for cell in self.view.own(row) if not beside_labels or cell.rowspan < 3]
        if len(own) < least or self.view.bar(row) is not None or any(cell in self.view.codes.cells for cell in own):
            return False
        return all(
            not self.view.is_figure(cell)
            and self.view.forms[cell] is not Form.BLANK
            and len(squeeze(cell.text)) <= _MAX_HEADER_TEXT
            and not states_a_figure(cell.text)
            and not amount_inside(cell.text)
            for cell in own
        )

    def _continues(self, block: list[int]) -> bool:
        """Tell whether the next row splits a wide header cell of the block's last row."""
        row = block[-1] + 1
        own = self.view.own(row)
        if own and all(cell in self.view.codes.marks for cell in own):
            return True  # 科目编码 over 类 | 款 | 项
        if not own:  # a row that the merges of a form left over
            below = row + 1 < self.view.table.rows and self._looks_like_header(row + 1, least=2)
            return below and len(self.view.own(row + 1)) == len(self.view.cells(row + 1))
        if len(block) == 1 and names_one_thing(self.view, block[0]):
            return False
        side = starts_side_label(self.view, row)
        if not self._looks_like_header(row, least=1, beside_labels=side):
            return False
        if not self.view.bounds(block[-1]) <= self.view.bounds(row):
            return False
        starts = {cell.column for cell in self.view.own(row)}
        if not self.view.own(block[-1]):
            return len(starts) == len(self.view.bounds(row)) > len(self.view.own(block[0]))
        for upper in self.view.cells(block[-1]):
            under = [s for s in starts if upper.column <= s < upper.column + upper.colspan]
            if upper.row + upper.rowspan == row and upper.colspan > 1 and upper.text.strip() and len(under) > 1:
                return self._splits_further(row, under) if side else self._plain_stub(row, block)
        return False

    def _splits_further(self, row: int, under: list[int]) -> bool:
        """Tell headers beside a side label from a label and its value (型号 | AWF-2): three or more, or a wide one."""
        return len(under) > 2 or any(cell.colspan > 1 for cell in self.view.own(row) if cell.column in under)

    def _plain_stub(self, row: int, block: list[int]) -> bool:
        """Tell whether the row's first cell is merged with the header's, blank, or itself split."""
        first = self.view.cells(row)[0]
        upper = self.view.cells(block[-1])[0]
        return first.row < row or not first.text.strip() or first.colspan < upper.colspan

    def _governs(self, block: list[int], first: int) -> bool:
        """Tell whether header words or contrast with the rows below make ``block`` a header."""
        own = [cell for row in block for cell in self.view.own(row) if cell.row + cell.rowspan <= first]
        named = sum(bool(HEADER_WORD.search(_UNIT_AFTER.sub("", squeeze(cell.text)))) for cell in own)
        leaves = set().union(*(self.view.bounds(row) for row in block))
        if not self._compatible(first, leaves):
            return False
        majority = named * 2 > len(own)
        current = self._current()
        if current and self._goes_on_in_pairs(block[0], current):
            return majority and not any(is_date(cell.text) for cell in own)
        if current and current.rows and current.rows[-1] == block[0] - 1 and current.headers:
            contrast = self._contrast(block, current.rows[-3:])
            same_columns = self.view.bounds(block[0]) <= self._leaves(current)
            strong = majority or len(block) > 1 or self._repeats_first_label(block[0], current)
            if same_columns and not (strong and contrast):
                return self._repeats_header(block[0], current)
        if pairs_labels(self.view, block[0]) or pairs_labels(self.view, first):
            return majority
        if majority and len(own) > 1:
            return True
        start = self._first_unlike(block, first)
        last = min(start + 2, self.view.table.rows)
        return start < last and self._contrast(block, list(range(start, last)))

    def _goes_on_in_pairs(self, row: int, draft: _Draft) -> bool:
        """Tell whether a row is the next of a list of labels and values, two cells to a row."""
        if draft.headers or not draft.rows or draft.rows[-1] != row - 1:
            return False
        return len(self.view.cells(row)) == 2 and self.view.bounds(row) == self.view.bounds(row - 1)

    def _first_unlike(self, block: list[int], first: int) -> int:
        """Return the first row below a block that isn't all words, past rows of words in the same columns."""
        row, bounds = first, self.view.bounds(block[-1])
        while row < self.view.table.rows and self._looks_like_header(row, least=1):
            if self.view.bounds(row) != bounds or len(bounds) < 3 or row - first > 2:
                return self.view.table.rows
            row += 1
        paired = row > first and row < self.view.table.rows and pairs_labels(self.view, row)
        return self.view.table.rows if paired else row

    def _repeats_first_label(self, row: int, draft: _Draft) -> bool:
        first = squeeze(self.view.cells(row)[0].text)
        return bool(first) and any(first == squeeze(self.view.cells(header)[0].text) for header in draft.headers)

    def _compatible(self, row: int, leaves: set[int]) -> bool:
        return self.view.bounds(row) <= leaves or leaves <= self.view.bounds(row)

    def _contrast(self, block: list[int], rows: list[int]) -> bool:
        """Tell whether columns that hold words in the block hold figures in ``rows``."""
        columns = {cell.column for row in block for cell in self.view.own(row) if cell.column > 0}
        return any(self.view.is_figure(cell) and cell.column in columns for row in rows for cell in self.view.own(row))

    def _finish(self, draft: _Draft) -> Region:
        sides = tuple(sides_of(self.view, draft.headers, draft.rows)) if self._is_matrix(draft) else ()
        return Region(
            tuple(draft.headers), tuple(draft.rows), sides, draft.bars, draft.caption, draft.unit, draft.sections
        )

    def _is_matrix(self, draft: _Draft) -> bool:
        if draft.headers:
            return True
        if any(sum(amount_inside(cell.text) for cell in self.view.own(row)) > 1 for row in draft.rows):
            return False
        rows = [row for row in draft.rows if self.view.bar(row) is None]
        return bool(rows) and all(
            len(self.view.cells(row)) > 2 and not pairs_labels(self.view, row) and self.view.has_figure(row)
            for row in rows
        )
