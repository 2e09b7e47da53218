"""What the page shows: everything escaped, the right cell lit."""

import re
from dataclasses import replace

import pytest

from app import Page
from assistant.core import Assistant
from assistant.model import Answer, Citation, Status
from assistant.render import answer_html, cite_key, evidence_html, table_html
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
    html = answer_html(Answer(Status.ANSWERED, NASTY, (), (citation,)), {})
    harmless(html)
    assert "**" not in html
    assert "\n" not in html


@pytest.mark.parametrize("key", ["", "r=none", "r=%00~t=9", "t=1", "r=x~row=abc", "~~~", "r=" + "9" * 5000])
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
    heads = re.findall(r'<td class="jx-head"[^>]*>([^<]*)</td>', html)
    assert any("人员支出" in head for head in heads)
    assert any("州企业服务中心" in head for head in heads)


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
                cells = re.findall(r"<td([^>]*)>", line)
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


def test_the_page_keeps_each_visitors_questions_apart(two):
    page = Page(two)
    _, first, asked, _ = page.respond("清河县水利局三公经费是多少", None, None, None)
    _, second, other, _ = page.respond("2022年呢?", None, None, None)
    assert [one.question for one in asked] == ["清河县水利局三公经费是多少"]
    assert [one.question for one in other] == ["2022年呢?"]
    assert len(first) == len(second) == 2


def test_an_unknown_chosen_report_is_said_in_the_chat(two):
    _, messages, _, _ = Page(two).respond("三公经费", None, None, ["removed"])
    assert "jixiao reports" in messages[-1]["content"].replace("&#45;", "-")


def test_uploads_are_read_and_deleted(tmp_path):
    good = wordfile.write(tmp_path / "好.docx", wordfile.p("甲县水利局2023年度编制人数为12人。"))
    bad = tmp_path / "坏.docx"
    bad.write_bytes(b"MZ\x90")
    with Store.open(tmp_path / "s", write=True) as store:
        lines, _, _ = Page(Assistant.open(store)).upload([str(good), str(bad)], progress=lambda *_a, **_k: None)
        assert "✓ 好.docx" in lines
        assert "✗ 坏.docx" in lines
        assert not good.exists()
        assert not bad.exists()
        assert len(store.reports()) == 1
