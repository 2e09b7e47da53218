"""Sentences of the 决算情况说明: items of the classification, brackets in names, adjusted budgets, years, shares."""

from decimal import Decimal

import pytest

from ingest.items import path_of, said_in
from ingest.read import read_report
from tests import wordfile
from tests.wordfile import p, plain_table


def said(text):
    return [(one.item[-1:] and one.item[-1], one.statement.measure, str(one.statement.value)) for one in said_in(text)]


ITEM = "社会保障和就业支出（类）抚恤（款）死亡抚恤（项）"
WHOLE = ("死亡抚恤年初预算", "死亡抚恤支出决算", "死亡抚恤完成年初预算")


@pytest.mark.parametrize(
    "text",
    [
        f"{ITEM}。年初预算为190.00万元，支出决算为186.54万元，完成年初预算的98.18%。决算数小于预算数的主要原因是人数减少。",
        f"1.{ITEM}：年初预算为190.00万元，支出决算为186.54万元，完成年初预算的98.18%。",
        f"（一）2080801{ITEM}，年初预算为190.00万元，支出决算为186.54万元，完成年初预算的98.18%。",
        f"3、“{ITEM}”科目。年初预算为190.00万元，支出决算为186.54万元，完成年初预算的98.18%。",
        f"（三）具体情况。1.{ITEM}。年初预算为190.00万元，支出决算为186.54万元，完成年初预算的98.18%。",
    ],
)
def test_an_item_gives_its_three_figures(text):
    assert said(text) == [
        ("死亡抚恤", measure, value) for measure, value in zip(WHOLE, ("190.00", "186.54", "98.18"), strict=True)
    ]


def test_each_item_of_a_paragraph_has_its_own():
    text = "教育支出（类）支出6,902.18万元，占41.37%；农林水支出（类）支出1,120.00万元，占6.71%。"
    assert said(text) == [
        ("教育支出", "教育支出", "6902.18"), ("教育支出", "教育支出占", "41.37"),
        ("农林水支出", "农林水支出", "1120.00"), ("农林水支出", "农林水支出占", "6.71"),
    ]  # fmt: skip


def test_a_figure_right_behind_an_item_is_the_items():
    found = said("2. “一般公共服务支出（类）统计信息事务（款）专项普查活动（项）”25.77万元，比上年减少3.20万元。")
    assert found == [
        ("专项普查活动", "专项普查活动", "25.77"), ("专项普查活动", "专项普查活动减少", "-3.20"),
    ]  # fmt: skip


OTHERS = [
    (f"1.{ITEM}年初预算10万元，支出决算9万元。2.住房公积金，支出决算4万元。", "死亡抚恤", {"10", "9"}),
    ("一般公共服务支出（类）100万元，占50%，教育支出（类）50万元，占25%。", "一般公共服务支出", {"100", "50"}),
    ("抚恤（款）死亡抚恤（项）100万元、义务兵优待（项）20万元。", "死亡抚恤", {"100"}),
    (f"{ITEM}支出决算100万元。公务接待支出3万元。", "死亡抚恤", {"100"}),
    (f"{ITEM}支出100万元，用于伤残抚恤（项）30万元。", "死亡抚恤", {"100"}),
]


@pytest.mark.parametrize(("text", "item", "values"), OTHERS)
def test_what_is_said_of_another_is_not_the_items(text, item, values):
    assert {value for name, _, value in said(text) if name == item} == values


def test_a_part_of_an_item_stands_under_it():
    found = said_in(f"{ITEM}支出决算100万元。其中：人员经费支出80万元。")
    assert [path_of(one) for one in found] == [
        ("社会保障和就业支出", "抚恤", "死亡抚恤支出决算"),
        ("社会保障和就业支出", "抚恤", "死亡抚恤", "人员经费支出"),
    ]


def test_a_change_belongs_to_the_later_of_two_years():
    text = f"{ITEM}2024年预算数为12万元，2023年执行数为10万元，增加2万元，增长20%。"
    assert [one.statement.period for one in said_in(text)] == ["2024", "2023", "2024", "2024"]


@pytest.mark.parametrize("text", ["完成预算75%", "完成预算的75%", "完成年初预算75%", "完成调整后预算的75%"])
def test_how_much_of_a_budget_was_done_is_a_rate(text):
    found = said_in(f"公务接待费支出决算3万元，{text}，比上年减少1万元。")
    assert [(one.statement.kind.value, one.statement.unit) for one in found] == [
        ("actual", "万元"), ("rate", "%"), ("change", "万元"),
    ]  # fmt: skip
    assert found[2].statement.measure == "公务接待费支出决算减少"


def test_an_item_that_is_only_mentioned_takes_no_figure():
    text = "全部用于城乡社区支出（类）城市建设支出（项），项目资金2,600.00万元。"
    assert all(item == () for item, _, _ in said(text))


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("2023年因公出国（境）费支出7.8万元。", "因公出国(境)费支出", "7.8"),
        ("国（境）外公务接待批次23个。", "国(境)外公务接待批次", "23"),
        ("维修（护）费12.50万元。", "维修(护)费", "12.50"),
        ("政府采购金额（以合同签订为准）为251.25万元。", "政府采购金额", "251.25"),
        ("共有车辆3辆，其中：执法执勤用车2辆。", "车辆", "3"),
        ("一般公共预算收入由年初的76138万元调整为89138万元。", "一般公共预算收入年初预算", "76138"),
        ("一般公共预算收入由年初的76138万元调整为89138万元。", "一般公共预算收入调整后预算", "89138"),
        ("项目支出17.06万元，完成预算27.00万元的63.2%。", "项目支出预算", "27.00"),
        ("项目支出17.06万元，完成预算27.00万元的63.2%。", "项目支出完成预算", "63.2"),
        ("项目支出603.14万元，占20.51%。", "项目支出占", "20.51"),
    ],
)
def test_a_sentence_names_its_figure(text, measure, value):
    assert (measure, value) in [(one, found) for _, one, found in said(text)]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("一般公共预算财政拨款收入382.17万元，较2022年度决算数减少157.86万元。", "一般公共预算财政拨款收入减少"),
        ("收入总计10万元。与2023年度相比，收入总计减少5万元。", "收入总计减少"),
        ("结转资金（含2022年结转）为30万元，增加4万元。", "结转资金增加"),
    ],
)
def test_the_year_compared_with_is_not_the_figures(text, measure):
    change = next(one.statement for one in said_in(text) if one.statement.measure == measure)
    assert change.period == ""


def read(tmp_path, name, *texts):
    return read_report(wordfile.write(tmp_path / f"{name}.docx", "".join(map(p, texts))))


def test_last_years_outturn_and_next_years_budget_keep_apart(tmp_path):
    bundle = read(
        tmp_path, "说明", "甲县2022年预算执行及2023年预算公开的说明", "一、2022年预算执行情况",
        "一般公共预算收入88435万元。", "二、2023年预算安排情况", "一般公共预算收入92000万元。",
    )  # fmt: skip
    assert [(f.period, f.kind.value, f.value) for f in bundle.facts] == [
        ("2022", "actual", Decimal(88435)), ("2023", "budget", Decimal(92000)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [("甲街道办事处2025年部门预算", "budget"), ("甲街道办事处2025年度部门决算", "actual"), ("甲局2025年预算绩效自评报告", "actual"), ("甲局2025年预算执行情况", "actual")],
)  # fmt: skip
def test_in_a_budget_nothing_was_spent_yet(tmp_path, name, kind):
    body = p(name) + p("单位：万元") + plain_table([["项目", "合计"], ["基本支出", "12.00"]])
    file = wordfile.write(tmp_path / f"{name}.docx", body + p("项目支出3.00万元。共有车辆2辆。"))
    kinds = {fact.measure: fact.kind.value for fact in read_report(file).facts}
    assert kinds == {"基本支出": kind, "项目支出": kind, "车辆": "actual"}


@pytest.mark.parametrize(
    ("title", "name", "who"),
    [
        ("关于巫山县2023年预算执行情况的报告", "x", "巫山县"),
        ("甲市某某镇2024年财政预算草案的报告", "x", "甲市某某镇"),
        ("津门理工大学2024年部门预算", "津门理工大学2024年部门预算", "津门理工大学"),
        ("甲省供销合作社联合社2022年度部门决算", "x", "甲省供销合作社联合社"),
        ("中共甲县委社会工作部2024年部门预算", "x", "中共甲县委社会工作部"),
    ],
)
def test_whose_report_it_is(tmp_path, title, name, who):
    assert read(tmp_path, name, title, "本年收入合计10.00万元。").profile.organisation == who


def test_whoever_evaluates_is_not_whose_report_it_is(tmp_path):
    texts = ("项目支出绩效评价报告", "补助资金下达10.00万元。", "黔衡会计师事务所", "2023年5月")
    assert read(tmp_path, "云屯县2022年补助资金绩效评价报告", *texts).profile.organisation == "云屯县"
