"""Shares and changes said in running text: worked out from the amounts of the sentence, whatever else it states."""

from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks.said import said_rates
from assistant.core import Assistant
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
