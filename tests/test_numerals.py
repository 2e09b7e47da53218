"""Amounts in parts and in Chinese numerals, against a writer of such numbers of our own."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Form
from ingest.numbers import find_figures, read_cell
from ingest.numerals import written_amounts

NUMERALS = "零一二三四五六七八九"


def spelled(number):
    """Write a number below a hundred million as people write it: 一千零五万."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return spelled(number // 10_000) + "万" + (gap + spelled(rest) if rest else "")
    text, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero and text else "") + NUMERALS[digit] + name
            zero = False
        else:
            zero = True
    return text


@given(st.integers(min_value=11, max_value=99_999_999))
def test_a_spelled_amount_is_the_number_it_spells(number):
    (found,) = written_amounts(f"下达{spelled(number)}元。")
    assert found.value * (10_000 if found.unit == "万元" else 1) == number


@given(st.integers(1, 999), st.integers(1, 9))
def test_an_amount_in_parts_is_the_sum_of_them(whole, thousands):
    (found,) = written_amounts(f"投入{whole}万{thousands}千元")
    assert (found.value * 10_000, found.unit) == (whole * 10_000 + thousands * 1000, "万元")
    (found,) = written_amounts(f"投入{whole}亿{thousands}千万元")
    assert found.value * 10_000 == whole * 100_000_000 + thousands * 10_000_000


@given(st.integers(1, 99), st.integers(1, 9))
def test_a_spelled_share(whole, tenth):
    (found,) = written_amounts(f"占百分之{spelled(whole)}点{NUMERALS[tenth]}")
    assert (found.value, found.unit) == (Decimal(f"{whole}.{tenth}"), "%")


@pytest.mark.parametrize(
    "text", ["二十大以来", "一是加强", "三个方面", "第一百元", "10万20万元", "投入1亿元，2000万元", "十四五", "万元"]
)
def test_words_and_separate_amounts_are_no_amount_in_parts(text):
    assert written_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("(1.30)", "-1.30"), ("－0.65", "-0.65"), ("▲0.80", "-0.80"), ("—0.20", "-0.20"), ("△0.10", "-0.10"), ("1,234,\n567.00", "1234567.00"),
     ("38,716\n,205.11", "38716205.11"), ("12,345,6\n78.90", "12345678.90"), ("12345\n.67", "12345.67"), ("1亿2千万元", "12000")],
)  # fmt: skip
def test_a_cell_that_is_one_figure(text, value):
    assert read_cell(text).value == Decimal(value)


@pytest.mark.parametrize("text", ["102\n120", "12.5\n13.5", "1234\n5678", "5场\n6场"])
def test_a_cell_whose_lines_are_a_figure_each_is_none(text):
    assert read_cell(text).form is Form.TEXT


@pytest.mark.parametrize(("text", "hedge"), [("≧6场", "≧"), ("≦5%", "≦"), ("大于或等于95%", "大于或等于")])
def test_bounds_in_other_letters(text, hedge):
    assert read_cell(text).hedge == hedge


def test_an_amount_in_parts_is_found_once_with_its_place():
    text = "当年下达1亿2千万元，实际支出9,800万元。"
    assert [(text[f.start : f.end], str(f.value)) for f in find_figures(text)] == [
        ("1亿2千万元", "12000"), ("9,800万元", "9800"),
    ]  # fmt: skip
