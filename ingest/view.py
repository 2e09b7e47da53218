"""A table as its rows look: cells on the grid, which of them hold figures, which rows are bars."""

from __future__ import annotations

import re

from ingest.codes import find_codes
from ingest.labels import squeeze, years
from ingest.model import Cell, Form, Table
from ingest.numbers import NUMBER, UNIT, read_cell

_YEAR = r"(?:19|20)\d{2}"
_RANGE = re.compile(rf"(?<!\d)(?!{_YEAR}年?[-–—~～至])[-−]?{NUMBER}(?:{UNIT})?[-–—~～至]{NUMBER}(?:{UNIT})?")
#: What a merged row inside a table says of the whole: its form number, its unit, who drew it up, its year.
_FORM_NUMBER = re.compile(r"(?:公开|附)\d{1,2}(?:-\d{1,2})?表")
_NOTED = re.compile(
    r"(?:公开|附)\d{1,2}(?:-\d{1,2})?表(?:(?:金额)?单位:.{1,6})?|(?:金额)?单位:(?:人民币)?[万亿]?元|[12]\d{3}年度?"
    r"|(?:编制|填报|预算|公开)?(?:部门|单位)(?:名称)?:.{0,30}"
)
_DATE = re.compile(rf"{_YEAR}(?:年\d{{1,2}}月(?:\d{{1,2}}日)?|[-./]\d{{1,2}}(?:[-./]\d{{1,2}})?)")


class _Forms(dict[Cell, Form]):
    """Cell → how it is filled, read when first asked for."""

    def __missing__(self, cell: Cell) -> Form:
        form = self[cell] = read_cell(cell.text).form
        return form


class TableView:
    """A table's grid with what its rows look like, computed once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.grid = table.grid()
        self._rows: dict[int, list[Cell]] = {}
        self._own: dict[int, list[Cell]] = {}
        self.forms = _Forms()
        self.codes = find_codes(table, self.grid)

    def cells(self, row: int) -> list[Cell]:
        """Return the distinct cells that cover a row, left to right."""
        seen = self._rows.get(row)
        if seen is None:
            seen = self._rows[row] = []
            for cell in self.grid[row]:
                if cell is not None and (not seen or seen[-1] is not cell):
                    seen.append(cell)
        return seen

    def own(self, row: int) -> list[Cell]:
        """Return the filled cells that start in a row."""
        own = self._own.get(row)
        if own is None:
            own = self._own[row] = [cell for cell in self.cells(row) if cell.row == row and cell.text.strip()]
        return own

    def bounds(self, row: int) -> set[int]:
        """Return the grid columns where the row's cells start."""
        return {cell.column for cell in self.cells(row)}

    def is_figure(self, cell: Cell) -> bool:
        """Tell whether a cell holds a figure or a range of figures (3-10).

        A year is a label; 2000 without 年 is one too, unless it stands under a figure.  So is a 科目编码.
        """
        if cell in self.codes.cells:
            return False
        if self.forms[cell] is Form.TEXT:
            return bool(_RANGE.fullmatch(squeeze(cell.text)))
        if self.forms[cell] is not Form.FIGURE or not is_year(cell.text):
            return self.forms[cell] is Form.FIGURE
        above = self.grid[cell.row - 1][cell.column] if cell.row and "年" not in cell.text else None
        return above is not None and self.forms[above] is Form.FIGURE and not is_year(above.text)

    def has_figure(self, row: int) -> bool:
        """Tell whether any cell that starts in the row holds a figure."""
        return any(self.is_figure(cell) for cell in self.own(row))

    def note(self, row: int) -> str | None:
        """Return the text of a row that says a table's form number or unit and nothing else, else ``None``."""
        texts = [squeeze(cell.text) for cell in self.own(row)]
        if not texts or not all(map(_NOTED.fullmatch, texts)):
            return None
        said = any(_FORM_NUMBER.match(text) or re.match(r"(?:金额)?单位:(?:人民币)?[万亿]?元", text) for text in texts)
        return " ".join(texts) if said else None

    def bar(self, row: int) -> str | None:
        """Return the text of a row that is one cell across the whole table, else ``None``."""
        cells = self.cells(row)
        own = self.own(row)
        whole = len(cells) == 1 and cells[0].colspan == self.table.columns and self.table.columns > 1
        return cells[0].text.strip() if whole and own else None


def is_year(text: str) -> bool:
    """Tell whether a text is a bare year: 2020年."""
    packed = squeeze(text)
    return bool(years(packed)) and len(packed) <= 6


def is_date(text: str) -> bool:
    """Tell whether a text is a date, to the month or the day: 2003-11, 2022年8月4日."""
    return bool(_DATE.fullmatch(squeeze(text)))
