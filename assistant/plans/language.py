"""The plan language: what is to be done with which printed figures.

A figure is a fact of the store by its id; everything computed is a node over figures, so that a plan holds no number
of its own.  Plans are data: they can be compared, kept, and written as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.errors import JixiaoError

#: More figures than this are no answer but a table.
MOST_FIGURES = 60


#: A bound: a number with its unit, if it has one.
_BOUND = re.compile(r"\d{1,20}(?:\.\d{1,10})?[^\d.]{0,8}")


class PlanError(JixiaoError):
    """A plan that can't be built."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The figure that stands in one place; ``beside`` has others that state the same thing, perhaps otherwise."""

    fact: int
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """Several figures side by side, ``along`` measures, columns, years, owners or rows."""

    facts: tuple[int, ...]
    along: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The first figure less the second."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Share:
    """What percentage the first figure is of the second."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Quotient:
    """An amount divided by a count: per head, per item."""

    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changed from before to now: the amount, and in percent of before."""

    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of figures."""

    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """The arithmetic mean of figures."""

    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """The first of several rows by their figures; ``first`` 0 means all of them."""

    facts: tuple[int, ...]
    descending: bool
    first: int = 1


@dataclass(frozen=True, slots=True)
class Names:
    """The names of several rows, and how many there are."""

    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What a figure was before, from what it is now and how it changed: an amount, or a rate of what it was."""

    now: int
    change: int


@dataclass(frozen=True, slots=True)
class Where:
    """The rows whose figures stand in some way (``WAYS``) to a bound that the question names.

    ``said`` is how the question says it, where that has no figure: 没到九成, 减少, 全部花完.
    """

    facts: tuple[int, ...]
    way: str
    bound: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Short:
    """The rows whose second figures (``parts``) fall short of their first: of target or full points.

    Those that lack most come first; ``first`` 0 means all of them.
    """

    wholes: tuple[int, ...]
    parts: tuple[int, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class Adds:
    """Whether a stated total is the sum of its rows."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Everything that a row says: its figures, and its cells of words."""

    facts: tuple[int, ...]
    words: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a paragraph, as they stand."""

    report: str
    block: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a cell."""

    fact: int


Plan = (
    Cell | Each | Difference | Share | Quotient | Change | Total | Mean | Rank | Names | Before | Where | Short | Adds
    | Line | Quote | Words
)  # fmt: skip
WAYS = ("less", "more", "most", "least", "equal", "zero")
FORMS: dict[str, type[Any]] = {
    form.__name__.lower(): form
    for form in (
        Cell,
        Each,
        Difference,
        Share,
        Quotient,
        Change,
        Total,
        Mean,
        Rank,
        Names,
        Before,
        Where,
        Short,
        Adds,
        Line,
        Quote,
        Words,
    )
}


def kind_of(plan: Plan) -> str:
    """Return the name of a plan's kind."""
    return type(plan).__name__.lower()


def facts_of(plan: Plan) -> tuple[int, ...]:
    """Return the figures that a plan rests on, in order; a quote rests on none."""
    if isinstance(plan, Quote | Words):
        return ()
    if isinstance(plan, Cell):
        return (plan.fact, *plan.beside)
    if isinstance(plan, Each | Total | Mean | Rank | Names | Where | Line):
        return plan.facts
    if isinstance(plan, Short):
        return (*plan.wholes, *plan.parts)
    if isinstance(plan, Adds):
        return (plan.whole, *plan.parts)
    return tuple(getattr(plan, name) for name in plan.__slots__)


def to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON has it."""
    fields = {name: getattr(plan, name) for name in plan.__slots__}
    return {"plan": kind_of(plan), **{k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}}


def from_json(held: Mapping[str, Any]) -> Plan:
    """Return the plan that a JSON object has; raises ``PlanError`` for one that is none."""
    form = FORMS.get(str(held.get("plan")))
    if form is None:
        raise PlanError(f"没有“{held.get('plan')}”这种查法。")
    fields = {name: value for name, value in held.items() if name != "plan"}
    if not set(fields) <= set(form.__slots__):
        raise PlanError(f"查法“{held['plan']}”写法不对：{'、'.join(sorted(fields))}。")
    try:
        plan: Plan = form(**{k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()})
    except TypeError as error:
        raise PlanError(f"查法“{held['plan']}”缺少内容。") from error
    if isinstance(plan, Quote | Words):
        return plan
    facts = facts_of(plan)
    if isinstance(plan, Short) and len(plan.wholes) != len(plan.parts):
        raise PlanError("查法“short”要给每一行写明两个数字。")
    if isinstance(plan, Where) and plan.way not in WAYS:
        raise PlanError(f"查法“where”没有“{plan.way}”这种比法。")
    if isinstance(plan, Where) and plan.way != "zero" and not _BOUND.fullmatch(plan.bound):
        raise PlanError(f"查法“where”的界“{plan.bound}”不是一个数。")
    if not 0 < len(facts) <= MOST_FIGURES or not all(isinstance(one, int) for one in facts):
        raise PlanError(f"查法“{held['plan']}”要写明 1 至 {MOST_FIGURES} 个数字。")
    return plan
