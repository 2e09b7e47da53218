"""Which values of an answer can be set side by side: the same dimension, told apart by what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.model import Answer, Status, Value
from ingest.labels import normalise, squeeze
from ingest.numbers import UNITS, in_base, plain

#: More bars than this can't be read.
MOST_BARS = 24
_FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a series: ``size`` is in the series' unit, ``shown`` as the report prints it."""

    label: str
    size: Decimal
    shown: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Values that can be compared, all in one unit; ``title`` says what they have in common."""

    title: str
    unit: str
    bars: tuple[Bar, ...]


def comparable(answer: Answer) -> Series | None:
    """Return an answer's comparable values, ``None`` where there are fewer than two of one dimension.

    The commonest dimension is drawn, in the commonest of its units.  Values that contradict each other aren't
    compared: a conflict has its own card.
    """
    if answer.status is not Status.ANSWERED:
        return None
    levels = _levels(answer.values)
    dimensions = Counter(_dimension(value) for value in levels)
    if not dimensions:
        return None
    dimension = dimensions.most_common(1)[0][0]
    values = _in_order([value for value in levels if _dimension(value) == dimension])
    if not _FEWEST_BARS <= len(values) <= MOST_BARS:
        return None
    names = labels(values)
    if len(set(names)) < len(names):
        return None
    unit = Counter(value.unit for value in values).most_common(1)[0][0]
    bars = tuple(
        Bar(name, _in_unit(value, unit), shown_value(value), value.citations)
        for name, value in zip(names, values, strict=True)
    )
    return Series(_in_common(values), unit, bars)


def _levels(values: Sequence[Value]) -> Sequence[Value]:
    """Leave out what is computed from the others: a difference isn't set beside the amounts it is between."""
    stated = [value for value in values if value.basis != "computed"]
    return stated or values


def _in_order(values: list[Value]) -> list[Value]:
    """Return values that differ by their year alone in the order of the years, others as the answer has them."""
    alone = len({(value.organisation, normalise(value.name)) for value in values}) == 1
    return sorted(values, key=lambda value: value.period) if alone else values


def labels(values: Sequence[Value]) -> list[str]:
    """Return what tells each value from the others: of department, year and measure, those that differ."""
    told = [_told(value) for value in values]
    differ = [len({normalise(parts[n]) for parts in told}) > 1 for n in range(3)]
    return ["".join(part for part, shows in zip(parts, differ, strict=True) if shows) for parts in told]


def _told(value: Value) -> tuple[str, str, str]:
    return value.organisation, f"{value.period}年" if value.period else "", value.name


def shown_value(value: Value) -> str:
    """Return a value as it is read out: as printed, with its unit; a computed one in its own unit."""
    if value.basis == "computed":
        return f"{plain(value.value)}{value.unit}"
    raw = squeeze(value.raw)
    if not any(char.isdigit() for char in raw) or len(raw) > 30:
        return f"{plain(value.value)}{value.unit}"
    return raw if not value.unit or value.unit in raw or not raw[-1:].isdigit() else raw + value.unit


def _dimension(value: Value) -> str:
    return in_base(value.value, value.unit)[0]


def _in_unit(value: Value, unit: str) -> Decimal:
    if value.unit == unit or unit not in UNITS:
        return value.value
    return in_base(value.value, value.unit)[1] / UNITS[unit][1]


def _in_common(values: Sequence[Value]) -> str:
    """Return what all the values share, as a title."""
    columns = zip(*map(_told, values), strict=True)
    return "".join(column[0] for column in columns if len({normalise(part) for part in column}) == 1)
