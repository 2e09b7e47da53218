"""Figures inside cells of words."""

from __future__ import annotations

import re

from ingest.model import Form
from ingest.numbers import find_figures, read_cell

#: A bound inside a name: 单价200万元以上大型设备.
_NAMED_BY_BOUND = re.compile(r"[\d.,]{1,12}[^\d\s]{0,4}?(?:\([^()]{1,4}\)|（[^（）]{1,4}）)?以[上下内][^\W\d]{2}")


def amount_inside(text: str) -> bool:
    """Tell whether a cell holds its label and its amount: 按收入性质分:2030.12."""
    head, colon, tail = text.replace("：", ":").rpartition(":")
    return bool(colon) and bool(head.strip()) and read_cell(tail).form is Form.FIGURE


def states_a_figure(text: str) -> bool:
    """Tell whether a cell of words states a figure; one in brackets, or a bound inside a name, is none stated."""
    return any(
        text[figure.start - 1 : figure.start] not in ("(", "（") and not _NAMED_BY_BOUND.match(text, figure.start)
        for figure in find_figures(text)
    )
