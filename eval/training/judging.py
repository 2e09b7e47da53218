"""Which of the readings of a question are right by what they come to, not by what they happen to hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.choosing.candidates import Candidate
from assistant.facts.world import World
from assistant.model import Answer
from assistant.plans.language import Cell, Change, Difference, facts_of, kind_of
from eval.bank.score import states
from eval.training.tasks import Task
from ingest.numbers import in_base


def holds_figures(one: Candidate, task: Task) -> bool:
    """Tell whether a figure wanted may be one that another is worked out from."""
    worked_out = one.plan is not None and kind_of(one.plan) in _WORKED_OUT
    return worked_out and bool(_figures_wanted(task))


def _figures_wanted(task: Task) -> list[str]:
    return [text for alternative in task.wanted for text in alternative if any(map(str.isdigit, text))]


def not_too_many(candidates: Sequence[Candidate], right: Sequence[bool], world: World) -> list[bool]:
    """Tell of each list that it names no more rows than another right one needs; anything else is none.

    A list of all projects holds those under 90 %, too, and answers nothing.
    """
    sets = [_rows_named(one, world) for one in candidates]
    ranked = [one.plan is not None and kind_of(one.plan) == "rank" for one in candidates]
    fewer = [(rows, rank) for rows, rank, held in zip(sets, ranked, right, strict=True) if rows and held]
    return [
        not any(other < rows and not (rank and by_rank) for other, by_rank in fewer)
        for rows, rank in zip(sets, ranked, strict=True)
    ]


def _rows_named(one: Candidate, world: World) -> frozenset[tuple[object, ...]]:
    """Return the rows that a list names, whichever column it reads; none for what is no list."""
    if one.plan is None or one.outcome is None or kind_of(one.plan) not in ("names", "where", "short", "rank"):
        return frozenset()
    held = [(world.entry(fact).stored.report, world.fact(fact).source) for fact in one.outcome.chosen]
    if len({(report, source.table, source.row) for report, source in held}) < len(held):  # along a row, or of a text
        return frozenset((report, s.table, s.row, s.column, s.block, s.start) for report, s in held)
    return frozenset((report, source.table, source.row) for report, source in held)


#: Plans whose text has figures that they are worked out from, beside what they come to.
_WORKED_OUT = ("difference", "share", "quotient", "change", "total", "mean", "before")


def rests_on(one: Candidate, task: Task, world: World) -> bool:
    """Tell whether a plan rests on the figures that an answer is worked out from, where these are known.

    Two others may differ by as much by chance.
    """
    if not task.rests or one.plan is None or kind_of(one.plan) not in _WORKED_OUT:
        return True
    wanted = {_size(text) for text in task.rests}
    held = {
        abs(in_base(fact.value, fact.unit)[1]) for fact in map(world.fact, facts_of(one.plan)) if fact.value is not None
    }
    return wanted <= held if kind_of(one.plan) in ("change", "before") else wanted == held


def _size(text: str) -> Decimal:
    number = _NUMBER.match(text)
    unit = text[number.end() :] if number else ""
    return abs(in_base(Decimal(number[0].replace(",", "")) if number else Decimal(0), unit)[1])


_NUMBER = re.compile(r"-?[\d,]{1,24}(?:\.\d{1,12})?")


def sparing(sizes: Sequence[int], own: Sequence[bool], task: Task) -> list[bool]:
    """Tell of each reading that it comes to few enough figures, where a single one is asked for.

    A table's whole column holds it, too: such a reading ranks after one that comes to the figure, or to a pair.
    """
    if not task.wanted or task.type in ("rank", "list") or any(len(alternative) != 1 for alternative in task.wanted):
        return [True] * len(sizes)
    least = min((size for size, held in zip(sizes, own, strict=True) if held), default=0)
    return [size <= max(least, _PAIR) for size in sizes]


_PAIR = 2


def of_its_own(one: Candidate, answer: Answer, task: Task) -> bool:
    """Tell whether what is wanted is among what a plan comes to: a sum is no answer for holding it as a summand.

    What it comes to is read as it is told, rounded: by its base unit 1.21万元 would not be 12,143.48元.  Of a
    contradiction both figures are wanted, or it is none.
    """
    figures = _figures_wanted(task)
    told = [f"{abs(value.value):f}{value.unit}" for value in answer.values]
    if isinstance(one.plan, Cell) and one.plan.beside:
        return not figures or all(any(states(value, figure) for figure in figures) for value in told)
    if one.plan is None or kind_of(one.plan) not in _WORKED_OUT:
        return True
    if not figures:  # a name is wanted: which of two is larger a difference says, a sum only lists them
        return isinstance(one.plan, Difference | Change)
    return any(states(" ".join(told), figure) for figure in figures)
