"""Computing with printed figures in ``Decimal``: each result with its formula and the places of its operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from assistant.citations import Citer
from assistant.compose import measure_name, value_of
from assistant.model import Evidence, Value
from ingest.model import Fact
from ingest.numbers import UNITS, in_base, plain

_CENT = Decimal("0.01")
ROUNDED = "四舍五入到两位小数"
_MOST_PLACES = 6
#: What an amount divided by a count is given in: 万元 a head, 亿元 an item.
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure that goes into a formula: every place that states it, and whether another value is stated too."""

    evidence: tuple[Evidence, ...]
    disputed: bool = False

    @property
    def fact(self) -> Fact:
        """The fact of its first place."""
        return self.evidence[0].fact

    @property
    def value(self) -> Decimal:
        """Its value, in ``unit``."""
        return self.fact.value or Decimal(0)

    @property
    def unit(self) -> str:
        """Its unit as printed."""
        return self.fact.unit

    @property
    def shown(self) -> str:
        """The figure with its unit, as it is read out."""
        return f"{plain(self.value)}{self.unit}"


@dataclass(slots=True)
class Sheet:
    """Collects the formulas, citations and values of one computed answer."""

    citer: Citer
    trace: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def cite(self, operand: Operand) -> tuple[int, ...]:
        """Cite an operand's places; return their numbers."""
        return tuple(self.citer.fact(e.stored) for e in operand.evidence[:_MOST_PLACES])

    def give(self, operand: Operand) -> None:
        """Put an operand among the values as it is printed."""
        value = value_of(operand.fact, self.cite(operand))
        if value is not None:
            self.values.append(value)

    def result(self, value: Decimal, unit: str, measure: str, operands: Sequence[Operand]) -> None:
        """Put a computed figure among the values; it cites all of its operands."""
        numbers = tuple(dict.fromkeys(n for operand in operands for n in self.cite(operand)))
        fact = operands[0].fact
        self.values.append(
            Value(value, unit, plain(value), measure, fact.organisation, fact.period, "computed", numbers)
        )

    def formula(self, left: str, value: Decimal, unit: str, note: str = "") -> None:
        """Write a formula into the trace: 公式：70.60 − 14.02 = 56.58万元."""
        self.trace.append(f"公式：{left} = {plain(value)}{unit}" + (f"（{note}）" if note else ""))


def comparable(a: Operand, b: Operand) -> bool:
    """Tell whether two operands measure the same kind of thing, so that they add and subtract."""
    return in_base(a.value, a.unit)[0] == in_base(b.value, b.unit)[0]


def in_unit(operand: Operand, unit: str, sheet: Sheet) -> Decimal:
    """Return an operand's value in a unit of its own dimension; a conversion is written down."""
    if operand.unit == unit or unit not in UNITS or operand.unit not in UNITS:
        return operand.value
    value = in_base(operand.value, operand.unit)[1] / UNITS[unit][1]
    sheet.formula(f"{plain(operand.value)}{operand.unit}", value.normalize(), unit)
    return Decimal(plain(value.normalize()))


def difference(a: Operand, b: Operand, sheet: Sheet) -> tuple[Decimal, str]:
    """Return (a − b, its unit): percentages differ by percentage points."""
    first, second = a.value, in_unit(b, a.unit, sheet)
    unit = "个百分点" if a.unit == "%" else a.unit
    sheet.formula(f"{plain(first)} − {_operand(second)}", first - second, unit)
    return first - second, unit


def _operand(value: Decimal) -> str:
    return plain(value) if value >= 0 else f"({plain(value)})"


def percentage(a: Operand, b: Operand, sheet: Sheet) -> Decimal | None:
    """Return a ÷ b in percent, to two places; ``None`` when b is 0."""
    whole = in_unit(b, a.unit, sheet)
    if not whole:
        return None
    value = (a.value / whole * _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"{_operand(a.value)} ÷ {_operand(whole)} × 100", value, "%", ROUNDED)
    return value


def quotient(a: Operand, b: Operand, sheet: Sheet) -> tuple[Decimal, str] | None:
    """Return (a ÷ b, a's unit) to two places, of an amount and a count; 亿元 that come out small become 万元."""
    if not b.value:
        return None
    unit, amount = a.unit, a.value
    if unit == "亿元" and abs(a.value / b.value) < 1:
        unit = "万元"
        amount = in_unit(a, unit, sheet)
    value = (amount / b.value).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"{_operand(amount)} ÷ {_operand(b.value)}", value, unit, ROUNDED)
    return value, unit


def total(operands: Sequence[Operand], sheet: Sheet) -> tuple[Decimal, str]:
    """Return (the sum, its unit: the first one's)."""
    unit = operands[0].unit
    amounts = [in_unit(operand, unit, sheet) for operand in operands]
    value = sum(amounts, Decimal(0))
    sheet.formula(" + ".join(map(_operand, amounts)), value, unit)
    return value, unit


def mean(operands: Sequence[Operand], sheet: Sheet) -> tuple[Decimal, str]:
    """Return (the arithmetic mean to two places, its unit)."""
    unit = operands[0].unit
    amounts = [in_unit(operand, unit, sheet) for operand in operands]
    value = (sum(amounts, Decimal(0)) / len(amounts)).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"({' + '.join(map(_operand, amounts))}) ÷ {len(amounts)}", value, unit, ROUNDED)
    return value, unit


def growth(now: Operand, before: Operand, sheet: Sheet) -> Decimal | None:
    """Return the change from ``before`` to ``now`` in percent, to two places; ``None`` from 0."""
    base = in_unit(before, now.unit, sheet)
    if not base:
        return None
    value = ((now.value - base) / abs(base) * _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"({plain(now.value)} − {_operand(base)}) ÷ {plain(abs(base))} × 100", value, "%", ROUNDED)
    return value


def name_of(operand: Operand) -> str:
    """Return an operand's measure with its organisation, where that is a part of the department."""
    return measure_name(operand.fact)
