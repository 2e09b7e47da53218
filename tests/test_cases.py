"""Small files that hide a figure or disguise it, each with questions and what the answers must hold."""

import pytest

from tests.conftest import assistant_over

#: (file, question, words that the answer must hold, words that it must not)
CASES = [
    ("V1_three_code_columns", "专项普查活动项目支出多少", "438300元", ""),
    ("V1_three_code_columns", "行政单位离退休基本支出多少", "60918元", ""),
    ("V1_three_code_columns", "项目支出合计多少", "3296600元", ""),
    ("form10_A_corner_two_cells", "年度资金总额全年执行数是多少", "89.974万元", ""),
    ("form10_A_corner_two_cells", "本年财政拨款全年预算数是多少", "90万元", ""),
    ("b01_superscript_note", "办公费决算数是多少", "11.20万元", "11.201"),
    ("b03_strike", "办公费决算数是多少", "11.20万元", "10.00"),
    ("b04_celldel", "办公费决算数是多少", "11.20万元", "9.99"),
    ("b07_altchunk_html", "办公费决算数是多少", "11.20万元", ""),
    ("b11_embedded_xlsx", "办公费决算数是多少", "嵌入的 Excel 表没有读", ""),
    ("b12_omml", "预算执行率是多少", "97.92%", ""),
    ("b16_negative_styles", "办公费增减额是多少", "-1.30万元", ""),
    ("b16_negative_styles", "差旅费增减额是多少", "-0.65万元", ""),
    ("b16_negative_styles", "培训费增减额是多少", "-0.80万元", ""),
    ("b16_negative_styles", "会议费增减额是多少", "-0.20万元", ""),
    ("b16_negative_styles", "印刷费增减额是多少", "-0.10万元", ""),
    ("b18_mixed_units", "专项债多少", "1亿2千万元", ""),
    ("b18_mixed_units", "非税收入多少", "13万2千元", ""),
    ("b18_mixed_units", "上级补助多少", "500余万元", ""),
    ("b20_formula_field", "预算数合计是多少", "20.50万元", ""),
    ("b20_formula_field", "决算数合计是多少", "18.55万元", ""),
    ("b26_picture_only", "办公费决算数是多少", "张图片没有读", ""),
    ("c01_outbound", "因公出国（境）费支出多少", "7.8万元", ""),
    ("c01_outbound", "国（境）外接待人次多少", "142人", ""),
    ("c01_outbound", "国内接待人次多少", "28598人", ""),
    ("c03_vs_year", "2023年一般公共预算财政拨款收入多少", "382.17万元", ""),
    ("c03_vs_year", "2022年一般公共预算财政拨款收入多少", "", "382.17"),
    ("c05_adjusted", "一般公共预算收入调整后是多少", "89138万元", ""),
    ("c05_adjusted", "一般公共预算收入年初预算是多少", "76138万元", ""),
    ("c07_car_lists", "有几辆执法执勤用车", "3辆", ""),
    ("c09_item_lines", "专项普查活动安排了多少", "43.83万元", ""),
    ("c09_item_lines", "城管执法预算多少", "652.27万元", ""),
    ("c11_place_report", "巫溪县2023年一般公共预算收入多少", "89000万元", ""),
    ("c11_place_report", "巫溪2023年一般公共预算收入多少", "89000万元", ""),
    ("c13_times_two_years", "2022年一般公共预算收入多少", "88435万元", ""),
    ("c13_times_two_years", "2023年一般公共预算收入多少", "92000万元", ""),
    ("c15_real_check_row", "城乡社区支出的基本支出多少", "1,066.51万元", ""),
    ("c16_two_lines_one_cell", "巡查点位数的年度指标值是多少", "102、120", "102120"),
    ("c16_two_lines_one_cell", "宣传活动场次的目标是多少", "≧6场", ""),
    ("c16_two_lines_one_cell", "响应时间目标是多少", "3个小时内", ""),
    ("c16_two_lines_one_cell", "项目总成本目标多少，实际多少", "29.27", ""),
    ("c16_two_lines_one_cell", "合格率目标是多少", "95%", ""),
    ("c16_two_lines_one_cell", "宣传活动场次完成率是多少", "133.33%", ""),
]


@pytest.fixture(scope="module")
def assistants(shared, tmp_path_factory):
    opened = {}

    def over(name):
        if name not in opened:
            folder = tmp_path_factory.mktemp("case")
            opened[name] = assistant_over(folder, shared / "fixtures" / "cases" / f"{name}.docx")
        return opened[name]

    yield over
    for assistant in opened.values():
        assistant.close()


@pytest.mark.parametrize(("name", "question", "held", "left_out"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_what_is_hidden_is_found_or_said_to_be_unread(assistants, name, question, held, left_out):
    text = assistants(name).ask(question).text
    assert held in text
    assert not left_out or left_out not in text


def test_the_row_that_misses_its_parts_is_flagged(shared, tmp_path):
    """212's basic expenditure falls 9,595.00 short, along its row and along its column."""
    from tests.test_checks import checked

    found = checked(tmp_path, shared / "fixtures" / "cases" / "c15_real_check_row.docx")
    assert any("9595" in one.message.replace(",", "") for one in found)
