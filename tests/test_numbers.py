"""Figures as they are printed, by example and by property."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Form
from ingest.numbers import find_figures, fold, plain, read_cell, same_value

CELLS = [
    ("1,802.42", "1802.42", "", ""),
    ("120．00", "120.00", "", ""),
    ("１１８．５", "118.5", "", ""),
    ("　0", "0", "", ""),
    ("-1349.94", "-1349.94", "", ""),
    ("−8.41", "-8.41", "", ""),
    ("0.11 ", "0.11", "", ""),
    ("45家以上", "45", "家", "以上"),
    ("6亿元左右", "6", "亿元", "左右"),
    ("≥12.5万亩", "12.5", "万亩", "≥"),
    ("≤100%", "100", "%", "≤"),
    ("达35家", "35", "家", ""),
    ("20余次", "20", "次", "余"),
    ("98.36％", "98.36", "%", ""),
    ("评分：98.36", "98.36", "", ""),
    ("(12.30)", "-12.30", "", ""),
    ("1.27倍", "1.27", "倍", ""),
    ("100 ㎡", "100", "㎡", ""),
]


@pytest.mark.parametrize(("text", "value", "unit", "hedge"), CELLS)
def test_a_figure_cell(text, value, unit, hedge):
    filling = read_cell(text)
    assert (filling.form, str(filling.value), filling.unit, filling.hedge) == (Form.FIGURE, value, unit, hedge)


@pytest.mark.parametrize("text", ["", "　", "——", "--", "/", "无", "—", "不适用", "…"])
def test_not_filled_in_is_never_zero(text):
    assert read_cell(text).form is Form.BLANK
    assert read_cell(text).value is None


@pytest.mark.parametrize(
    "text", ["0743-8223316", "合理", "2+3", "州财绩〔2021〕8号", "1-12月", "9" * 60, "2022年6月10日"]
)
def test_words_and_numbers_that_are_no_figures(text):
    assert read_cell(text).form is Form.TEXT


SENTENCES = [
    ("新建5G基站1320个", ["1320个"]),
    ("1-12月，增长94%", ["94%"]),
    ("2021年收入12.5万元", ["12.5万元"]),
    ("（州财绩〔2021〕8号）要求", []),
    ("90（含）—100分为优", []),
    ("比重提高3个百分点", ["3个百分点"]),
    ("任务第3项", []),
    ("在3年内提供不低于20亿元", ["不低于20亿元"]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_figures_in_sentences(text, expected):
    assert [text[f.start : f.end] for f in find_figures(text)] == expected


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["", ",", "full"]))
def test_a_printed_value_is_read_back(value, style):
    text = format(value, ",") if style == "," else str(value)
    if style == "full":
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() or c == "." else c for c in text)
    assert read_cell(text).value == value


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(text):
    read_cell(text)
    assert len(fold(text)) == len(text)
    for figure in find_figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
        assert "E" not in plain(figure.value)


SAME = [
    ("70.60", "万元", "706000", "元", True),
    ("6568.82", "万元", "6568.25", "万元", False),
    ("2490.09", "万元", "2490.10", "万元", True),
    ("93.55", "%", "93.56", "%", True),
    ("100", "%", "1.27", "倍", False),
    ("1.27", "倍", "127", "%", True),
    ("12", "万元", "112", "万元", False),
    ("87", "人", "91", "人", False),
    ("5", "个", "5", "家", False),
]


@pytest.mark.parametrize(("a", "unit_a", "b", "unit_b", "same"), SAME)
def test_which_values_agree(a, unit_a, b, unit_b, same):
    assert same_value((Decimal(a), unit_a), (Decimal(b), unit_b)) is same
