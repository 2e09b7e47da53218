"""Facts out of sentences."""

import pytest

from ingest.model import Kind
from ingest.numbers import find_figures
from ingest.sentences import statements

#: (sentence, [(subject, measure, kind, value, unit, period)])
CASES = [
    (  # the stage of a budget belongs to its name; what is waived is an amount and no fall
        "2023年年初预算数1500.00万元，全年预算数1800.00万元，应收综合费68.21万元，减免30%。",
        [
            ("", "年初预算数", "budget", "1500.00", "万元", "2023"),
            ("", "全年预算数", "budget", "1800.00", "万元", "2023"),
            ("", "应收综合费", "actual", "68.21", "万元", "2023"),
            ("", "减免", "actual", "30", "%", "2023"),
        ],
    ),
    (
        "甲酒公司实现主营业务收入34.03亿元（增长87.28%）、利润总额11.91亿元（增长82.99%）。",
        [
            ("甲酒公司", "主营业务收入", "actual", "34.03", "亿元", ""),
            ("甲酒公司", "主营业务收入增长", "change", "87.28", "%", ""),
            ("甲酒公司", "利润总额", "actual", "11.91", "亿元", ""),
            ("甲酒公司", "利润总额增长", "change", "82.99", "%", ""),
        ],
    ),
    (
        "白酒、新材料、锂电池和“两茶”产业链分别增长94%、39.5%、38.8%和22.5%。",
        [
            ("", "白酒增长", "change", "94", "%", ""),
            ("", "新材料增长", "change", "39.5", "%", ""),
            ("", "锂电池增长", "change", "38.8", "%", ""),
            ("", "两茶产业链增长", "change", "22.5", "%", ""),
        ],
    ),
    (
        "2021年公务接待费支出2.52万元，同比2020年3.32万元，下降24.10%。",
        [
            ("", "公务接待费支出", "actual", "2.52", "万元", "2021"),
            ("", "公务接待费支出", "actual", "3.32", "万元", "2020"),
            ("", "公务接待费支出下降", "change", "-24.10", "%", "2021"),
        ],
    ),
    (
        "2021年“三公经费”预算70.60万元，实际执行14.02万元。",
        [
            ("", "三公经费预算", "budget", "70.60", "万元", "2021"),
            ("", "三公经费实际执行", "actual", "14.02", "万元", "2021"),
        ],
    ),
    ("新建5G基站1320个，超额完成任务。", [("", "新建5G基站", "actual", "1320", "个", "")]),
    (
        "新增3家省小巨人企业和2家省新材料企业。",
        [
            ("", "新增省小巨人企业", "actual", "3", "家", ""),
            ("", "新增省新材料企业", "actual", "2", "家", ""),
        ],
    ),
    ("项目支出较上年减少1357.80万元。", [("", "项目支出减少", "change", "-1357.80", "万元", "")]),
    ("三公经费控制率为19.86%。", [("", "三公经费控制率", "rate", "19.86", "%", "")]),
    (
        "2021年支出合计与2020年7886.36万元相比，减少1318.11万元，下降16.71%。",
        [
            ("", "支出合计", "actual", "7886.36", "万元", "2020"),
            ("", "支出合计减少", "change", "-1318.11", "万元", "2021"),
            ("", "支出合计下降", "change", "-16.71", "%", "2021"),
        ],
    ),
    ("项目支出与上年12万元相比，增加3万元。", [("", "项目支出增加", "change", "3", "万元", "")]),
    (
        "2021年公务接待费2.52万元，2020年公务接待费3.32万元，同比下降24.10%。",
        [
            ("", "公务接待费", "actual", "2.52", "万元", "2021"),
            ("", "公务接待费", "actual", "3.32", "万元", "2020"),
            ("", "公务接待费下降", "change", "-24.10", "%", "2021"),
        ],
    ),
    (
        "公务接待批次由2020年的86批次减少到2021年的42批次。",
        [
            ("", "公务接待批次", "actual", "86", "批次", "2020"),
            ("", "公务接待批次", "actual", "42", "批次", "2021"),
        ],
    ),
    ("2021年年末结转和结余452.48万元。", [("", "年末结转和结余", "actual", "452.48", "万元", "2021")]),
    ("2021年年初结转结余1,802.42万元。", [("", "年初结转结余", "actual", "1802.42", "万元", "2021")]),
    (
        "居家养老、社区养老和机构养老投入分别增长5%和6%。",  # fewer figures than names: not matched by guess
        [],
    ),
    (
        "居家养老、社区养老投入分别增长5%和6%。",
        [("", "居家养老投入增长", "change", "5", "%", ""), ("", "社区养老投入增长", "change", "6", "%", "")],
    ),
    ("备注：90（含）—100分为优；60分以下为差。", []),
    ("产出指标49.5分。", [("", "产出指标", "score", "49.5", "分", "")]),
    ("全年查办案件1095件，见附件1。", [("", "查办案件", "actual", "1095", "件", "")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:12] for case in CASES])
def test_statements(text, expected):
    found = [(s.subject, s.measure, s.kind.value, str(s.value), s.unit, s.period) for s in statements(text)]
    assert found == expected


def test_offsets_point_at_the_figure():
    text = "其中人员经费２１．５万元，公用经费3万元。"
    assert [text[s.start : s.end] for s in statements(text)] == ["２１．５万元", "3万元"]


TURNS = {
    "公务接待费由5.2万元减少到3.1万元。": [("公务接待费", "actual", "3.1")],
    "覆盖率从上年的85%提高到93%，提高8个百分点。": [("覆盖率", "rate", "93"), ("覆盖率提高", "change", "8")],
    "规模工业企业增加到320家。": [("规模工业企业", "actual", "320")],
    "公务接待费3.1万元，比预算节约3.4万元。": [("公务接待费", "actual", "3.1"), ("公务接待费比预算节约", "change", "-3.4")],
    "项目支出120万元，比预算增加5万元，增长4.35%，同比增长2%。": [
        ("项目支出", "actual", "120"), ("项目支出比预算增加", "change", "5"), ("项目支出比预算增长", "change", "4.35"),
        ("项目支出增长", "change", "2"),
    ],
    "全年接待45批次、320人次。": [("接待", "actual", "45"), ("接待", "actual", "320")],
}  # fmt: skip


@pytest.mark.parametrize("text", TURNS)
def test_where_a_figure_went_to_is_no_change(text):
    assert [(s.measure, s.kind.value, str(s.value)) for s in statements(text)] == TURNS[text]


@pytest.mark.parametrize(("text", "hedge"), [("节约3万元", ""), ("金额约3万元", "约"), ("履约3次", "")])
def test_a_word_that_ends_in_about_is_no_hedge(text, hedge):
    assert [figure.hedge for figure in find_figures(text)] == [hedge]


@pytest.mark.parametrize(
    "text, stated",
    [
        ("自来水普及率提高2.3个百分点，达93.5%", {"自来水普及率": "93.5"}),
        ("接待游客比上年增长12.5%，达到318.6万人次", {"接待游客": "318.6"}),
        ("在职职工减少3人，降至128人", {"在职职工": "128"}),
        ("森林覆盖率较上年提高0.12个百分点，为63.52%", {"森林覆盖率": "63.52"}),
        ("培训教师增加15人次，总数达1286人次", {"培训教师": "1286"}),
        ("接待人数由305人次降至231人次", {"接待人数": "231"}),
        ("水费实收率升至90.1%", {"水费实收率": "90.1"}),
        ("培训人次同比增加120人次至1560人次", {"培训人次": "1560"}),
    ],
)
def test_what_a_measure_came_to_after_a_change_is_its_value(text, stated):
    found = {one.measure: str(one.value) for one in statements(text) if one.kind is not Kind.CHANGE}
    assert found == stated


@pytest.mark.parametrize(
    "text",
    [
        "在职人员减少3人，原因是退休人员增加，达12人", "公务接待费下降5%，主要原因是来访批次减少，为30批次",
        "公务用车购置费增加20万元，原因是更新车辆，达2辆", "本年收入比上年增长120万元，达12.5%",
        "项目资金增加50万元，其中省级资金，达30万元", "培训费增长5%，人均费用下降，为300元", "收入增长5%，为1.05倍",
    ],
)  # fmt: skip
def test_what_follows_a_reason_is_not_what_the_measure_came_to(text):
    first = statements(text)[0]
    stem = first.measure.removesuffix("减少").removesuffix("下降").removesuffix("增加").removesuffix("增长")
    assert stem not in [one.measure for one in statements(text)[1:]]


@pytest.mark.parametrize(
    "text, measure",
    [
        ("就业率回升至95%", "就业率"), ("人员编制精减至45人", "人员编制"), ("三公经费锐减至12万元", "三公经费"),
        ("会议费核减至3万元", "会议费"), ("投诉量递减至12件", "投诉量"),
    ],
)  # fmt: skip
def test_how_a_measure_turned_is_no_part_of_its_name(text, measure):
    assert [one.measure for one in statements(text)] == [measure]
