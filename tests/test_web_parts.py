"""The page's parts without a browser: charts, the reading view, choosers, conversations, plain pages."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import app
from assistant.core import Assistant
from assistant.feedback import Asked, Feedback
from assistant.model import Answer, Status, Value
from assistant.web import library
from assistant.web.answer import answer_html
from assistant.web.chart import chart_html, round_up, scale
from assistant.web.chat import Chat, turn_at
from assistant.web.conversation import answer_turn, brought_back, kept
from assistant.web.downloads import MOST_WAITING, Download, Downloads
from assistant.web.examples import Examples
from assistant.web.places import cite_key, workbook_link
from assistant.web.reading import reading_page
from assistant.web.routes import Site, routes
from assistant.web.series import comparable, labels
from ingest.errors import UnknownReportError
from ingest.pipeline import Outcome, Result, ingest_file
from ingest.store import Store
from tests import wordfile

NASTY = "<img src=x onerror=alert(1)>"


def value(measure="支出", number="1", unit="万元", organisation="甲局", period="2023"):
    return Value(Decimal(number), unit, number + unit, measure, organisation, period, "cell", (1,))


def answer(*values, status=Status.ANSWERED):
    return Answer(status, "答", values)


# what can be compared


@pytest.mark.parametrize(
    "values, names",
    [
        ((value(period="2022"), value(period="2023")), ["2022年", "2023年"]),
        ((value(organisation="甲局"), value(organisation="乙局")), ["甲局", "乙局"]),
        ((value("人员经费"), value("公用经费")), ["人员经费", "公用经费"]),
        (
            (value(organisation="甲局", period="2022"), value(organisation="乙局", period="2023")),
            ["甲局2022年", "乙局2023年"],
        ),
    ],
)
def test_values_are_named_by_what_differs(values, names):
    assert labels(values) == names
    assert [bar.label for bar in comparable(answer(*values)).bars] == names


@pytest.mark.parametrize(
    "given",
    [
        answer(value()),
        answer(value(), value()),
        answer(value(unit="万元"), value("人数", unit="人")),
        answer(value(period="2022"), value(period="2023"), status=Status.CONFLICT),
        answer(*(value(f"指标{n}") for n in range(60))),
    ],
    ids=["one", "alike", "different dimensions", "a conflict", "too many"],
)
def test_what_cannot_be_compared_is_not_drawn(given):
    assert comparable(given) is None


def test_a_difference_is_not_set_beside_its_amounts_and_years_go_in_order():
    change = replace(value(number="-2"), basis="computed", measure="支出增减额")
    series = comparable(answer(change, value(number="3", period="2023"), value(number="5", period="2022")))
    assert [(bar.label, str(bar.size)) for bar in series.bars] == [("2022年", "5"), ("2023年", "3")]


def test_one_series_has_one_unit():
    series = comparable(answer(value("甲", "1.5", "亿元"), value("乙", "200", "万元"), value("丙", "300", "万元")))
    assert series.unit == "万元"
    assert [bar.size for bar in series.bars] == [Decimal(15000), Decimal(200), Decimal(300)]
    assert [bar.shown for bar in series.bars] == ["1.5亿元", "200万元", "300万元"]


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20))
def test_the_axis_holds_zero_and_every_bar(sizes):
    low, high = scale(sizes)
    assert low <= 0 <= high
    assert low < high
    assert all(low <= size <= high for size in sizes)


@pytest.mark.parametrize(
    "size, rounded", [("1247.5", "1500"), ("0.031", "0.04"), ("1", "1"), ("99.1", "100"), ("0", "0")]
)
def test_axis_ends_are_round(size, rounded):
    assert round_up(Decimal(size)) == Decimal(rounded)


def test_bars_are_as_long_as_their_values_and_carry_them():
    series = comparable(answer(value("甲", "100"), value("乙", "25"), value("丙", "-50")))
    html = chart_html(series, lambda numbers: f"[{numbers[0]}]")
    widths = [Decimal(w) for w in re.findall(r'class="jx-fill" style="left:[\d.]+%;width:([\d.]+)%"', html)]
    assert widths[0] / 4 == pytest.approx(widths[1], abs=Decimal("0.2"))
    assert widths[0] / 2 == pytest.approx(widths[2], abs=Decimal("0.2"))
    assert [unescape(size) for size in re.findall(r'class="jx-size[^>]*>([^<]*)<', html)] == ["100", "25", "-50"]
    assert "单位：万元" in html


def test_a_figure_in_a_narrow_bar_stands_beside_it():
    html = chart_html(comparable(answer(value("甲", "-100"), value("乙", "-1"), value("丙", "5"))), str)
    assert re.findall(r'class="(jx-size[^"]*)"', html) == ["jx-size jx-inside", "jx-size", "jx-size"]
    assert re.findall(r'jx-size" style="(left|right)', html) == ["right", "right"]


def test_a_budget_is_never_shown_under_the_name_of_an_actual(two):
    found = two.ask("清河县水利局公务接待费预算数是多少")
    assert [(one.name, one.measure) for one in found.values] == [("公务接待费预算数", "公务接待费")]
    assert "公务接待费预算数" in answer_html(found, {}).partition("jx-text")[0]
    assert set(found.to_json()["values"][0]) == {
        "value", "unit", "raw", "measure", "organisation", "period", "basis", "citations",
    }  # fmt: skip


def test_a_real_comparison_is_drawn(real):
    series = comparable(real.ask("各单位项目支出分别是多少"))
    assert [(bar.label, str(bar.size)) for bar in series.bars][:2] == [
        ("本级机构", "3747.98"),
        ("州企业服务中心", "297.46"),
    ]


# reading


@pytest.mark.real_report
def test_a_report_reads_in_order_with_its_headings(real):
    report = real.store.reports()[0]
    page = reading_page(real.store, report, "/")
    contents = re.search(r"<summary>目录</summary>(.*?)</details>", page, re.S).group(1)
    heads = [
        (int(level), unescape(text))
        for level, text in re.findall(r'class="jx-level(\d)"><a href="#b\d+">([^<]*)', contents)
    ]
    assert (1, "一、基本情况") in heads
    assert (2, "（一）单位基本情况") in heads
    assert heads.index((1, "一、基本情况")) < heads.index((1, "二、一般公共预算支出情况"))
    assert page.count("<table") == report.tables
    for anchor in re.findall(r'href="#(b\d+)"', contents):
        assert page.count(f'id="{anchor}"') == 1


def test_words_are_found_whatever_spaces_spread_them(tmp_path):
    with Store.open(tmp_path / "s", write=True) as store:
        body = wordfile.p("合 　计 与 合计") + wordfile.plain_table([["合\n计", "1"], [NASTY, "2"]])
        ingest_file(store, wordfile.write(tmp_path / "找.docx", body))
        report = store.reports()[0]
        page = reading_page(store, report, "/", wanted="合计")
        assert "共 3 处" in page
        assert page.count('<mark id="hit') == 3
        assert "没有找到" in reading_page(store, report, "/", wanted="净利润")
        hostile = reading_page(store, report, "/", wanted=NASTY)
        assert "<img" not in hostile
        assert "共 1 处" in hostile


def test_a_cited_cell_is_lit_in_the_whole_report(real):
    citation = real.ask("州企业服务中心人员支出").citations[0]
    page = reading_page(real.store, real.store.reports()[0], "/", key=cite_key(citation))
    assert re.findall(r'id="jx-lit"[^>]*>([^<]*)<', page) == ["186.18"]


def test_a_table_without_end_is_paged(tmp_path):
    rows = [["项目", "2023年决算数（万元）"], *([f"项目{n}", f"{n}.5"] for n in range(1000))]
    with Store.open(tmp_path / "s", write=True) as store:
        ingest_file(store, wordfile.write(tmp_path / "长.docx", wordfile.plain_table(rows)))
        report = store.reports()[0]
        assert reading_page(store, report, "/").count("<tr") < 310
        assert "项目600" in reading_page(store, report, "/", start=600)
        found = reading_page(store, report, "/", wanted="项目77")
        assert "项目770" not in found
        assert ">项目</mark>" not in found
        assert "601–900 行（10 行有）</a>" in found
        assert "项目770" in re.sub("<[^>]*>", "", reading_page(store, report, "/", wanted="项目770"))
        key = f"r={report.id}~b=0~t=0~row=900~col=1"
        assert "899.5" in reading_page(store, report, "/", key=key)


# choosing reports


def test_reports_are_narrowed_by_words_and_by_choice(two):
    reports = two.store.reports()
    assert [r.organisation for r in library.narrowed(reports, "水利 2023年")] == ["清河县水利局"]
    assert library.narrowed(reports, "教育") == []
    by_department = library.chosen(reports, ["清河县水利局"], [], [])
    assert [two.store.find_report(r).organisation for r in by_department] == ["清河县水利局"]
    assert library.chosen(reports, [], [], []) == ()
    assert library.chosen(reports, ["x"], [], ["id"]) == ("id",)
    with pytest.raises(UnknownReportError, match="请"):
        library.chosen(reports, ["清河县水利局"], ["1999"], [])


def test_examples_are_questions_that_are_answered(two):
    found = Examples(two).now()
    assert 3 <= len(found) <= 6
    assert all(two.ask(question).status is Status.ANSWERED for question in found)
    assert len({question[:4] for question in found}) > 1


def test_choices_lead_to_answers(two):
    refused = two.ask("南山县教育局三公经费是多少")
    assert refused.choices
    for choice in refused.choices:
        assert two.ask(choice.question, reports=choice.reports).status is Status.ANSWERED


def test_a_question_asked_back_offers_each_report(tmp_path):
    with Store.open(tmp_path / "s", write=True) as store:
        for n, name in enumerate("甲乙丙丁戊己庚"):
            body = wordfile.p(f"单位名称：{name}县水利局") + wordfile.p(f"2023年公务接待费{n + 1}.5万元。")
            ingest_file(store, wordfile.write(tmp_path / f"{name}县水利局2023年度绩效自评报告.docx", body))
        assistant = Assistant.open(store)
        asked = assistant.ask("公务接待费是多少")
        assert asked.status is Status.CLARIFY
        assert len(asked.choices) >= 5
        texts = [assistant.ask(one.question, reports=one.reports).text for one in asked.choices]
        assert len(set(texts)) == len(texts)
        assert all(one.label[:5] in assistant.ask(one.question).text for one in asked.choices)
        assert [set(one) for one in asked.to_json()["choices"]] == [{"label", "question", "answer"}] * len(
            asked.choices
        )


# conversations


def test_a_conversation_survives_a_restart(two):
    turns = []
    for question in ("清河县水利局三公经费是多少", "2022年呢?"):
        turns.append(answer_turn(two, question, tuple(one.question for one in turns), ()))
    again = brought_back(two, kept(turns))
    assert [(one.question, one.answer.text) for one in again] == [(one.question, one.answer.text) for one in turns]


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[1]", '[{"q": 1, "r": []}]', '[{"q": "x"}]', '[{"q": "x", "r": [1]}]']
)
def test_what_is_no_conversation_is_an_empty_one(two, text):
    assert brought_back(two, text) == []


def test_an_error_becomes_a_sentence(two, monkeypatch, caplog):
    assert "请在“问哪些报告”里重新选" in answer_turn(two, "三公经费", (), ("removed",)).answer.text
    monkeypatch.setattr(two, "ask", lambda *_a, **_k: 1 / 0)
    assert "请换个说法" in answer_turn(two, "三公经费", (), ()).answer.text
    assert "ZeroDivisionError" in caplog.text


def test_a_report_removed_while_it_is_asked_about_is_left_out(tmp_path, monkeypatch):
    with Store.open(tmp_path / "s", write=True) as store:
        for name in "甲乙":
            body = wordfile.p(f"单位名称：{name}县水利局") + wordfile.p("四、存在的问题") + wordfile.p("预算编制不准。")
            ingest_file(store, wordfile.write(tmp_path / f"{name}县水利局2023年度绩效自评报告.docx", body))
        assistant = Assistant.open(store)
        gone = store.reports()[1]
        real = Assistant.library

        def removing(self, reports=()):
            if tuple(reports) == (gone.id,):
                store.delete(gone.id)
            return real(self, reports)

        monkeypatch.setattr(Assistant, "library", removing)
        answer = assistant.ask("存在哪些问题")
        assert answer.status is Status.ANSWERED
        assert gone.id not in {citation.report for citation in answer.citations}


def test_verdicts_are_listed_with_the_last_word_on_each(tmp_path):
    feedback = Feedback(tmp_path)
    asked = Asked("三公经费", (), (), Answer(Status.ANSWERED, "三公经费为12万元"))
    feedback.keep(asked, helpful=False, user="李会计")
    feedback.keep(asked, helpful=False, note="应为13万元", user="李会计")
    feedback.keep(Asked("项目支出", (), (), Answer(Status.ANSWERED, "x")), helpful=True)
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as target:
        target.write("不是 JSON\n[1]\n")
    assert [(e["question"], e["note"], e.get("user")) for e in feedback.entries()] == [
        ("三公经费", "应为13万元", "李会计"),
        ("项目支出", "", None),
    ]
    assert len(feedback.raw().splitlines()) == 5


@pytest.fixture
def chat(two):
    return Chat(Site(two, Feedback(two.store.folder), Examples(two)))


def last(steps):
    return list(steps)[-1]


def test_every_answer_keeps_its_turn_whatever_stands_between(chat):
    _, messages, turns, memory = last(chat.respond("清河县水利局三公经费是多少", None, "", None, None, None))
    _, messages, turns, memory = last(chat.respond("项目支出", turns, memory, ["没有的局"], ["1999"], None))
    _, messages, turns, memory = next(chat.respond("停<下>来", turns, memory, None, None, None))
    assert messages[-1]["role"] == "user"
    _, messages, turns, memory = chat.stop(turns, memory)
    assert "已停止" in messages[-1]["content"]
    _, messages, turns, memory = last(chat.retry(turns, memory, None, None, None))
    assert "停&#60;下&#62;来" in messages[-2]["content"]
    assert "已停止" not in messages[-1]["content"]
    _, messages, turns, memory = last(chat.respond("2022年呢?", turns, memory, None, None, None))
    asked = ["清河县水利局三公经费是多少", "项目支出", "停<下>来", "2022年呢?"]
    assert [one.question for one in turns] == asked
    assert [one["role"] for one in messages] == ["user", "assistant"] * 4
    assert [turn_at(2 * n + 1, turns).question for n in range(4)] == asked
    assert turn_at((7, 0), turns).question == "2022年呢?"
    assert all(turn_at(index, turns) is None for index in (-1, 0, 2, 9, 10**9, None, "1", [], {}))
    again, restored, text = chat.restore(memory)
    assert [one.question for one in restored] == asked
    assert text == memory
    assert len(again) == len(messages)


def test_what_is_brought_back_is_bounded(two):
    long = [Asked("长" * 500, (), (), Answer(Status.NOT_FOUND, "")) for _ in range(90)]
    assert 10 <= len(json.loads(kept(long))) <= 16
    short = [Asked("三公经费", (), (), Answer(Status.NOT_FOUND, "")) for _ in range(90)]
    assert len(json.loads(kept(short))) == 30
    for text in (json.dumps([{"q": "长" * 1500, "r": []}] * 95), "[" * 7000, '[{"q": "\\ud800", "r": []}]', "\ud800"):
        assert brought_back(two, text) == []


def test_turns_of_before_a_restart_can_still_be_judged_stopped_and_downloaded(chat, two):
    _, _, turns, memory = last(chat.respond("清河县水利局三公经费是多少", None, "", None, None, None))
    link = chat.memo([], memory)
    download = chat.downloads.take(link.rsplit("/", 1)[1])
    assert download.data[:2] == b"PK"
    assert chat.downloads.take(link.rsplit("/", 1)[1]) is None
    assert turn_at(1, brought_back(two, memory)).answer.text == turns[0].answer.text


def test_files_that_nobody_fetches_make_room():
    downloads = Downloads()
    tokens = [downloads.put(Download(f"{n}.docx", b"x")) for n in range(MOST_WAITING + 3)]
    assert [downloads.take(token) is None for token in tokens] == [True] * 3 + [False] * MOST_WAITING


# plain pages


@pytest.fixture
def client(two):
    site = FastAPI()
    site.include_router(routes(Site(two, Feedback(two.store.folder), Examples(two))))
    with TestClient(site) as opened:
        yield opened


def test_the_plain_chat_asks_answers_and_follows_up(client):
    page = client.get("/lite", params={"q": "清河县水利局三公经费是多少"})
    assert "21.96万元" in unescape(page.text)
    assert 'id="jx-lit"' in page.text
    assert "<script" not in page.text
    follow = client.get("/lite", params={"q": "2022年呢?", "h": "清河县水利局三公经费是多少"})
    assert "24.47万元" in unescape(follow.text)
    link = unescape(re.search(r'href="(/lite/evidence[^"]*)"', page.text).group(1))
    assert 'id="jx-lit"' in client.get(link).text


def test_the_plain_chat_offers_what_may_be_asked_instead(client):
    page = client.get("/lite", params={"q": "南山县教育局三公经费是多少"})
    link = unescape(re.search(r'<ul class="jx-choices"><li><a href="([^"]*)"', page.text).group(1))
    assert "万元" in client.get(link).text


@pytest.mark.parametrize(
    "path", ["/lite", "/lite?q=a&r=none", "/lite/evidence?key=x", "/read/none", "/answer.xlsx?q=a&r=none"]
)
def test_plain_pages_take_no_script_and_nothing_from_elsewhere(client, path):
    reply = client.get(path)
    assert reply.status_code in (200, 404)
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', reply.text)
    assert not re.search(r"<script|\son\w+=", reply.text)


@pytest.mark.parametrize("path", ["/lite?q=" + "长" * 3000, "/read/x?start=-1", "/evidence?key=" + "k" * 3000])
def test_what_is_too_long_is_refused(client, path):
    assert client.get(path).status_code == 422


def test_a_hostile_question_shows_as_text(client):
    page = client.get("/lite", params={"q": NASTY, "h": NASTY, "r": NASTY})
    assert NASTY not in page.text
    assert unescape(page.text).count(NASTY) >= 2


def test_the_values_of_an_answer_download(client, two):
    link = workbook_link("/", "2022年呢?", ("清河县水利局三公经费是多少",), ())
    reply = client.get(link)
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.content[:2] == b"PK"


# uploads


def test_uploads_are_read_reported_on_and_deleted(tmp_path):
    good = wordfile.write(tmp_path / "好.docx", wordfile.p("甲县水利局2023年度编制人数为12人。"))
    again = tmp_path / "again" / "好.docx"
    again.parent.mkdir()
    again.write_bytes(good.read_bytes())
    bad = tmp_path / f"坏{NASTY[:5]}.docx"
    bad.write_bytes(b"MZ\x90")
    with Store.open(tmp_path / "s", write=True) as store:
        shelf = app.Shelf(store, "/")
        html, _ = shelf.upload([str(good), str(bad), str(again)], progress=lambda *_a, **_k: None)
        lines = [unescape(line) for line in re.findall(r"<p[^>]*>(.*?)</p>", html)]
        assert lines[0] == "共 3 份：读入 1 份，没有变化 1 份，没读成 1 份。"
        assert lines[1].startswith("✓ 好.docx：已读入")
        assert lines[2].startswith("✗ 坏")
        assert lines[3].startswith("＝ 好.docx")
        assert NASTY[:5] not in html
        assert not any(path.exists() for path in (good, bad, again, again.parent))
        report = store.reports()[0]
        assert report.name in unescape(shelf.listed("好"))
        assert "没有符合" in shelf.listed("教育")
        said, _sure = shelf.confirm([report.id])
        assert "好.docx" in said
        shelf.remove([report.id])
        assert store.reports() == []
        assert len({Result("a", outcome, "").mark for outcome in Outcome}) >= len(Outcome) - 1


def test_the_programs_endpoint_gives_the_same_json(chat, two):
    asked = chat.ask("2022年呢?", ["清河县水利局三公经费是多少"], None)
    plain = two.ask("2022年呢?", history=["清河县水利局三公经费是多少"]).to_json()
    assert json.dumps({**asked, "ms": 0}) == json.dumps({**plain, "ms": 0})
