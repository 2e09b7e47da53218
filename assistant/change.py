"""How much something changed against last year: as the report prints it, else computed and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from assistant.citations import Citer
from assistant.compose import figure_answer, measure_name, value_of
from assistant.lookup import Found
from assistant.same import distinct_values
from assistant.model import Answer, Evidence, Library, Query, Status, Value
from ingest.model import Form, Kind, Report
from ingest.numbers import UNITS, plain

LookUp = Callable[[Query], Found]
_MOST_REPORTS = 5
_PLACES = Decimal("0.01")


def change_answer(query: Query, library: Library, look_up: LookUp, citer: Citer, trace: list[str]) -> Answer | None:
    """Answer 三公经费比上年降了多少 with a difference and its percentage, both operands cited.

    A change that the report prints itself is used when the two years' figures aren't both there.
    """
    answers: list[Answer] = []
    for report in library.reports:
        if query.reports and report.id not in query.reports:
            continue
        answer = _in_report(replace(query, reports=(report.id,)), report, library, look_up, citer, trace)
        if answer is not None and all(answer.text != earlier.text for earlier in answers):
            answers.append(answer)
        if len(answers) > _MOST_REPORTS:
            return Answer(Status.CLARIFY, "有多份报告都有这一项，请说明要问哪个部门、哪一年。", trace=tuple(trace))
    if len(answers) < 2:
        return answers[0] if answers else None
    named = {(value.organisation, a.text) for a in answers for value in a.values[:1]}
    return Answer(
        Status.CONFLICT if any(a.status is Status.CONFLICT for a in answers) else Status.ANSWERED,
        "".join(f"{who}：{text}" for who, text in sorted(named)),
        tuple(value for a in answers for value in a.values),
        tuple(citer.citations),
        tuple(trace),
    )


def _in_report(
    query: Query, report: Report, library: Library, look_up: LookUp, citer: Citer, trace: list[str]
) -> Answer | None:
    year = query.periods[0] if query.periods else report.year
    if year.isdigit():
        now = _one(look_up(replace(query, kind=Kind.ACTUAL, periods=(year,))))
        before = _one(look_up(replace(query, kind=Kind.ACTUAL, periods=(str(int(year) - 1),))))
        if now is not None and before is not None and _same_unit(now, before):
            return _difference(now, before, citer, trace)
    found = look_up(replace(query, kind=Kind.CHANGE))
    printed = [e for e in found.best if e.stored.fact.kind is Kind.CHANGE]
    return figure_answer(query, printed, {report.id: report}, citer, trace) if printed else None


def _one(found: Found) -> Evidence | None:
    """Return the evidence when all of it agrees on one figure in one report."""
    figures = [e for e in found.best if e.stored.fact.form is Form.FIGURE and e.stored.fact.kind is Kind.ACTUAL]
    return figures[0] if figures and len(distinct_values(figures)) == 1 else None


def _same_unit(now: Evidence, before: Evidence) -> bool:
    a, b = now.stored.fact, before.stored.fact
    return a.unit == b.unit and a.unit in UNITS and now.stored.report == before.stored.report


def _difference(now: Evidence, before: Evidence, citer: Citer, trace: list[str]) -> Answer:
    a, b = now.stored.fact, before.stored.fact
    first, second = Decimal(a.value or 0), Decimal(b.value or 0)
    numbers = (citer.fact(now.stored), citer.fact(before.stored))
    change = first - second
    trace.append(f"公式：{plain(first)} − {plain(second)} = {plain(change)}（{a.unit}）")
    way = "减少" if change < 0 else "增加"
    name = measure_name(a)
    text = f"{name}{a.period}年比{b.period}年{way}{plain(abs(change))}{a.unit}"
    values = [Value(change, a.unit, plain(change), f"{name}增减额", a.organisation, a.period, "computed", numbers)]
    if second:
        percent = (change / abs(second) * 100).quantize(_PLACES)
        trace.append(f"公式：{plain(change)} ÷ {plain(second)} × 100% = {plain(percent)}%（四舍五入到两位小数）")
        text += f"（{'下降' if change < 0 else '增长'}{plain(abs(percent))}%）"
        values.append(
            Value(percent, "%", plain(percent), f"{name}增减率", a.organisation, a.period, "computed", numbers)
        )
    text += f"：{a.period}年{plain(first)}{a.unit}，{b.period}年{plain(second)}{b.unit}。"
    operands = [v for e, n in ((now, numbers[0]), (before, numbers[1])) if (v := value_of(e.stored.fact, (n,)))]
    return Answer(Status.ANSWERED, text, (*values, *operands), tuple(citer.citations), tuple(trace))
