"""Computing with printed figures in ``Decimal``: each result with its formula and the places of its operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from assistant.citations import Citer
from assistant.compose import measure_name, printed_alike, value_of
from assistant.model import FORMULA, Evidence, Value
from ingest.model import Fact
from ingest.numbers import UNITS, in_base, plain

_CENT = Decimal("0.01")
ROUNDED = "四舍五入到两位小数"
_MOST_PLACES = 6
_HUNDRED, _TEN_THOUSAND = Decimal(100), Decimal(10_000)


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
        return tuple(self.citer.fact(e.stored) for e in printed_alike(operand.evidence[:_MOST_PLACES]))

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
        self.trace.append(f"{FORMULA}{left} = {plain(value)}{unit}" + (f"（{note}）" if note else ""))


def comparable(a: Operand, b: Operand) -> bool:
    """Tell whether two operands measure the same kind of thing, so that they add and subtract."""
    return in_base(a.value, a.unit)[0] == in_base(b.value, b.unit)[0]


@dataclass(frozen=True, slots=True)
class _Term:
    """An operand in the formula's unit: its value there, and how it is written."""

    value: Decimal
    text: str


def _term(operand: Operand, unit: str, sheet: Sheet) -> _Term:
    """Return an operand in a unit of its own dimension; a conversion is a formula of its own before."""
    value = operand.value
    if operand.unit != unit and unit in UNITS and operand.unit in UNITS:
        value = Decimal(plain((in_base(value, operand.unit)[1] / UNITS[unit][1]).normalize()))
        line = f"{FORMULA}{plain(abs(operand.value))}{operand.unit} = {plain(abs(value))}{unit}"
        if line not in sheet.trace:
            sheet.trace.append(line)
    return _Term(value, plain(value) if value >= 0 else f"({plain(value)})")


def difference(a: Operand, b: Operand, sheet: Sheet) -> tuple[Decimal, str]:
    """Return (a − b, its unit): percentages differ by percentage points."""
    second = _term(b, a.unit, sheet)
    unit = "个百分点" if a.unit == "%" else a.unit
    value = a.value - second.value
    sheet.formula(f"{plain(a.value)} − {second.text}", value, unit)
    return value, unit


def percentage(a: Operand, b: Operand, sheet: Sheet) -> Decimal | None:
    """Return a ÷ b in percent, to two places; ``None`` when b is 0."""
    part, whole = _term(a, a.unit, sheet), _term(b, a.unit, sheet)
    if not whole.value:
        return None
    value = (part.value / whole.value * _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"{part.text} ÷ {whole.text} × 100", value, "%", ROUNDED)
    return value


def quotient(a: Operand, b: Operand, sheet: Sheet) -> tuple[Decimal, str] | None:
    """Return (a ÷ b, its unit) to two places, of an amount and a count: for each one of these, not for each 万."""
    if not b.value:
        return None
    count = _counted(b, sheet)
    unit = _readable(a, count.value)
    amount = _term(a, unit, sheet)
    value = (amount.value / count.value).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"{amount.text} ÷ {count.text}", value, unit, ROUNDED)
    return value, unit


_TENS = "万亿"


def one_of(unit: str) -> str:
    """Return the unit of which another is ten thousand, or 亿: 人次 of 万人次; any other unit as it is."""
    bare = unit.lstrip(_TENS)
    return bare if bare in UNITS else unit


def _counted(count: Operand, sheet: Sheet) -> _Term:
    """Return a count in ones: 5万 and 5万人 are 50000."""
    if count.unit not in _TENS or not count.unit:
        return _term(count, one_of(count.unit), sheet)
    value = in_base(count.value, count.unit)[1]
    line = f"{FORMULA}{count.shown} = {plain(value)}"
    if line not in sheet.trace:
        sheet.trace.append(line)
    return _Term(value, plain(value))


def _readable(a: Operand, parts: Decimal) -> str:
    """Return the unit in which a part of an amount reads well: as it is printed, or one that two places don't spoil."""
    dimension, base = in_base(a.value, a.unit)
    each = abs(base / parts)
    if a.unit not in UNITS or a.unit == "元" or (dimension != "money" and each >= UNITS[a.unit][1]):
        return a.unit
    if dimension == "money":
        return "元" if each < _TEN_THOUSAND else "亿元" if a.unit == "亿元" and each >= _TEN_THOUSAND**2 else "万元"
    smaller = _SMALLER.get(one_of(a.unit), one_of(a.unit))
    return one_of(a.unit) if each >= UNITS[one_of(a.unit)][1] else smaller


#: What is used for less than one of a unit.
_SMALLER = {"吨": "公斤", "公里": "米", "平方公里": "㎡"}


def total(operands: Sequence[Operand], sheet: Sheet) -> tuple[Decimal, str]:
    """Return (the sum, its unit: the first one's)."""
    unit = operands[0].unit
    terms = [_term(operand, unit, sheet) for operand in operands]
    value = sum((term.value for term in terms), Decimal(0))
    sheet.formula(" + ".join(term.text for term in terms), value, unit)
    return value, unit


def mean(operands: Sequence[Operand], sheet: Sheet) -> tuple[Decimal, str]:
    """Return (the arithmetic mean to two places, its unit)."""
    unit = operands[0].unit
    terms = [_term(operand, unit, sheet) for operand in operands]
    value = (sum((term.value for term in terms), Decimal(0)) / len(terms)).quantize(_CENT, ROUND_HALF_UP)
    sheet.formula(f"({' + '.join(term.text for term in terms)}) ÷ {len(terms)}", value, unit, ROUNDED)
    return value, unit


def growth(now: Operand, before: Operand, sheet: Sheet) -> Decimal | None:
    """Return the change from ``before`` to ``now`` in percent, to two places; ``None`` from 0."""
    base = _term(before, now.unit, sheet)
    if not base.value:
        return None
    value = ((now.value - base.value) / abs(base.value) * _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    under = base.text if base.value > 0 else base.text.replace("-", "").replace("(", "").replace(")", "")
    sheet.formula(f"({plain(now.value)} − {base.text}) ÷ {under} × 100", value, "%", ROUNDED)
    return value


def earlier(now: Operand, change: Operand, sheet: Sheet) -> Decimal | None:
    """Return what ``now`` was before a change, in its unit: less the amount, or by the rate to two places."""
    if change.unit == "%" and now.unit != "%":
        base = _HUNDRED + change.value
        if base <= 0:
            return None
        value = (now.value * _HUNDRED / base).quantize(_CENT, ROUND_HALF_UP)
        sheet.formula(
            f"{plain(now.value)} × 100 ÷ (100 + {_term(change, change.unit, sheet).text})", value, now.unit, ROUNDED
        )
        return value
    by = _term(change, now.unit, sheet)
    value = now.value - by.value
    sheet.formula(f"{plain(now.value)} − {by.text}", value, now.unit)
    return value


def name_of(operand: Operand) -> str:
    """Return an operand's measure with its organisation, where that is a part of the department."""
    return measure_name(operand.fact)
