"""A question that several reports can answer and that names none: answered for each, or asked back which is meant.

Requirement 7 of answering: short answers are given for each report, else the choices are named; one report is
never taken for all of them in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.asks import answer_each
from assistant.attributes import attributes_asked
from assistant.choices import of_reports
from assistant.formulas import formulas_for
from assistant.lookup import Finder
from assistant.model import Answer, Library, Operation, Query, Status
from assistant.ranking import UNIT_AXIS
from assistant.reader import Reader
from assistant.sums import sums_units
from ingest.labels import squeeze
from ingest.model import Report

#: So many reports are tried one by one, and so many answers given side by side.
MOST_TRIED, MOST_SHOWN = 8, 5
_LEAST_RECALL = 0.72
_CHOICES = 3
_DEPARTMENTS = re.compile(r"哪[一几]?[个家些]?(?:部门|局|厅|委)|各(?:个)?(?:部门|局|厅|委)")


def meant(query: Query, library: Library) -> list[Report]:
    """Return the reports that a question may be about: those it names, of the years it names where there are any."""
    named = [report for report in library.reports if not query.reports or report.id in query.reports]
    dated = [report for report in named if report.year in query.periods]
    return dated or named


def one_for_all(query: Query, reports: Sequence[Report]) -> bool:
    """Tell whether a question is one over all its reports: over departments, over years, of a definition, a figure."""
    departments = {report.organisation for report in reports}
    over_departments = len(departments) > 1 and query.operation is Operation.RANK and over_units(query)
    over_departments = over_departments or (len(departments) > 1 and sums_units(squeeze(query.text)))
    whole = query.operation in (Operation.CHANGE, Operation.REVERSE, Operation.DEFINE)
    return whole or over_departments or len(query.periods) > 1 or len(query.units) > 1


def over_units(query: Query) -> bool:
    """Tell whether a question goes over departments: 哪个部门, 各局."""
    packed = squeeze(query.text)
    return UNIT_AXIS.search(packed) is not None or _DEPARTMENTS.search(packed) is not None


def holding(query: Query, finder: Finder) -> set[str]:
    """Return the reports that hold something which the question's words name."""
    for content in finder.readings(query):
        found = {e.stored.report for e in finder.ranked(query, content) if e.recall >= _LEAST_RECALL}
        if found:
            return found
    return set()


def common(query: Query, reader: Reader) -> bool:
    """Tell whether a question is about what every report has: its contact, its problems, its indicators."""
    lists = query.operation in (Operation.LIST, Operation.RANK)
    rate = formulas_for(reader.finder.lexicon.canonical(query.content))
    return lists or bool(rate) or bool(attributes_asked(query)) or bool(reader.topics(query))


def labels(reports: Sequence[Report]) -> dict[str, str]:
    """Return report id → what tells it from the others: its department, its year, both, else its title."""
    departments = {report.organisation for report in reports}
    years = {report.year for report in reports}
    found = {}
    for report in reports:
        parts = (report.organisation if len(departments) > 1 else "", f"{report.year}年" if len(years) > 1 else "")
        found[report.id] = "".join(parts) or report.title
    return found


def side_by_side(query: Query, answers: Sequence[tuple[Report, Answer]], reports: Sequence[Report]) -> Answer | None:
    """Join the answers of several reports, each under what tells it apart; ``None`` when none was answered.

    More than can be read at once are asked back about.  How many of ``reports``, all that may be meant, have no answer
    here is said: none is left out without a word.
    """
    good = [(report, a) for report, a in answers if a.status in (Status.ANSWERED, Status.CONFLICT)]
    if not good:
        return None
    if len({answer.text for _, answer in good}) > MOST_SHOWN:
        return which(query, [report for report, _ in answers])
    named = labels(reports)
    told = [replace(answer, text=_under(named[report.id], answer.text)) for report, answer in good]
    answer = told[0] if len(told) == 1 else answer_each(told)
    if answer is None:
        return None
    text = re.sub(r"。(?=\S)", "。\n", answer.text) if len(told) > 1 else answer.text
    if left := len(reports) - len(good):
        text += f"{chr(10) if len(told) > 1 else ''}（另有{left}份报告没有列出，要看请写明单位和年度。）"
    trace = f"范围：{len(reports)}份报告中{len(good)}份有答案"
    return replace(answer, text=text, trace=(*answer.trace, trace))


def _under(name: str, text: str) -> str:
    return f"{name}{text}" if text.startswith("报告") else f"{name}：{text}"


def which(query: Query, reports: Sequence[Report]) -> Answer:
    """Ask back which report is meant, with choices."""
    choices = list(dict.fromkeys(f"{r.organisation or r.title}（{r.year}年）" for r in reports))
    text = f"有{len(reports)}份报告都可能有，例如{'、'.join(choices[:_CHOICES])}；请说明要问哪个部门、哪一年。"
    trace = (f"范围：{len(reports)}份报告，问题没有说明是哪一份",)
    return Answer(Status.CLARIFY, text, trace=trace, choices=of_reports(query, reports))
