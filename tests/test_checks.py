"""勾稽: what must hold is found by a report's own headers; consistent reports are left alone, faults are pointed at."""

import copy
import json
import re
import time
from contextlib import closing
from decimal import Decimal
from io import BytesIO

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.checks.identities import identities
from assistant.checks.relations import Sum
from assistant.checks.verdicts import FILE, Verdict, Verdicts
from assistant.cli import app as commands
from assistant.core import Assistant
from assistant.web.opinion import findings_workbook, opinion_document
from eval.checks import measure_checks, score_corpus, score_review
from eval.goldset import GoldError
from ingest.errors import JixiaoError
from ingest.pipeline import ingest_file
from ingest.store import Store
from tests import madeup, wordfile
from tests.conftest import assistant_over
from tests.test_architecture import ROOT

#: What the reviewer took for rounding.
ROUNDED = Decimal("0.01")
TITLE = "明江市水务局2023年度部门整体支出绩效自评报告"


def written(folder, parts, name=TITLE):
    body = wordfile.p(name) + "".join(
        wordfile.p(part) if isinstance(part, str) else wordfile.plain_table(part) for part in parts
    )
    return wordfile.write(folder / f"{name}.docx", body)


def checked(folder, *files):
    """The findings of some files in a store of their own."""
    with closing(Store.open(folder / "store", write=True)) as store:
        for file in files:
            ingest_file(store, file)
        assistant = Assistant.open(store)
        return assistant.checker.run(assistant.library().reports)


def findings(folder, *parts):
    return checked(folder, written(folder, parts))


CODES = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["", "合计", "1000.00", "600.00", "400.00"],
    ["201", "一般公共服务支出", "700.00", "500.00", "200.00"],
    ["20103", "政府办公厅及相关机构事务", "700.00", "500.00", "200.00"],
    ["2010301", "行政运行", "500.00", "500.00", "0.00"],
    ["2010302", "一般行政管理事务", "200.00", "0.00", "200.00"],
    ["208", "社会保障和就业支出", "300.00", "100.00", "200.00"],
    ["20805", "行政事业单位养老支出", "300.00", "100.00", "200.00"],
    ["2080505", "机关事业单位基本养老保险缴费支出", "300.00", "100.00", "200.00"],
]
TWO_SIDED = [
    ["收入", "收入", "收入", "支出", "支出", "支出"],
    ["项目", "行次", "决算数", "项目", "行次", "决算数"],
    ["一、一般公共预算财政拨款", "1", "900.00", "一、一般公共服务支出", "8", "650.00"],
    ["二、政府性基金预算财政拨款", "2", "100.00", "二、社会保障和就业支出", "9", "300.00"],
    ["本年收入合计", "3", "1000.00", "本年支出合计", "10", "950.00"],
    ["年初财政拨款结转和结余", "4", "50.00", "年末财政拨款结转和结余", "11", "100.00"],
    ["总计", "5", "1050.00", "总计", "12", "1050.00"],
]
PROJECT = [
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["项目资金（万元）", "年度资金总额", "500.00", "480.00", "470.00", "10", "97.92%", "9.79"],
    ["项目资金（万元）", "其中：当年财政拨款", "400.00", "380.00", "375.00", "—", "—", "—"],
    ["项目资金（万元）", "上年结转资金", "100.00", "100.00", "95.00", "—", "—", "—"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析"],
    ["产出指标", "数量指标", "改造管网", "≥10公里", "10.5公里", "30", "30", ""],
    ["产出指标", "质量指标", "验收合格率", "100%", "100%", "20", "20", ""],
    ["效益指标", "社会效益", "受益人口", "≥5万人", "5.2万人", "30", "30", ""],
    ["满意度指标", "满意度", "群众满意度", "≥90%", "88%", "10", "9.78", "样本偏小"],
    ["总分", "总分", "总分", "总分", "总分", "100", "99.57", ""],
]
CHANGES = [
    ["项目", "2022年", "2023年", "增减额", "增减率"],
    ["办公费", "10.00", "12.00", "2.00", "20.00%"],
    ["印刷费", "8.00", "6.00", "-2.00", "-25.00%"],
    ["差旅费", "5.00", "5.50", "0.50", "10.00%"],
    ["合计", "23.00", "23.50", "0.50", "2.17%"],
]
SHARES = [["项目", "金额（万元）", "占比"], ["基本支出", "600.00", "60.00%"], ["项目支出", "400.00", "40.00%"], ["合计", "1000.00", "100.00%"]]  # fmt: skip
UNITS = [["单位", "支出合计", "基本支出", "项目支出"], ["局机关", "500.00", "300.00", "200.00"], ["水文站", "300.00", "200.00", "100.00"], ["合计", "800.00", "500.00", "300.00"]]  # fmt: skip
SCORES = [
    ["指标", "分值", "得分", "得分率"],
    ["决策（20分）", "20", "19", "95%"],
    ["过程（20分）", "20", "20", "100%"],
    ["产出（30分）", "30", "29", "96.67%"],
    ["效益（30分）", "30", "28.5", "95%"],
    ["合计", "100", "96.5", "96.5%"],
]
TABLES = {
    "codes": ("支出决算表（单位：万元）", CODES),
    "two sides": ("财政拨款收入支出决算总表（单位：万元）", TWO_SIDED),
    "project": ("项目支出绩效自评表", PROJECT),
    "changes": ("2022-2023年支出对比表（单位：万元）", CHANGES),
    "shares": ("支出结构表", SHARES),
    "units": ("各单位支出情况（单位：万元）", UNITS),
    "scores": ("绩效自评得分表", SCORES),
}
GRADES = "备注：90（含）—100分为优；80（含）—90分为良；60（含）—80分为中；60分以下为差。"


@pytest.mark.parametrize("name", TABLES)
def test_a_consistent_table_is_left_alone(tmp_path, name):
    assert [one.message for one in findings(tmp_path, *TABLES[name])] == []


CONSISTENT = {
    "yuan beside wan": ["2023年支出合计1000.00万元，其中基本支出600.00万元，项目支出400.00万元。", "支出表（单位：元）", [["项目", "金额"], ["基本支出", "6,000,000.00"], ["项目支出", "4,000,000.00"], ["合计", "10,000,000.00"]]],
    "dashes and a blank": ["三公经费表（单位：万元）", [["三公经费", "2022年决算数", "2023年决算数"], ["因公出国（境）费", "——", "——"], ["公务用车运行维护费", "10.00", "9.50"], ["公务接待费", "", "6.00"], ["三公经费合计", "18.00", "15.50"]]],
    "hedged": ["目标完成情况", [["指标", "目标值", "完成值"], ["新增企业", "40家", "45家以上"], ["培训人次", "约300人次", "310人次"], ["办结时限", "≤5天", "4天"]]],
    "a hedged part": ["支出表（单位：万元）", [["项目", "2023年支出"], ["岗位补贴", "30.00"], ["培训补贴", "45.00"], ["其他补贴", "5万元以上"], ["合计", "82.00"]]],
    "hedged twice": ["2023年新增企业45家以上。", "完成情况", [["指标", "完成值"], ["新增企业", "45家"]]],
    "one form a project": ["自评表一", [["项目名称", "河道整治"], ["全年预算数（万元）", "100.00"], ["全年执行数（万元）", "90.00"]], "自评表二", [["项目名称", "水库加固"], ["全年预算数（万元）", "200.00"], ["全年执行数（万元）", "180.00"]]],
    "sentences": ["2023年支出合计200.00万元，比上年增加10.00万元，增长5.26%。2022年支出合计190.00万元。", "2023年三公经费预算20.00万元，实际支出15.00万元，三公经费控制率75%。"],
    "no denominator": ["楼堂馆所控制情况", [["批复规模（㎡）", "实际规模（㎡）", "规模控制率"], ["0", "0", "——"]]],
    "stages of a budget": ["年初预算500.00万元，调整后预算620.00万元，全年支出600.00万元。", "预算表（单位：万元）", [["项目", "年初预算数", "调整预算数", "决算数", "完成率"], ["基本支出", "300.00", "320.00", "310.00", "96.88%"], ["项目支出", "200.00", "300.00", "290.00", "96.67%"], ["合计", "500.00", "620.00", "600.00", "96.77%"]]],
    "an incomplete list": ["2023年项目支出400.00万元，主要用于：河道整治150.00万元，水库加固120.00万元等。"],
    "years as rows": ["近三年情况（单位：万元）", [["年度", "收入", "支出"], ["2021年", "100.00", "90.00"], ["2022年", "120.00", "110.00"], ["2023年", "130.00", "128.00"]]],
    "rounding": ["支出表（单位：万元）", [["项目", "金额"], ["甲项目", "33.33"], ["乙项目", "33.33"], ["丙项目", "33.33"], ["合计", "100.00"]]],
    "one name twice": ["贷款情况", [["项目", "2023年金额（万元）"], ["信用贷款", "10.00"], ["信用贷款", "20.00"], ["合计", "30.00"]]],
    "funds of one kind beside all": ["一、收入支出决算总体情况", "2023年本年收入合计1000.00万元，本年支出合计980.00万元。", "二、财政拨款收入支出决算情况", "2023年财政拨款本年支出合计900.00万元，财政拨款本年收入合计910.00万元。", "财政拨款收入支出决算总表（单位：万元）", [["项目", "决算数"], ["本年支出合计", "900.00"]]],
    "totals that balance": ["2023年收入总计1100.00万元，支出总计1100.00万元。其中本年收入合计1000.00万元，本年支出合计980.00万元。"],
    "a level called last year's": ["2023年支出合计500.00万元，较上年480.00万元增加20.00万元，增长4.17%。2023年公务接待费5.00万元，较上年6.00万元减少1.00万元。"],
    "points of several groups": ["运行成本得10分（满分10分），管理效率得14分（满分15分），履职效能得28分（满分30分）。", "决策类指标实际得分18.00分，得分率90.00%；过程类指标实际得分19.00分，得分率95.00%。"],
    "rates of other things": ["2023年三公经费预算10.00万元，支出8.00万元，预算执行率80.00%。", "2023年支出合计500.00万元，全年预算数520.00万元，预算执行率96.15%。"],
    "an adjustment beside the amounts": ["预算执行情况表（单位：万元）", [["项目", "年初预算数", "调整数", "调整后预算数", "决算数", "执行率"], ["项目支出", "300.00", "20.00", "320.00", "310.00", "96.88%"], ["基本支出", "200.00", "-5.00", "195.00", "190.00", "97.44%"]]],
    "column numbers": ["支出决算表（单位：元）", [["项目", "本年支出合计", "基本支出", "项目支出"], ["栏次", "1", "2", "3"], ["合计", "30.00", "10.00", "20.00"]]],
    "how far from a target": ["全年开展演出1260场，完成年度目标1200场的105%。新增床位526张，较目标值500张超额完成26张。"],
    "a dash in another column": ["补贴明细（金额单位：万元）", [["项目", "人数", "2023年支出"], ["岗位补贴", "120", "60.50"], ["其他支出", "/", "9.50"], ["合计", "120", "70.00"]]],
    "levels of points": ["指标评分表", [["一级指标", "权重", "二级指标", "权重", "三级指标", "权重", "得分", "扣分原因"], ["过程", "20", "资金管理", "12", "资金到位率", "5", "5", ""], ["过程", "20", "资金管理", "12", "预算执行率", "7", "7", ""], ["过程", "20", "组织实施", "8", "制度健全性", "8", "8", ""], ["产出", "80", "产出数量", "80", "培训人数", "80", "80", ""], ["合计", "100", "", "100", "", "100", "100", ""]]],
    "shares": ["收入表（单位：万元）", [["来源", "金额", "占比（%）"], ["财政拨款", "900.00", "90.00"], ["其他收入", "100.00", "10.00"], ["合计", "1000.00", "100.00"]]],
    "grades": ["综合得分96.5分，评价等级为“优”。", GRADES],
}  # fmt: skip


@pytest.mark.parametrize("name", CONSISTENT)
def test_what_only_looks_inconsistent_is_left_alone(tmp_path, name):
    assert [one.message for one in findings(tmp_path, *CONSISTENT[name])] == []


#: table, row, column, what is written there, what it should be (empty: nothing tells), the kind
FAULTS = [
    ("codes", 1, 2, "1009.00", "1000.00万元", "parts"),
    ("two sides", 4, 2, "1080.00", "1000.00万元", "parts"),
    ("project", 1, 6, "93.92%", "97.92%", "ratio"),
    ("project", 9, 6, "98.57", "", "scores"),
    ("project", 7, 6, "31", "", "scores"),
    ("project", 8, 7, "", None, "reason"),
    ("project", 5, 4, "", None, "target"),
    ("project", 5, 4, "9.5公里", None, "scores"),
    ("changes", 1, 3, "3.00", "2.00万元", "change"),
    ("changes", 2, 4, "-35.00%", "-25.00%", "change"),
    ("units", 3, 1, "880.00", "800.00万元", "units"),
    ("scores", 5, 2, "97.5", "96.5分", "scores"),
    ("scores", 3, 3, "98.67%", "96.67%", "ratio"),
]


@pytest.mark.parametrize("name, row, column, text, due, kind", FAULTS)
def test_a_fault_is_pointed_at(tmp_path, name, row, column, text, due, kind):
    title, table = TABLES[name]
    wrong = copy.deepcopy(table)
    wrong[row][column] = text
    found = findings(tmp_path, title, wrong)
    pointing = [
        one for one in found if any((c.table, c.row, c.column) == (0, row, column) for _, c in one.stated[: one.disputed])
    ]  # fmt: skip
    pointing = pointing or [one for one in found if any((c.row, c.column) == (row, column) for _, c in one.stated)]
    assert pointing, [one.message for one in found]
    assert len(found) <= 2
    if due:
        assert pointing[0].recomputed == due
        assert due in pointing[0].message


SAID = [
    ("ratio", ["2023年三公经费预算20.00万元，实际支出15.00万元，三公经费控制率85%。"], "75.00%"),
    ("direction", ["2023年支出合计200.00万元，2022年支出合计190.00万元。", "2023年支出合计与上年相比减少10.00万元，下降5.26%。"], "增加10.00万元"),
    ("same", ["2023年末编制人数50人。", "年末情况", [["编制人数", "52"], ["在职人数", "48"]]], None),
    ("year", ["依据《明江市财政局关于开展2022年度部门整体支出绩效自评工作的通知》开展自评。"], "2023年度"),
    ("parts", ["2023年基本支出合计100.00万元，其中人员支出90.00万元、办公费30.00万元、差旅费20.00万元。"], None),
    ("ratio", ["楼堂馆所控制情况", [["批复规模（㎡）", "实际规模（㎡）", "规模控制率"], ["0", "0", "100%"]]], "不适用"),
    ("grade", ["综合得分86.5分，评价等级为“优”。", GRADES], "良"),
    ("scores", ["1.产出指标（50分）", "（1）数量指标（15分）", "（2）质量指标（15分）", "（3）时效指标（10分）", "2.效益指标（30分）"], None),
    ("change", ["2023年支出合计500.00万元，较上年480.00万元增加30.00万元。"], "增加20.00万元"),
    ("change", ["2023年机关运行经费112.00万元，比上年120.00万元下降9.67%。"], "下降6.67%"),
    ("ratio", ["收入表（单位：万元）", [["来源", "金额", "占比"], ["财政拨款", "900.00", "95.00%"], ["事业收入", "60.00", "6.00%"], ["其他收入", "40.00", "4.00%"], ["合计", "1000.00", "100.00%"]]], "90.00%"),
    ("target", ["一、年度绩效目标", "新建泵站不少于12座。", "二、完成情况", "铺设管网35公里。"], None),
]  # fmt: skip


@pytest.mark.parametrize("kind, parts, due", SAID)
def test_what_sentences_contradict_is_found(tmp_path, kind, parts, due):
    found = findings(tmp_path, *parts)
    assert [one.kind for one in found] == [kind], [one.message for one in found]
    assert found[0].recomputed == due
    assert found[0].message.endswith("。")


def test_the_same_points_stand_once(tmp_path):
    """A wrong total breaks its row, its column and the text that repeats it: one finding, which names them all."""
    wrong = copy.deepcopy(UNITS)
    wrong[3][1] = "880.00"
    found = findings(tmp_path, "2023年支出合计800.00万元。", "各单位支出情况（单位：万元）", wrong)
    assert len(found) == 1
    assert found[0].stated[0][0] == "880.00万元"
    assert found[0].recomputed == "800.00万元"
    assert len(found[0].formulas) == 2
    assert "正文写作800.00万元" in found[0].message


def test_points_of_a_heading_that_are_stated_elsewhere_too_are_one_point(tmp_path):
    """A heading's wrong points fail the total and contradict the table before: one finding, of the heading."""
    groups = [["一级指标", "指标分值"], ["产出指标", "50"], ["效益指标", "30"], ["满意度指标", "10"]]
    rows = [
        ["一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["年度预算申请", "年度资金总额", "480.00", "470.00", "10", "9.79"],
        ["产出指标（55分）", "改造管网", "≥10公里", "10.5公里", "50", "50"],
        ["效益指标（30分）", "受益人口", "≥5万人", "5.2万人", "30", "30"],
        ["满意度指标（10分）", "群众满意度", "≥90%", "92%", "10", "10"],
        ["总分", "", "", "", "100", "99.79"],
    ]
    found = findings(tmp_path, "各类指标分值", groups, "部门整体绩效自评表", rows)
    assert [(one.kind, one.recomputed) for one in found] == [("scores", "50分")], [one.message for one in found]
    assert "产出指标" in found[0].message


def test_last_years_report_is_held_against_this_years(tmp_path):
    earlier = written(tmp_path, ["2022年公务接待费8.00万元。"], TITLE.replace("2023", "2022"))
    later = written(tmp_path, ["2023年公务接待费6.00万元，2022年公务接待费9.00万元。"])
    found = checked(tmp_path, earlier, later)
    assert [(one.kind, one.recomputed) for one in found] == [("carry", "8.00万元")]
    assert len({citation.report for _, citation in found[0].stated}) == 2


def test_a_figure_that_last_years_report_contradicts_itself_is_not_held_against_this_year(tmp_path):
    last = ["2022年支出合计830.00万元。", "支出表（单位：万元）", [["项目", "2022年"], ["基本支出", "500.00"], ["项目支出", "300.00"], ["合计", "800.00"]], "2022年支出合计800.00万元。"]  # fmt: skip
    earlier = written(tmp_path, last, TITLE.replace("2023", "2022"))
    later = written(tmp_path, ["2022年支出合计800.00万元。"])
    found = checked(tmp_path, earlier, later)
    assert {citation.report for one in found for _, citation in one.stated} == {found[0].report}
    assert len(found) == 1


amounts = st.decimals(Decimal("0.01"), Decimal("9999.99"), places=2)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), rows=st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=6))
def test_any_wrong_cell_of_a_table_of_sums_is_pointed_at_and_nothing_in_a_right_one(tmp_path_factory, data, rows):
    """Rows of 基本 + 项目 = 合计 and a last row of totals: whichever cell is changed, it is among the suspects."""
    table = [["单位", "支出合计", "基本支出", "项目支出"]]
    for number, (basic, project, _) in enumerate(rows, 1):
        table.append([f"第{number}分局", str(basic + project), str(basic), str(project)])
    table.append(["合计", *(str(sum(Decimal(row[n]) for row in table[1:])) for n in (1, 2, 3))])
    title = "各单位支出情况（单位：万元）"
    assert findings(tmp_path_factory.mktemp("right"), title, table) == []
    row, column = data.draw(st.integers(1, len(table) - 1)), data.draw(st.integers(1, 3))
    wrong = copy.deepcopy(table)
    wrong[row][column] = str(Decimal(wrong[row][column]) + data.draw(st.decimals(1, 999, places=2)))
    found = findings(tmp_path_factory.mktemp("wrong"), title, wrong)
    assert len(found) == 1
    first = found[0].stated[0][1]
    assert (first.row, first.column) == (row, column)
    assert Decimal(found[0].recomputed.removesuffix("万元")) == Decimal(table[row][column])


def test_the_made_up_report_agrees_with_itself(tmp_path):
    assert [one.message for one in checked(tmp_path, *madeup.report(tmp_path))] == []


def test_a_table_of_thousands_of_rows_is_checked_in_time(tmp_path):
    """Suspects among very many parts aren't looked for: the work stays linear in the rows."""
    rows = [[f"第{n}项", f"{n}.10"] for n in range(1, 4001)]
    total = sum(Decimal(value) for _, value in rows)
    table = [["项目", "金额（万元）"], *rows, ["合计", str(total + 99)]]
    found = findings(tmp_path, "明细表", table)
    assert [one.stated[0][0] for one in found] == [f"{total + 99}万元"]
    assert len(found[0].stated) <= 40


def test_the_table_of_identities_reads():
    every = identities()
    assert {one.kind for one in every} == {"parts", "roll", "carry", "ratio"}
    assert all(one.bottoms for one in every if one.kind == "ratio")
    assert [one.text for one in every if one.result == "累计结余"] == [
        "累计结余＝收入合计－支出合计",
        "累计结余＝上年结转＋收入合计－支出合计",
    ]


def test_faults_put_in_are_found_and_clean_reports_left_alone(tmp_path, shared):
    def silent(*_):
        return None

    made = measure_checks(None, shared, tmp_path, (30, 91), silent)
    faulty, clean, real = made.values()
    assert faulty["faults"] > 50
    assert faulty["recall"] >= 0.97
    assert faulty["precision"] >= 0.97
    assert clean["findings"] == 0
    assert len(real["met"]) >= 27
    assert len(real["false"]) <= 2


def test_a_score_that_finds_nothing_or_everything_is_told(tmp_path, real_docx):
    """The scoring itself: a gold list of one entry that no finding meets is missed, and every finding is false."""
    gold = tmp_path / "gold.jsonl"
    entry = {"id": "x", "title": "无", "sure": 0.9, "stated": [{"value": "0", "table": 0, "row": 36, "column": 12}]}
    gold.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    review = score_review(real_docx, gold, tmp_path / "store", lambda *_: None)
    assert list(review.missed) == ["x"]
    assert len(review.false) == review.findings > 20


SUM_THAT_HOLDS = re.compile(
    r"(?<![\d.+/%×)])(?P<parts>[−-]?\d+(?:\.\d+)?(?:[+−]\d+(?:\.\d+)?)+)=(?P<sum>−?\d+(?:\.\d+)?)"
)


def sums_that_hold():
    """The sums of a reviewer's list of what holds in the real report: sorted operands without zeros, result."""
    for line in (ROOT / "eval" / "gold" / "check_xiangxi_2021_holds.jsonl").read_text(encoding="utf-8").splitlines():
        for match in SUM_THAT_HOLDS.finditer(json.loads(line)["formula"]):
            parts = re.findall(r"[+−]?\d+(?:\.\d+)?", match["parts"])
            values = [Decimal(text.replace("−", "-")) for text in (*parts, match["sum"])]
            yield tuple(sorted(value for value in values[:-1] if value)), values[-1]


def test_a_corpus_with_a_file_that_cannot_be_read_is_not_scored(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "坏.docx").write_bytes(b"no archive")
    with pytest.raises(GoldError, match="坏"):
        score_corpus(tmp_path, tmp_path / "store", lambda *_: None)


@pytest.mark.real_report
def test_nothing_that_holds_in_the_real_report_is_called_wrong(real):
    """Three quarters of the reviewer's sums that hold are among the relations, and each of them holds there too."""
    by_operands = {}
    for one in real.checker.check(real.library().reports[0]).relations:
        for terms in one.readings if isinstance(one, Sum) else ():
            operands = tuple(sorted(sign * item.value / one.result.factor for sign, item in terms if item.value))
            by_operands.setdefault(operands, []).append(one)
    known = 0
    for operands, total in sums_that_hold():
        alike = [
            one for one in by_operands.get(operands, ()) if abs(one.result.value / one.result.factor - total) <= ROUNDED
        ]
        assert all(one.holds for one in alike), (operands, [one.name for one in alike])
        known += bool(alike)
    assert known >= 30


# verdicts


def faulty(folder):
    wrong = copy.deepcopy(UNITS)
    wrong[3][1] = "880.00"
    return written(folder, ["各单位支出情况（单位：万元）", wrong, "2023年末编制人数50人。", "年末情况", [["编制人数", "52"], ["在职人数", "48"]]])  # fmt: skip


@pytest.fixture
def faulty_assistant(tmp_path):
    with closing(Store.open(tmp_path / "store", write=True)) as store:
        ingest_file(store, faulty(tmp_path))
        yield Assistant.open(store)


def test_a_verdict_is_kept_and_heeded(faulty_assistant, tmp_path):
    found = faulty_assistant.checker.run(faulty_assistant.library().reports)
    assert [one.kind for one in found] == ["units", "same"]
    verdicts = Verdicts(tmp_path / "store")
    verdicts.keep(found[0], Verdict.FALSE, "另有口径", "李工")
    again = Verdicts(tmp_path / "store").heeded(found)
    assert [(one.kind, one.verdict, one.note) for one in again] == [("same", "", ""), ("units", "误报", "另有口径")]
    verdicts.keep(found[0], Verdict.NONE)
    assert [one.verdict for one in verdicts.heeded(found)] == ["", ""]


def test_a_verdict_stays_when_the_report_is_read_again_and_goes_when_the_figure_changes(tmp_path):
    first, second = (tmp_path / name for name in ("a", "b"))
    first.mkdir()
    second.mkdir()
    one = checked(first, faulty(first))[0]
    assert one.id == checked(second, faulty(second))[0].id
    wrong = copy.deepcopy(UNITS)
    wrong[3][1] = "870.00"
    third = tmp_path / "c"
    third.mkdir()
    assert one.id != findings(third, "各单位支出情况（单位：万元）", wrong)[0].id


def test_a_file_of_verdicts_that_was_edited_by_hand_is_read_as_far_as_it_goes(faulty_assistant, tmp_path):
    found = faulty_assistant.checker.run(faulty_assistant.library().reports)
    Verdicts(tmp_path / "store").keep(found[0], Verdict.TRUE)
    path = tmp_path / "store" / FILE
    path.write_text("{不是\n[1]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert Verdicts(tmp_path / "store").heeded(found)[0].verdict == "属实"


# what is taken along


def test_findings_as_a_workbook(faulty_assistant):
    found = faulty_assistant.checker.run(faulty_assistant.library().reports)
    sheet = openpyxl.load_workbook(BytesIO(findings_workbook(found, faulty_assistant.store))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("报告", "严重程度", "类别")
    assert [row[1] for row in rows[1:]] == ["错误", "错误"]
    assert rows[1][6] == "800.00万元"
    assert "500＋300＝800万元" in rows[1][7]


def test_findings_as_an_opinion_with_the_cells_shaded(faulty_assistant):
    found = faulty_assistant.checker.run(faulty_assistant.library().reports)
    document = docx.Document(BytesIO(opinion_document(found, faulty_assistant.store)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "复核意见"
    assert any("写作“880.00万元”" in text and "应为800.00万元" in text for text in texts)
    shaded = [
        cell.text for table in document.tables for row in table.rows for cell in row.cells
        if 'w:fill="FFF3A6"' in cell._tc.xml
    ]  # fmt: skip
    assert "880.00" in shaded
    assert "52" in shaded


# the command


def test_the_command_prints_json_as_the_interface_has_it(faulty_assistant, tmp_path):
    faulty_assistant.close()
    done = CliRunner().invoke(commands, ["check", "--store", str(tmp_path / "store"), "--json"])
    found = json.loads(done.output)
    assert done.exit_code == 0
    assert {"kind", "severity", "message", "stated", "recomputed", "report"} <= set(found[0])
    assert {"value", "citation"} == set(found[0]["stated"][0])
    assert found[0]["stated"][0]["citation"]["row"] == 3


def test_the_command_lists_findings_and_writes_files(faulty_assistant, tmp_path):
    faulty_assistant.close()
    store = ["--store", str(tmp_path / "store")]
    said = CliRunner().invoke(commands, ["check", *store]).output
    assert "错误 2" in said
    assert "写作“880.00万元”" in said
    for name in ("a.xlsx", "a.docx"):
        assert CliRunner().invoke(commands, ["check", *store, "--out", str(tmp_path / name)]).exit_code == 0
        assert (tmp_path / name).stat().st_size > 4000


@pytest.mark.parametrize("out, words", [("a.pdf", ".docx"), ("nowhere/a.docx", "写不进去")])
def test_the_command_says_why_a_file_is_not_written(faulty_assistant, tmp_path, out, words):
    faulty_assistant.close()
    options = ["--store", str(tmp_path / "store"), "--out", str(tmp_path / out)]
    refused = CliRunner().invoke(commands, ["check", *options])
    assert isinstance(refused.exception, JixiaoError)
    assert words in str(refused.exception)


# the chat


ASKED = [
    pytest.param("各项得分加起来对吗？", "conflict", "87.36", marks=pytest.mark.real_report),
    pytest.param("产出指标各项分值加起来对吗", "conflict", "45分", marks=pytest.mark.real_report),
    ("报告里有哪些前后不一致的地方？", "conflict", "6568.82"),
    ("这份报告有没有错误？", "conflict", "勾稽检查发现"),
    pytest.param("公用经费控制率算得对吗", "conflict", "1.27倍", marks=pytest.mark.real_report),
]


@pytest.mark.parametrize("question, status, words", ASKED)
def test_the_chat_answers_from_the_checks(real, question, status, words):
    answer = real.ask(question)
    assert answer.status == status
    assert words in answer.text
    assert answer.citations


def test_an_answer_says_when_a_finding_disputes_its_figure(faulty_assistant):
    answer = faulty_assistant.ask("2023年支出合计是多少？")
    assert "880.00万元" in answer.text
    assert "勾稽检查" in answer.text
    assert any(line.startswith("勾稽：") and "应为800.00万元" in line for line in answer.trace)
    part = faulty_assistant.ask("水文站支出合计是多少？")
    assert "300.00万元" in part.text
    assert "勾稽" not in part.text


def test_what_was_called_a_false_alarm_is_not_brought_up_again(faulty_assistant, tmp_path):
    found = faulty_assistant.checker.run(faulty_assistant.library().reports)
    Verdicts(tmp_path / "store").keep(found[0], Verdict.FALSE)
    assert "勾稽" not in faulty_assistant.ask("2023年支出合计是多少？").text


def test_a_report_that_agrees_with_itself_is_said_to(two):
    answer = two.ask("这份报告有没有前后不一致的地方？", reports=[two.library().reports[0].id])
    assert answer.status == "answered"
    assert "没有发现不一致" in answer.text


def test_section_of_problems_is_no_question_for_the_checks(real):
    assert "勾稽" not in real.ask("存在哪些问题？").text


def test_no_identity_or_rule_names_a_report():
    """Identities are of the field: no department, place or figure of a report stands in them."""
    text = (ROOT / "assistant" / "data" / "identities.tsv").read_text(encoding="utf-8")
    assert not any(word in text for word in ("州", "市", "局", "湘西", "6568"))


def _with_wrong_totals(folder, number):
    """A report of so many tables, each of its own items, each total off by one."""
    body = "".join(
        wordfile.p(f"表{n}")
        + wordfile.plain_table(
            [["项目", "2023年决算（万元）"], [f"甲{n}类", f"{n}.50"], [f"乙{n}类", "2.25"], ["合计", f"{n + 3}.75"]]
        )
        for n in range(1, number + 1)
    )
    return wordfile.write(folder / f"{number}.docx", wordfile.p("甲县水利局2023年度部门决算") + body)


def test_faults_that_have_nothing_to_do_with_each_other_are_searched_apart(tmp_path):
    """All at once the search took the square of their number: 47,301 figures of a list of projects never ended."""
    seconds = {}
    for number in (30, 120):
        assistant = assistant_over(tmp_path / f"s{number}", _with_wrong_totals(tmp_path, number))
        (report,) = assistant.store.reports()
        started = time.perf_counter()
        found = assistant.checker.check(report).findings
        seconds[number] = time.perf_counter() - started
        assert len(found) > 0.9 * number  # one or two are taken for another reading
        assistant.close()
    assert seconds[120] < 12 * seconds[30]


def test_a_name_of_many_things_is_none_of_one(tmp_path):
    """Names that three places or more give one amount and as many another are of two things, not of one slip."""

    def body(amounts):
        return "".join(
            wordfile.p(f"{n}、项目{n}") + wordfile.p(f"党群服务分中心2023年预算{amount}万元。")
            for n, amount in enumerate(amounts, 1)
        )

    titled = wordfile.p("甲县水利局2023年度部门预算")
    several = ["4.50", "65.39"] * 3
    slip = ["4.50", "4.50", "4.50", "4.05"]
    for name, amounts, least in (("several", several, 0), ("slip", slip, 1)):
        file = wordfile.write(tmp_path / f"{name}.docx", titled + body(amounts))
        assistant = assistant_over(tmp_path / name, file)
        (report,) = assistant.store.reports()
        found = assistant.checker.check(report).findings
        assert len(found) == least, [one.message for one in found]
        assistant.close()


@pytest.mark.parametrize(
    "header",
    ["平均年龄", "单台均补贴额", "人均面积（平方米）", "平均到场时间（分钟）", "户均增收", "单价", "均价（元）"],
)
def test_what_is_so_much_for_each_adds_up_to_nothing(tmp_path, header):
    table = [
        ["单位", "人数", header, "补贴额（元）"], ["城关镇", "120", "34.60", "4152.00"], ["东河镇", "80", "26.80", "2144.00"],
        ["西岭乡", "40", "31.20", "1248.00"], ["合计", "240", "31.43", "7544.00"],
    ]  # fmt: skip
    assert findings(tmp_path, "表1 各单位情况", table) == []


def test_the_same_column_of_amounts_is_added_up(tmp_path):
    table = [
        ["单位", "人数", "支出额（元）", "补贴额（元）"], ["城关镇", "120", "34.60", "4152.00"], ["东河镇", "80", "26.80", "2144.00"],
        ["西岭乡", "40", "31.20", "1248.00"], ["合计", "240", "31.43", "7544.00"],
    ]  # fmt: skip
    assert [one.stated[0][0] for one in findings(tmp_path, "表1 各单位情况", table)] == ["31.43元"]


@pytest.mark.parametrize(
    "title, found",
    [
        ("明江市水务局2024年部门预算公开", 0),
        ("明江市水务局2024年度部门决算公开", 1),
        ("明江市水务局2024年度预算执行及绩效自评报告", 1),
    ],
)
def test_a_budget_s_targets_have_no_results_yet(tmp_path, title, found):
    file = written(tmp_path, ["绩效目标", "全年计划整治河道12公里，计划培训护河员300人次。", "共有职工45人。"], title)
    assert sum(one.kind == "target" for one in checked(tmp_path, file)) == found
