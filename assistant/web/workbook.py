"""Answers and lists as Excel workbooks: numbers stay exact, and text from documents or questions stays text.

openpyxl takes a text that begins with ``=`` for a formula and writes a ``Decimal`` as ``%.16g`` (9.95 becomes
9.949999999999999), so every cell is filled here with its type said and its digits as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from assistant.model import FORMULA, Answer, Citation
from assistant.web.answer import badge
from assistant.web.series import Series, comparable
from ingest.model import Report
from ingest.numbers import plain

GONE = "（这份报告已被移除或替换）"
_LONGEST_TEXT = 32_767
#: Excel keeps 15 significant digits of a number and shows at most 30 decimals.
_MOST_DIGITS = 15
_MOST_DECIMALS = 30
_MOST_MAGNITUDE = 300
#: Text that begins so is a formula to Excel once somebody edits its cell; full-width forms count as well.
_FORMULA_STARTS = tuple("=+-@＝＋－＠")
#: What XML can't hold: control characters, halves of surrogate pairs, the two non-characters.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Excel reads ``_x003D_`` in a text as ``=``.
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31

_VALUE_HEADER = ("指标", "单位名称", "年度", "数值", "计量单位", "报告原文", "来源", "出处")
_VALUE_WIDTHS = (32, 24, 9, 20, 11, 26, 11, 12)
_CITATION_HEADER = ("序号", "报告", "位置", "原文", "表（第几张）", "行", "列")
_CITATION_WIDTHS = (7, 34, 56, 60, 12, 7, 7)
_BASES = {"cell": "单元格", "text": "正文", "computed": "计算得出"}
_LEAST_WIDTH, _MOST_WIDTH = 8, 60
_TALLEST = 120  # points: the lines above the header stay on screen with it
_TALLEST_ROW = 400
_LINE_HEIGHT = 15
_LONG_LABEL = 6

_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="E8EEF4")
_BOLD = Font(bold=True)
_TEXT = Alignment(wrap_text=True, vertical="top")
_NUMBER = Alignment(vertical="top", horizontal="right")


def answer_workbook(question: str, answer: Answer, reports: Mapping[str, Report]) -> bytes:
    """Return an answer as an .xlsx: its values (数据), a chart (图), its citations (出处), its formulas (计算).

    ``reports`` has the loaded reports by id; a citation of another one is said to be of a removed report.
    图 is there only where values can be compared, 计算 only where something was computed.
    """
    book = _book()
    _values_sheet(book.active, question, answer)
    series = comparable(answer)
    if series:
        _chart_sheet(book.create_sheet("图"), series)
    _citations_sheet(book.create_sheet("出处"), answer.citations, reports)
    formulas = [line for line in answer.trace if line.startswith(FORMULA)]
    if formulas:
        _list(book.create_sheet("计算"), ("公式",), [(line.removeprefix(FORMULA),) for line in formulas], (90,))
    return _bytes(book)


def rows_workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a plain list as an .xlsx of one sheet named by ``title``.

    Numbers (``int``, ``Decimal``) become number cells, ``None`` an empty one, everything else text.
    """
    book = _book()
    book.active.title = _SHEET_NAME.sub(" ", xml_text(title)).strip()[:_LONGEST_SHEET_NAME] or "清单"
    held = [tuple(row) for row in rows]
    _list(book.active, header, held, _widths([header, *held]))
    return _bytes(book)


def xml_text(text: str) -> str:
    """Return a text without the characters that XML forbids."""
    return _NOT_XML.sub("", text)


def is_whole_row(citation: Citation) -> bool:
    """Tell whether a citation means a row of a table: passages name the row last and have column 0."""
    return citation.row is not None and citation.column == 0 and citation.place.endswith(f"第{citation.row + 1}行")


def fill(cell: Any, value: object) -> None:
    """Put a value into an openpyxl cell as what it is: a number with its exact digits, or text, never a formula."""
    number = _number(value)
    if number is not None:
        cell.value, cell.data_type = plain(number), "n"
        cell.number_format = _format(number)
        cell.alignment = _NUMBER
        return
    text = "" if value is None else xml_text(plain(value) if isinstance(value, Decimal) else str(value))
    cell.alignment = _TEXT
    if not text:
        return
    cell.value = _shortened(text)
    cell.data_type = "s"  # openpyxl may have taken it for a formula or for an error
    if text.lstrip().startswith(_FORMULA_STARTS):
        cell.quotePrefix = True  # Excel takes it for text even when it is edited


def _shortened(text: str) -> str:
    """Cut a text to what a cell holds; what reads like an escape (``_x003D_``) is itself escaped."""
    escaped = _ESCAPE_LIKE.sub("_x005F_", text)
    units = escaped.encode("utf-16-le")  # Excel counts 😀 as two characters
    if len(units) <= 2 * _LONGEST_TEXT:
        return escaped
    return units[: 2 * (_LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def _number(value: object) -> Decimal | None:
    """Return a value as a number that Excel holds exactly, ``None`` for what must be text."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    return number if _held_exactly(number) else None


def _held_exactly(number: Decimal) -> bool:
    if not number.is_finite():
        return False
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    fits = len(digits) <= _MOST_DIGITS and _decimals(number) <= _MOST_DECIMALS
    return fits and (not number or abs(number.adjusted()) < _MOST_MAGNITUDE)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _format(number: Decimal) -> str:
    decimals = _decimals(number)
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _book() -> Any:
    book = Workbook()
    book.properties.creator = "绩效问答"
    return book


def _bytes(book: Any) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _values_sheet(sheet: Any, question: str, answer: Answer) -> None:
    sheet.title = "数据"
    about = [("问题", question), ("答案", answer.text)]
    word = badge(answer)
    about += [("说明", word)] if word else []
    for number, (name, text) in enumerate(about, 1):
        _about_line(sheet, number, name, text)
    rows = [
        (
            value.name,
            value.organisation,
            value.period,
            value.value,
            value.unit,
            value.raw,
            _BASES.get(value.basis, value.basis),
            "、".join(map(str, value.citations)),
        )
        for value in answer.values
    ]
    _list(sheet, _VALUE_HEADER, rows, _VALUE_WIDTHS, top=len(about) + 2)


def _about_line(sheet: Any, row: int, name: str, text: str) -> None:
    """Write a named text over the whole width; merged cells don't grow by themselves, so its height is set."""
    fill(sheet.cell(row, 1), name)
    sheet.cell(row, 1).font = _BOLD
    fill(sheet.cell(row, 2), text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(_VALUE_HEADER))
    sheet.row_dimensions[row].height = min(_TALLEST, _LINE_HEIGHT * _lines(text, sum(_VALUE_WIDTHS[1:])))


def _chart_sheet(sheet: Any, series: Series) -> None:
    """Write a series with a chart of its own; sizes that Excel would round are listed and not drawn."""
    sized = f"数值（{series.unit}）" if series.unit else "数值"
    rows = [(bar.label, bar.size, bar.shown, "、".join(map(str, bar.citations))) for bar in series.bars]
    _list(sheet, ("名称", sized, "报告里的写法", "出处"), rows, (32, 20, 22, 12))
    if all(_number(bar.size) is not None for bar in series.bars):
        sheet.add_chart(_chart(sheet, series), "F1")


def _chart(sheet: Any, series: Series) -> Any:
    chart = BarChart()
    lying = max(len(bar.label) for bar in series.bars) > _LONG_LABEL
    chart.type = "bar" if lying else "col"
    last = len(series.bars) + 1
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.title = xml_text(series.title) or "数值对比"
    chart.title.overlay = False
    chart.legend = None
    chart.gapWidth = 60
    chart.x_axis.delete = chart.y_axis.delete = False  # openpyxl 3.1 hides the axes unless told not to
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"  # the first bar on top, the scale below all the same
        chart.y_axis.crosses = "max"
    if series.unit:
        chart.y_axis.title = xml_text(series.unit)
        chart.y_axis.title.overlay = False
    chart.series[0].invertIfNegative = False
    chart.series[0].graphicalProperties.solidFill = "2F6DA8"
    chart.dataLabels = _value_labels()
    chart.width, chart.height = 20, max(8, len(series.bars) * 0.9) if lying else 10
    return chart


def _value_labels() -> Any:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels


def _citations_sheet(sheet: Any, citations: Sequence[Citation], reports: Mapping[str, Report]) -> None:
    rows = []
    for one in citations:
        report = reports.get(one.report)
        name = report.name if report else GONE
        column = None if is_whole_row(one) else _from_one(one.column)
        rows.append((one.n, name, one.where, one.quote, _from_one(one.table), _from_one(one.row), column))
    _list(sheet, _CITATION_HEADER, rows, _CITATION_WIDTHS)


def _from_one(number: int | None) -> int | None:
    return None if number is None else number + 1


def _list(
    sheet: Any, header: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float], *, top: int = 1
) -> None:
    """Write a header at row ``top`` and rows under it; the header stays on screen and on every page, and filters."""
    for column, name in enumerate(header, 1):
        cell = sheet.cell(top, column)
        fill(cell, name)
        cell.font, cell.fill, cell.border = _BOLD, _HEAD_FILL, _BORDER
    for number, row in enumerate(rows, top + 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            fill(cell, value)
            cell.border = _BORDER
        tallest = max((_lines(value, width) for value, width in zip(row, widths, strict=False)), default=1)
        sheet.row_dimensions[number].height = min(_TALLEST_ROW, _LINE_HEIGHT * tallest)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(header))}{sheet.max_row}"
    _page(sheet, top)


def _page(sheet: Any, top: int) -> None:
    """Print on A4 across, as wide as the page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"


def _widths(rows: Iterable[Sequence[object]]) -> list[float]:
    """Return a width for each column by its longest line."""
    widest: list[int] = []
    for row in rows:
        widest += [0] * (len(row) - len(widest))
        for column, value in enumerate(row):
            lines = "" if value is None else str(value)
            widest[column] = max(widest[column], *(_width(line[:_MOST_WIDTH]) for line in lines.splitlines() or [""]))
    return [min(_MOST_WIDTH, max(_LEAST_WIDTH, width + 2)) for width in widest]


def _lines(value: object, width: float) -> int:
    """Return how many lines a value takes: not every program makes rows as tall as their text."""
    lines = "" if value is None else str(value)
    return sum(max(1, math.ceil(_width(line) * 1.1 / width)) for line in lines.splitlines() or [""])


def _width(text: str) -> int:
    """Return how many Latin letters wide a text is: a Chinese character is two."""
    return sum(1 if char.isascii() else 2 for char in text)
