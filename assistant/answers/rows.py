"""Writes plans over rows: the first of them, their names, those that meet a condition, everything that a row says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.naming import Namer, with_figure
from assistant.arithmetic import Operand, Sheet
from assistant.compose import shown
from assistant.facts.world import World
from assistant.plans.language import Line, Names, Rank, Short, Where, facts_of
from assistant.running.figures import chosen_by, ordered
from ingest.labels import one_line, without_number
from ingest.model import Kind
from ingest.numbers import in_base

_MOST_ROWS = 30


def line(plan: Line, operands: Sequence[Operand], names: Namer, sheet: Sheet, world: World) -> str:
    """Write a row: its figures and its words, each with its column."""
    parts = []
    for number, one in enumerate(operands):
        sheet.give(one)
        parts.append(with_figure(names.column(number), shown(one.fact)))
    for word in plan.words:
        stored = world.words[word]
        sheet.citer.fact(stored)
        column = one_line(without_number(stored.fact.column_path[-1])) if stored.fact.column_path else ""
        parts.append(f"{column}：{one_line(stored.fact.raw).rstrip('。')}")
    return f"{names.line()}：{'；'.join(parts)}"


#: How a bound is read out.
WAYS_SAID = {"less": "低于", "more": "超过", "most": "不超过", "least": "不低于", "equal": "为", "zero": "为零"}


def _of_points(plan: Short, world: World) -> bool:
    return world.fact(plan.wholes[0]).kind is Kind.WEIGHT


def kept(plan: Where | Short, names: Namer, sheet: Sheet, world: World) -> str:
    """Write the rows that a condition keeps, each with its figure; every row that was looked at is cited."""
    chosen, facts = chosen_by(plan, world), facts_of(plan)
    for fact in facts:
        sheet.cite(world.operand(fact))
    said = []
    full, got = ("满分", "得") if not isinstance(plan, Where) and _of_points(plan, world) else ("目标", "实际")
    for fact in chosen[:_MOST_ROWS]:
        sheet.give(world.operand(fact))
        number = facts.index(fact)
        own = shown(world.fact(fact))
        aim = shown(world.fact(plan.wholes[plan.parts.index(fact)])) if isinstance(plan, Short) else ""
        said.append(f"{names.row(number)}（{full}{aim}、{got}{own}）" if aim else with_figure(names.row(number), own))
    if isinstance(plan, Where):
        bound = "" if plan.way == "zero" else plan.bound
        lead = f"{names.common()}{plan.said or WAYS_SAID[plan.way] + bound}的"
    elif _of_points(plan, world):
        lead = "丢分最多的是" if plan.first else "没有得满分的"
    else:
        lead = "离目标差得最多的是" if plan.first else "没有达到目标的"
    sheet.trace.append(f"比较：{len(facts) if isinstance(plan, Where) else len(plan.wholes)} 行，合计行不算")
    if _is_first(plan):
        return f"{lead}{'；'.join(said)}"
    return f"{lead}有：{'；'.join(said)}"


def _is_first(plan: Where | Short) -> bool:
    """Tell whether a plan asks for the first row only."""
    return isinstance(plan, Short) and bool(plan.first)


def ranked(plan: Rank, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    """Write the first of several rows by their figures; all of them are cited."""
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
    parts = "；".join(with_figure(names.row(place), shown(operands[place].fact)) for place in chosen)
    sheet.trace.append(f"比较：{len(operands)} 行，合计行不算")
    return f"{way}{'' if len(chosen) == 1 else '：'}{parts}"


def listed(plan: Names, operands: Sequence[Operand], names: Namer, sheet: Sheet) -> str:
    """Write the names of rows."""
    for one in operands:
        sheet.cite(one)
    found = list(dict.fromkeys(names.row(n) for n in range(len(plan.facts))))
    return f"有：{'、'.join(found)}"
