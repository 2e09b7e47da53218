"""How one printed figure may have become another: digits swapped, one mistyped, a place moved.

Transpositions and single wrong digits are the commonest errors of typing figures in (Wiseman, Cairns & Cox 2011,
"A taxonomy of number entry error").
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assistant.checks.relations import Item

_NOT_DIGITS = re.compile(r"\D")
#: What stands for a difference that can't be counted.
_MANY = 9.0
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Slip:
    """Two strings of digits compared; ``differ`` is how many places differ, 9 where they aren't of one length."""

    alike: bool
    differ: float
    swapped: bool
    one: bool
    bag: bool

    @property
    def likely(self) -> bool:
        """Whether it looks like a slip: one wrong digit, or the same digits in another order."""
        return self.one or self.bag


def slip(a: str, b: str) -> Slip:
    """Compare the digits of two figures."""
    if len(a) != len(b):
        return Slip(False, _MANY, False, False, False)
    places = [n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    swapped = len(places) == _PAIR and places[1] == places[0] + 1 and a[places[0]] == b[places[1]]
    swapped = swapped and a[places[1]] == b[places[0]]
    return Slip(True, float(len(places)), swapped, len(places) == 1, sorted(a) == sorted(b))


def digits_of(value: Decimal) -> str:
    """Return a figure's digits as they are printed, without sign and point."""
    return _NOT_DIGITS.sub("", format(abs(value), "f"))


def digits_if(item: Item, value: Decimal) -> str:
    """Return the digits that a value (in the base unit) would be printed with in an item's place."""
    in_unit, step = abs(value / item.factor), item.step / item.factor
    try:
        return digits_of(in_unit.quantize(step) if step <= 1 else in_unit)
    except InvalidOperation:
        return digits_of(in_unit)


def moved(a: Decimal, b: Decimal) -> bool:
    """Tell whether two figures differ by a power of ten: a point or a unit in the wrong place."""
    if not a or not b or a == b:
        return False
    power = math.log10(abs(float(a / b)))
    return abs(power - round(power)) < 1e-9 and round(power) != 0
