"""Writing answers out of evidence: the direct answer in one sentence, values, citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.choices import of_reports
from assistant.citations import Citer
from assistant.model import FORMULA, Answer, Evidence, Operation, Query, Status, Value
from assistant.same import distinct_values, parallel
from ingest.labels import GRAND_TOTAL, SIDES, one_line, squeeze, without_number
from ingest.model import Fact, Form, Kind, Report
from ingest.numbers import UNITS, in_base, plain, read_cell

_KIND_NAMES = {Kind.BUDGET: "预算数", Kind.TARGET: "目标值", Kind.SCORE: "得分", Kind.WEIGHT: "分值"}
_MOST_PLACES = 8
_PLAIN_COLUMN = (
    r"(?:(?:19|20)\d\d|年初|全年|年度|年末|年|本年|上年|预算|决算|执行|实际|完成|目标|绩效|指标|预期|计划|金额|数|值|情况|安排|批复|调整|"
    r"得分|分值|自评|权重)+"
)


def measure_name(fact: Fact) -> str:
    """Return the measure as a reader would say it: 三公经费控制率, 酒鬼酒公司利润总额增长."""
    row = [_clean(label) for label in fact.row_path]
    column = [_clean(label) for label in fact.column_path]
    if not row:
        return column[-1] if column else ""
    if not column:
        return "".join(row[-2:]) if fact.source.start is not None and len(row) == 2 else row[-1]
    if squeeze(row[-1]) == squeeze(fact.organisation) or "汇总" in row[-1]:
        return column[-1]
    plain_column = re.fullmatch(_PLAIN_COLUMN, squeeze(column[-1])) is not None
    if fact.total:
        if plain_column and squeeze(row[-1]) == GRAND_TOTAL:
            return next((label for label in column if squeeze(label) in SIDES), "") + row[-1]
        return row[-1] if plain_column else column[-1]
    return row[-1] if plain_column else f"{row[-1]}{column[-1]}"


#: How a loss is printed: (1.30), ▲0.80; it is read out as −1.30.
_LOSS = re.compile(r"[(（][\d,.]{1,40}[)）]|[▲△—―][\d,.]{1,40}")


def _clean(label: str) -> str:
    return re.sub(r"[(（](?:万元|亿元|元|%|％|人|个|㎡|分)[)）]", "", one_line(without_number(label))).rstrip("：:")


def shown(fact: Fact) -> str:
    """Return the figure as it is read out: the verbatim text, with its unit when that isn't in it."""
    raw = squeeze(fact.raw)
    if fact.form is Form.TEXT:
        lines = [line.strip() for line in fact.raw.strip().splitlines() if line.strip()]
        figures = len(lines) > 1 and all(read_cell(line).form is Form.FIGURE for line in lines)
        return "、".join(lines) if figures else lines[0].rstrip("。")
    label = re.match(r"^[^\d:：]{1,10}[:：]", raw)
    if label:
        raw = raw[label.end() :]
    if _LOSS.fullmatch(raw) and fact.value is not None and fact.value < 0:
        raw = "-" + raw.strip("()（）▲△—―")
    return raw if not fact.unit or fact.unit in raw or not raw[-1:].isdigit() else raw + fact.unit


def value_of(fact: Fact, citations: Sequence[int]) -> Value | None:
    """Return the fact as a value of an answer, ``None`` when it is no figure."""
    if fact.value is None:
        return None
    basis = "text" if fact.source.start is not None or fact.source.table is None else "cell"
    name = measure_name(fact)
    return Value(
        fact.value, fact.unit, fact.raw, name, fact.organisation, fact.period, basis, tuple(citations),
        kind_word(fact, name),
    )  # fmt: skip


def kind_word(fact: Fact, name: str) -> str:
    """Return the word for a figure that is no actual (预算数, 目标值), empty where its name says it already."""
    kind = _KIND_NAMES.get(fact.kind, "")
    return "" if kind and (kind[:2] in name or name.endswith(kind[-1])) else kind


def printed_alike(group: Sequence[Evidence]) -> list[Evidence]:
    """Return the places that print the very value of the first, without those that round it (2490.09, 2490.10)."""

    def size(one: Evidence) -> tuple[str, Decimal] | None:
        return in_base(one.fact.value, one.fact.unit) if one.fact.value is not None else None

    return [one for one in group if size(one) == size(group[0])]


def converted(fact: Fact, unit: str) -> tuple[Decimal, str] | None:
    """Return (value in ``unit``, the formula), ``None`` when the units don't measure the same thing."""
    if fact.value is None or unit not in UNITS or fact.unit not in UNITS or UNITS[unit][0] != UNITS[fact.unit][0]:
        return None
    value = in_base(fact.value, fact.unit)[1] / UNITS[unit][1]
    text = plain(value.normalize()) if value else "0"
    return Decimal(text), f"{FORMULA}{plain(abs(fact.value))}{fact.unit} = {text.removeprefix('-')}{unit}"


def figure_answer(
    query: Query, best: Sequence[Evidence], reports: dict[str, Report], citer: Citer, trace: list[str]
) -> Answer:
    """Write the answer for evidence that agrees, disagrees, or comes from several reports."""
    filled = [e for e in best if e.stored.fact.form is not Form.BLANK]
    lead = best[0]
    if lead.fact.form is Form.BLANK:  # what stands beside a blank cell doesn't fill it
        filled = [e for e in filled if e.fact.kind is lead.fact.kind and e.entry.leaves == lead.entry.leaves]
    if not filled:
        return _blank(best, reports, citer, trace)
    by_report = _by_report(filled, reports)
    if len(by_report) > 1:
        return _per_report(query, by_report, reports, citer, trace)
    alike = _same_kind_of_thing(filled)
    if len(distinct_values(alike)) > 1 and all(parallel(alike[0].entry, e.entry) for e in alike[1:]):
        return _of_each_form(alike, reports, citer, trace)
    groups = distinct_values(alike)
    if len(groups) == 1:
        return _single(query, groups[0], reports, citer, trace)
    return conflict_answer(groups, reports, citer, trace)


def _same_kind_of_thing(evidence: list[Evidence]) -> list[Evidence]:
    """Keep what can be set beside the best: its form, kind, organisation and year."""
    first = evidence[0].stored.fact
    figures = [e for e in evidence if e.stored.fact.form is first.form]
    return [
        e
        for e in figures
        if e.stored.fact.period == first.period
        and e.stored.fact.organisation == first.organisation
        and _comparable(e.stored.fact, first)
    ]


def _comparable(a: Fact, b: Fact) -> bool:
    kinds = {a.kind, b.kind}
    if len(kinds) > 1 and not kinds <= {Kind.ACTUAL, Kind.RATE}:
        return False
    if a.value is None or b.value is None or not a.unit or not b.unit:
        return True
    return in_base(a.value, a.unit)[0] == in_base(b.value, b.unit)[0]


def _by_report(evidence: list[Evidence], reports: dict[str, Report]) -> dict[tuple[str, str], list[Evidence]]:
    """Group by department and year of the figure.

    The same report in two formats counts as one, and so does last year's figure in two years' reports.
    """
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for one in evidence:
        report = reports[one.stored.report]
        unnamed = f"《{report.title}》" if len(reports) > 1 else ""
        key = (report.organisation or unnamed, one.stored.fact.period or report.year)
        groups.setdefault(key, []).append(one)
    return groups


def _sentence(fact: Fact, shown_value: str, reports: dict[str, Report], report: str) -> str:
    who = _whose(fact, reports, report)
    name = measure_name(fact)
    if fact.form is Form.TEXT:
        return f"{who}{name}：{shown_value}。"
    kind = kind_word(fact, name)
    when = f"（{fact.period}年）" if fact.period else ""
    if fact.kind is Kind.CHANGE and fact.source.start is not None:
        stem = re.sub(r"(?:增长|增加|提高|上升|增幅|增速|减少|下降|降低|降幅|减幅|减免|回落|提升|压减)$", "", name)
        verb = shown_value if not shown_value[:1].isdigit() else name[len(stem) :] + shown_value
        return f"{who}{stem}{verb}{when}。"
    return f"{who}{name}{kind}为{shown_value}{when}。"


def _whose(fact: Fact, reports: dict[str, Report], report: str) -> str:
    """Name the part of the department, and the department itself when several are loaded."""
    department = reports[report].organisation
    part = fact.organisation if fact.organisation != department else ""
    several = len({r.organisation for r in reports.values()}) > 1
    return (department if several else "") + part


def _single(query: Query, group: list[Evidence], reports: dict[str, Report], citer: Citer, trace: list[str]) -> Answer:
    lead = group[0].stored
    for evidence in group[:_MOST_PLACES]:
        citer.fact(evidence.stored)
    numbers = [citer.fact(e.stored) for e in printed_alike(group[:_MOST_PLACES])]
    shown_value = shown(lead.fact)
    value = value_of(lead.fact, numbers)
    if query.convert:
        change = converted(lead.fact, query.convert)
        if change and value:
            amount, formula = change
            trace.append(formula)
            shown_value = f"{plain(amount)}{query.convert}"
            value = replace(value, value=amount, unit=query.convert, basis="computed")
        else:
            trace.append(f"换算：{lead.fact.unit or '没有单位'}不能换成{query.convert}")
    text = _sentence(lead.fact, shown_value, reports, lead.report)
    if query.kind is Kind.BUDGET and lead.fact.kind is Kind.ACTUAL and query.operation is Operation.LOOKUP:
        text += _NOT_THE_BUDGET
    return Answer(Status.ANSWERED, text, (value,) if value else (), tuple(citer.citations), tuple(trace))


_NOT_THE_BUDGET = "注意：这是决算（实际）数，没有查到它的预算数。"


def _of_each_form(evidence: Sequence[Evidence], reports: dict[str, Report], citer: Citer, trace: list[str]) -> Answer:
    """Write the same cell of each of a report's forms (one a project), none of them the one meant."""
    parts, values = [], []
    for one in evidence:
        number = citer.fact(one.stored)
        value = value_of(one.fact, (number,))
        values += [value] if value else []
        name = one.fact.caption or (one.fact.source.heading_path[-1] if one.fact.source.heading_path else "")
        parts.append(f"{one_line(name) or f'第{number}张表'}：{measure_name(one.fact)}为{shown(one.fact)}")
    trace.append("报告里有几张同样的表，各填各的，分别列出")
    return Answer(Status.ANSWERED, f"{'；'.join(parts)}。", tuple(values), tuple(citer.citations), tuple(trace))


def conflict_answer(groups: list[list[Evidence]], reports: dict[str, Report], citer: Citer, trace: list[str]) -> Answer:
    """Write that a report states something in several ways: each group's places say one."""
    values: list[Value] = []
    parts: list[str] = []
    for group in groups:
        numbers = [citer.fact(e.stored) for e in group[:_MOST_PLACES]]
        fact = group[0].stored.fact
        place = citer.citations[numbers[0] - 1].place
        more = f"等{len(numbers)}处" if len(numbers) > 1 else ""
        parts.append(f"{shown(fact)}（{place}{more}）")
        value = value_of(fact, numbers)
        if value:
            values.append(value)
    lead = groups[0][0].stored
    who = _whose(lead.fact, reports, lead.report)
    when = f"{lead.fact.period}年" if lead.fact.period else ""
    text = f"报告里{when}{who}{measure_name(lead.fact)}前后不一致：" + "；".join(parts) + "。请以核实后的数为准。"
    trace.append(f"冲突：同一指标有 {len(groups)} 个不同的值，全部列出，不作取舍")
    return Answer(Status.CONFLICT, text, tuple(values), tuple(citer.citations), tuple(trace))


_MOST_REPORTS = 5


def _per_report(
    query: Query,
    by_report: dict[tuple[str, str], list[Evidence]],
    reports: dict[str, Report],
    citer: Citer,
    trace: list[str],
) -> Answer:
    if len(by_report) > _MOST_REPORTS:
        names = "、".join(f"{who}（{year}年）" for who, year in list(by_report)[:_MOST_REPORTS])
        text = f"有{len(by_report)}份报告都有这一项，例如{names}；请说明要问哪个部门、哪一年。"
        held = [reports[evidence[0].stored.report] for evidence in by_report.values()]
        return Answer(Status.CLARIFY, text, trace=tuple(trace), choices=of_reports(query, held))
    parts: list[str] = []
    values: list[Value] = []
    conflict = False
    for (who, year), evidence in by_report.items():
        groups = distinct_values(_same_kind_of_thing(evidence))
        conflict = conflict or len(groups) > 1
        written = []
        for group in groups:
            numbers = [citer.fact(e.stored) for e in group[:_MOST_PLACES]]
            value = value_of(group[0].stored.fact, numbers)
            values += [value] if value else []
            written.append(shown(group[0].stored.fact))
        fact = groups[0][0].stored.fact
        unit = fact.organisation if fact.organisation != who else ""
        note = "（报告内不一致）" if len(groups) > 1 else ""
        parts.append(f"{who}{unit}{measure_name(fact)}为{'、'.join(written)}（{fact.period or year}年）{note}")
    trace.append(f"范围：{len(by_report)} 份报告都有这一项，分别列出")
    return Answer(
        Status.CONFLICT if conflict else Status.ANSWERED,
        "；".join(parts) + "。",
        tuple(values),
        tuple(citer.citations),
        tuple(trace),
    )


def _blank(best: Sequence[Evidence], reports: dict[str, Report], citer: Citer, trace: list[str]) -> Answer:
    fact = best[0].stored.fact
    for one in best[:_MOST_REPORTS]:
        citer.fact(one.stored)
    when = f"{fact.period}年" if fact.period else ""
    kind = _KIND_NAMES.get(fact.kind, "")
    text = f"未填列：报告里有{when}“{measure_name(fact)}”{kind}这一项，但该格没有填数（空白或“——”），不等于0。"
    return Answer(Status.NOT_FOUND, text, (), tuple(citer.citations), (*trace, "单元格为空：按“未填列”回答，不当作 0"))
