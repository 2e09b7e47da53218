"""A figure with the words around it, and two of them compared: how the figures differ, what they say of themselves."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.checks.naming import fund_of
from assistant.checks.relations import Item
from assistant.checks.sheet import Sheet
from assistant.checks.slips import digits_of, moved, slip
from ingest.grams import bigrams
from ingest.labels import normalise, squeeze
from ingest.model import Kind

Doubles = NDArray[np.float64]

_OTHERS = re.compile(r"[^\u3400-\u9fff]")
_NOT_WORDS = re.compile(r"[\d.,，%％\s]+")
#: So many characters of a sentence before a figure say what it is of.
_BEFORE = 40
_CAPTION = 24
_SMALL = 1e-9
_KINDS = {kind: float(number) for number, kind in enumerate(Kind)}
#: What a report states of all its funds and of each: a part of one never contradicts the whole.
_WHOLES = frozenset(("收入合计", "支出合计"))


@dataclass(frozen=True, slots=True)
class Saying:
    """A figure with the words around it; ``place`` is its table and row, ``sentence`` what tells its sentence."""

    item: Item
    prose: bool
    lead: str
    row: str
    before: str
    grams: frozenset[str]
    lead_grams: frozenset[str]
    digits: str
    sentence: object
    place: tuple[int, int] | None
    measure: str
    fund: str
    terms: frozenset[str]


def saying(sheet: Sheet, item: Item, number: int) -> Saying:
    """Return a figure with its words; ``number`` tells a cell's sentence, which is its own."""
    fact = item.fact
    source, prose = fact.source, fact.source.start is not None
    row, column = squeeze("".join(fact.row_path)), squeeze("".join(fact.column_path))
    before = _NOT_WORDS.sub("", squeeze(sheet.before(fact)))[-_BEFORE:]
    counted = _OTHERS.sub("", squeeze(fact.raw) if prose else fact.unit)
    caption = squeeze(fact.caption)[:_CAPTION] if fact.total else ""
    lead = squeeze(fact.measure)
    texts = (row, f"{before}{counted}", caption) if prose else (row, column, caption, counted)
    sentence = (source.block, source.table, source.row, source.column, item.entry.sentence) if prose else number
    place = None if source.table is None or source.row is None else (source.table, source.row)
    return Saying(
        item, prose, lead, row, before, frozenset().union(*map(_grams, texts)), _grams(lead),
        digits_of(fact.value) if fact.value is not None else "", sentence, place, sheet.key(item.entry)[0],
        fund_of(item.entry, sheet.before(fact)),
        frozenset(sheet.lexicon.terms_in(sheet.lexicon.canonical(normalise(f"{row}{'' if prose else column}")))),
    )  # fmt: skip


def _grams(text: str) -> frozenset[str]:
    return frozenset(bigrams(_OTHERS.sub("", text)))


def apart(own: Saying, their: Saying) -> bool:
    """Tell whether two figures can't be of one thing.

    A bound (96.7%以上) is not what was reached, a total of one fund (财政拨款) not that of all, and measures that the
    lexicon knows as different ones are different: 收入合计 and 支出合计.
    """
    bounds = bool(own.item.fact.hedge) is not bool(their.item.fact.hedge)
    funds = own.fund != their.fund and bool(own.terms & their.terms & _WHOLES)
    return bounds or funds or (bool(own.terms) and bool(their.terms) and not own.terms & their.terms)


def size_of(values: Doubles | float) -> Doubles:
    """Return how large figures are, never 0, to take logarithms of."""
    return np.asarray(np.maximum(np.abs(values), _SMALL))


def figures(one: Saying, two: Saying) -> dict[str, float]:
    """Compare two figures as printed."""
    a, b = one.item, two.item
    seen = slip(one.digits, two.digits)
    x, y = a.fact.value or a.value, b.fact.value or b.value
    return {
        "ratio": abs(math.log(float(size_of(float(a.value))) / float(size_of(float(b.value))))),
        "same_length": float(seen.alike), "digits_differ": seen.differ, "swapped": float(seen.swapped),
        "one_digit": float(seen.one), "same_digits": float(seen.bag), "moved": float(moved(a.value, b.value)),
        "digits": float(max(len(one.digits), len(two.digits))),
        "last_digit": float(one.digits[-1:] == two.digits[-1:]),
        "first_digit": float(one.digits[:1] == two.digits[:1]),
        "whole": float(x == x.to_integral_value() and y == y.to_integral_value()),
        "size": math.log10(max(abs(float(a.value)), 1e-3)),
        "money": float(a.dimension == "money"), "ratio_unit": float(a.dimension == "ratio"),
        "points": float(a.dimension == "分"), "no_unit": float(a.dimension == ""),
    }  # fmt: skip


def kinds(one: Saying, two: Saying) -> dict[str, float]:
    """Compare what the facts say of themselves: kind, year, unit, whose, totals, bounds."""
    a, b = one.item.fact, two.item.fact
    heading = a.source.heading_path[-1:]
    return {
        "same_kind": float(a.kind is b.kind), "own_kind": _KINDS[a.kind], "their_kind": _KINDS[b.kind],
        "same_year": float(a.period == b.period), "same_owner": float(a.organisation == b.organisation),
        "same_unit": float(a.unit == b.unit), "own_unit": float(bool(a.unit) and squeeze(a.unit) in squeeze(a.raw)),
        "own_total": float(a.total), "their_total": float(b.total), "own_bound": float(bool(a.hedge)),
        "their_bound": float(bool(b.hedge)), "their_prose": float(two.prose),
        "same_scope": float(one.item.entry.scope == two.item.entry.scope),
        "same_measure": float(bool(one.measure) and one.measure == two.measure),
        "other_measure": float(bool(one.measure) and bool(two.measure) and one.measure != two.measure),
        "own_terms": float(len(one.terms - two.terms)), "their_terms": float(len(two.terms - one.terms)),
        "same_terms": float(len(one.terms & two.terms)),
        "same_heading": float(bool(heading) and heading == b.source.heading_path[-1:]),
    }  # fmt: skip
