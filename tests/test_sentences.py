"""Facts out of sentences."""

import pytest

from ingest.sentences import statements

#: (sentence, [(subject, measure, kind, value, unit, period)])
CASES = [
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
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:12] for case in CASES])
def test_statements(text, expected):
    found = [(s.subject, s.measure, s.kind.value, str(s.value), s.unit, s.period) for s in statements(text)]
    assert found == expected


def test_offsets_point_at_the_figure():
    text = "其中人员经费２１．５万元，公用经费3万元。"
    assert [text[s.start : s.end] for s in statements(text)] == ["２１．５万元", "3万元"]
