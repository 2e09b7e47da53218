"""Definitions of rates, as data: what is divided by what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.labels import normalise
from ingest.model import Kind

_KINDS = {
    Kind.ACTUAL: "实际数（决算、执行数）",
    Kind.BUDGET: "预算数",
    Kind.TARGET: "目标值",
    Kind.SCORE: "得分",
    Kind.WEIGHT: "分值",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A figure of a definition: the measure (empty: the one that the rate is asked of) and its kind."""

    measure: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Formula:
    """A rate: ``top`` ÷ ``bottom`` × 100 %; ``stem`` is what it is asked of (工业发展资金 of its 执行率)."""

    name: str
    top: Term
    bottom: Term
    meaning: str
    stem: str = ""
    suffix: str = ""

    @property
    def text(self) -> str:
        """The definition in words."""
        over, under = (f"{t.measure or self.stem}{_KINDS[t.kind]}" for t in (self.top, self.bottom))
        return f"{self.name} = {over} ÷ {under}（用百分数表示）"


@cache
def formulas() -> tuple[Formula, ...]:
    """Return the definitions of the data file, the longest name first."""
    text = (files("assistant") / "data" / "formulas.tsv").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, top, top_kind, bottom, bottom_kind, meaning = line.split("\t")
            found.append(Formula(name, Term(top, Kind(top_kind)), Term(bottom, Kind(bottom_kind)), meaning))
    return tuple(sorted(found, key=lambda formula: -len(formula.name)))


def formula_for(content: str) -> Formula | None:
    """Return the first definition of the rate that a canonical content ends in, with what it is asked of."""
    return next(iter(formulas_for(content)), None)


def named(content: str) -> Formula | None:
    """Return the definition of a rate that is asked about by its bare name: 预算执行率怎么算."""
    return next((formula for formula in formulas() if normalise(formula.name) == content), None)


def formulas_for(content: str) -> list[Formula]:
    """Return every definition of that rate: 预算调整率 follows from 追加预算, or from the budgets before and after."""
    found: list[Formula] = []
    for formula in formulas():
        if found and formula.name != found[0].suffix:
            continue
        name = normalise(formula.name)
        place = content.rfind(name)
        if place >= 0:
            stem = content[:place]
            if not formula.top.measure and not stem:
                break
            whole = f"{stem}{formula.name}" if not formula.top.measure else formula.name
            found.append(Formula(whole, formula.top, formula.bottom, formula.meaning, stem, formula.name))
    return found
