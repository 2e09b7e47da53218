"""What a computation works with, and how its answer is written: shares, quotients, differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.arithmetic import (
    Operand,
    Sheet,
    comparable,
    difference,
    name_of,
    percentage,
    quotient,
)
from assistant.citations import Citer
from assistant.lookup import Finder
from assistant.model import Answer, Library, Query, Status
from assistant.operands import phrase
from ingest.model import Kind
from ingest.numbers import plain


@dataclass(frozen=True, slots=True)
class Desk:
    """What a computation works with."""

    query: Query
    packed: str
    library: Library
    finder: Finder
    citer: Citer

    def phrase(self, text: str, other: Query | None = None) -> Query:
        """Understand a part of the question."""
        return phrase(text, self.query, self.library, self.finder.lexicon, other)

    def sheet(self) -> Sheet:
        """Return a fresh sheet."""
        return Sheet(self.citer)


def write(text: str, sheet: Sheet, used: Sequence[Operand]) -> Answer:
    """Write a computed answer; operands that the report states differently elsewhere are said to be so."""
    disputed = [name_of(one) for one in used if one.disputed]
    note = f"（报告里“{'、'.join(disputed)}”另有不同的写法，请核对）" if disputed else ""
    return Answer(
        Status.ANSWERED, text + note + "。", tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace)
    )


def as_percent(found: list[Operand], desk: Desk, says: Callable[[Operand, Operand], str]) -> Answer | None:
    """Write what percentage the first operand is of the second, ``None`` where they measure different things."""
    a, b = found
    if not comparable(a, b) or a.evidence[0].entry is b.evidence[0].entry:
        return None
    sheet = desk.sheet()
    value = percentage(a, b, sheet)
    if value is None:
        return None
    lead = says(a, b)
    sheet.result(value, "%", lead.rstrip("的为"), found)
    return write(f"{lead}{plain(value)}%：{a.shown} ÷ {b.shown}", sheet, found)


def as_quotient(found: list[Operand], desk: Desk, per: str) -> Answer | None:
    """Write an amount divided by a count: 人均, 平均每批次."""
    sheet = desk.sheet()
    result = quotient(found[0], found[1], sheet)
    if result is None:
        return None
    value, unit = result
    name = f"{per}{name_of(found[0])}"
    sheet.result(value, unit, name, found)
    return write(f"{name}为{plain(value)}{unit}：{found[0].shown} ÷ {found[1].shown}", sheet, found)


def as_difference(found: list[Operand], desk: Desk, says: Callable[[str, str], str]) -> Answer | None:
    """Write the first operand less the second, ``None`` where they measure different things."""
    a, b = found
    if not comparable(a, b):
        return None
    sheet = desk.sheet()
    value, unit = difference(a, b, sheet)
    sheet.result(value, unit, f"{name_of(a)}与{name_of(b)}之差", found)
    way = "少" if value < 0 else "多"
    return write(f"{says(way, f'{plain(abs(value))}{unit}')}：{a.shown} − {b.shown}", sheet, found)


def full_name(one: Operand) -> str:
    """Return an operand's name with its kind, where that is no actual: 三公经费预算."""
    fact = one.fact
    kind = {Kind.BUDGET: "预算", Kind.TARGET: "目标值"}.get(fact.kind, "")
    name = name_of(one)
    return name if kind and kind in name else name + kind
