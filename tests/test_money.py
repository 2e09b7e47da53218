"""Where a report says its unit of money: each place by itself, and what must not be taken for money."""

import pytest

from ingest.model import Form
from ingest.money import is_amount, unit_said
from ingest.read import read_report
from tests import wordfile
from tests.wordfile import p, plain_table, tbl, tc

FEES = [["项目", "2023年决算"], ["公务接待费", "3.08"], ["因公出国（境）费", "12.50"], ["接待批次", "24"]]


def units(tmp_path, body):
    path = wordfile.write(tmp_path / "甲县水利局2023年度部门决算.docx", body)
    facts = [fact for fact in read_report(path).facts if fact.form is Form.FIGURE and fact.source.start is None]
    return {fact.row_path[-1]: fact.unit for fact in facts if fact.row_path}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"), ("金额：万元", "万元"), ("公开04表\n金额单位：万元", "万元"), ("部门：甲 单位：元", "元"),
        ("单位：人、万元", "万元"), ("表4 项目支出（单位：万元、分）", "万元"), ("金额单位除注明外均为万元", "万元"), ("单位均为：元", "元"),
        ("货币单位：人民币万元", "万元"), ("单位：家、个", ""), ("单位：元/人", ""), ("主管单位：甲县水利局", ""), ("单位名称", ""), ("", ""),
        ("填报单位：元谋县财政局", ""), ("填报单位：元阳县 金额单位：万元", "万元"), ("单位：元、万元", ""), ("单位：万元、元", ""), ("报送单位：元氏县", ""),
        ("金额单位：万元 公开04表", "万元"), ("单位：万元（保留两位小数）", "万元"),
    ],
)  # fmt: skip
def test_what_a_text_says(text, unit):
    assert unit_said(text) == unit


@pytest.mark.parametrize(
    "body",
    [
        p("（以下各表金额单位均为万元）") + p("表2 “三公”经费情况") + plain_table(FEES),
        p("说明：以下表1至表3金额单位均为万元；表9金额单位为元。") + p("表2  2023年“三公”经费") + plain_table(FEES),
        p("第二部分 报表（金额单位除注明外均为万元）") + p("“三公”经费情况") + plain_table(FEES),
        p("“三公”经费") + tbl(tc("部门：甲县水利局") + tc("公开07表  单位：万元"), *("".join(map(tc, row)) for row in FEES)),
        p("“三公”经费") + plain_table(FEES) + p("注：本表金额单位为万元。"),
        p("“三公”经费情况见下表（单位：万元）。详情另附。") + plain_table(FEES),
        p("全年公务接待费1803.08万元，因公出国（境）费1512.50万元。") + p("经费表")
        + plain_table([FEES[0], ["公务接待费", "1803.08"], ["因公出国（境）费", "1512.50"], FEES[3]]),
    ],
    ids=["for all", "by number", "except", "inside", "below", "sentence above", "by agreement"],
)  # fmt: skip
def test_every_place_gives_amounts_their_unit_and_counts_none(tmp_path, body):
    found = units(tmp_path, body)
    assert (found["公务接待费"], found["因公出国（境）费"]) == ("万元", "万元")
    assert found["接待批次"] != "万元"


def test_the_nearest_word_counts(tmp_path):
    body = p("以下各表金额单位均为万元。") + p("单位：元") + plain_table(FEES)
    assert units(tmp_path, body)["公务接待费"] == "元"


def test_sentences_that_disagree_or_repeat_one_figure_prove_nothing(tmp_path):
    table = p("经费表") + plain_table([FEES[0], ["公务接待费", "1803.08"], ["因公出国（境）费", "1512.50"]])
    assert units(tmp_path, p("公务接待费1803.08万元，因公出国（境）费1512.50元。") + table)["公务接待费"] == ""
    assert units(tmp_path, p("公务接待费1803.08万元。") + table)["公务接待费"] == ""


@pytest.mark.parametrize(
    ("header", "row", "caption", "money"),
    [
        (("决算数",), ("办公费",), "", True), (("2023年",), ("省气象台",), "各单位支出情况", True), (("合计",), ("局机关",), "支出表", True),
        (("支持情况", "企业数"), ("武汉市",), "专项资金拨付表", False), (("实有",), ("合计",), "机构人员及支出情况", False),
        (("执行率",), ("项目支出",), "支出表", False), (("2023年",), ("接待人次",), "经费表", False), (("很满意",), ("补助发放",), "", False),
        (("数量(辆)",), ("公务用车",), "资产", False), (("得分",), ("预算执行",), "", False),
    ],
)  # fmt: skip
def test_what_is_an_amount(header, row, caption, money):
    assert is_amount(header, row, caption) is money


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("以下表1至表2单位为万元，表3单位为元。", ("万元", "万元", "元")),
        ("以下各表金额单位除表3外均为万元。", ("万元", "万元", "")),
        ("以下各表除表3外，金额单位均为万元。", ("万元", "万元", "")),
    ],
)
def test_what_is_said_for_many_tables_holds_for_those_alone(tmp_path, said, wanted):
    tables = (p(f"表{n} 支出情况") + plain_table([["项目", "决算数"], ["办公费", "3.5"]]) for n in (1, 2, 3))
    path = wordfile.write(tmp_path / "甲县水利局2023年度部门决算.docx", p(said) + "".join(tables))
    assert tuple(fact.unit for fact in read_report(path).facts if fact.row_path[-1:] == ("办公费",)) == wanted


def test_a_report_in_two_units_spreads_none(tmp_path):
    table = plain_table([["项目", "决算数"], ["办公费", "3.5"]])
    several = "".join(p(f"表{n}") + p("单位：万元") + table for n in (1, 2, 3))
    mixed = p("表4 采购") + plain_table([["项目", "金额（元）"], ["办公费", "350"]])
    last = p("其他情况") + plain_table([["项目", "预算数"], ["印刷费", "123000.00"]])
    assert units(tmp_path, several + last)["印刷费"] == "万元"
    assert units(tmp_path, several + mixed + last)["印刷费"] == ""


def test_a_note_below_a_table_is_not_said_of_the_next(tmp_path):
    one = plain_table([["项目", "决算数"], ["办公费", "3.5"]])
    other = plain_table([["项目", "决算数"], ["印刷费", "4.5"]])
    found = units(tmp_path, p("以下各表金额单位均为万元。") + one + p("注：本表金额单位：元") + other)
    assert found["印刷费"] == "万元"


@pytest.mark.parametrize(
    "row",
    ["救助流浪乞讨人员", "免费开放天数", "新增投资项目", "享受补贴家庭", "税务登记企业", "收费站", "预算单位", "受理债务纠纷案件", "采购合同", "参加社保缴费企业"],
)  # fmt: skip
def test_people_and_things_are_no_money_for_a_word_in_their_name(row):
    assert not is_amount(("2023年",), (row,), "支出及业务情况")
    assert not is_amount(("实际完成情况",), (row,), "")


def test_a_column_of_amounts_is_not_in_the_unit_that_its_things_are_counted_in(tmp_path):
    rows = [["采购项目", "数量", "单位", "预算金额"], ["车辆", "5", "辆", "100"], ["电脑", "30", "台", "21"]]
    body = wordfile.p("甲县财政局2023年度报告") + wordfile.p("单位：万元") + wordfile.plain_table(rows)
    facts = read_report(wordfile.write(tmp_path / "甲县财政局2023年度报告.docx", body)).facts
    assert {f.raw: f.unit for f in facts if f.value is not None} == {"5": "辆", "100": "万元", "30": "台", "21": "万元"}


@pytest.mark.parametrize(
    "header", ["编制", "空编", "场次（场/期）", "退休", "问题数", "约谈", "受益群众/户", "加工量（万页）"]
)
def test_a_column_of_counts_beside_the_only_column_that_states_a_unit_has_none(tmp_path, header):
    table = [["单位", header, "基本支出（万元）"], ["局机关", "38", "1684.27"], ["设计队", "64", "1126.40"]]
    body = p("表一 基本情况") + plain_table(table)
    path = wordfile.write(tmp_path / "甲县水利局2023年度部门决算.docx", body)
    facts = [fact for fact in read_report(path).facts if fact.form is Form.FIGURE and fact.source.start is None]
    assert {fact.unit for fact in facts if fact.column_path[-1].startswith(header[:2])} <= {
        "",
        "人",
        "场",
        "页",
        "万页",
    }
    assert {fact.unit for fact in facts if "基本支出" in fact.column_path[-1]} == {"万元"}


def test_a_column_of_amounts_shares_the_unit_of_the_other_columns(tmp_path):
    table = [["项目", "预算金额（万元）", "支出金额"], ["办公费", "38.10", "16.27"], ["差旅费", "6.40", "2.40"]]
    path = wordfile.write(tmp_path / "甲县水利局2023年度部门决算.docx", p("表一") + plain_table(table))
    facts = [fact for fact in read_report(path).facts if fact.form is Form.FIGURE and fact.source.start is None]
    assert {fact.unit for fact in facts} == {"万元"}
