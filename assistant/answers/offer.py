"""What a question may mean, offered: a reading in words, a question in full, and what it comes to."""

from __future__ import annotations

import re

from assistant.answers.naming import Namer
from assistant.answers.rows import WAYS_SAID
from assistant.facts.world import World
from assistant.model import Answer, Choice
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
from ingest.labels import one_line, without_number
from ingest.model import Kind

_LONGEST_LABEL, _LONGEST_ANSWER, _LONGEST_QUOTED = 60, 160, 24
_MOST_NAMED = 4


def offered(plan: Plan, answer: Answer, world: World) -> Choice:
    """Return a reading of a question as a choice with its answer."""
    return Choice(_cut(reading(plan, world), _LONGEST_LABEL), asked_in_full(plan, world), answer=_came_to(answer))


def asked_in_full(plan: Plan, world: World) -> str:
    """Return the question that means a plan and no other: asked so, it is answered by it."""
    return f"{reading(plan, world)}{_ASKS.get(type(plan), '是多少')}？"


def _came_to(answer: Answer) -> str:
    """Return what a reading comes to, and where its first figure stands."""
    said = one_line(answer.text.removeprefix("报告写道：")).rstrip("。")
    place = answer.citations[0].where if len(answer.citations) == 1 else ""
    return _cut(said, _LONGEST_ANSWER) + (f"（{_cut(place, _LONGEST_LABEL)}）" if place else "")


#: How a reading is asked that isn't asked by 是多少.
_ASKS = {
    Each: "分别是多少",
    Line: "写了什么",
    Where: "有哪些",
    Short: "有哪些",
    Names: "有哪些",
    Rank: "是哪一个",
    Quote: "的全句",
    Words: "怎么写",
}


def reading(plan: Plan, world: World) -> str:
    """Return in words what a plan looks for: 公务接待费预算数, 基本支出占支出合计的比例."""
    if isinstance(plan, Quote):
        return f"原文“{_cut(one_line(plan.text), _LONGEST_QUOTED)}”"
    if isinstance(plan, Words):
        fact = world.words[plan.fact].fact
        return "的".join(one_line(without_number(label)) for label in (*fact.row_path[-1:], *fact.column_path[-1:]))
    facts = facts_of(plan)
    names = Namer([world.fact(one) for one in facts], world, facts)
    several = _of_rows(plan, names, world)
    return several or _of_figures(plan, names, len(facts))


def _of_rows(plan: Plan, names: Namer, world: World) -> str:
    """Return in words what a plan over rows looks for; empty for any other plan."""
    several = f"{names.whose()}{names.common()}"
    match plan:
        case Rank():
            return f"{several}{'最高' if plan.descending else '最低'}的{'前几个' if plan.first != 1 else ''}"
        case Names():
            return f"{several}的各行"
        case Adds():
            return f"{names.in_full(0)}与各行之和"
        case Line():
            return f"{names.when()}{names.line()}一行"
        case Where():
            return f"{several}{plan.said or WAYS_SAID[plan.way] + plan.bound}的"
        case Short():
            way = "没有得满分的" if world.fact(plan.wholes[0]).kind is Kind.WEIGHT else "没有达到目标的"
            return f"{names.whose()}{way}{'里差得最多的' if plan.first else ''}"
    return ""


def _of_figures(plan: Plan, names: Namer, count: int) -> str:
    first = names.in_full(0)
    match plan:
        case Cell():
            return f"{first}（两处写得不一样）" if plan.beside else first
        case Difference():
            return f"{first}与{names.of(1)}之差"
        case Share():
            return f"{first}占{names.of(1)}的比例"
        case Quotient():
            return f"{first}平均到每个{names.of(1)}"
        case Change():
            return f"{first}比{names.of(1)}的变化"
        case Before():
            return f"{first}按{names.of(1)}倒推的上期数"
        case Total() | Mean():
            word = "合计" if isinstance(plan, Total) else "平均"
            more = f"等{count}项" if count > _MOST_NAMED else ""
            return f"{'、'.join(names.of(n) for n in range(min(count, _MOST_NAMED)))}{more}的{word}"
    return "、".join(names.of(n) for n in range(min(count, _MOST_NAMED)))


def _cut(text: str, most: int) -> str:
    short = re.sub(r"\s+", " ", text)
    return short if len(short) <= most else short[: most - 1] + "…"
