"""An .xlsx workbook, read sheet by sheet as its cells show it.  Formulas are not calculated: what was saved counts."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.errors import UnreadableFileError
from ingest.limits import bounded
from ingest.model import Document
from ingest.readers.display import shown
from ingest.readers.sheets import Sheet, blocks_of_sheets, warnings_of_sheets
from ingest.readers.zipped import check_zipped

#: Cells of a workbook; a list of 3,000 rows and 14 columns has 42,000.
MAX_CELLS = 400_000
_CELL, _FORMULA = re.compile(rb"<(?:x:)?c[ >]"), re.compile(rb"<(?:x:)?f[ >/]")
#: Sheets lie in xl/worksheets, but a workbook may name any part for one.
_SHEET = re.compile(r"xl/(?!sharedStrings|styles|theme)[^\n]{1,160}\.xml", re.IGNORECASE)
#: So much of a part tells whether it is written in two bytes a character.
_HEAD = 64
UNSAID = "（公式未算出）"


def read_xlsx(path: Path) -> Document:
    """Read an .xlsx; raises ``UnreadableFileError`` with a sentence for the user."""
    check_zipped(path)
    has_formulas = _counted(path)
    values = _workbook(path, values=True)
    formulas = _workbook(path, values=False) if has_formulas else None
    sheets = [
        _sheet(sheet, formulas[sheet.title] if formulas is not None else None)
        for sheet in values.worksheets
    ]  # fmt: skip
    return bounded(Document(path.name, tuple(blocks_of_sheets(sheets)), (), tuple(warnings_of_sheets(sheets))))


def _counted(path: Path) -> bool:
    """Tell whether a workbook has formulas; raises ``UnreadableFileError`` where it has too many cells."""
    cells = formulas = 0
    with zipfile.ZipFile(path) as archive:
        if not any(name.startswith("xl/") for name in archive.namelist()):
            raise UnreadableFileError(f"“{path.name}”里没有工作表，不是 Excel 文件，请另存为 .xlsx 后再试。")
        for name in archive.namelist():
            if _SHEET.fullmatch(name):
                data = archive.read(name)
                cells += sum(1 for _ in _CELL.finditer(data))
                formulas += _FORMULA.search(data) is not None
                cells += _merged(data)
    if cells > MAX_CELLS:
        raise UnreadableFileError(f"“{path.name}”有 {cells} 个单元格，超过 {MAX_CELLS} 的上限，请拆分后再试。")
    return formulas > 0


def _merged(data: bytes) -> int:
    """Return how many cells a sheet's merged ranges have, each of which openpyxl makes."""
    from openpyxl.utils import range_boundaries

    count = 0
    if b"mergeCell" not in data and b"\x00" not in data[:_HEAD]:
        return 0
    try:
        for _, element in etree.iterparse(BytesIO(data), tag="{*}mergeCell", resolve_entities=False, no_network=True):
            left, top, right, bottom = (side or 1 for side in range_boundaries(element.get("ref", "A1")))
            count += max(0, right - left + 1) * max(0, bottom - top + 1)
    except (etree.XMLSyntaxError, ValueError):
        return count  # left to openpyxl, which says that the file is malformed
    return count


def _workbook(path: Path, *, values: bool) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that say nothing about cells
            with path.open("rb") as file:  # opened here, for openpyxl leaves its own open where it stumbles
                return openpyxl.load_workbook(file, data_only=values, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a malformed part makes it stumble over
        raise UnreadableFileError(f"“{path.name}”已损坏或不是 Excel 文件，请用 Excel 或 WPS 另存后再试。") from error


def _sheet(sheet: Any, formulas: Any) -> Sheet:
    found = Sheet(sheet.title, is_hidden=sheet.sheet_state != "visible")
    # The cells that the file holds; walking the rows would make a cell for every place up to the farthest.
    for (row, column), cell in sheet._cells.items():
        text = _text(cell)
        if not text and formulas is not None and _is_formula(formulas._cells.get((row, column))):
            text = UNSAID
            found.unsaid += 1
        if text.strip():
            found.texts[row - 1, column - 1] = text.strip()
        if cell.has_style and _is_framed(cell.border):
            found.framed.add((row - 1, column - 1))
    for area in sheet.merged_cells.ranges:
        found.merges.append((area.min_row - 1, area.min_col - 1, area.max_row, area.max_col))
    found.hidden_rows = frozenset(number - 1 for number, row in sheet.row_dimensions.items() if row.hidden)
    found.hidden_columns = frozenset(_hidden_columns(sheet))
    return found


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for one in sheet.column_dimensions.values():
        if one.hidden and one.min and one.max:
            yield from range(one.min - 1, min(one.max, one.min + 1000))


def _is_framed(border: Any) -> bool:
    """Tell whether a cell has a border on two sides at least: a line under a title frames nothing."""
    return sum(bool(side and side.style) for side in (border.left, border.right, border.top, border.bottom)) > 1


def _is_formula(cell: Any) -> bool:
    return cell is not None and cell.data_type == "f"


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return number_text(value, cell.number_format or "General")
    if isinstance(value, (datetime, date, time)):
        return date_text(value, cell.number_format or "")
    return str(value)


def number_text(value: float, form: str) -> str:
    """Return a number as its format shows it; nothing for what is no number."""
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        return ""
    return shown(number, form) if number.is_finite() else ""


def date_text(value: date | time, form: str) -> str:
    """Return a date as its format shows it, in figures or with 年月日."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if "年" in form:
        day = f"{value.day}日" if "d" in form.lower() else ""
        month = f"{value.month}月" if "m" in form.lower() else ""
        return f"{value.year}年{month}{day}"
    return f"{value:%Y-%m-%d}"
