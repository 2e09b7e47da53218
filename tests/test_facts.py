"""Facts from tables: the layouts of the domain, each as rows of a small made-up table."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read import read_report
from tests import wordfile
from tests.wordfile import plain_table, tbl, tc


def facts_of(tmp_path, body, name="2023年度甲市林业局部门整体支出绩效自评报告.docx"):
    bundle = read_report(wordfile.write(tmp_path / name, body))
    return [f for f in bundle.facts if f.form.value == "figure"], bundle


def find(facts, row, column=""):
    hits = [
        f for f in facts if (f.row_path or ("",))[-1].endswith(row) and (f.column_path or ("",))[-1].startswith(column)
    ]
    assert len(hits) == 1, [(f.row_path, f.column_path, f.raw) for f in hits]
    return hits[0]


def test_two_header_rows_with_of_which(tmp_path):
    body = tbl(
        tc("年度收入情况（万元）", 4),
        tc("机构名称", merge="start") + tc("收入合计", merge="start") + tc("其中：", 2),
        tc("", merge="go") + tc("", merge="go") + tc("上年结转") + tc("财政拨款"),
        tc("部门汇总") + tc("30.5") + tc("10") + tc("20.5"),
        tc("1、本级机构") + tc("20") + tc("8") + tc("12"),
    )
    facts, bundle = facts_of(tmp_path, body)
    assert len(facts) == 6
    own = find(facts, "本级机构", "上年结转")
    assert (own.value, own.unit, own.organisation, own.period) == (Decimal(8), "万元", "本级机构", "2023")
    assert find(facts, "部门汇总", "财政拨款").organisation == bundle.profile.organisation == "甲市林业局"
    assert all(entry.unclear == () for entry in bundle.ledger)


def test_stacked_blocks_change_columns(tmp_path):
    body = plain_table(
        [
            ["人员情况", "编制数", "在职人数", "控制率"],
            ["", "20", "18", "90%"],
            ["经费控制情况", "2022年决算数（万元）", "2023年预算数（万元）", "2023年决算数（万元）"],
            ["一、三公经费", "12", "15", "11"],
            ["1、公务接待费", "2", "3", "1"],
            ["二、公用经费", "30", "33", "31"],
            ["其中：办公费", "3", "——", "4"],
            ["印刷费", "1", "——", "2"],
            ["三、政府采购", "--", "9", "8"],
        ]
    )
    facts, bundle = facts_of(tmp_path, body)
    assert find(facts, "印刷费", "2023年决算").row_path == ("二、公用经费", "印刷费")
    budget = find(facts, "公务接待费", "2023年预算")
    assert (budget.kind.value, budget.period, budget.unit) == ("budget", "2023", "万元")
    assert find(facts, "公务接待费", "2022年决算").period == "2022"
    assert [f.unit for f in facts if f.source.row == 1] == ["人", "人", "%"]
    blanks = [f for f in bundle.facts if f.form.value == "blank"]
    assert {f.raw for f in blanks} == {"——", "--"}
    assert all(f.value is None for f in blanks)


def test_indicator_table_with_merged_levels(tmp_path):
    body = tbl(
        tc("绩效指标", merge="start") + "".join(tc(t) for t in ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")),
        tc("", merge="go") + tc("产出指标（50分）", merge="start") + tc("数量指标", merge="start") + "".join(tc(t) for t in ("造林面积", "≥12万亩", "13.2万亩", "10", "10")),
        tc("", merge="go") + tc("", merge="go") + tc("", merge="go") + "".join(tc(t) for t in ("巡护次数", "达35次", "40次以上", "5", "4.5")),
        tc("总分", 6) + tc("100") + tc("98.5"),
    )  # fmt: skip
    facts, _ = facts_of(tmp_path, body)
    actual = find(facts, "造林面积", "实际完成值")
    assert (actual.value, actual.unit, actual.kind.value) == (Decimal("13.2"), "万亩", "actual")
    assert actual.row_path == ("绩效指标", "产出指标（50分）", "数量指标", "造林面积")
    target = find(facts, "巡护次数", "年度指标值")
    assert (target.value, target.kind.value, target.raw) == (Decimal(35), "target", "达35次")
    assert find(facts, "巡护次数", "实际完成值").hedge == "以上"
    assert (find(facts, "总分", "得分").value, find(facts, "总分", "得分").unit) == (Decimal("98.5"), "分")
    assert find(facts, "总分", "得分").total


def test_label_value_rows(tmp_path):
    body = tbl(
        tc("联系人") + tc("王某") + tc("联系电话") + tc("0731-1234567"),
        tc("人员编制") + tc("25") + tc("实有人数") + tc("24"),
    )
    facts, bundle = facts_of(tmp_path, body)
    assert [(f.row_path, f.value, f.unit) for f in facts] == [
        (("人员编制",), Decimal(25), "人"),
        (("实有人数",), Decimal(24), "人"),
    ]
    assert ("联系人",) in [f.row_path for f in bundle.facts if f.raw == "王某"]


def test_two_sided_table_with_line_numbers(tmp_path):
    body = wordfile.p("单位：万元") + plain_table(
        [
            ["项目", "行次", "金额", "项目", "行次", "金额"],
            ["栏次", "", "1", "栏次", "", "2"],
            ["一、财政拨款收入", "1", "100.5", "一、教育支出", "14", "60"],
            ["二、其他收入", "2", "9.5", "二、农林水支出", "15", "50"],
            ["本年收入合计", "3", "110", "本年支出合计", "16", "110"],
        ]
    )
    facts, _ = facts_of(tmp_path, body)
    assert [(f.row_path[-1], str(f.value)) for f in facts if f.source.row >= 2] == [
        ("一、财政拨款收入", "100.5"), ("二、其他收入", "9.5"), ("本年收入合计", "110"),
        ("一、教育支出", "60"), ("二、农林水支出", "50"), ("本年支出合计", "110"),
    ]  # fmt: skip
    assert {f.unit for f in facts if f.source.row >= 2} == {"万元"}


UNITS = {
    "in the cell": ("", ["项目", "金额"], ["造林", "12万元"], "万元"),
    "in the header": ("", ["项目", "金额（元）"], ["造林", "12"], "元"),
    "above the table": ("单位：万元", ["项目", "金额"], ["造林", "12"], "万元"),
    "above, in full": ("金额单位：元", ["项目", "金额"], ["造林", "12"], "元"),
    "in the caption": ("项目支出情况表（万元）", ["项目", "金额"], ["造林", "12"], "万元"),
    "in the row label": ("", ["项目", "数量"], ["车辆（辆）", "12"], "辆"),
    "nowhere": ("", ["项目", "金额"], ["造林", "12"], ""),
}


@pytest.mark.parametrize("case", UNITS)
def test_where_the_unit_comes_from(tmp_path, case):
    above, header, row, unit = UNITS[case]
    body = (wordfile.p(above) if above else "") + plain_table([header, row, ["合计", "12"]])
    facts, _ = facts_of(tmp_path, body)
    assert facts[0].unit == unit


def test_every_cell_of_the_real_report_is_understood(real):
    report = real.store.reports()[0]
    for held in real.store.tables(report.id):
        assert held.ledger.unclear == ()
        figures = {(c.row, c.column) for c in held.table.cells if _is_figure(c)}
        facts = {
            (f.fact.source.row, f.fact.source.column)
            for f in real.store.all_facts(report.id)
            if f.fact.source.table == held.info.number
        }
        index = {place for place in figures - facts if place[1] == 0 or _is_index(held, place)}
        assert figures - facts == index


def _is_figure(cell):
    from ingest.numbers import read_cell

    return read_cell(cell.text).form.value == "figure"


def _is_index(held, place):
    above = [c.text for c in held.table.cells if c.column == place[1] and c.row < place[0]]
    return any("序号" in text for text in above)


INDICATORS = [
    ["三级指标", "性质", "指标值", "度量单位", "完成值", "得分"],
    ["新建渠道", "≥", "32", "公里", "29.6", "9"],
    ["受益人口", "≥", "8", "万人", "8.3", "10"],
    ["群众满意度", "≥", "90", "%", "93.5", "10"],
]


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [0, 3, 1, 2, 4, 5]], ids=["unit in the middle", "unit second"])
def test_a_unit_column_gives_the_units_and_the_sign_column_the_bound(tmp_path, order):
    rows = [[row[i] for i in order] for row in INDICATORS]
    facts, bundle = facts_of(tmp_path, wordfile.p("单位：万元") + plain_table(rows))
    target = find(facts, "新建渠道", "指标值")
    assert (target.value, target.unit, target.hedge, target.row_path) == (Decimal(32), "公里", "≥", ("新建渠道",))
    assert [find(facts, name, "完成值").unit for name in ("新建渠道", "受益人口", "群众满意度")] == [
        "公里",
        "万人",
        "%",
    ]
    assert find(facts, "受益人口", "得分").unit == "分"
    assert all(entry.unclear == () for entry in bundle.ledger)


def test_a_section_title_right_under_the_header(tmp_path):
    body = tbl(
        "".join(map(tc, ("项目名称", "预算数（万元）", "执行数（万元）"))),
        tc("一、公路类", 3),
        "".join(map(tc, ("甲大桥", "480", "312.5"))),
        tc("二、航道类", 3),
        "".join(map(tc, ("乙航道", "96", "90"))),
    )
    facts, _ = facts_of(tmp_path, body)
    bridge = find(facts, "甲大桥", "预算数")
    assert (bridge.value, bridge.kind.value, bridge.row_path) == (Decimal(480), "budget", ("一、公路类", "甲大桥"))
    assert find(facts, "乙航道", "执行数").row_path == ("二、航道类", "乙航道")


def test_the_label_columns_header_states_the_unit(tmp_path):
    body = plain_table(
        [
            ["经费控制情况（万元）", "2022年决算数", "2023年决算数"],
            ["三公经费", "52.36", "43.18"],
            ["项目支出", "9", "8"],
        ]
    )
    facts, _ = facts_of(tmp_path, body)
    assert {f.unit for f in facts} == {"万元"}


def test_words_after_a_row_of_column_names_are_data(tmp_path):
    body = plain_table(
        [
            ["项目", "甲补贴", "乙补贴", "丙补贴"],
            ["种类", "与收益相关", "与收益相关", "与资产相关"],
            ["金额（元）", "147", "11", "32"],
        ]
    )
    facts, _ = facts_of(tmp_path, body)
    assert [(f.column_path, str(f.value)) for f in facts] == [
        (("甲补贴",), "147"),
        (("乙补贴",), "11"),
        (("丙补贴",), "32"),
    ]


def test_a_unit_note_is_no_department(tmp_path):
    bundle = read_report(
        wordfile.write(
            tmp_path / "丙市水利局2023年度绩效自评报告.docx",
            wordfile.p("单位：万元") + plain_table([["项目", "金额"], ["办公费", "3"]]),
        )
    )
    assert bundle.profile.organisation == "丙市水利局"


def test_a_coefficient_in_percent_is_no_score(tmp_path):
    facts, _ = facts_of(
        tmp_path, plain_table([["指标", "权重", "得分系数（%）", "得分"], ["造林", "10", "92.88", "9.29"]])
    )
    assert [f.unit for f in facts] == ["分", "%", "分"]


def test_criteria_are_no_figures(tmp_path):
    facts, _ = facts_of(
        tmp_path,
        plain_table([["指标", "分值", "评价标准", "得分"], ["控制率", "10", "100%以下计满分，一项不符扣2分", "9"]]),
    )
    assert sorted(str(f.value) for f in facts) == ["10", "9"]


def test_a_department_above_a_header_is_no_header(tmp_path):
    body = tbl(
        tc("主管部门") + tc("甲市林业局", 4),
        tc("一级指标") + tc("三级指标") + tc("指标性质") + tc("指标值") + tc("度量单位"),
        tc("产出指标") + tc("造林面积") + tc("≥") + tc("12") + tc("万亩"),
    )
    facts, _ = facts_of(tmp_path, body)
    found = find(facts, "造林面积")
    assert (found.row_path, found.column_path, found.unit, found.hedge) == (
        ("产出指标", "造林面积"), ("指标值",), "万亩", "≥",
    )  # fmt: skip


def test_a_value_column_that_is_not_filled_in_holds_no_labels(tmp_path):
    rows = [["合计", "因公出国费", "用车费", "接待费"], ["51.30", "——", "28.63", "22.67"]]
    facts, bundle = facts_of(tmp_path, wordfile.p("单位：万元") + plain_table(rows))
    assert [(f.row_path, f.column_path) for f in facts] == [((), ("合计",)), ((), ("用车费",)), ((), ("接待费",))]
    (blank,) = [f for f in bundle.facts if f.form.value == "blank"]
    assert blank.column_path == ("因公出国费",)


def test_levels_of_indicators_between_their_points_are_one_path(tmp_path):
    body = tbl(
        "".join(map(tc, ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评价标准", "得分"))),
        tc("产出", merge="start") + tc("50", merge="start") + tc("数量") + tc("30") + tc("造林") + tc("30") + tc("按比例") + tc("28"),
        tc("", merge="go") + tc("", merge="go") + tc("质量") + tc("20") + tc("成活率") + tc("20") + tc("按比例") + tc("20"),
    )  # fmt: skip
    facts, _ = facts_of(tmp_path, body)
    assert find(facts, "成活率", "得分").row_path == ("产出", "质量", "成活率")
    assert find(facts, "质量", "分值").row_path == ("产出", "质量")
    assert find(facts, "产出", "分值").value == Decimal(50)


def test_amounts_inside_label_cells_side_by_side(tmp_path):
    body = tbl(
        tc("收支构成（万元）", merge="start") + tc("按收入性质分:15000.00") + tc("按支出性质分:9000.00"),
        tc("", merge="go") + tc("其中：公共财政拨款:14321.43") + tc("其中：基本支出:88.10"),
    )
    facts, _ = facts_of(tmp_path, body)
    assert [(f.row_path[-1], str(f.value), f.unit) for f in facts] == [
        ("按收入性质分", "15000.00", "万元"), ("按支出性质分", "9000.00", "万元"),
        ("其中：公共财政拨款", "14321.43", "万元"), ("其中：基本支出", "88.10", "万元"),
    ]  # fmt: skip


def test_indentation_makes_a_label_part_of_the_one_above(tmp_path):
    rows = [
        ["项目", "决算数"],
        ["一、基本支出", "30"],
        ["    人员经费", "20"],
        ["    公用经费", "10"],
        ["二、项目支出", "5"],
    ]
    facts, _ = facts_of(tmp_path, wordfile.p("单位：万元") + plain_table(rows))
    assert find(facts, "公用经费").row_path == ("一、基本支出", "公用经费")
    assert find(facts, "项目支出").row_path == ("二、项目支出",)


def test_plain_rows_after_an_indented_one_stay_in_their_section(tmp_path):
    rows = [
        ["项目", "年初预算数", "决算数"],
        ["公用经费：", "", ""],
        ["办公费", "10", "9"],
        ["    水费、电费", "4", "3"],
        ["差旅费", "6", "5"],
    ]
    facts, _ = facts_of(tmp_path, wordfile.p("单位：万元") + plain_table(rows))
    assert find(facts, "差旅费", "决算数").row_path == ("公用经费：", "差旅费")


def test_pairs_with_a_blank_value_are_no_header(tmp_path):
    rows = [["部门名称", "甲市文旅局", "预算编码", ""], ["人员编制数", "96", "实有人数", "91"]]
    facts, _ = facts_of(tmp_path, plain_table(rows))
    assert [(f.row_path, f.column_path, f.raw) for f in facts] == [
        (("人员编制数",), (), "96"), (("实有人数",), (), "91"),
    ]  # fmt: skip


def test_the_whole_of_a_departments_funds_is_a_total(tmp_path):
    rows = [["资金", "年初预算数", "全年执行数"], ["部门整体资金（万元）", "100", "95"], ["其中：项目支出", "40", "38"]]
    facts, _ = facts_of(tmp_path, plain_table(rows))
    assert [f.total for f in facts] == [True, True, False, False]


@pytest.mark.parametrize("between", ["续表", ""])
def test_a_table_that_goes_on_keeps_unit_and_caption(tmp_path, between):
    head = ["项目", "2022年", "2023年"]
    body = (
        wordfile.p("支出明细对比表") + wordfile.p("单位：元") + plain_table([head, ["办公费", "1", "2"]])
        + wordfile.p(between) + plain_table([head, ["印刷费", "3", "4"]])
    )  # fmt: skip
    facts, bundle = facts_of(tmp_path, body)
    assert find(facts, "印刷费", "2023年").unit == "元"
    assert [info.caption for info in bundle.tables] == ["支出明细对比表"] * 2


def words(bundle):
    return [(f.row_path, f.column_path) for f in bundle.facts if f.form.value == "text"]


def test_a_list_of_labels_and_values_has_no_header_inside(tmp_path):
    rows = [["单位全称", "甲市水务公司"], ["所在地", "甲市"], ["业务性质", "供水"], ["注册资本（万元）", "475"]]
    facts, bundle = facts_of(tmp_path, plain_table(rows))
    assert find(facts, "注册资本（万元）").column_path == ()
    assert (("业务性质",), ()) in words(bundle)


def test_ranges_are_values_and_never_a_figure(tmp_path):
    rows = [
        ["类别", "折旧方法", "折旧年限（年）", "残值率（%）"],
        ["房屋", "平均法", "10-20", "5.00-10.00"],
        ["设备", "平均法", "3-10", "5"],
    ]
    facts, bundle = facts_of(tmp_path, plain_table(rows))
    assert [(f.row_path, f.column_path, f.raw) for f in facts] == [(("设备",), ("残值率（%）",), "5")]
    assert (("房屋",), ("折旧年限（年）",)) in words(bundle)


def test_numbered_names_across_the_top_are_a_header(tmp_path):
    rows = [["项  目", "1、养老保险", "2、失业保险"], ["年初余额", "", ""], ["本年增加", "216.76", "9.09"]]
    facts, _ = facts_of(tmp_path, plain_table(rows))
    assert [f.column_path for f in facts] == [("1、养老保险",), ("2、失业保险",)]


def test_an_amount_that_looks_like_a_year_under_an_amount(tmp_path):
    body = tbl(
        tc("无形资产", merge="start") + tc("名称") + tc("金额"),
        tc("", merge="go") + tc("软件") + tc("1000"),
        tc("", merge="go") + tc("专利") + tc("2000"),
        tc("", merge="go") + tc("商标") + tc("2200"),
    )
    facts, _ = facts_of(tmp_path, body)
    assert [(f.row_path, f.column_path, f.raw) for f in facts] == [
        (("无形资产", name), ("金额",), raw) for name, raw in (("软件", "1000"), ("专利", "2000"), ("商标", "2200"))
    ]


def test_a_label_over_two_label_columns_stays_in_its_table(tmp_path):
    body = tbl(
        tc("分类", 3) + tc("数量（辆）"),
        tc("汽车", merge="start") + tc("载客") + tc("大型") + tc("3"),
        tc("", merge="go") + tc("载货") + tc("重型") + tc("4"),
        tc("摩托车", merge="start") + tc("普通（两轮摩托车）", 2) + tc("5"),
        tc("", merge="go") + tc("轻便", 2) + tc("6"),
    )
    facts, _ = facts_of(tmp_path, body)
    assert [(f.row_path, f.column_path, f.raw) for f in facts] == [
        (("汽车", "载客", "大型"), ("数量（辆）",), "3"), (("汽车", "载货", "重型"), ("数量（辆）",), "4"),
        (("摩托车", "普通（两轮摩托车）"), ("数量（辆）",), "5"), (("摩托车", "轻便"), ("数量（辆）",), "6"),
    ]  # fmt: skip


def test_one_header_over_labels_and_their_values(tmp_path):
    body = tbl(
        tc("设备编号") + tc("使用年份") + tc("设备价格（元）") + tc("主要参数", 2),
        tc("甲-1", merge="start") + tc("2014", merge="start") + tc("200", merge="start") + tc("型号") + tc("CEU2-8"),
        tc("", merge="go") + tc("", merge="go") + tc("", merge="go") + tc("容量") + tc("9"),
        tc("甲-2", merge="start") + tc("2015", merge="start") + tc("300", merge="start") + tc("型号") + tc("WFS1-3"),
        tc("", merge="go") + tc("", merge="go") + tc("", merge="go") + tc("容量") + tc("8"),
    )
    facts, _ = facts_of(tmp_path, body)
    held = {(f.row_path, f.column_path): f.raw for f in facts}
    assert held[("甲-1", "容量"), ("主要参数",)] == "9"
    assert held[("甲-2", "容量"), ("主要参数",)] == "8"
    assert held[("甲-2",), ("设备价格（元）",)] == "300"


def test_the_second_side_is_known_by_the_same_headers_again(tmp_path):
    rows = [
        ["资产部类", "年初数", "期末数", "负债部类", "年初数", "期末数"],
        ["现金", "100", "300", "借入款", "70", "800"],
        ["资产合计", "100", "300", "负债合计", "70", "801"],
    ]
    facts, _ = facts_of(tmp_path, plain_table(rows))
    assert [(f.row_path, f.raw) for f in facts if f.source.column > 2] == [
        (("借入款",), "70"), (("借入款",), "800"), (("负债合计",), "70"), (("负债合计",), "801"),
    ]  # fmt: skip


def test_a_second_header_beside_labels_merged_far_down(tmp_path):
    body = tbl(
        tc("设备名称") + tc("生产厂家") + tc("产品参数", 3),
        tc("加工中心", merge="start") + tc("甲机械厂", merge="start") + tc("参数名", merge="start") + tc("型号", 2),
        tc("", merge="go") + tc("", merge="go") + tc("", merge="go") + tc("V650") + tc("V850"),
        tc("", merge="go") + tc("", merge="go") + tc("行程") + tc("650") + tc("850"),
        tc("", merge="go") + tc("", merge="go") + tc("转速") + tc("15000") + tc("18000"),
    )
    facts, bundle = facts_of(tmp_path, body)
    assert [(f.row_path, f.column_path, f.raw) for f in facts] == [
        (("加工中心", "行程"), ("产品参数", "型号", "V650"), "650"), (("加工中心", "行程"), ("产品参数", "型号", "V850"), "850"),
        (("加工中心", "转速"), ("产品参数", "型号", "V650"), "15000"), (("加工中心", "转速"), ("产品参数", "型号", "V850"), "18000"),
    ]  # fmt: skip
    assert (("加工中心",), ("生产厂家",)) in words(bundle)


def test_a_label_merged_over_rows_of_pairs_leads_them(tmp_path):
    body = tbl(
        tc("单位名称") + tc("甲市林业局", 2),
        tc("联系方式", merge="start") + tc("办公室") + tc("0731-1234567"),
        tc("", merge="go") + tc("传真") + tc("0731-7654321"),
    )
    _, bundle = facts_of(tmp_path, body)
    assert (("联系方式", "传真"), ()) in words(bundle)
    assert (("联系方式", "办公室"), ()) in words(bundle)


def test_a_value_that_names_itself_is_not_read_by_the_column_above(tmp_path):
    body = tbl(
        tc("指标") + tc("目标值（万元）") + tc("完成情况（万元）"),
        tc("造林") + tc("10") + tc("9"),
        tc("综合得分", 2) + tc("评分：99.11"),
    )
    facts, _ = facts_of(tmp_path, body)
    score = next(f for f in facts if f.raw.endswith("99.11"))
    assert (score.column_path, score.unit, score.kind.value) == ((), "分", "score")


HEAD = tc("项目", merge="start") + tc("支出（元）", 2)
BELOW = tc("", merge="go") + tc("2022年决算") + tc("2023年决算")


@pytest.mark.parametrize("between", ["续表", ""])
def test_a_table_that_goes_on_without_its_header(tmp_path, between):
    first = tbl(HEAD, BELOW, "".join(map(tc, ("办公费", "1", "2"))))
    second = tbl("".join(map(tc, ("印刷费", "3", "4"))), "".join(map(tc, ("会议费", "——", "6"))))
    third = tbl("".join(map(tc, ("培训费", "7", "8"))))
    body = wordfile.p("支出明细表") + first + wordfile.p(between) + second + wordfile.p(between) + third
    facts, bundle = facts_of(tmp_path, body)
    assert [(f.row_path, f.column_path, f.raw, f.unit, f.period, f.source.table, f.source.row) for f in facts][2:] == [
        (("印刷费",), ("支出（元）", "2022年决算"), "3", "元", "2022", 1, 0),
        (("印刷费",), ("支出（元）", "2023年决算"), "4", "元", "2023", 1, 0),
        (("会议费",), ("支出（元）", "2023年决算"), "6", "元", "2023", 1, 1),
        (("培训费",), ("支出（元）", "2022年决算"), "7", "元", "2022", 2, 0),
        (("培训费",), ("支出（元）", "2023年决算"), "8", "元", "2023", 2, 0),
    ]
    assert [(entry.cells, entry.understood) for entry in bundle.ledger] == [(7, 7), (6, 6), (3, 3)]
    assert [info.caption for info in bundle.tables] == ["支出明细表"] * 3


def test_a_table_of_other_columns_takes_no_header(tmp_path):
    first = tbl(HEAD, BELOW, "".join(map(tc, ("办公费", "1", "2"))))
    facts, _ = facts_of(tmp_path, first + wordfile.p("") + tbl("".join(map(tc, ("人数", "3")))))
    assert facts[-1].column_path == ()


def test_a_table_that_goes_on_and_then_has_a_header_of_its_own(tmp_path):
    first = tbl(HEAD, BELOW, "".join(map(tc, ("办公费", "1", "2"))))
    later = [["印刷费", "3", "4"], ["指标名称", "目标值（个）", "完成值（个）"], ["培训班", "5", "6"]]
    facts, bundle = facts_of(tmp_path, first + wordfile.p("续表") + plain_table(later))
    assert [(f.row_path[-1], f.column_path[-1], f.source.row) for f in facts][2:] == [
        ("印刷费", "2022年决算", 0), ("印刷费", "2023年决算", 0), ("培训班", "目标值（个）", 2), ("培训班", "完成值（个）", 2),
    ]  # fmt: skip
    assert [(entry.cells, entry.understood) for entry in bundle.ledger] == [(7, 7), (9, 9)]


WORDS = (
    "",
    "项目",
    "一级指标",
    "预算数（万元）",
    "2023年",
    "2000",
    "其中：",
    "一、工资",
    "小计",
    "12.5",
    "3-10",
    "——",
    "≥90%",
    "评分：99",
    "序号",
    "1",
    "甲局",
    "单位：元",
)


@st.composite
def rough_tables(draw):
    """Rows of cells with spans, merges, gaps and words that mean something to the reader; some rows have no cell."""
    rows = []
    for _ in range(draw(st.integers(1, 7))):
        cells = draw(
            st.lists(
                st.tuples(st.sampled_from(WORDS), st.integers(1, 3), st.sampled_from(["", "", "start", "go"])),
                max_size=5,
            )
        )
        before = draw(st.sampled_from(["", "", "<w:trPr><w:gridBefore w:val='1'/></w:trPr>"]))
        rows.append(f"<w:tr>{before}" + "".join(tc(*cell) for cell in cells) + "</w:tr>")
    return "<w:tbl>" + "".join(rows) + "</w:tbl>"


@given(st.lists(rough_tables(), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_cell_of_any_table_is_on_the_account(tmp_path, tables):
    """What is read as a figure stands in its cell; every cell is understood or shown as not understood."""
    body = wordfile.p("2023年度") + wordfile.p("").join(tables)
    bundle = read_report(wordfile.write(tmp_path / "甲市林业局2023年度报告.docx", body))
    held = [block.table for block in bundle.document.blocks if block.table is not None]
    assert [entry.cells for entry in bundle.ledger] == [len(table.cells) for table in held]
    for entry, table in zip(bundle.ledger, held, strict=True):
        places = {(cell.row, cell.column) for cell in table.cells}
        assert entry.cells == entry.understood + len(entry.unclear)
        assert {(row, column) for row, column, _ in entry.unclear} <= places
    for fact in bundle.facts:
        if fact.source.table is not None:
            cells = {(cell.row, cell.column): cell.text for cell in held[fact.source.table].cells}
            assert fact.raw in cells[fact.source.row, fact.source.column]
