"""What a plan over figures comes to: the amounts in base units, so that plans with one outcome can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assistant.facts.world import World
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
from ingest.model import Form
from ingest.numbers import in_base

Amount = tuple[str, Decimal]
#: What isn't parted, and what nothing is parted by.
_NO_AMOUNT, _NO_COUNT = ("ratio", "points"), ("ratio", "points", "money")
_FOUR = Decimal("0.0001")


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
    if isinstance(plan, Cell) and facts[0].form is Form.BLANK:
        return Outcome(plan, (("blank", Decimal(plan.fact)),))
    if any(fact.value is None for fact in facts):
        return None
    amounts = [in_base(fact.value, fact.unit) for fact in facts if fact.value is not None]
    if isinstance(plan, Cell | Each):
        return Outcome(plan, tuple(amounts))
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
    return None if result is None else Outcome(plan, tuple((amounts[0][0], value) for value in result))


def ordered(facts: Sequence[int], values: Sequence[Decimal], *, descending: bool) -> tuple[int, ...]:
    """Return facts by their values; those alike stay as they stand."""
    places = sorted(range(len(facts)), key=lambda n: -values[n] if descending else values[n])
    return tuple(facts[place] for place in places)


def _computed(plan: Plan, values: Sequence[Decimal]) -> list[Decimal] | None:
    match plan:
        case Difference():
            return [values[0] - values[1]]
        case Share() | Quotient():
            return [_rounded(values[0] / values[1])] if values[1] else None
        case Change():
            percent = [_rounded((values[0] - values[1]) / abs(values[1]))] if values[1] else []
            return [values[0] - values[1], *percent]
        case Total():
            return [sum(values, Decimal(0))]
        case Mean():
            return [_rounded(sum(values, Decimal(0)) / len(values))]
    return None


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_FOUR, ROUND_HALF_UP)
