"""What the page shows: everything escaped, the right cell lit."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.core import Assistant
from assistant.model import Answer, Choice, Citation, Status, Value
from assistant.web.answer import Links, answer_html
from assistant.web.evidence import NOTHING, evidence_html
from assistant.web.places import cite_key, spot_of
from assistant.web.reading import reading_page
from assistant.web.table import rows_around, table_html
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests import wordfile

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> **粗** [链](javascript:alert(3)) `c` $x$ &amp;"


@pytest.fixture
def hostile(tmp_path):
    body = wordfile.p(f"单位名称：甲县水利局{NASTY}") + wordfile.plain_table(
        [["项目", "2023年决算数（万元）"], [NASTY, "12.5"], ["办公费", "3"], ["合计", "15.5"]]
    )
    with Store.open(tmp_path / "s", write=True) as store:
        result = ingest_file(store, wordfile.write(tmp_path / "坏<b>.docx", body))
        yield store, result.report


def harmless(html):
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert 'href="javascript' not in html


def test_a_hostile_document_shows_as_text(hostile):
    store, report = hostile
    html = evidence_html(store, f"r={report}~t=0~row=1~col=1")
    harmless(html)
    assert "&lt;script&gt;" in html
    harmless(evidence_html(store, f"r={report}~b=0~s=2~e=9"))


def test_a_hostile_answer_shows_as_text():
    citation = Citation(1, "r1", NASTY, NASTY, block=0)
    value = Value(Decimal(1), NASTY, NASTY, NASTY, NASTY, NASTY, "cell", (1,))
    choice = Choice(NASTY, NASTY)
    for status in Status:
        answer = Answer(status, NASTY, (value, value), (citation,), (f"公式：{NASTY}", NASTY), choices=(choice,))
        links = Links(lambda one: f'#cite="><b>{one.place}', f"answer.xlsx?q={NASTY}", lambda one: one.question)
        for html in (answer_html(answer, {}), answer_html(answer, {}, links)):
            harmless(html)
            assert "**" not in html
            assert "\n" not in html
            assert "<b>坏" not in html


@pytest.mark.parametrize("key", ["r=none", "r=%00~t=9", "t=1", "r=x~row=abc", "~~~", "r=" + "9" * 5000])
def test_a_broken_link_is_a_sentence(hostile, key):
    html = evidence_html(hostile[0], key)
    assert "请" in html
    harmless(html)


def test_a_table_that_is_gone_is_a_sentence(hostile):
    assert "请" in evidence_html(hostile[0], f"r={hostile[1]}~t=99~row=0~col=0")


def test_the_cell_is_lit_and_its_headers_marked(real):
    answer = real.ask("州企业服务中心人员支出")
    html = evidence_html(real.store, cite_key(answer.citations[0]))
    lit = re.findall(r'<td id="jx-lit" class="jx-lit"[^>]*>([^<]*)</td>', html)
    assert lit == ["186.18"]
    heads = re.findall(r'<t[dh] class="jx-head"[^>]*>([^<]*)</t[dh]>', html)
    assert any("人员支出" in head for head in heads)
    assert any("州企业服务中心" in head for head in heads)


def test_headers_of_a_block_further_up_are_not_marked(real):
    answer = real.ask("2021年三公经费决算数")
    cell = next(one for one in answer.citations if one.quote.strip() == "14.02" and "2021年决算数" in one.place)
    heads = re.findall(r'<t[dh] class="jx-head"[^>]*>([^<]*)</t[dh]>', evidence_html(real.store, cite_key(cell)))
    assert any("2021年决算数" in head for head in heads)
    assert not any("控制率" in head for head in heads)
    assert all(any(char.isalpha() for char in head) for head in heads)


def test_a_sentence_inside_a_cell_is_marked(real):
    answer = real.ask("酒鬼酒利润增长")
    assert "<mark>增长82.99%</mark>" in evidence_html(real.store, cite_key(answer.citations[0]))


def test_drawn_rows_keep_their_width(real):
    """Each drawn row's cells, with those reaching down into it, fill the table's columns."""
    report = real.store.reports()[0].id
    for held in real.store.tables(report):
        for row in (0, held.table.rows // 2, held.table.rows - 1):
            html = table_html(held, row, 0)
            open_until: list[int] = []
            widths = set()
            for number, line in enumerate(re.findall(r"<tr.*?</tr>", html, re.S)):
                cells = re.findall(r"<t[dh]\b([^>]*)>", line)
                spans = [(int(_number("rowspan", c)), int(_number("colspan", c))) for c in cells]
                width = sum(colspan for _, colspan in spans) + sum(1 for end in open_until if end > number)
                open_until += [number + rowspan for rowspan, colspan in spans for _ in range(colspan)][: 10**6]
                open_until = [end for end in open_until if end > number + 1]
                widths.add(width)
            assert widths <= {held.table.columns} or "jx-gap" in html


def test_cells_not_understood_are_framed_and_counted(real):
    report = real.store.reports()[0].id
    held = real.store.tables(report)[0]
    cell = held.table.cells[-1]
    ledger = replace(held.ledger, understood=held.ledger.cells - 1, unclear=((cell.row, cell.column, "没有行名<1>"),))
    html = table_html(replace(held, ledger=ledger))
    assert html.count('class="jx-unclear" title="没有行名&lt;1&gt;"') == 1
    assert "jx-unclear" not in table_html(held)


def test_evidence_says_how_much_of_its_table_was_understood(real):
    answer = real.ask("三公经费控制率是多少？")
    assert re.search(r"本表 (\d+) 格，读懂 \1 格", evidence_html(real.store, cite_key(answer.citations[0])))


def _number(name, attributes):
    found = re.search(rf'{name}="(\d+)"', attributes)
    return found.group(1) if found else "1"


def test_no_key_invites_to_click(hostile):
    assert evidence_html(hostile[0], "") == NOTHING


@pytest.mark.parametrize(
    "question",
    [
        "三公经费控制率是多少？",
        "酒鬼酒利润增长",
        "编制人数是多少",
        pytest.param("存在哪些问题", marks=pytest.mark.real_report),
    ],
)
def test_a_fresh_link_is_never_called_changed(real, question):
    answer = real.ask(question)
    assert answer.citations
    for citation in answer.citations:
        assert "后来更新过" not in evidence_html(real.store, cite_key(citation))


def test_a_link_notices_that_its_place_says_something_else_now(tmp_path):
    def read(value):
        table = wordfile.plain_table([["项目", "2023年决算数（万元）"], ["办公费", value], ["合计", value]])
        text = wordfile.p("单位名称：甲县水利局") + wordfile.p(f"2023年公务接待费{value}万元。")
        return ingest_file(store, wordfile.write(tmp_path / "甲县水利局2023年报告.docx", text + table))

    with Store.open(tmp_path / "s", write=True) as store:
        read("12.5")
        assistant = Assistant.open(store)
        keys = [cite_key(assistant.ask(q).citations[0]) for q in ("办公费是多少", "公务接待费是多少")]
        assert [spot_of(key).table for key in keys] == [0, None]
        assert not any("后来更新过" in evidence_html(store, key) for key in keys)
        read("13.5")
        assert all("后来更新过" in evidence_html(store, key) for key in keys)
        assert all("后来更新过" in reading_page(store, store.reports()[0], "/", key=key) for key in keys)


def test_the_figure_comes_first_then_citations_then_the_formula(real):
    html = answer_html(real.ask("本级机构的项目支出占支出合计的比例是多少"), {})
    assert html.index("jx-figure") < html.index("jx-text") < html.index("jx-cites") < html.index("jx-formula")


def test_a_conflict_sets_its_values_side_by_side_with_their_places(real):
    html = answer_html(real.ask("编制人数是多少"), {})
    sides = re.findall(r'<div class="jx-side">(.*?)</div>', html)
    assert [re.search("<b>(.*?)</b>", side).group(1) for side in sides] == ["87人", "91人"]
    assert all("#cite=" in side for side in sides)
    assert html.count('class="jx-cite"') == len(real.ask("编制人数是多少").citations)


@pytest.mark.parametrize(
    "question, badge",
    [("净利润是多少", "未披露"), ("2015年三公经费是多少", "未收录"), ("南山县教育局三公经费", "未收录")],
)
def test_a_refusal_says_its_type(real, question, badge):
    assert f'<span class="jx-badge">{badge}</span>' in answer_html(real.ask(question), {})


def test_rows_far_from_the_lit_cell_are_left_out_and_counted(tmp_path):
    rows = [["项目", "2023年决算数（万元）"], *([f"项目{n}", f"{n}.5"] for n in range(100)), ["合计", "5000"]]
    with Store.open(tmp_path / "s", write=True) as store:
        report = ingest_file(store, wordfile.write(tmp_path / "长.docx", wordfile.plain_table(rows))).report
        held = store.table(report, 0)
        html = table_html(held, 60, 1)
    lit = next(cell for cell in held.table.cells if (cell.row, cell.column) == (60, 1))
    shown = rows_around(held, lit)
    assert shown[0] == 0
    assert min(shown[1:]) > 40
    assert max(shown) < 80
    assert sum(map(int, re.findall(r"略去 (\d+) 行", html))) + len(shown) == len(rows)
