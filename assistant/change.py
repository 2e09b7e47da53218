"""How much something changed against another year: as the report prints it, and computed from both years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet, comparable, difference, growth, name_of
from assistant.choices import of_reports
from assistant.citations import Citer
from assistant.lookup import Finder
from assistant.model import Answer, Query, Status
from assistant.operands import beside, operand
from assistant.same import distinct_values
from ingest.model import Form, Kind, Report
from ingest.numbers import UNITS, in_base, plain, same_value

_MOST_REPORTS = 5
_CLAIMED = re.compile(
    r"(?P<fell>压减|减少|下降|降低|少|降|节约)了(?:多少|几|百分)|(?P<rose>增加|增长|上升|上涨|多|涨)了(?:多少|几|百分)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a report says of one measure's change: computed from two years, and printed (amounts, percentages)."""

    now: Operand | None
    before: Operand | None
    amounts: tuple[Operand, ...]
    percents: tuple[Operand, ...]

    @property
    def computable(self) -> bool:
        """Whether both years' figures are there, beyond dispute."""
        return self.now is not None and self.before is not None and not self.disputed

    @property
    def disputed(self) -> bool:
        """Whether a year's figure is stated differently in the report."""
        return any(one is not None and one.disputed for one in (self.now, self.before))

    @property
    def fell(self) -> bool | None:
        """Whether it fell; ``None`` when that can't be told, or when the report contradicts itself."""
        signs = {one.value < 0 for one in (*self.amounts, *self.percents) if one.value}
        if self.now is not None and self.before is not None and not self.disputed:
            rise = in_base(self.now.value, self.now.unit)[1] - in_base(self.before.value, self.before.unit)[1]
            signs |= {rise < 0} if rise else set()
        return signs.pop() if len(signs) == 1 else None


_OF_WHOLE = re.compile(r"占[^，,？?]{0,12}(?:比重|比例|百分比)|占比")


def change_answer(query: Query, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer 三公经费比上年降了多少 with a difference and its percentage, both operands cited.

    What the report prints is held against it: when they disagree, every value is shown.
    """
    claimed = _CLAIMED.search(query.text)
    answers: list[tuple[Report, Answer]] = []
    told: set[tuple[str, str]] = set()
    for report in _own_year_first(finder, query):
        key = (report.organisation or report.title, query.periods[-1] if query.periods else report.year)
        if key in told:
            continue
        answer = _in_report(replace(query, reports=(report.id,)), report, finder, citer, trace)
        if answer is not None and _OF_WHOLE.search(query.text) and not any("占" in v.measure for v in answer.values):
            continue  # the change of a part is not the change of its share
        if answer is not None:
            answer = _corrected(answer, claimed)
            told.add(key)
            answers.append((report, answer))
        if len(answers) > _MOST_REPORTS:
            text = "有多份报告都有这一项，请说明要问哪个部门、哪一年。"
            choices = of_reports(query, [report for report, _ in answers])
            return Answer(Status.CLARIFY, text, trace=tuple(trace), choices=choices)
    if len(answers) < 2:
        return answers[0][1] if answers else None
    conflict = any(answer.status is Status.CONFLICT for _, answer in answers)
    return Answer(
        Status.CONFLICT if conflict else Status.ANSWERED,
        "".join(f"{report.organisation or report.title}：{answer.text}" for report, answer in answers),
        tuple(value for _, answer in answers for value in answer.values),
        tuple(citer.citations),
        tuple(dict.fromkeys(line for _, answer in answers for line in answer.trace)),
    )


def _corrected(answer: Answer, claimed: re.Match[str] | None) -> Answer:
    """Say first that something rose where the question has it fall, or fell where it has it rise."""
    if claimed is None or answer.status is not Status.ANSWERED or not answer.values or not answer.values[0].value:
        return answer
    fell = answer.values[0].value < 0
    if bool(claimed["fell"]) is fell:
        return answer
    return replace(answer, text=f"并没有{'减少' if claimed['fell'] else '增加'}：{answer.text}")


def _own_year_first(finder: Finder, query: Query) -> list[Report]:
    """Return the reports to look into, those of the year asked for first: they state its change themselves."""
    scope = [finder.reports[report] for report in finder.scope(query).reports]
    return sorted(scope, key=lambda report: report.year not in query.periods)


def change_of(query: Query, report: Report, finder: Finder) -> Change:
    """Return what one report has on a measure's change against the year before, or the year named."""
    year = query.periods[-1] if query.periods else report.year
    earlier = query.against if query.against.isdigit() else str(int(year) - 1) if year.isdigit() else ""
    now = before = None
    amount = replace(query, kind=Kind.ACTUAL, unit="", against="")
    if year and earlier:
        now = operand(finder, replace(amount, periods=(year,)))
        before = beside(finder, replace(amount, periods=(earlier,)), report.id)
    if now and before and not (comparable(now, before) and now.unit in UNITS):
        now = before = None
    printed = replace(query, kind=Kind.CHANGE, against="", periods=query.periods if len(query.periods) == 1 else ())
    last = not earlier or not year or int(earlier) == int(year) - 1
    apart = now is not None and before is not None and now.evidence[0].stored.report != before.evidence[0].stored.report
    scope = now.evidence[0].entry.scope if now else None
    amounts = _printed(finder, printed, now.unit if now else "元", scope) if last else ()
    percents = _printed(finder, printed, "%", scope) if last else ()
    if apart and (amounts or percents):
        now = before = None  # what the report itself prints stands; another report's year is no test of it
    return Change(now, before, amounts, percents)


def _printed(finder: Finder, query: Query, unit: str, scope: frozenset[str] | None) -> tuple[Operand, ...]:
    """Return the distinct changes that the report prints of the same whole, in a unit."""
    best = finder.look_up(replace(query, unit=unit)).best
    dimension = in_base(Decimal(1), unit)[0]
    held = [
        e for e in best
        if e.fact.kind is Kind.CHANGE and e.fact.form is Form.FIGURE and e.fact.value is not None
        and in_base(e.fact.value, e.fact.unit)[0] == dimension
    ]  # fmt: skip
    if scope is not None:
        held = [e for e in held if e.entry.scope == scope or e.fact.source.start is not None]
    lead = held[0] if held else None
    alike = [
        e for e in held if lead and e.fact.period == lead.fact.period and e.fact.organisation == lead.fact.organisation
    ]
    return tuple(Operand(tuple(group)) for group in distinct_values(alike))


def _in_report(query: Query, report: Report, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    change = change_of(query, report, finder)
    asks_percent = query.unit in ("%", "个百分点") or any(
        w in query.text for w in ("幅度", "变化率", "增长率", "比例", "降幅", "增幅")
    )
    stated = change.percents if asks_percent else change.amounts
    other = change.amounts if asks_percent else change.percents
    sheet = Sheet(citer, list(trace))
    made = _computed(change, sheet, asks_percent) if change.computable else None
    if made is not None and all(_agrees(one, made) for one in stated):
        return _told(change, made, stated, sheet, asks_percent)
    if len(stated) > 1 or (stated and made is not None):
        return _contradicted(change, stated, made, sheet)
    for one in (*stated, *other)[:1]:
        return _as_printed(one, citer, trace)
    return None


def _agrees(one: Operand, made: tuple[Decimal, str]) -> bool:
    return same_value((one.value, one.unit), made)


def _computed(change: Change, sheet: Sheet, percent: bool) -> tuple[Decimal, str] | None:
    if change.now is None or change.before is None:
        return None
    if percent:
        if change.now.unit == "%":
            return difference(change.now, change.before, sheet)
        value = growth(change.now, change.before, sheet)
        return (value, "%") if value is not None else None
    return difference(change.now, change.before, sheet)


def _told(change: Change, made: tuple[Decimal, str], stated: Sequence[Operand], sheet: Sheet, percent: bool) -> Answer:
    """Tell the change; where the report prints it, in its own figure, the computed one held against it."""
    now, before = change.now, change.before
    if now is None or before is None:
        raise ValueError("a computed change has both years' figures")
    name, when = name_of(now), f"{now.fact.period}年比{before.fact.period}年"
    if stated:
        sheet.give(stated[0])
        for one in (now, before):
            sheet.cite(one)
        sheet.trace.append(f"核对：与两年的数相符（{now.shown}，{before.shown}）")
        text = f"{name}{when}{_size(stated[0].value, stated[0].unit)}。"
        return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))
    value, unit = made
    sheet.result(value, unit, f"{name}{'变动幅度' if percent else '增减额'}", (now, before))
    text = f"{name}{when}{_size(value, unit)}"
    if not percent and value and now.unit == before.unit != "%":
        rate = growth(now, before, sheet)
        if rate is not None:
            sheet.result(rate, "%", f"{name}变动幅度", (now, before))
            text += f"（{'下降' if rate < 0 else '增长'}{plain(abs(rate))}%）"
    text += f"：{now.fact.period}年{now.shown}，{before.fact.period}年{before.shown}。"
    for one in (now, before):
        sheet.give(one)
    return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))


def _size(value: Decimal, unit: str) -> str:
    return f"{_way(value)}{plain(abs(value))}{unit}" if value else f"没有变化（相差{plain(value)}{unit}）"


def _way(value: Decimal) -> str:
    return "减少" if value < 0 else "增加"


def _contradicted(change: Change, stated: Sequence[Operand], made: tuple[Decimal, str] | None, sheet: Sheet) -> Answer:
    parts = []
    for one in stated:
        numbers = sheet.cite(one)
        sheet.give(one)
        place = sheet.citer.citations[numbers[0] - 1].place
        parts.append(f"{_way(one.value)}{plain(abs(one.value))}{one.unit}（{place}）")
    if made is not None and change.now and change.before and all(not _agrees(one, made) for one in stated):
        sheet.result(made[0], made[1], f"{name_of(change.now)}增减", (change.now, change.before))
        parts.append(f"按两年的数计算{_way(made[0])}{plain(abs(made[0]))}{made[1]}")
    for year_figure in (change.now, change.before):
        if made is not None and year_figure is not None:
            sheet.cite(year_figure)
    name = name_of(change.now) if change.now else name_of(stated[0])
    text = f"报告里{name}的增减前后不一致：{'；'.join(parts)}。请以核实后的数为准。"
    sheet.trace.append("冲突：写明的增减与另一处或与两年的数对不上，全部列出，不作取舍")
    return Answer(Status.CONFLICT, text, tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))


def _as_printed(one: Operand, citer: Citer, trace: Sequence[str]) -> Answer:
    sheet = Sheet(citer, list(trace))
    sheet.give(one)
    fact = one.fact
    name = name_of(one)
    for word in ("减少", "增加", "增长", "下降", "降低", "提高", "上升", "降幅", "增幅", "增速", "增减额", "减免"):
        name = name.removesuffix(word)
    when = f"{fact.period}年" if fact.period else ""
    said = f"{_way(one.value)}{plain(abs(one.value))}{one.unit}" if one.value else f"变化为0{one.unit}"
    return Answer(
        Status.ANSWERED, f"{when}{name}{said}。", tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace)
    )
