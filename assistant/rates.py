"""Rates that a report does not print, computed from their definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.arithmetic import (
    Operand,
    comparable,
    growth,
    name_of,
)
from assistant.citations import Citer
from assistant.desk import Desk, as_percent, write
from assistant.formulas import Formula, formulas_for
from assistant.lexicon import Lexicon
from assistant.lookup import Finder
from assistant.model import Answer, Evidence, Library, Query
from assistant.operands import operands
from ingest.labels import squeeze
from ingest.model import Kind
from ingest.numbers import plain


def rate(query: Query, finder: Finder, library: Library, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Compute a rate that the report does not print from its definition: 政府采购执行率 = 实际 ÷ 预算."""
    desk = Desk(query, squeeze(query.text), library, finder, citer)
    if query.kind not in (None, Kind.RATE):
        return None
    made = (_by_formula(formula, desk) for formula in formulas_for(finder.lexicon.canonical(query.content)))
    answer = next((one for one in made if one is not None), None)
    return replace(answer, trace=(*trace, *answer.trace)) if answer else None


def is_of_its_own(query: Query, found: Sequence[Evidence], lexicon: Lexicon) -> bool:
    """Tell whether a question asks how far a measure was completed, and what was found is the measure itself.

    森林覆盖率完成率 is what was reached of its target, not 森林覆盖率.
    """
    made = next(iter(formulas_for(lexicon.canonical(query.content))), None)
    if made is None or made.top.measure or made.bottom.kind is not Kind.TARGET or not found:
        return False
    fact = found[0].fact
    return made.suffix not in squeeze("".join((*fact.row_path, *fact.column_path, found[0].entry.sentence)))


def _by_formula(formula: Formula, desk: Desk) -> Answer | None:
    query, finder = desk.query, desk.finder

    def asked(measure: str, kind: Kind) -> Query:
        own = desk.phrase(measure)
        return replace(own, kind=kind, periods=query.periods, organisations=query.organisations, units=query.units)

    tops = [asked(measure, formula.top.kind) for measure in (formula.top.measure or formula.stem).split("−")]
    bottom = asked(formula.bottom.measure or formula.stem, formula.bottom.kind)
    found = operands(finder, (*tops, bottom))
    shares = [one.unit == "%" for one in found or ()]
    if not found or (any(shares) and not (all(shares) and formula.bottom.kind is Kind.TARGET)):
        return None
    if len(tops) > 1:
        return _relative_change(formula, found, desk)
    answer = as_percent(
        found, desk, lambda x, y: f"{formula.name if formula.top.measure else name_of(x) + formula.suffix}为"
    )
    if answer is None:
        return None
    note = f"报告没有直接写{formula.name}，按定义计算：{formula.text}"
    return replace(answer, trace=(note, *answer.trace))


def _relative_change(formula: Formula, found: Sequence[Operand], desk: Desk) -> Answer | None:
    """Compute (a − b) ÷ b: 预算调整率."""
    after, before, _ = found
    if not comparable(after, before) or after.evidence[0].entry is before.evidence[0].entry:
        return None
    sheet = desk.sheet()
    value = growth(after, before, sheet)
    if value is None:
        return None
    sheet.result(value, "%", formula.name, (after, before))
    text = f"{formula.name}为{plain(value)}%：（{after.shown} − {before.shown}）÷ {before.shown}"
    answer = write(text, sheet, (after, before))
    return replace(answer, trace=(f"报告没有直接写{formula.name}，按定义计算：{formula.text}", *answer.trace))
