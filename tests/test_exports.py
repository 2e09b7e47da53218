"""Answers as Excel and conversations as Word, read back by openpyxl, python-docx and the bare XML."""

import itertools
import time
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assistant.core import Assistant
from assistant.feedback import Asked
from assistant.model import Answer, Citation, Status, Value
from assistant.web import document as evidence_document
from assistant.web import excerpt
from assistant.web.memo import conversation_document
from assistant.web.workbook import GONE, answer_workbook, rows_workbook
from ingest.labels import squeeze
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests import wordfile

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COMMAND = "=cmd|' /C calc'!A0"
HOSTILE = "a\x00b\x0b\x1f\ud800\ufffe\uffffc<script>&amp;]]>"
SHADE = "FFF3A6"


def opened(data):
    return openpyxl.load_workbook(BytesIO(data))


def written(data, column):
    """The text of the only number cell of a list in its XML, None where it is no number."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cell = next(c for c in sheet.iter(f"{S}c") if c.get("r") == column)
    return cell.findtext(f"{S}v") if cell.get("t") == "n" else None


def reports_of(assistant):
    return {report.id: report for report in assistant.store.reports()}


def turn_of(assistant, question, **narrowed):
    return Asked(question, (), (), assistant.ask(question, **narrowed))


def memo_of(turns, store):
    return docx.Document(BytesIO(conversation_document(turns, store, datetime(2026, 3, 4, 5, 6))))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def shaded(document):
    """The texts of the shaded cells, each with its element."""
    found = []
    for place in document.element.body.iter(qn("w:tc")):
        shade = place.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
        if shade is not None and shade.get(qn("w:fill")) == SHADE:
            found.append(("".join(t.text or "" for t in place.iter(qn("w:t"))), place))
    return found


# workbooks


@pytest.mark.parametrize(
    "text",
    [COMMAND, "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=", "-"],
)
def test_text_like_a_formula_stays_text(text):
    cell = opened(rows_workbook("清单", ["a"], [[text]])).active["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.strip() == text.strip()
    assert opened(rows_workbook("清单", [text], []))["清单"]["A1"].data_type == "s"


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "2021-01-01", "12.50", "TRUE", "办公费"])
def test_other_text_is_text_without_more(text):
    cell = opened(rows_workbook("清单", ["a"], [[text]])).active["A2"]
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (text, "s", False)


def test_what_reads_like_an_escape_is_escaped():
    """Excel reads _x003D_ as =: by that way a formula must not come in either."""
    assert opened(rows_workbook("清单", ["a"], [["_x003D_1+1"]])).active["A2"].value == "_x005F_x003D_1+1"


@pytest.mark.parametrize("char", ["字", "😀"])
def test_long_text_is_cut(char):
    value = opened(rows_workbook("清单", ["a"], [[char * 40_000]])).active["A2"].value
    assert value.endswith(char + "…")
    assert 32_765 <= len(value.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("title", ["a/b:c*d?e[f]\\g'", "很长" * 40, "\x00", ""])
def test_any_title_makes_a_sheet(title):
    assert len(opened(rows_workbook(title, ["a"], [["x"]])).sheetnames[0]) in range(1, 32)


@pytest.mark.parametrize(
    "number,format_",
    [("3747.98", "#,##0.00"), ("0.1", "#,##0.0"), ("9.95", "#,##0.00"), ("-0.10", "#,##0.00"), ("1200", "#,##0")],
)
def test_numbers_keep_their_digits_and_decimals(number, format_):
    data = rows_workbook("清单", ["a"], [[Decimal(number)]])
    assert written(data, "A2") == number
    assert opened(data).active["A2"].number_format == format_


@pytest.mark.parametrize("number", ["123456789012345.67", "0.1234567890123456", "NaN", "1E+400"])
def test_what_excel_would_round_is_text(number):
    data = rows_workbook("清单", ["a"], [[Decimal(number)]])
    assert written(data, "A2") is None
    assert Decimal(opened(data).active["A2"].value).compare_total(Decimal(number)) == 0 or number == "1E+400"


@settings(max_examples=150, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=None))
def test_every_decimal_is_kept_exactly(number):
    data = rows_workbook("清单", ["a"], [[number]])
    held = written(data, "A2")
    assert Decimal(held if held is not None else opened(data).active["A2"].value) == number
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    assert (held is not None) == (len(digits) <= 15 and -number.as_tuple().exponent <= 30)


@pytest.mark.real_report
def test_an_answer_with_its_figures(real):
    question = "各单位三公经费分别多少"
    answer = real.ask(question)
    book = opened(answer_workbook(question, answer, reports_of(real)))
    assert book.sheetnames == ["数据", "图", "出处"]
    sheet = book["数据"]
    assert (sheet["A1"].value, sheet["B1"].value, sheet["A2"].value) == ("问题", question, "答案")
    assert sheet["B2"].value == answer.text
    rows = list(sheet.iter_rows(values_only=True))
    header = next(n for n, row in enumerate(rows) if row[0] == "指标")
    assert sheet.freeze_panes == f"A{header + 2}"
    assert sheet.auto_filter.ref.startswith(f"A{header + 1}:")
    assert len(rows) == header + 1 + len(answer.values)
    for row, value in zip(rows[header + 1 :], answer.values, strict=True):
        assert row[1] == value.organisation
        assert Decimal(str(row[3])) == value.value
        assert row[4:] == (value.unit, value.raw, "单元格", "、".join(map(str, value.citations)))


@pytest.mark.real_report
def test_the_chart_draws_the_series_in_its_unit(real):
    answer = real.ask("各单位三公经费分别多少")
    sheet = opened(answer_workbook("q", answer, reports_of(real)))["图"]
    assert [row[0].value for row in sheet["A2:A5"]] == [value.organisation for value in answer.values]
    [chart] = sheet._charts
    assert (chart.x_axis.delete, chart.y_axis.delete) == (False, False)
    assert chart.y_axis.title.tx.rich.p[0].r[0].t == "万元"
    assert "三公经费" in chart.title.tx.rich.p[0].r[0].t
    assert chart.series[0].val.numRef.f == "'图'!$B$2:$B$5"
    assert chart.dataLabels.showVal


def test_the_citations_name_file_table_row_and_column(real):
    answer = real.ask("三公经费控制率是多少？")
    sheet = opened(answer_workbook("q", answer, reports_of(real)))["出处"]
    name = real.store.reports()[0].name
    for row, one in zip(sheet.iter_rows(min_row=2, values_only=True), answer.citations, strict=True):
        where = [None if n is None else n + 1 for n in (one.table, one.row, one.column)]
        assert list(row) == [one.n, name, one.place, one.quote, *where]


def test_formulas_are_a_sheet_only_where_there_are_some(real):
    answer = real.ask("三公经费比上年增长多少")
    formulas = [line.removeprefix("公式：") for line in answer.trace if line.startswith("公式：")]
    book = opened(answer_workbook("q", answer, reports_of(real)))
    assert [row[0] for row in book["计算"].iter_rows(min_row=2, values_only=True)] == formulas != []
    assert "计算" not in opened(answer_workbook("q", replace(answer, trace=("理解",)), {})).sheetnames


def test_a_refusal_is_a_workbook_that_says_so(real):
    answer = real.ask("净利润多少")
    book = opened(answer_workbook("净利润多少", answer, reports_of(real)))
    assert book["数据"]["B3"].value == "未披露"
    assert book.sheetnames == ["数据", "出处"]


@pytest.mark.parametrize(
    "question,risky,cell",
    [
        (f"{COMMAND}是多少", COMMAND, "12.5"),
        ("差旅费是多少", COMMAND, COMMAND),
        ("办公费是多少", "=1+1办公费", "7"),
        ("印刷费是多少", "+印刷费", "3"),
    ],
)
def test_an_answer_out_of_a_hostile_report_stays_text(tmp_path, question, risky, cell):
    body = wordfile.p("单位名称：甲县水利局") + wordfile.plain_table(
        [
            ["项目", "2023年决算数（万元）"],
            [COMMAND, "12.5"],
            ["差旅费", COMMAND],
            ["=1+1办公费", "7"],
            ["+印刷费", "3"],
        ]
    )
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, wordfile.write(tmp_path / "=1+1.docx", body))
        assistant = Assistant.open(store)
        answer = assistant.ask(question)
        book = opened(answer_workbook(question, answer, reports_of(assistant)))
        document = memo_of([Asked(question, (), (), answer)], store)
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if isinstance(one.value, str)]
    starting = [one for one in cells if one.value.startswith(("=", "+"))]
    assert {one.value for one in starting} >= {"=1+1.docx", risky}
    assert {(one.data_type, one.quotePrefix) for one in starting} == {("s", True)}
    assert not [one for one in cells if one.data_type == "f"]
    lit = [text for text, _ in shaded(document)]
    assert cell in lit
    assert lit == [one.quote for one in answer.citations]
    assert not list(document.element.body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:hyperlink")))


# documents


@pytest.mark.parametrize(
    "question",
    [
        "三公经费控制率是多少？",
        "酒鬼酒利润增长",
        "本级机构项目支出多少?",
        "各单位三公经费分别多少",
        "三公经费比上年增长多少",
    ],
)
def test_every_citation_is_shown_where_it_stands(real, question):
    turn = turn_of(real, question)
    document = memo_of([turn], real.store)
    cited = [one for one in turn.answer.citations if one.table is not None]
    cells = {(one.table, one.row, one.column) for one in cited}
    found = [squeeze(text) for text, _ in shaded(document)]
    for one in cited:
        assert any(squeeze(one.quote) in text for text in found), one
    tall = {place for text, place in shaded(document) if squeeze(text)}
    assert len(tall) == len(cells)
    for one in turn.answer.citations:
        assert any(text.startswith(f"[{one.n}] ") and text.endswith(one.place) for text in texts(document))
        if one.table is None:
            assert any(squeeze(one.quote) in squeeze(text) for text in texts(document))


@pytest.mark.parametrize(
    "question,words",
    [
        ("酒鬼酒利润增长", "增长82.99%"),
        pytest.param("三公经费比上年增长多少", "减少2.92万元", marks=pytest.mark.real_report),
    ],
)
def test_the_very_words_are_marked(real, question, words):
    body = memo_of([turn_of(real, question)], real.store).element.body
    lit = [run.text for run in body.iter(qn("w:r")) if run.find(f"{qn('w:rPr')}/{qn('w:highlight')}") is not None]
    assert words in [squeeze(text) for text in lit]


def test_a_cited_cell_is_bold(real):
    [(text, place)] = shaded(memo_of([turn_of(real, "本级机构项目支出多少?")], real.store))
    assert text == "3747.98"
    assert place.find(f".//{qn('w:b')}") is not None


def test_an_excerpt_has_header_rows_and_gaps_and_merged_cells(real_docx, tmp_path):
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, real_docx)
        turn = turn_of(Assistant.open(store), "本级机构项目支出多少?")
        [one] = turn.answer.citations
        held = store.table(one.report, one.table)
        [table] = memo_of([turn], store).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert all(len(row) == len(rows[0]) for row in rows)
    gaps = [row[0] for row in rows if row[0].startswith("… 略去")]
    shown = len(rows) - len(gaps)
    assert sum(int(gap.split()[2]) for gap in gaps) == held.table.rows - shown
    assert shown <= 10
    flat = [squeeze(text) for row in rows for text in row]
    assert "项目支出" in flat
    assert "支出合计" in flat
    spans = [place.tcPr.find(qn("w:gridSpan")) for place in table._tbl.iter(qn("w:tc"))]
    assert any(span is not None for span in spans)


def _tall(folder, rows=60):
    """A report whose label in the first column is merged over all rows under the header."""
    lines = [wordfile.tc("类别") + wordfile.tc("项目") + wordfile.tc("2023年决算数（万元）", span=2)]
    for n in range(rows):
        label = wordfile.tc("基本支出" if n == 0 else "", merge="start" if n == 0 else "go")
        lines.append(label + wordfile.tc(f"第{n}号科目") + wordfile.tc(f"{n}.25", span=2))
    body = wordfile.p("单位名称：甲县水利局") + wordfile.tbl(*lines)
    return wordfile.write(folder / "甲县水利局2023年度决算.docx", body)


def _cite(report, row, column, quote, n=1, table=0):
    return Citation(n, report, f"表 › 处{n}", quote, table, row, column, 1)


def _asked(*citations, status=Status.ANSWERED, text="答案。"):
    return Asked("问题", (), (), Answer(status, text, (), citations))


@pytest.fixture
def tall(tmp_path):
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, _tall(tmp_path))
        yield store, store.reports()[0].id


def test_merged_cells_are_merged_and_labels_begin_again_under_a_gap(tall):
    store, report = tall
    turn = _asked(_cite(report, 31, 2, "30.25"), _cite(report, 51, 2, "50.25", n=2))
    [table] = memo_of([turn], store).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[1] for row in rows] == [
        "项目", "… 略去 28 行 …", *(f"第{n}号科目" for n in range(28, 33)),
        "… 略去 15 行 …", *(f"第{n}号科目" for n in range(48, 53)), "… 略去 7 行 …",
    ]  # fmt: skip
    assert [row[0] for row in rows[2:7]] == ["基本支出"] * 5
    cells = [row.cells for row in table.rows]
    assert len({id(line[0]._tc) for line in cells[2:7]}) == 1
    assert cells[2][0]._tc is not cells[8][0]._tc
    assert cells[8][0].text == "基本支出"
    assert "".join(t.text or "" for t in table._tbl.iter(qn("w:t"))).count("基本支出") == 2
    assert len(shaded(memo_of([turn], store))) == 2


def test_no_two_tables_touch_and_none_ends_the_document(real):
    turn = turn_of(real, "三公经费控制率是多少？")
    two = replace(turn.answer, citations=turn.answer.citations[:2])
    document = memo_of([replace(turn, answer=two)], real.store)
    tags = [child.tag for child in document.element.body]
    assert len(document.tables) == 2
    assert all((a, b) != (qn("w:tbl"), qn("w:tbl")) for a, b in itertools.pairwise(tags))
    assert tags[-2:] == [qn("w:p"), qn("w:sectPr")]


def test_cells_far_apart_and_citations_past_the_twelfth_are_lines(tall):
    store, report = tall
    many = [_cite(report, 1 + 4 * n, 2, f"{4 * n}.25", n=n + 1) for n in range(15)]
    document = memo_of([_asked(*many)], store)
    assert texts(document)[-4:] == [
        "另有 3 处出处：",
        *(line for line in texts(document) if line[:4] in ("[13]", "[14]", "[15]")),
    ]
    assert "52.25" in texts(document)[-2]
    assert len(shaded(document)) == 12
    assert len(document.tables) == 1


def test_an_excerpt_of_too_many_rows_or_cells_is_given_as_text(tall, monkeypatch):
    store, report = tall
    turn = _asked(_cite(report, 31, 2, "30.25"))
    limits = ((excerpt, "_MOST_ROWS", 5), (excerpt, "_MOST_COLUMNS", 3), (evidence_document, "_MOST_CELLS", 10))
    for module, limit, value in limits:
        with monkeypatch.context() as patch:
            patch.setattr(module, limit, value)
            document = memo_of([turn], store)
        assert document.tables == []
        assert "第32行第3列 基本支出 › 第30号科目：30.25" in texts(document) or "第30号科目" in str(texts(document))
    assert len(memo_of([turn], store).tables) == 1


def test_a_row_that_is_quoted_is_shaded_as_a_row(tall):
    store, report = tall
    one = Citation(1, report, "表 › 第32行", "第30号科目 2023年决算数 30.25", 0, 31, 0, 1)
    assert [text for text, _ in shaded(memo_of([_asked(one)], store))][-2:] == ["第30号科目", "30.25"]
    sheet = opened(answer_workbook("q", _asked(one).answer, {}))["出处"]
    assert [cell.value for cell in sheet[2]][4:] == [1, 32, None]


def test_a_changed_report_is_said_to_be_changed(tall):
    store, report = tall
    moved = (_cite(report, 31, 2, "99.99"), _cite(report, 500, 2, "1", n=2), _cite(report, 0, 0, "1", n=3, table=9))
    paragraph = Citation(4, report, "正文", "原来的话。", block=0, start=0, end=3)
    document = memo_of([_asked(*moved, paragraph)], store)
    assert sum("后来更新过" in text for text in texts(document)) == 4
    assert "“99.99”" in str(texts(document))
    assert shaded(document) == []


def test_a_removed_report_is_said_to_be_removed(tmp_path, samples):
    with Store.open(tmp_path / "s", write=True) as store:
        for file in sorted(samples.glob("*.docx")):
            ingest_file(store, file)
        assistant = Assistant.open(store)
        turn = turn_of(assistant, "清河县水利局三公经费是多少")
        report = turn.answer.citations[0].report
        turn = replace(turn, reports=(report,))
        assert GONE not in str(texts(memo_of([turn], store)))
        store.delete(report)
        document = memo_of([turn], store)
        book = opened(answer_workbook("q", turn.answer, reports_of(assistant)))
    for one in turn.answer.citations:
        assert f"[{one.n}] {GONE} › {one.place}" in texts(document)
        assert any(squeeze(one.quote) in squeeze(text) for text in texts(document))
    assert document.tables == []
    assert book["出处"]["B2"].value == GONE


def test_every_citation_of_a_removed_report_is_quoted(tall):
    store, _ = tall
    lines = texts(memo_of([_asked(_cite("rgone", 31, 2, "30.25"), _cite("rgone", 51, 2, "50.25", n=2))], store))
    assert lines[-4:] == [f"[1] {GONE} › 表 › 处1", "30.25", f"[2] {GONE} › 表 › 处2", "50.25"]


@pytest.mark.parametrize(
    "question,word",
    [
        pytest.param("2020年和2021年项目支出分别多少", "数据不一致", marks=pytest.mark.real_report),
        ("净利润多少", "未披露"),
        ("三公经费控制率是多少？", ""),
    ],
)
def test_what_is_no_plain_answer_says_so_first(real, question, word):
    turn = turn_of(real, question)
    document = memo_of([turn], real.store)
    lines = texts(document)
    heading = lines.index(f"1. {question}")
    assert lines[heading + 1] == (word or turn.answer.text)
    assert document.paragraphs[heading].style.name == "Heading 1"


def test_a_question_asked_back_says_so(tall):
    lines = texts(memo_of([_asked(status=Status.CLARIFY, text="要问哪一年？")], tall[0]))
    assert lines[-2:] == ["请说明要问哪一个", "要问哪一年？"]


def test_the_document_opens_with_its_date_and_reports_and_closes_with_its_footer(two):
    turns = [turn_of(two, "清河县水利局三公经费是多少"), turn_of(two, "净利润多少")]
    document = memo_of(turns, two.store)
    lines = texts(document)
    assert lines[0] == "绩效问答记录"
    assert "2026年03月04日 05:06" in lines[1]
    assert "现有 2 份" in lines[2]
    assert reports_of(two)[turns[0].answer.citations[0].report].name in lines[3]
    assert [line for line in lines if line.startswith(("1. ", "2. "))] == [
        "1. 清河县水利局三公经费是多少",
        "2. 净利润多少",
    ]
    chosen = memo_of([replace(turns[0], reports=(turns[0].answer.citations[0].report,))], two.store)
    assert texts(chosen)[2] == texts(chosen)[3].replace("引到的报告", "提问范围")
    section = document.sections[0]
    assert section.footer.paragraphs[0].text == "由绩效问答生成；每个数字的出处如上，请以原报告为准"
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_formulas_are_written_under_the_answer(real):
    turn = turn_of(real, "三公经费比上年增长多少")
    assert next(line for line in turn.answer.trace if line.startswith("公式：")) in texts(memo_of([turn], real.store))


def test_characters_that_xml_forbids_are_left_out(tall):
    store, report = tall
    citation = Citation(1, report, HOSTILE, HOSTILE, block=0, start=1, end=2)
    value = Value(Decimal("1.5"), HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "cell", (1,))
    answer = Answer(
        Status.ANSWERED, HOSTILE, (value, replace(value, organisation="乙")), (citation,), (f"公式：{HOSTILE}",)
    )
    clean = "abc<script>&amp;]]>"
    book = opened(answer_workbook(HOSTILE, answer, {}))
    assert (book["数据"]["B1"].value, book["数据"]["B2"].value) == (clean, clean)
    assert book["计算"]["A2"].value == book["出处"]["D2"].value == clean
    lines = texts(memo_of([Asked(HOSTILE, (), (HOSTILE,), answer)], store))
    assert f"1. {clean}" in lines
    assert clean in lines
    assert f"公式：{clean}" in lines


def test_a_table_with_forbidden_characters_is_drawn_without_them(tall, monkeypatch):
    store, report = tall
    [held] = store.tables(report)
    cells = tuple(replace(cell, text=cell.text.replace("第30号", HOSTILE)) for cell in held.table.cells)
    broken = replace(held, table=replace(held.table, cells=cells))
    monkeypatch.setattr(store, "tables", lambda *_: [broken])
    [table] = memo_of([_asked(_cite(report, 31, 2, "30.25"))], store).tables
    assert "abc<script>&amp;]]>科目" in [cell.text for row in table.rows for cell in row.cells]


@pytest.mark.real_report
def test_a_long_conversation_is_written_fast(real):
    turns = [turn_of(real, q) for q in ("2020年和2021年项目支出分别多少", "2021年三公经费预算和决算分别是多少")]
    assert sum(len(turn.answer.citations) for turn in turns) >= 16
    started = time.perf_counter()
    conversation_document(turns, real.store)
    assert time.perf_counter() - started < 1
