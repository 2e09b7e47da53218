"""Writes a plan as an answer: the direct answer in one sentence, its values, formulas and sources."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.answers import rows
from assistant.answers.naming import Namer, with_figure
from assistant.arithmetic import Operand, Sheet, difference, earlier, growth, mean, one_of, percentage, quotient, total
from assistant.citations import Citer
from assistant.compose import conflict_answer, figure_answer, shown
from assistant.facts.world import World
from assistant.model import Answer, Evidence, Query, Status
from assistant.plans.language import (
    Adds,
    Before,
    Cell,
    Change,
    Difference,
    Each,
    Line,
    Mean,
    Names,
    Plan,
    Quote,
    Quotient,
    Rank,
    Share,
    Short,
    Total,
    Where,
    Words,
    facts_of,
)
from assistant.same import rivals
from ingest.labels import one_line, without_number
from ingest.model import Kind, Passage, StoredPassage
from ingest.numbers import plain

_MOST_ROWS = 30


def told(plan: Plan, world: World, query: Query, citer: Citer) -> Answer | None:
    """Write what a plan comes to; ``None`` where its figures don't go together after all."""
    if isinstance(plan, Cell):
        return _cell(plan, world, query, citer)
    if isinstance(plan, Quote):
        passage = StoredPassage(0, plan.report, Passage(plan.block, world.path_of(plan.report, plan.block), plan.text))
        citer.passage(passage, plan.text)
        return Answer(Status.ANSWERED, f"报告写道：{plan.text}", (), tuple(citer.citations))
    if isinstance(plan, Words):
        return _words(plan, world, citer)
    sheet = Sheet(citer)
    operands = [world.operand(fact) for fact in facts_of(plan)]
    text = _text(plan, operands, sheet, world)
    if not text:
        return None
    return Answer(Status.ANSWERED, text + "。", tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace))


def _cell(plan: Cell, world: World, query: Query, citer: Citer) -> Answer:
    found = [Evidence(world.entry(fact), 1.0, 1.0, 1.0) for fact in facts_of(plan)]
    reports = {report.id: report for report in world.library.reports}
    if plan.beside:
        return conflict_answer([[one] for one in found], reports, citer, [])
    best = rivals(found, (), world.entries, world.lexicon)
    return figure_answer(query, best, reports, citer, [])


def _words(plan: Words, world: World, citer: Citer) -> Answer:
    stored = world.words[plan.fact]
    citer.fact(stored)
    fact = stored.fact
    name = one_line(without_number(fact.measure))
    if fact.row_path and fact.column_path:
        name += f"的{one_line(fact.column_path[-1])}"
    return Answer(Status.ANSWERED, f"{name}：{one_line(fact.raw).rstrip('。')}。", (), tuple(citer.citations))


def _text(plan: Plan, operands: Sequence[Operand], sheet: Sheet, world: World) -> str:
    names = Namer([one.fact for one in operands], world, facts_of(plan))
    match plan:
        case Each():
            return _side_by_side(operands, names, sheet)
        case Total() | Mean():
            return _summed(plan, operands, names, sheet)
        case Adds():
            return _added(operands, names, sheet)
        case Rank():
            return rows.ranked(plan, operands, names, sheet)
        case Names():
            return rows.listed(plan, operands, names, sheet)
        case Line():
            return rows.line(plan, operands, names, sheet, world)
        case Where() | Short():
            return rows.kept(plan, names, sheet, world)
    return _of_two(plan, operands, names, sheet)


def _of_two(plan: Plan, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    """Write what two figures come to."""
    match plan:
        case Difference():
            return _apart(operands, names, sheet)
        case Share():
            share = percentage(operands[0], operands[1], sheet)
            return "" if share is None else _shared(share, operands, names, sheet)
        case Quotient():
            return _parted(operands, names, sheet)
        case Change():
            return _changed(operands, names, sheet)
        case Before():
            return _before(operands, names, sheet)
    return ""


def _summed(plan: Total | Mean, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    adds = isinstance(plan, Total)
    result, unit = (total if adds else mean)(operands, sheet)
    word = "合计" if adds else "平均"
    measures = "、".join(names.of(n) for n in range(len(operands)))
    sheet.result(result, unit, f"{measures}{word}", operands)
    parts = "、".join(with_figure(names.of(n), one.shown) for n, one in enumerate(operands))
    return f"{word}{plain(result)}{unit}：{parts}"


def _added(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    whole, parts = operands[0], operands[1:]
    sheet.give(whole)
    result, unit = total(parts, sheet)
    sheet.result(result, unit, f"{names.of(0)}的各行相加", parts)
    said = f"{names.of(0)}写作{whole.shown}，各行相加是{plain(result)}{unit}"
    if result == whole.value and unit == whole.unit:
        return f"{said}，一致（相等）"
    apart = sum((one.value for one in parts), -whole.value)
    sheet.formula(f"{plain(result)} − {plain(whole.value)}", apart, unit)
    return f"{said}，不一致，相差{plain(abs(apart))}{unit}"


def _apart(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    value, unit = difference(operands[0], operands[1], sheet)
    sheet.result(value, unit, f"{names.of(0)}与{names.of(1)}之差", operands)
    way = "少" if value < 0 else "多"
    return f"{names.of(0)}比{names.of(1)}{way}{plain(abs(value))}{unit}：{operands[0].shown} − {operands[1].shown}"


#: What counts without saying what of.
_NO_UNIT = ("", "万", "亿")


def _parted(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    found = quotient(operands[0], operands[1], sheet)
    if found is None:
        return ""
    each, unit = found
    one = one_of(operands[1].unit)
    lead = f"{names.of(0)}按{names.of(1)}平均，每{one if one not in _NO_UNIT else '份'}"
    sheet.result(each, unit, lead, operands)
    return f"{lead}{plain(each)}{unit}：{operands[0].shown} ÷ {operands[1].shown}"


def _before(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    now, change = operands
    value = earlier(now, change, sheet)
    if value is None:
        return ""
    sheet.result(value, now.unit, f"{names.of(0)}按{names.of(1)}倒推的上期数", operands)
    by = f"由{now.shown}和{with_figure(names.of(1), shown(change.fact))}推算"
    return f"{names.of(0)}此前为{plain(value)}{now.unit}，{by}"


def _side_by_side(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    for one in operands:
        sheet.give(one)
    return "；".join(f"{names.of(n)}为{shown(one.fact)}" for n, one in enumerate(operands))


def _shared(share: Decimal, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    a, b = operands
    sheet.result(share, "%", f"{names.of(0)}占{names.of(1)}", operands)
    executed = a.fact.kind is Kind.ACTUAL and b.fact.kind in (Kind.BUDGET, Kind.TARGET)
    lead = f"{names.of(0)}是{names.of(1)}的" if executed else f"{names.of(0)}占{names.of(1)}的"
    return f"{lead}{plain(share)}%：{a.shown} ÷ {b.shown}"


def _changed(operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    now, before = operands
    value, unit = difference(now, before, sheet)
    sheet.result(value, unit, f"{names.of(0)}比{names.of(1)}的变化", operands)
    way = "减少" if value < 0 else "增加"
    if not value:
        return f"{names.of(0)}和{names.of(1)}一样，都是{now.shown}"
    text = f"{names.of(0)}比{names.of(1)}{way}{plain(abs(value))}{unit}"
    percent = growth(now, before, sheet) if unit != "个百分点" else None
    if percent is not None:
        sheet.result(percent, "%", f"{names.of(0)}比{names.of(1)}的变化幅度", operands)
        text += f"，{'下降' if percent < 0 else '增长'}{plain(abs(percent))}%"
    return f"{text}（{now.shown}、{before.shown}）"
