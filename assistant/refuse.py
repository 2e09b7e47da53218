"""Refusals, each of a kind the user can act on, with what is nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from assistant.compose import measure_name
from assistant.lookup import Found
from assistant.model import Answer, Library, Query, Status

#: A digit that is no part of a name like 5G: a refusal puts no figure forward, not even inside a label.
FIGURE = re.compile(r"\d(?![\dA-Za-z])")
_NEAREST = 3
_LONGEST_ASKED = 40


def empty_question() -> Answer:
    """Refuse an empty question."""
    return Answer(Status.NOT_FOUND, "请输入问题，例如：三公经费控制率是多少？")


def empty_library() -> Answer:
    """Refuse while nothing is loaded."""
    return Answer(Status.NOT_FOUND, "还没有载入报告，请先上传 .docx，或运行 jixiao ingest 读入。")


def not_found(query: Query, library: Library, found: Found, trace: Sequence[str]) -> Answer:
    """Say that the reports don't hold it, why, and what they hold that is nearest."""
    return Answer(Status.NOT_FOUND, _why(query, library) + _nearest(found), trace=tuple(trace))


def _why(query: Query, library: Library) -> str:
    names = sorted({report.organisation or report.title for report in library.reports})
    if query.unknown_organisation:
        loaded = "、".join(names[:3])
        more = "等" if len(names) > 3 else ""
        return f"未收录：已载入的报告里没有“{query.unknown_organisation}”的报告（现有：{loaded}{more}）。"
    absent = [period for period in query.periods if period not in library.periods]
    if absent:
        years = "、".join(sorted(library.periods - {""}))
        return f"未收录：已载入的报告里没有{'、'.join(absent)}年的数（现有年度：{years}）。"
    asked = query.text.rstrip("？?。 ")
    return f"未披露：报告里没有找到“{asked[:_LONGEST_ASKED]}”。"


def _nearest(found: Found) -> str:
    names: list[str] = []
    for evidence in found.near:
        name = measure_name(evidence.stored.fact)
        if name and name not in names and len(name) <= 30 and not FIGURE.search(normalize("NFKC", name)):
            names.append(name)
    return f"相近的指标有：{'、'.join(names[:_NEAREST])}。" if names else ""
