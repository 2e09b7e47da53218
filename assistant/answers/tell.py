"""Writes a plan as an answer: the direct answer in one sentence, its values, formulas and sources."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet, difference, growth, mean, percentage, quotient, total
from assistant.citations import Citer
from assistant.compose import figure_answer, kind_word, measure_name, shown
from assistant.facts.world import World
from assistant.model import FORMULA, Answer, Evidence, Query, Status
from assistant.plans.language import (
    Cell,
    Change,
    Difference,
    Each,
    Mean,
    Names,
    Plan,
    Quote,
    Quotient,
    Rank,
    Share,
    Total,
    Words,
    facts_of,
)
from assistant.running.figures import ordered
from assistant.same import rivals
from ingest.labels import one_line, squeeze, without_number
from ingest.model import Fact, Kind, Passage, StoredPassage
from ingest.numbers import in_base, plain

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
    best = tuple(found) if plan.beside else rivals(found, (), world.entries, world.lexicon)
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
        case Difference():
            value, unit = difference(operands[0], operands[1], sheet)
            sheet.result(value, unit, f"{names.of(0)}与{names.of(1)}之差", operands)
            way = "少" if value < 0 else "多"
            return (
                f"{names.of(0)}比{names.of(1)}{way}{plain(abs(value))}{unit}：{operands[0].shown} − {operands[1].shown}"
            )
        case Share():
            share = percentage(operands[0], operands[1], sheet)
            return "" if share is None else _shared(share, operands, names, sheet)
        case Quotient():
            found = quotient(operands[0], operands[1], sheet)
            if found is None:
                return ""
            each, unit = found
            lead = f"{names.of(0)}按{names.of(1)}平均，每{operands[1].unit or '份'}"
            sheet.result(each, unit, lead, operands)
            return f"{lead}{plain(each)}{unit}：{operands[0].shown} ÷ {operands[1].shown}"
        case Change():
            return _changed(operands, names, sheet)
        case Total() | Mean():
            adds = isinstance(plan, Total)
            result, unit = (total if adds else mean)(operands, sheet)
            word = "合计" if adds else "平均"
            measures = "、".join(names.of(n) for n in range(len(operands)))
            sheet.result(result, unit, f"{measures}{word}", operands)
            parts = "、".join(f"{names.of(n)}{one.shown}" for n, one in enumerate(operands))
            return f"{word}{plain(result)}{unit}：{parts}"
        case Rank():
            return _ranked(plan, operands, names, sheet)
        case Names():
            for one in operands:
                sheet.cite(one)
            listed = list(dict.fromkeys(names.row(n) for n in range(len(operands))))
            sheet.trace.append(f"{FORMULA}{' + '.join('1' for _ in listed)} = {len(listed)}")
            return f"共{len(listed)}个：{'、'.join(listed)}"
    return ""


class Namer:
    """Names figures beside each other: only what tells them apart, and what they are of."""

    def __init__(self, facts: Sequence[Fact], world: World, ids: Sequence[int]) -> None:
        self._facts = facts
        self._owners = [fact.organisation for fact in facts]
        self._reports = [world.report_of(one).organisation for one in ids]
        self._several_owners = len(set(self._owners)) > 1
        self._several_years = len({fact.period for fact in facts}) > 1
        self._several_departments = len({report.organisation for report in world.library.reports}) > 1

    def of(self, number: int) -> str:
        """Return the name of one of the figures."""
        fact = self._facts[number]
        name = measure_name(fact)
        own = squeeze(self._owners[number])
        who = self._owners[number] if self._named(number) and own not in squeeze(name) else ""
        when = f"{fact.period}年" if self._several_years and fact.period else ""
        return f"{who}{when}{name}{kind_word(fact, name)}"

    def in_full(self, number: int) -> str:
        """Return the name of one of the figures with its owner and its year."""
        fact = self._facts[number]
        when = f"{fact.period}年" if fact.period and not self._several_years else ""
        who = "" if self._named(number) else self._owners[number]
        return f"{who}{when}{self.of(number)}"

    def common(self) -> str:
        """Return what the figures have in common: their column where the rows differ, else their row."""
        for path in ("column_path", "row_path"):
            ends = {getattr(fact, path)[-1:] for fact in self._facts}
            if len(ends) == 1 and (end := ends.pop()):
                return one_line(without_number(end[0]))
        return measure_name(self._facts[0])

    def _named(self, number: int) -> bool:
        return (
            self._several_owners
            or (self._several_departments and number == 0)
            or (self._owners[number] != self._reports[number])
        )

    def row(self, number: int) -> str:
        """Return what tells one of the figures from the others: its row, its column, its owner or its year."""
        fact = self._facts[number]
        for path in ("row_path", "column_path"):
            ends = [getattr(one, path)[-1:] for one in self._facts]
            if len(set(ends)) > 1 and ends[number]:
                return one_line(without_number(ends[number][0]))
        return self._owners[number] if self._several_owners else f"{fact.period}年"


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


def _ranked(plan: Rank, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    order = ordered(
        tuple(range(len(operands))), [in_base(one.value, one.unit)[1] for one in operands], descending=plan.descending
    )
    chosen = order[: plan.first] if plan.first else order[:_MOST_ROWS]
    for place in order[:_MOST_ROWS]:
        if place in chosen:
            sheet.give(operands[place])
        else:
            sheet.cite(operands[place])
    way = "从高到低" if plan.descending else "从低到高"
    if len(chosen) == 1:
        way = "最高的是" if plan.descending else "最低的是"
    parts = "；".join(f"{names.row(place)}{shown(operands[place].fact)}" for place in chosen)
    sheet.trace.append(f"比较：{len(operands)} 行，合计行不算")
    return f"{way}{'' if len(chosen) == 1 else '：'}{parts}"
