"""Relations between figures that must hold, up to what rounding explains: sums, quotients, equal values.

All values are in the base unit of their dimension (yuan, 1 for 100 %), as ``ingest.numbers.in_base`` gives them.
A relation may have several readings, of operands that a report states more than once: it holds when one does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from assistant.model import Entry
from ingest.model import Fact, Form
from ingest.numbers import COUNTS, in_base

#: What rounding may leave between two figures of two places each, in the printed unit.
_ROUNDING = Decimal("0.02")
_ROUNDED = ("money", "ratio", "分", "")
#: What is counted is not rounded, but in 万; what is measured or weighed is, in whole numbers too.
_COUNTED = frozenset((*COUNTS, "人", "人次", "户"))
_PERCENT = Decimal("0.01")
#: A percentage may be cut off where it should be rounded: half a digit more.
_CUT = Decimal("0.0002")


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "错误"
    SUSPECT = "疑似"
    NOTE = "提示"


@dataclass(frozen=True, eq=False)
class Item:
    """A figure that takes part in relations; ``value`` and ``step`` (one in the last digit) in the base unit."""

    entry: Entry
    value: Decimal
    step: Decimal
    dimension: str

    @property
    def fact(self) -> Fact:
        """The fact that states the figure."""
        return self.entry.stored.fact

    @property
    def factor(self) -> Decimal:
        """One of the printed unit, in the base unit."""
        return in_base(Decimal(1), self.fact.unit)[1]

    @property
    def slack(self) -> Decimal:
        """One in the last digit, 0 for what is counted in whole numbers (points, persons) and not rounded."""
        counted = self.dimension in _COUNTED and self.factor == 1 and self.step >= 1
        return Decimal(0) if counted else self.step


#: What a figure would have to be, to be tried in its place.
Values = Mapping[Item, Decimal]
_AS_PRINTED: Values = {}


def item_of(entry: Entry) -> Item | None:
    """Return a fact's figure as an item, ``None`` for a blank or a text."""
    fact = entry.stored.fact
    if fact.form is not Form.FIGURE or fact.value is None:
        return None
    dimension, value = in_base(fact.value, fact.unit)
    exponent = fact.value.as_tuple().exponent
    step = in_base(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0), fact.unit)[1]
    return Item(entry, value, step, dimension)


@dataclass(frozen=True, eq=False)
class Relation(ABC):
    """What must hold between figures.  ``name`` says it in words, ``kind`` is its family (parts, ratio, …)."""

    name: str
    kind: str
    severity: Severity
    sure: float
    result: Item

    @property
    @abstractmethod
    def items(self) -> tuple[Item, ...]:
        """The result and the operands of one reading."""

    @abstractmethod
    def off(self, values: Values = _AS_PRINTED) -> Decimal:
        """Return by how much the relation fails in the base unit, 0 when it holds up to rounding."""

    @abstractmethod
    def solve(self, item: Item) -> Decimal | None:
        """Return what an item would have to be for that reading to hold, ``None`` where nothing would do."""

    @cached_property
    def holds(self) -> bool:
        """Whether the relation holds as printed."""
        return self.off() == 0


def tolerance(result: Item, parts: tuple[Item, ...]) -> Decimal:
    """Return what rounding may leave between a sum and its parts: 0.02, or half the last digit times their number.

    A figure printed without its zeros (33.5 beside 33.50) is taken for as exact as the finest one.
    """
    if result.dimension not in _ROUNDED:
        return Decimal(0)
    finest = min((one.step for one in (result, *parts)), default=result.step)
    if result.dimension == "分":
        return _ROUNDING  # points are given, not rounded
    allowed = finest * len(parts) / 2 + result.step / 2
    factor = min(one.factor for one in (result, *parts))
    return max(allowed, _ROUNDING * factor if factor <= 10_000 else Decimal(0))


@dataclass(frozen=True, eq=False)
class Sum(Relation):
    """``result`` = Σ sign × item, in one of the ``readings``: (sign, item) pairs."""

    readings: tuple[tuple[tuple[int, Item], ...], ...]

    @cached_property
    def _nearest(self) -> int:
        lefts = [abs(left) for left, _, _ in self._base]
        return lefts.index(min(lefts))

    @property
    def terms(self) -> tuple[tuple[int, Item], ...]:
        """The reading that comes nearest to the result."""
        return self.readings[self._nearest]

    @property
    def items(self) -> tuple[Item, ...]:
        """The result and the items of the nearest reading."""
        return (self.result, *(item for _, item in self.terms))

    @cached_property
    def _base(self) -> tuple[tuple[Decimal, Decimal, frozenset[Item]], ...]:
        """Each reading's remainder and tolerance as printed, and its items."""
        found = []
        for terms in self.readings:
            whole = sum((sign * item.value for sign, item in terms), Decimal(0))
            allowed = tolerance(self.result, tuple(item for _, item in terms))
            found.append((self.result.value - whole, allowed, frozenset(item for _, item in terms)))
        return tuple(found)

    @property
    def total(self) -> Decimal:
        """What the nearest reading's operands come to, in the base unit."""
        return self.result.value - self._base[self._nearest][0]

    def off(self, values: Values = _AS_PRINTED) -> Decimal:
        """Return the smallest remainder of the readings, 0 within rounding."""
        return min((self._left(n, values) for n in range(len(self.readings))), key=abs)

    def _left(self, number: int, values: Values) -> Decimal:
        left, allowed, items = self._base[number]
        if self.result in values:
            left += values[self.result] - self.result.value
        for item, value in values.items():
            if item in items:
                sign = next(s for s, one in self.readings[number] if one is item)
                left -= sign * (value - item.value)
        return left if abs(left) > allowed else Decimal(0)

    def solve(self, item: Item) -> Decimal | None:
        """Return the item's value for which the nearest reading holds exactly."""
        left = self._base[self._nearest][0]
        if item is self.result:
            return item.value - left
        sign = next((s for s, one in self.terms if one is item), 0)
        return item.value + sign * left if sign else None


@dataclass(frozen=True, eq=False)
class Quotient(Relation):
    """``result`` = top ÷ bottom, for one of the ``pairs``.

    With ``growth`` it is (top − bottom) ÷ bottom, with ``by`` top ÷ (bottom − top): a change by top that led to bottom.
    """

    pairs: tuple[tuple[Item, Item], ...]
    growth: bool = False
    by: bool = False

    @cached_property
    def pair(self) -> tuple[Item, Item]:
        """The pair that it holds by, else the first, which speaks for itself most."""
        stated = self.result.value
        return next((one for one in self.pairs if self._left(stated, *one, _AS_PRINTED) == 0), self.pairs[0])

    @property
    def items(self) -> tuple[Item, ...]:
        """The result and the pair."""
        return (self.result, *self.pair)

    def off(self, values: Values = _AS_PRINTED) -> Decimal:
        """Return how far the nearest pair's quotient is from the result, 0 within rounding."""
        stated = values.get(self.result, self.result.value)
        found = [self._left(stated, top, bottom, values) for top, bottom in self.pairs]
        return min((one for one in found if one is not None), key=abs, default=Decimal(0))

    def _left(self, stated: Decimal, top: Item, bottom: Item, values: Values) -> Decimal | None:
        """Return the remainder for one pair; ``None`` with a zero denominator, which states nothing."""
        over, under = values.get(top, top.value), values.get(bottom, bottom.value)
        expected = self.quotient(over, under)
        if expected is None:
            return None
        if self.by:
            half = (abs(under) * top.slack + abs(over) * bottom.slack) / 2 / (under - over) ** 2
        else:
            half = (top.slack + abs(over / under) * bottom.slack) / 2 / abs(under)
        allowed = max(_CUT, self.result.step) + half
        left = stated - expected
        return left if abs(left) > allowed else Decimal(0)

    def quotient(self, over: Decimal, under: Decimal) -> Decimal | None:
        """Return the quotient (or growth) of two values, ``None`` for a zero denominator."""
        if under == 0:
            return None
        under = under - over if self.by else under
        if under == 0:
            return None
        return (over - under) / abs(under) if self.growth else over / under

    def solve(self, item: Item) -> Decimal | None:
        """Return what the result would have to be; operands of a quotient are only known to its precision."""
        if item is not self.result:
            return None
        top, bottom = self.pair
        return self.quotient(top.value, bottom.value)


@dataclass(frozen=True, eq=False)
class Same(Relation):
    """``result`` and ``other`` state one thing."""

    other: Item

    @property
    def items(self) -> tuple[Item, ...]:
        """Both places."""
        return (self.result, self.other)

    def off(self, values: Values = _AS_PRINTED) -> Decimal:
        """Return the difference, 0 within the coarser one's rounding."""
        left = values.get(self.result, self.result.value) - values.get(self.other, self.other.value)
        return left if abs(left) > self._allowed else Decimal(0)

    @cached_property
    def _allowed(self) -> Decimal:
        pair = (self.result, self.other)
        if self.result.dimension not in _ROUNDED:
            return Decimal(0)
        unit = _PERCENT if self.result.dimension == "ratio" else max(one.factor for one in pair)
        rounding = _ROUNDING * unit if unit <= 10_000 else Decimal(0)
        return min(max(rounding, *(one.step / 2 for one in pair)), max(one.factor for one in pair) / 2)

    def solve(self, item: Item) -> Decimal | None:
        """Return the other place's value."""
        return self.other.value if item is self.result else self.result.value
