"""An .xls workbook of before 2007, read like an .xlsx: sheet by sheet as its cells show it."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.errors import UnreadableFileError
from ingest.limits import bounded
from ingest.model import Document
from ingest.readers.sheets import Sheet, blocks_of_sheets, warnings_of_sheets
from ingest.readers.xlsx import MAX_CELLS, date_text, number_text


def read_xls(path: Path) -> Document:
    """Read an .xls; raises ``UnreadableFileError`` with a sentence for the user."""
    book = _book(path)
    sheets = [_sheet(book, sheet) for sheet in book.sheets()]
    return bounded(Document(path.name, tuple(blocks_of_sheets(sheets)), (), tuple(warnings_of_sheets(sheets))))


def _book(path: Path) -> Any:
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # xlrd raises whatever a malformed record makes it stumble over
        locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        why = "已加密，请解除密码" if locked else "已损坏或不是 Excel 文件，请用 Excel 或 WPS 另存为 .xlsx"
        raise UnreadableFileError(f"“{path.name}”{why}后再试。") from error
    if sum(sheet.nrows * sheet.ncols for sheet in book.sheets()) > 10 * MAX_CELLS:
        raise UnreadableFileError(f"“{path.name}”的行列过多，已拒绝读取；请拆分后再试。")
    return book


def _sheet(book: Any, sheet: Any) -> Sheet:
    found = Sheet(sheet.name, is_hidden=sheet.visibility != 0)
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            text = _text(book, cell).strip()
            if text:
                found.texts[row, column] = text
            if _is_framed(book, cell):
                found.framed.add((row, column))
    found.merges = [(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    found.hidden_rows = frozenset(number for number, info in sheet.rowinfo_map.items() if info.hidden)
    found.hidden_columns = frozenset(number for number, info in sheet.colinfo_map.items() if info.hidden)
    return found


def _text(book: Any, cell: Any) -> str:
    import xlrd

    form = _format(book, cell)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_text(cell.value, form)
    if cell.ctype == xlrd.XL_CELL_DATE:
        with suppress(xlrd.xldate.XLDateError, ValueError, OverflowError):
            when: datetime = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
            return date_text(when, form)
        return number_text(cell.value, "General")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "是" if cell.value else "否"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return str(cell.value)


def _is_framed(book: Any, cell: Any) -> bool:
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return False
    border = book.xf_list[cell.xf_index].border
    sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
    return sum(map(bool, sides)) > 1


def _format(book: Any, cell: Any) -> str:
    if cell.xf_index is None or cell.xf_index >= len(book.xf_list):
        return "General"
    held = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return str(held.format_str or "General") if held is not None else "General"
