"""PDFs: lines and paragraphs, ruled tables with merges, tables over pages, pages turned, what nobody sees."""

import re

import pytest

from ingest.errors import UnreadableFileError
from ingest.model import Form
from ingest.pages.pdfium import MAX_PAGES
from ingest.read import read_report
from ingest.readers.pdf import read_pdf
from tests.conftest import assistant_over
from tests.pdffile import Sheet, write

XS, YS = (60, 200, 300, 400), (100, 120, 140, 160, 180)
CELLS = {
    (0, 0): "项目", (0, 1): "支出", (1, 1): "预算数", (1, 2): "决算数",
    (2, 0): "办公费", (2, 1): "12.30", (2, 2): "11.20", (3, 0): "差旅费", (3, 1): "1,234.56", (3, 2): "6.00",
}  # fmt: skip
SPANS = {(0, 0): (2, 1), (0, 1): (1, 2)}
GRID = {
    (0, 0, 2, 1, "项目"), (0, 1, 1, 2, "支出"), (1, 1, 1, 1, "预算数"), (1, 2, 1, 1, "决算数"),
    (2, 0, 1, 1, "办公费"), (2, 1, 1, 1, "12.30"), (2, 2, 1, 1, "11.20"),
    (3, 0, 1, 1, "差旅费"), (3, 1, 1, 1, "1,234.56"), (3, 2, 1, 1, "6.00"),
}  # fmt: skip


def grids(path):
    return [grid(block.table) for block in read_pdf(path).blocks if block.table is not None]


def grid(table):
    return {(c.row, c.column, c.rowspan, c.colspan, c.text) for c in table.cells}


def texts(path):
    return [block.text for block in read_pdf(path).blocks if block.table is None]


TABLE = {
    "as it stands": Sheet().table(XS, YS, CELLS, SPANS),
    "page turned right": Sheet(842, 595, rotate=90).table(XS, YS, CELLS, SPANS),
    "page turned over": Sheet(rotate=180).table(XS, YS, CELLS, SPANS),
    "page turned left": Sheet(842, 595, rotate=270).table(XS, YS, CELLS, SPANS),
    "set sideways on a portrait page": Sheet(595, 842, turned=True).table(XS, YS, CELLS, SPANS),
    "set sideways and the page turned": Sheet(595, 842, rotate=90, turned=True).table(XS, YS, CELLS, SPANS),
    "no lines at its sides": Sheet().table(XS, YS, CELLS, SPANS, sides=False),
    "every line drawn twice": Sheet().table(XS, YS, CELLS, SPANS).table(XS, [y + 0.8 for y in YS], {}, SPANS),
    "a watermark across": Sheet().table(XS, YS, CELLS, SPANS).text(80, 190, "内部资料", 60, slant=True),
    "printed twice for boldness": Sheet().table(XS, YS, CELLS, SPANS).table(
        XS, YS, {place: text for place, text in CELLS.items() if place[0] > 1}, SPANS
    ),
    "invisible text under it": Sheet().table(XS, YS, CELLS, SPANS).text(62, 145, "99.99", mode=3),
}  # fmt: skip


@pytest.mark.parametrize("sheet", TABLE.values(), ids=TABLE.keys())
def test_a_ruled_table_is_read_with_its_merges_however_it_is_drawn(tmp_path, sheet):
    assert grids(write(tmp_path / "a.pdf", [sheet])) == [GRID]


@pytest.mark.parametrize("end", ["its foot", "its head"])
def test_a_table_that_the_page_cuts_off_keeps_its_outermost_row(tmp_path, end):
    """A browser prints no line where the end of a page cuts a table."""
    sheet = Sheet().table(XS, YS, CELLS, SPANS)
    y = sheet.height - (YS[-1] if end == "its foot" else YS[0])
    sheet.ops = [op for op in sheet.ops if f" {y} l S" not in op or f" {y} m" not in op]
    assert grids(write(tmp_path / "a.pdf", [sheet])) == [GRID]


def test_figures_on_another_base_line_are_of_the_same_line(tmp_path):
    sheet = Sheet()
    sheet.text(60, 100, "年初预算为", 12).text(120, 96, "450.52", 12).text(160, 100, "万元，支出决算为", 12)
    sheet.text(60, 116, "第二行。", 12)
    assert texts(write(tmp_path / "a.pdf", [sheet]))[0].startswith("年初预算为450.52万元，支出决算为")


def test_lines_are_joined_to_paragraphs_over_lines_and_pages(tmp_path):
    long = "本年收入合计为一千二百三十四万五千六百元其中财政拨款收入占绝大部分其他收入"
    first = Sheet().text(80, 600, long[:34], 12).text(56, 620, long[:36], 12).text(56, 640, "下降了百分之三。", 12)
    first.text(80, 660, "（二）另起一段，因此" + long[:26], 12).text(56, 680, long[:36], 12)
    second = Sheet().text(56, 80, "接着上一页，到此为止。", 12).text(80, 100, "又一段。", 12)
    said = texts(write(tmp_path / "a.pdf", [first, second]))
    assert said == [
        long[:34] + long[:36] + "下降了百分之三。",
        "（二）另起一段，因此" + long[:26] + long[:36] + "接着上一页，到此为止。",
        "又一段。",
    ]


def test_heads_feet_page_numbers_and_notes_stand_apart(tmp_path):
    pages = [
        Sheet().text(200, 30, "某某市财政局部门决算", 9).text(60, 100, f"第{n}页上的一段正文，到此为止。", 12)
        .text(56, 760, "1本注不是正文。", 8).text(290, 810, f"- {n} -", 9)
        for n in range(1, 5)
    ]  # fmt: skip
    document = read_pdf(write(tmp_path / "a.pdf", pages))
    assert [b.text for b in document.blocks] == [
        "某某市财政局部门决算", *(f"第{n}页上的一段正文，到此为止。" for n in range(1, 5))
    ]  # fmt: skip
    assert {"某某市财政局部门决算", "1本注不是正文。", "- 2 -"} <= set(document.apart)


HEAD = {(0, 0): "项目", (0, 1): "预算数", (0, 2): "决算数"}


def pieces(tmp_path, first, second, spans=({}, {})):
    """Write a table on two pages and return it; each part is a list of rows."""
    sheets = []
    for rows, merged, top in ((first, spans[0], 700), (second, spans[1], 60)):
        ys = [top + 20 * n for n in range(len(rows) + 1)]
        cells = {(r, c): text for r, row in enumerate(rows) for c, text in enumerate(row) if text}
        sheets.append(Sheet().table((60, 130, 200, 270), ys, cells, merged))
    document = read_pdf(write(tmp_path / "a.pdf", sheets))
    return [block for block in document.blocks if block.table is not None]


def rows_of(block):
    return [
        [cell.text for cell in sorted(block.table.cells, key=lambda c: c.column) if cell.row == row]
        for row in range(block.table.rows)
    ]


def test_a_table_over_two_pages_is_one_and_its_repeated_header_stands_once(tmp_path):
    head = ["项目", "预算数", "决算数"]
    (block,) = pieces(tmp_path, [head, ["办公费", "12.30", "11.20"]], [head, ["差旅费", "7.10", "6.00"]])
    assert rows_of(block) == [head, ["办公费", "12.30", "11.20"], ["差旅费", "7.10", "6.00"]]
    assert [block.origin.page_of(row) for row in range(3)] == [1, 1, 2]


def test_a_row_that_the_page_cut_is_one_row(tmp_path):
    head = ["项目", "预算数", "决算数"]
    (block,) = pieces(tmp_path, [head, ["示范点建设奖", "12.30", ""]], [["补资金", "", ""], ["差旅费", "7.10", "6.00"]])
    assert rows_of(block)[1:] == [["示范点建设奖补资金", "12.30", ""], ["差旅费", "7.10", "6.00"]]


def test_a_merged_name_goes_on_over_the_page(tmp_path):
    (block,) = pieces(
        tmp_path,
        [["一级指标", "三级指标", "得分"], ["产出指标", "场次", "5"], ["", "人次", "4.5"]],
        [["", "覆盖率", "10"], ["", "满意度", "8"]],
        ({(1, 0): (2, 1)}, {(0, 0): (2, 1)}),
    )
    assert [(c.row, c.rowspan) for c in block.table.cells if c.text == "产出指标"] == [(1, 4)]
    assert block.table.rows == 5


@pytest.mark.parametrize(
    ("upper", "lower"), [(("12,345,678.9", "5"), ("9,876,543.21", "7")), (("1,234,567", "88"), ("1,234,567", "88"))]
)
def test_two_figures_under_each_other_are_never_one(tmp_path, upper, lower):
    """Even where both fill their cells: only the decimals of the others of the column make two halves one."""
    head = ["项目名称一", "预算数", "决算数"]
    (block,) = pieces(tmp_path, [head, ["示范点建设奖", *upper]], [["试点项目经费", *lower]])
    figures = [cell.text for cell in block.table.cells if re.search(r"\d", cell.text)]
    assert figures == [*upper, *lower]


def test_a_figure_broken_in_a_narrow_cell_is_whole_and_a_list_is_a_list(tmp_path):
    cells = {
        (0, 0): "项目",
        (0, 1): "数",
        (1, 0): "办公费",
        (1, 1): "1,234,5\n67.89",
        (2, 0): "点位",
        (2, 1): "102\n120",
    }
    sheet = Sheet().table((60, 160, 204), (100, 120, 150, 180), cells)
    found = grids(write(tmp_path / "a.pdf", [sheet]))[0]
    assert (1, 1, 1, 1, "1,234,567.89") in found
    assert (2, 1, 1, 1, "102\n120") in found


@pytest.mark.parametrize("ruled", [True, False], ids=["lines across only", "no lines"])
def test_a_table_without_lines_down_is_read_by_its_columns(tmp_path, ruled):
    sheet = Sheet().text(60, 80, "资金到位情况", 12)
    rows = [("资金来源", "计划", "到位率"), ("中央资金", "1,800.00", "100.00%"), ("省级资金", "900.00", "80.00%"),
            ("市级资金", "65.00", "92.40%"), ("合计", "2,765.00", "93.10%")]  # fmt: skip
    for n, row in enumerate(rows):
        for x, text in zip((70, 260, 400), row, strict=True):
            sheet.text(x, 110 + 18 * n, text)
    for y in (106, 124, 198) if ruled else ():
        sheet.line(60, y, 480, y)
    sheet.text(60, 240, "以上为全部资金。", 12)
    path = write(tmp_path / "a.pdf", [sheet])
    (block,) = [block for block in read_pdf(path).blocks if block.table is not None]
    assert rows_of(block) == [list(row) for row in rows]
    assert texts(path) == ["资金到位情况", "以上为全部资金。"]


def test_what_can_t_be_read_is_refused_in_a_sentence(tmp_path):
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4 no more")
    many = write(tmp_path / "长.pdf", [Sheet()] * (MAX_PAGES + 1))
    for path, said in (
        (broken, "已损坏"), (write(tmp_path / "空.pdf", [Sheet()]), "没有文字"), (many, "超过"),
    ):  # fmt: skip
        with pytest.raises(UnreadableFileError, match=said):
            read_pdf(path)


def test_pages_without_text_are_told(tmp_path):
    document = read_pdf(write(tmp_path / "a.pdf", [Sheet().text(60, 60, "某某局2023年度部门决算"), Sheet()]))
    assert any("第 2页" in warning for warning in document.warnings)


def test_a_source_says_its_page(tmp_path):
    head = ["项目", "预算数", "决算数"]
    cover = Sheet().text(150, 300, "清河县财政局2023年度部门决算", 20)
    cells = {(r, c): text for r, row in enumerate([head, ["办公费", "12.30", "11.20"]]) for c, text in enumerate(row)}
    table = (
        Sheet()
        .text(100, 60, "支出决算表")
        .text(400, 75, "单位：万元")
        .table((60, 160, 260, 360), (90, 110, 130), cells)
    )
    path = write(tmp_path / "清河县财政局2023年度部门决算.pdf", [cover, table])
    answer = assistant_over(tmp_path / "store", path).ask("办公费决算数是多少")
    assert answer.text.startswith("办公费为11.20万元")
    assert answer.citations[0].to_json()["page"] == 2
    assert answer.citations[0].where.startswith("第2页 › ")


def test_published_tables_are_read_as_another_library_finds_them(shared):
    """pdfplumber finds the cells of ruled tables in its own way: edges, texts and order agree, all 3,697 cells."""
    from eval.bank.word import cells_of_pdf
    from ingest.pages.lattice import ruled_tables
    from ingest.pages.pdfium import opened, pages_of

    for path in sorted((shared / "reports" / "public").glob("*.pdf")):
        theirs = [one for one in cells_of_pdf(path) if any(text for *_, text in one) and max(c for _, c, *_ in one) > 0]
        with opened(path) as document:
            ours = [table for page in pages_of(document) for table in ruled_tables(page)]
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            assert {(*one[:4], re.sub(r"\s", "", one[4])) for one in grid(mine.table)} == other


def test_a_published_pdf_gives_the_facts_of_its_word_version(shared, tmp_path):
    from eval.bank.word import word_of_pdf

    for path in sorted((shared / "reports" / "public").glob("*.pdf")):
        word = read_report(word_of_pdf(path, tmp_path / f"{path.stem}.docx"))
        held = {
            (f.row_path[-1:], f.value, f.unit)
            for f in word.facts
            if f.form is Form.FIGURE and f.source.table is not None
        }
        found = {(f.row_path[-1:], f.value, f.unit) for f in read_report(path).facts if f.form is Form.FIGURE}
        assert len(held & found) >= 0.99 * len(held), sorted(map(str, held - found))[:20]
