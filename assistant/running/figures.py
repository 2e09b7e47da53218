"""What a plan over figures comes to: the amounts in base units, so that plans with one outcome can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assistant.arithmetic import Operand
from assistant.facts.world import World
from assistant.operands import meets
from assistant.plans.conditions import unit_of
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
from ingest.model import Fact, Form, Kind
from ingest.numbers import in_base

Amount = tuple[str, Decimal]
#: What isn't parted, and what nothing is parted by.
_NO_AMOUNT, _NO_COUNT = ("ratio", "points"), ("ratio", "points", "money")
_FOUR, _CENT = Decimal("0.0001"), Decimal("0.01")
#: What would be written as 0.00%, and as 0.00 of a unit: the two were meant the other way round, or not at all.
_LEAST_SHARE, _LEAST_EACH = Decimal("0.00005"), Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan comes to: ``amounts`` as (dimension, value in base units), ``chosen`` the rows that are named."""

    plan: Plan
    amounts: tuple[Amount, ...]
    chosen: tuple[int, ...] = ()
    words: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for plans that come to the same."""
        return (self.amounts, self.chosen, self.words)


def run(plan: Plan, world: World) -> Outcome | None:
    """Run a plan; ``None`` where it has no outcome: a figure that isn't filled in, units that don't go together."""
    if isinstance(plan, Quote | Words):
        return Outcome(plan, (), words=plan.text if isinstance(plan, Quote) else f"#{plan.fact}")
    facts = [world.fact(one) for one in facts_of(plan)]
    if isinstance(plan, Line):
        return Outcome(plan, tuple(_given(facts)), words=" ".join(f"#{one}" for one in plan.words))
    if isinstance(plan, Cell) and facts[0].form is Form.BLANK:
        return Outcome(plan, (("blank", Decimal(plan.fact)),))
    if any(fact.value is None for fact in facts):
        return None
    amounts = [in_base(fact.value, fact.unit) for fact in facts if fact.value is not None]
    if isinstance(plan, Cell | Each):
        return Outcome(plan, tuple(amounts))
    if isinstance(plan, Where | Short | Before):
        return _kept(plan, world)
    if isinstance(plan, Names):
        return Outcome(plan, (("rows", Decimal(len(facts))),), plan.facts)
    if len({dimension for dimension, _ in amounts}) > 1 and not isinstance(plan, Quotient):
        return None
    if isinstance(plan, Quotient) and (amounts[0][0] in _NO_AMOUNT or amounts[1][0] in _NO_COUNT):
        return None
    values = [value for _, value in amounts]
    if isinstance(plan, Rank):
        order = ordered(plan.facts, values, descending=plan.descending)
        return Outcome(plan, (), order[: plan.first] if plan.first else order)
    result = _computed(plan, values)
    if result is None:
        return None
    own = "ratio" if isinstance(plan, Share) else amounts[0][0]
    dimensions = (own, "ratio") if isinstance(plan, Change) else (own,) * len(result)
    return Outcome(plan, tuple(zip(dimensions, result, strict=False)))


def _given(facts: Sequence[Fact]) -> list[Amount]:
    return [in_base(fact.value, fact.unit) for fact in facts if fact.value is not None]


def _kept(plan: Where | Short | Before, world: World) -> Outcome | None:
    if isinstance(plan, Before):
        value = before(world.fact(plan.now), world.fact(plan.change))
        return None if value is None else Outcome(plan, (in_base(value, world.fact(plan.now).unit),))
    if isinstance(plan, Where) and not all(_comparable(plan, world.fact(one)) for one in plan.facts):
        return None
    chosen = chosen_by(plan, world)
    if isinstance(plan, Where) and len(chosen) == len(plan.facts):
        return None  # a bound that keeps every row tells nothing
    return Outcome(plan, (), chosen) if chosen else None


def chosen_by(plan: Where | Short, world: World) -> tuple[int, ...]:
    """Return the rows that a condition keeps: by their figures, or by their parts, those that lack most first."""
    if isinstance(plan, Where):
        return tuple(one for one in plan.facts if _stands(plan, world.fact(one)))
    lacking = []
    for whole, part in zip(plan.wholes, plan.parts, strict=True):
        aim, got = world.operand(whole), world.operand(part)
        if not meets(aim, got):
            lacking.append((_lack(aim, got), part))
    lacking.sort(key=lambda one: -one[0])
    return tuple(part for _, part in lacking)[: plan.first or None]


def _lack(aim: Operand, got: Operand) -> Decimal:
    """Return how much is lacking: points as they are, other figures as a share of what was aimed at."""
    wanted, own = in_base(aim.value, aim.unit)[1], in_base(got.value, got.unit)[1]
    if aim.fact.kind is Kind.WEIGHT:
        return wanted - own
    return abs(wanted - own) / abs(wanted) if wanted else abs(own)


def _comparable(plan: Where, fact: Fact) -> bool:
    """Tell whether a figure can be held against the bound: amounts and percentages only against their own kind.

    万 alone may count anything.
    """
    if plan.way == "zero" or plan.bound.endswith(("万", "亿")):
        return True
    bound, own = in_base(Decimal(1), unit_of(plan.bound))[0], in_base(Decimal(1), fact.unit)[0]
    apart = bound != own and bool({bound, own} & {"money", "ratio"})
    return not (bound and own and apart)


def _stands(plan: Where, fact: Fact) -> bool:
    own = in_base(fact.value or Decimal(0), fact.unit)[1]
    if plan.way == "zero":
        return own == 0
    unit = unit_of(plan.bound)
    number = Decimal(plan.bound[: len(plan.bound) - len(plan.bound.lstrip("0123456789."))])
    bound = in_base(number, unit or fact.unit)[1]
    return {
        "less": own < bound, "more": own > bound, "least": own >= bound, "most": own <= bound, "equal": own == bound,
    }[plan.way]  # fmt: skip


def before(now: Fact, change: Fact) -> Decimal | None:
    """Return what a figure was, in its own unit, from how it changed: by an amount, or by a rate of what it was."""
    if now.value is None or change.value is None:
        return None
    if change.unit == "%" and now.unit != "%":
        base = 1 + change.value / 100
        return (now.value / base).quantize(_CENT, ROUND_HALF_UP) if base > 0 else None
    (a, own), (b, by) = in_base(now.value, now.unit), in_base(change.value, change.unit)
    if a != b:
        return None
    return (own - by) / in_base(Decimal(1), now.unit)[1]


def ordered(facts: Sequence[int], values: Sequence[Decimal], *, descending: bool) -> tuple[int, ...]:
    """Return facts by their values; those alike stay as they stand."""
    places = sorted(range(len(facts)), key=lambda n: -values[n] if descending else values[n])
    return tuple(facts[place] for place in places)


def _computed(plan: Plan, values: Sequence[Decimal]) -> list[Decimal] | None:
    match plan:
        case Difference():
            return [values[0] - values[1]]
        case Share() | Quotient():
            part = values[0] / values[1] if values[1] else Decimal(0)
            least = _LEAST_SHARE if isinstance(plan, Share) else _LEAST_EACH
            return [_rounded(part)] if values[1] and (not values[0] or abs(part) >= least) else None
        case Change():
            percent = [_rounded((values[0] - values[1]) / abs(values[1]))] if values[1] else []
            return [values[0] - values[1], *percent]
        case Adds():
            return [values[0], sum(values[1:], Decimal(0))]
        case Total():
            return [sum(values, Decimal(0))]
        case Mean():
            return [_rounded(sum(values, Decimal(0)) / len(values))]
    return None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_FOUR, ROUND_HALF_UP)
