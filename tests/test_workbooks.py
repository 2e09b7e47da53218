"""Workbooks: what a cell shows, merged headers, several tables on a sheet, what is hidden, formulas without a result."""

import zipfile
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side

from ingest.errors import UnreadableFileError
from ingest.model import Form
from ingest.read import read_document, read_report
from ingest.readers.display import plain, shown
from ingest.readers.xls import _text
from ingest.readers.xlsx import UNSAID, read_xlsx
from tests.conftest import assistant_over

ACCOUNT = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '
SHOWN = [
    ("1234.5", "#,##0.00", "1,234.50"), ("0.1234", "0.00%", "12.34%"), ("2946.2499999999995", "General", "2946.25"),
    ("0.30000000000000004", "General", "0.3"), ("-5", "#,##0.00;(#,##0.00)", "(5.00)"), ("0", ACCOUNT, "-"),
    ("12.5", ACCOUNT, "12.50"), ("-12.5", ACCOUNT, "-12.50"), ("12.345", '0.00"万元"', "12.35万元"), ("5", "000", "005"),
    ("1E+10", "General", "10000000000"), ("1234567.891", "#,##0.##", "1,234,567.89"), ("3", "0.00_);[Red]\\(0.00\\)", "3.00"),
    ("-3", "0.00_);[Red]\\(0.00\\)", "(3.00)"), ("1.005", "0.00", "1.01"), ("12", "[$¥-804]#,##0.00", "¥12.00"),
    ("1234567", "#,##0,", "1,235"), ("0", "General", "0"), ("0", "0.00", "0.00"), ("0.5", "# ?/?", "0.5"),
    ("123456", "0.00E+00", "123456"), ("7", "@", "7"), ("45.6", "G/通用格式", "45.6"), ("0", "#,###", ""),
    ("12345678.9", '#,##0.00;-#,##0.00;"—"', "12,345,678.90"), ("0", '#,##0.00;-#,##0.00;"—"', "—"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "form", "text"), SHOWN)
def test_a_number_is_read_as_its_cell_shows_it(value, form, text):
    assert shown(Decimal(value), form) == text


@pytest.mark.parametrize("form", ["#" * 300, "[" * 50, '"' * 9, "\\", ";;;", "_", "*", "[$", "0" * 200, "%%%", ",,,"])
def test_a_malformed_format_shows_something_and_takes_no_time(form):
    assert isinstance(shown(Decimal("12.5"), form), str)
    assert plain(Decimal("12.50")) == "12.5"


def saved(tmp_path, fill, name="测试县水利局2023年度部门决算.xlsx"):
    book = Workbook()
    fill(book, book.active)
    book.save(tmp_path / name)
    return tmp_path / name


def framed(sheet, area):
    side = Side(style="thin")
    for row in sheet[area]:
        for cell in row:
            cell.border = Border(left=side, right=side, top=side, bottom=side)


def ordinary(book, sheet):
    sheet.title = "支出决算表"
    for row in (
        ["支出决算表"], ["部门：测试县水利局", None, "单位：元"], ["项目", "本年支出"], [None, "基本支出", "项目支出"],
        ["办公费", 1234.5, 0.5], ["差旅费", 12000, None], ["合计", "=SUM(B5:B6)", 0.5], ["注：本表数字以批复为准"],
    ):  # fmt: skip
        sheet.append(row)
    for cell in (one for row in sheet["B5:C7"] for one in row):
        cell.number_format = "#,##0.00"
    for area in ("A1:C1", "A3:A4", "B3:C3"):
        sheet.merge_cells(area)
    framed(sheet, "A3:C7")


def test_titles_table_and_notes_of_a_sheet_are_parted(tmp_path):
    document = read_xlsx(saved(tmp_path, ordinary))
    assert [b.text for b in document.blocks if b.table is None] == [
        "支出决算表", "支出决算表", "部门：测试县水利局", "单位：元", "注：本表数字以批复为准"
    ]  # fmt: skip
    (block,) = [b for b in document.blocks if b.table is not None]
    cells = {(c.row, c.column, c.rowspan, c.colspan, c.text) for c in block.table.cells}
    assert {(0, 0, 2, 1, "项目"), (0, 1, 1, 2, "本年支出"), (2, 1, 1, 1, "1,234.50"), (3, 2, 1, 1, "")} <= cells
    assert (block.origin.sheet, block.origin.cell_of(2, 1)) == ("支出决算表", "B5")


def test_a_formula_without_a_result_is_no_figure_and_is_told(tmp_path):
    path = saved(tmp_path, ordinary)
    bundle = read_report(path)
    (fact,) = [f for f in bundle.facts if f.source.row == 4 and f.source.column == 1]
    assert (fact.form, fact.raw) == (Form.TEXT, UNSAID)
    assert any("1 格公式" in warning for warning in bundle.document.warnings)


def test_the_answer_names_sheet_and_cell(tmp_path):
    answer = assistant_over(tmp_path / "store", saved(tmp_path, ordinary)).ask("办公费基本支出是多少")
    assert "1,234.50元" in answer.text
    found = answer.citations[0].to_json()
    assert (found["sheet"], found["cell"]) == ("支出决算表", "B5")
    assert answer.citations[0].where.startswith("工作表“支出决算表”B5 › ")


def test_what_is_hidden_is_not_read_but_told_and_addresses_stay_right(tmp_path):
    def fill(book, sheet):
        ordinary(book, sheet)
        sheet.row_dimensions[5].hidden = True
        other = book.create_sheet("底稿")
        other["A1"] = "草稿 99.99"
        other.sheet_state = "hidden"

    document = read_xlsx(saved(tmp_path, fill))
    texts = [c.text for b in document.blocks if b.table for c in b.table.cells]
    assert "办公费" not in texts
    assert not any("草稿" in b.text for b in document.blocks)
    assert any("隐藏的工作表" in w for w in document.warnings)
    assert any("隐藏的 1 行" in w for w in document.warnings)
    (block,) = [b for b in document.blocks if b.table is not None]
    place = next((c.row, c.column) for c in block.table.cells if c.text == "12,000.00")
    assert block.origin.cell_of(*place) == "B6"


def test_tables_below_and_beside_each_other_are_tables_of_their_own(tmp_path):
    def fill(book, sheet):
        sheet.title = "Sheet1"
        for row in (
            ["表一"], ["项目", "金额（元）", None, "单位名称", "人数"], ["水费", 5, None, "局机关", 30], [None], ["表二"],
            ["类别", "数量"], ["货物", 6], ["工程", 2],
        ):  # fmt: skip
            sheet.append(row)

    blocks = read_xlsx(saved(tmp_path, fill)).blocks
    tables = [[c.text for c in b.table.cells] for b in blocks if b.table is not None]
    assert tables == [
        ["项目", "金额（元）", "水费", "5"], ["单位名称", "人数", "局机关", "30"], ["类别", "数量", "货物", "6", "工程", "2"]
    ]  # fmt: skip
    assert [b.text for b in blocks if b.table is None] == ["表一", "表二"]


def test_a_title_right_under_a_framed_table_begins_the_next(tmp_path):
    def fill(book, sheet):
        for row in (
            ["项目", "金额"],
            ["水费", 5],
            ["电费", 6],
            ["说明：以上为实数"],
            ["采购表"],
            ["类别", "数量"],
            ["货物", 6],
        ):
            sheet.append(row)
        framed(sheet, "A1:B3")
        framed(sheet, "A6:B7")

    blocks = read_xlsx(saved(tmp_path, fill)).blocks
    assert [b.table.rows if b.table else b.text for b in blocks] == [3, "说明：以上为实数", "采购表", 2]


def test_dates_booleans_and_errors_are_words(tmp_path):
    def fill(book, sheet):
        sheet.append(["事项", "时间", "办结"])
        sheet.append(["验收", date(2023, 5, 1), True])
        sheet.append(["付款", date(2023, 6, 2), False])
        sheet["B2"].number_format = "yyyy年m月d日"
        sheet["B3"].number_format = "yyyy-mm-dd"

    (block,) = [b for b in read_xlsx(saved(tmp_path, fill)).blocks if b.table]
    assert [c.text for c in block.table.cells][3:] == ["验收", "2023年5月1日", "是", "付款", "2023-06-02", "否"]


def repacked(path, target, change):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return target


TRAPS = {
    "entities": (lambda name, data: data.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1), "DOCTYPE"),
    "too large": (lambda name, data: data + b" " * 70_000_000 if "sheet1" in name else data, "过大"),
    "too many cells": (
        lambda name, data: data.replace(b"</row>", b'<c r="Z9"/>' * 400_001 + b"</row>", 1) if "sheet1" in name else data,
        "单元格",
    ),
    "broken part": (lambda name, data: data[: len(data) // 2] if "sheet1" in name else data, "已损坏"),
    "no sheets": (lambda name, data: b"" if name.startswith("xl/workbook") else data, "已损坏"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_is_refused_in_a_sentence(tmp_path, change, said):
    path = repacked(saved(tmp_path, ordinary), tmp_path / "陷阱.xlsx", change)
    with pytest.raises(UnreadableFileError, match=said):
        read_document(path)


def test_a_far_away_cell_takes_no_time(tmp_path):
    def fill(book, sheet):
        ordinary(book, sheet)
        sheet["XFD1048576"] = None
        sheet["XFD1048576"].number_format = "0.00"

    assert len([b for b in read_xlsx(saved(tmp_path, fill)).blocks if b.table]) == 1


def test_what_is_no_workbook_is_refused(tmp_path):
    for name, data, said in (
        ("a.xlsx", b"PK\x03\x04 nothing", "已损坏"), ("b.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
        ("c.xlsx", b"plain", "已损坏"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnreadableFileError, match=said):
            read_document(tmp_path / name)


def test_a_published_list_and_a_published_template_are_read(shared):
    """291 projects with 3,024 targets; a template whose tables are empty but for their labels."""
    folder = shared / "reports" / "public"
    (listed,) = folder.glob("*291*.xlsx")
    tables = [b.table for b in read_xlsx(listed).blocks if b.table is not None]
    assert [(t.rows, t.columns) for t in tables] == [(292, 8), (292, 9), (3025, 6), (3025, 14)]
    template = read_xlsx(folder / "department_budget_template.xlsx")
    heads = [b.table.cells[0].text for b in template.blocks if b.table is not None]
    assert heads[:2] == ["本年收入", "项目"]
    assert len(heads) == 9


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 45292.0, -1.0, 1e300])
@pytest.mark.parametrize("form", [None, "", "General", "yyyy年m月d日"])
@pytest.mark.parametrize("kind", [2, 3], ids=["number", "date"])
def test_a_damaged_cell_of_an_old_workbook_stops_no_reading(value, form, kind):
    """A format without a text, a number that is none, a date that there never was."""
    book = SimpleNamespace(
        xf_list=[SimpleNamespace(format_key=1)], format_map={1: SimpleNamespace(format_str=form)}, datemode=0
    )
    assert isinstance(_text(book, SimpleNamespace(ctype=kind, value=value, xf_index=0)), str)
