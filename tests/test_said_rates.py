"""Shares and changes said in running text: worked out from the amounts of the sentence, whatever else it states."""

from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks.findings import formula, spelt_out
from assistant.checks.said import said_rates
from assistant.core import Assistant
from eval.figures import folded, tokens
from eval.model import Gold, QuestionKind
from eval.support import comes_out, unsupported
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests import wordfile

TITLE = "明江市水务局2023年度部门决算公开"
#: A sentence, and for each of its rates what it should be where it isn't that.
SENTENCES = [
    ("本年支出合计8000.00万元，其中：基本支出6000.00万元，占75.00%；项目支出2000.00万元，占25.00%。", []),
    ("本年支出合计8000.00万元，其中：基本支出6000.00万元，占75.00%；项目支出2000.00万元，占52.00%。", ["25.00"]),
    ("支出预算8000.00万元。项目支出2000.00万元，占支出预算的52.00%。", ["25.00"]),
    ("到位1000.00万元。从用途看，管护600.00万元，占60.00%；维修300.00万元，占总额的33.00%；培训100.00万元，占10.00%。", ["30.00"]),
    ("收入1100.00万元，比上年增加100.00万元，增长10.00%。", []),
    ("收入1100.00万元，比上年增加100.00万元，增长11.83%。", ["10.00"]),
    ("收入900.00万元，比上年减少100.00万元，下降10.00%。", []),
    ("收入900.00万元，与2022年度相比减少100.00万元，下降10.00%。", []),
    ("收入900.00万元，与2022年度相比减少100.00万元，下降12.00%。", ["-10.00"]),
    ("收入1100.00万元，较上年1000.00万元增加100.00万元，增长10.00%。", []),
    ("收入1100.00万元，较上年1000.00万元增长12.60%。", ["10.00"]),
    ("支出比2022年决算数1000.00万元增加100.00万元，增长10.00%。", []),
    ("三公经费决算17.00万元，完成预算20.00万元的85.00%，比上年减少3.00万元，下降15.00%。", []),
    ("接待费3.00万元，年中采购占全年的40.00%。", []),
    ("支出1100.00万元，比上年增加100.00万元，增长10.00%，主要是人员增加20.00万元，项目支出增长5.00%。", []),
    ("收入900.00万元，比上年减少100.00万元，其中财政拨款减少50.00万元，事业收入下降6.00%。", []),
    ("存款余额1000.00亿元，比年初增加100.00亿元，贷款余额增长15.00%。", []),
    ("存款余额1000.00亿元，比年初增加100.00亿元，同比增长15.00%。", []),
    ("决算17.53万元，比预算减少2.47万元，比上年下降5.00%。", []),
    ("支出1100.00万元，比上年1000.00万元增长10.00%，比预算1050.00万元增长4.76%。", []),
    ("收入1000.00万元，比去年同期的900.00万元增长11.11%，非税收入增长3.00%。", []),
    ("支出1100.00万元，比上年增加100.00万元，其中财政拨款增加约50万元，增长20.00%。", []),
    ("生产总值达到13697.5亿元，较2020年的9323.1亿元增加4374.4亿元，增长33.6%。", []),
    ("资产达到1369.75万元，较“十三五”末的932.31万元增加437.44万元，增长46.92%。", []),
    ("收入12.35万元，比上年增加11.20万元，增长968.00%。", []),
    ("收入1000.00万元，其中上年结余200.00万元，本年收入800.00万元，增长5.00%。", []),
    ("支出合计1100.00万元，其中使用上年结转资金50.00万元，较2022年增长10.00%。", []),
    ("支出合计1000.00万元，其中基本支出600.00万元，比上年增加100.00万元，占60.00%。", []),
    ("接待游客120万人次，比上年增加20万人次，增长19.60%。", []),
    ("粮食产量68万吨，比上年增加2万吨，增长2.60%。", []),
    ("接待游客120万人次，其中境外游客12万人次，占9.70%。", []),
    ("支出合计1000.00万元，其中基本支出600.00万元，占比65.00%。", ["60.00"]),
    ("在校学生1862人的实验小学扩建；海岛小学寄宿生203人，占该校学生52.59%。", []),
    ("本年收入中财政拨款占99.70%；支出8000.00万元，其中基本支出占72.22%。", []),
]  # fmt: skip


def relations(folder, *sentences):
    body = "".join(map(wordfile.p, (TITLE, "一、收支情况", *sentences)))
    with closing(Store.open(folder, write=True)) as store:
        ingest_file(store, wordfile.write(folder / "决算.docx", body))
        assistant = Assistant.open(store)
        return list(said_rates(assistant.checker.sheet(assistant.library().reports[0])))


@pytest.mark.parametrize("sentence, due", SENTENCES)
def test_a_rate_of_a_sentence_is_held_against_its_amounts(tmp_path, sentence, due):
    failed = [one for one in relations(tmp_path, sentence) if not one.holds]
    assert [f"{one.solve(one.result) * 100:.2f}" for one in failed] == due


#: Rates of every unit and sign, each of which is worked out.
WORKED_OUT = [
    "本年支出合计8000.00万元，其中：基本支出6000.00万元，占75.00%。",
    "本年支出合计8000.00万元，其中：基本支出6000.00万元，占57.00%。",
    "支出合计1000.00万元，其中基本支出6.00万元，占6.00‰。",
    "收入1100.00万元，比上年增加100.00万元，增长10.00%。",
    "收入900.00万元，比上年减少100.00万元，下降10.00%。",
    "收入900.00万元，比上年减少100.00万元，降幅10.00%。",
    "收入1100.00万元，较上年1000.00万元增长12.60%。",
    "收入900.00万元，较上年1000.00万元下降12.60%。",
]


@pytest.mark.parametrize("sentence", WORKED_OUT)
def test_what_a_rate_is_worked_out_as_comes_out(tmp_path, sentence):
    """A trace's formula is checked by whoever reads it, and by the measure that bears figures out."""
    lines = [line for one in relations(tmp_path, sentence) for line in spelt_out(one)]
    assert lines
    for line in lines:
        left, _, right = line.removeprefix("公式：").rpartition("=")
        assert comes_out(left, tokens(right)[0]), line


def test_an_answer_about_a_wrong_rate_works_out_every_figure_that_it_gives(tmp_path):
    text = "支出合计1000.00万元，其中基本支出600.00万元，占比65.00%；项目支出400.00万元，占比40.00%。"
    path = wordfile.write(tmp_path / f"{TITLE}.docx", wordfile.p(TITLE) + wordfile.p(text))
    with closing(Store.open(tmp_path / "s", write=True)) as store:
        ingest_file(store, path)
        assistant = Assistant.open(store)
        question = "基本支出占比对得上吗，请核对"
        answer = assistant.ask(question).to_json()
        names = {report.id: path.stem for report in store.reports()}
    assert "60.00%" in answer["text"]
    gold = Gold("q", QuestionKind.CONFLICT, (question,))
    assert unsupported(gold, answer, names, {path.stem: f"{TITLE}¦{folded(text)}"}) == ()


def test_a_figure_of_nothing_is_no_whole_of_a_change(tmp_path):
    """A table of zeros beside the sentence: what repairs are tried may be 0, too."""
    body = wordfile.p(TITLE) + wordfile.p("本年收入合计100.00万元，比上年增加50.00万元，增长100.00%。")
    body += wordfile.plain_table(
        [["项目", "决算数（万元）"], ["财政拨款", "0.00"], ["其他收入", "0.00"], ["本年收入合计", "0.00"]]
    )
    with closing(Store.open(tmp_path, write=True)) as store:
        ingest_file(store, wordfile.write(tmp_path / "决算.docx", body))
        assistant = Assistant.open(store)
        assistant.checker.run(assistant.library().reports)
        assert "本年收入合计" in assistant.ask("本年收入合计是多少").text


def test_a_relation_is_told_by_the_amounts_that_it_holds_by(tmp_path):
    text = "公用经费5000.00万元，其中三公经费1000.00万元，占20.00%，含公务接待费300.00万元，占30.00%。"
    made = relations(tmp_path, text)
    assert [formula(one) for one in made] == ["1000.00万元÷5000.00万元＝20.00%", "300.00万元÷1000.00万元＝30.00%"]


def test_a_change_said_the_wrong_way_is_not_written_as_two_years(tmp_path):
    body = wordfile.p(TITLE) + wordfile.p("本年收入1100.00万元，比上年增加100.00万元，下降10.00%。")
    with closing(Store.open(tmp_path, write=True)) as store:
        ingest_file(store, wordfile.write(tmp_path / "决算.docx", body))
        assistant = Assistant.open(store)
        assert all("两年的数却是" not in one.message for one in assistant.checker.run(assistant.library().reports))


def test_a_share_is_of_what_the_paragraph_before_names(tmp_path):
    made = relations(tmp_path, "全年支出预算2922.24万元。", "其中项目支出1041.60万元，占支出预算的38.62%。")
    assert [(one.holds, round(one.solve(one.result), 4)) for one in made] == [(False, Decimal("0.3564"))]


@settings(max_examples=25, deadline=None)
@given(part=st.integers(10, 900), slip=st.integers(-900, 900))
def test_a_share_holds_exactly_where_it_is_the_quotient(tmp_path_factory, part, slip):
    """Whatever the amounts: only a percentage that differs from theirs fails."""
    percent = (Decimal(part) / 10).quantize(Decimal("0.01"))
    said = percent + Decimal(slip) / 100
    if said <= 0:
        return
    text = f"支出合计1000.00万元，其中项目支出{part}.00万元，占{said}%。"
    made = relations(tmp_path_factory.mktemp("said"), text)
    assert [one.holds for one in made] == [abs(slip) <= 2]
