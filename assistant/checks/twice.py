"""Figures of running text beside those of tables and of other sentences that may state the same: pairs that differ.

What is said twice is found by the words that stand around figures (pairs of characters, weighed by how rare they are
in the report), and whether a pair is one measure with a slip in it is learned: how alike the words are, what else
states either figure, how the digits differ.  Two figures that merely have similar names differ in most digits.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.checks.relations import Item, Same, Severity
from assistant.checks.saying import apart, figures, kinds, saying, size_of
from assistant.checks.sheet import Sheet
from assistant.checks.slips import slip
from assistant.weigher import Weigher, card, weigher
from ingest.model import Kind

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: The name of the relation between two places that state one measure.
SAID_TWICE = "同一指标文字与表格一致"
_NAME = "twice"
#: Figures whose words share less than this with those of another are no candidates, and so many of the nearest are.
_LEAST_SHARED = 0.2
_LOOKED_AT, _NEAREST = 40, 3
#: What counts for a candidate beside its words: of about the same size, of the same year, a likely slip.
_SIZE, _ALIKE_SIZE, _YEAR, _SLIP = 0.15, 0.2, 0.1, 0.3
_EQUAL = 1.01
_SHARED = 0.2
_RARE = 5.0
#: A report of more figures is a list of rows: what its cells say is of each row, and no text goes with them.
_MOST = 20_000
#: So many of the alikest are looked at for what can't be of one thing.
_PARTED = 200
_FEWEST_DIGITS = 2
#: The rank of a figure from one that isn't in running text, which nothing is ranked for.
_BACK = 9.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """All figures from one of them: how much of its words each shares, and the reverse; which differ, which agree."""

    of_own: Doubles
    of_theirs: Doubles
    alike: Doubles
    differ: Bools
    agreeing: float
    agreed: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two figures that may state one thing, the one in running text first, with what speaks for and against it."""

    one: Item
    other: Item
    traits: dict[str, float]


class Said:
    """A report's figures by the words around them, n."""

    def __init__(self, sheet: Sheet) -> None:
        items = [item for entry in sheet.entries if (item := sheet.any_item(entry)) is not None]
        items = [item for item in items if item.fact.kind is not Kind.WEIGHT]
        self._all = [saying(sheet, item, number) for number, item in enumerate(items if len(items) <= _MOST else ())]
        self._last: tuple[int, _Seen] | None = None
        self._agreements: dict[int, tuple[float, int]] = {}

    @cached_property
    def _rare(self) -> dict[str, float]:
        counts = Counter(gram for one in self._all for gram in one.grams)
        return {gram: math.log(1 + len(self._all) / count) for gram, count in counts.items()}

    @cached_property
    def _holders(self) -> dict[str, Ints]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self._all):
            for gram in one.grams:
                found[gram].append(number)
        return {gram: np.array(numbers, dtype=np.int64) for gram, numbers in found.items()}

    @cached_property
    def _whole(self) -> Doubles:
        return np.array([sum(self._rare[gram] for gram in one.grams) or 1.0 for one in self._all])

    def _numbered(self, values: Sequence[object]) -> Ints:
        known: dict[object, int] = {}
        return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)

    @cached_property
    def _dimension(self) -> Ints:
        return self._numbered([one.item.dimension for one in self._all])

    @cached_property
    def _sentence(self) -> Ints:
        return self._numbered([one.sentence for one in self._all])

    @cached_property
    def _period(self) -> Ints:
        return self._numbered([one.item.fact.period for one in self._all])

    @cached_property
    def _undated(self) -> Bools:
        return np.array([not one.item.fact.period for one in self._all], dtype=bool)

    @cached_property
    def _value(self) -> Doubles:
        return np.array([float(one.item.value) for one in self._all])

    @cached_property
    def _step(self) -> Doubles:
        return np.array([float(one.item.step) for one in self._all])

    @cached_property
    def _table(self) -> Ints:
        return np.array([-1 if one.prose or one.place is None else one.place[0] for one in self._all], dtype=np.int64)

    def _from(self, number: int) -> _Seen:
        """Return what is seen from a figure; only the last one is kept, n² of them would not fit."""
        if self._last is None or self._last[0] != number:
            self._last = (number, self._look(number))
        return self._last[1]

    def _agreement(self, number: int) -> tuple[float, int]:
        """Return how alike the likest figure of the same value is, and how many such are alike at all."""
        held = self._agreements.get(number)
        if held is None:
            last = self._last
            seen = last[1] if last is not None and last[0] == number else self._look(number)
            held = self._agreements[number] = (seen.agreeing, seen.agreed)
        return held

    def _look(self, number: int) -> _Seen:
        shared = np.zeros(len(self._all))
        for gram in self._all[number].grams:
            shared[self._holders[gram]] += self._rare[gram]
        of_own, of_theirs = shared / self._whole[number], shared / self._whole
        alike = np.sqrt(of_own * of_theirs)
        elsewhere = (self._table != self._table[number]) | (self._table < 0)
        elsewhere &= (self._sentence != self._sentence[number]) & (self._dimension == self._dimension[number])
        elsewhere[number] = False
        step = np.maximum(self._step, self._step[number])
        equal = np.abs(self._value - self._value[number]) <= step * _EQUAL
        agree = elsewhere & equal
        return _Seen(
            of_own, of_theirs, alike, elsewhere & ~equal, float(alike[agree].max()) if agree.any() else 0.0,
            int((agree & (alike > _SHARED)).sum()),
        )  # fmt: skip

    def _near(self, number: int) -> list[int]:
        """Return the figures that differ and are nearest to one, the nearest first."""
        seen = self._from(number)
        places = np.flatnonzero(seen.differ & (np.maximum(seen.of_own, seen.of_theirs) >= _LEAST_SHARED))
        size = np.abs(np.log(size_of(self._value[places]) / size_of(self._value[number])))
        dated = (self._period[places] == self._period[number]) | self._undated[places] | self._undated[number]
        score = seen.alike[places] + _SIZE * (size < _ALIKE_SIZE) + _YEAR * dated
        own, alikest = self._all[number], np.argsort(-score, kind="stable")[:_PARTED]
        first = np.array([n for n in alikest if not apart(own, self._all[places[n]])][:_LOOKED_AT], dtype=np.int64)
        if not len(first):
            return []
        slips = np.array([self._slips(number, int(places[n])) for n in first])
        best = first[np.argsort(-(score[first] + _SLIP * slips), kind="stable")][:_NEAREST]
        return [int(places[n]) for n in best]

    def _slips(self, number: int, other: int) -> float:
        a, b = self._all[number].digits, self._all[other].digits
        return float(len(a) >= _FEWEST_DIGITS and slip(a, b).likely)

    def candidates(self) -> list[Candidate]:
        """Return each pair once that differs and may be one measure."""
        found: dict[tuple[int, int], dict[str, float]] = {}
        sides: dict[tuple[int, int], tuple[int, int]] = {}
        for number, one in enumerate(self._all):
            near = self._near(number) if one.prose else []
            top = max((float(self._from(number).alike[other]) for other in near), default=0.0)
            for rank, other in enumerate(near):
                key = (min(number, other), max(number, other))
                if key in found:
                    found[key] |= {"rank_back": float(rank), "mutual": 1.0}
                    continue
                sides[key] = (number, other)
                found[key] = self._traits(number, other) | {
                    "rank": float(rank), "rank_back": _BACK, "mutual": 0.0, "top": top,
                    "gap": top - float(self._from(number).alike[other]),
                }  # fmt: skip
        return [
            Candidate(self._all[sides[key][0]].item, self._all[sides[key][1]].item, traits)
            for key, traits in found.items()
        ]

    def _traits(self, number: int, other: int) -> dict[str, float]:
        one, two = self._all[number], self._all[other]
        return {
            **self._wording(number, other), **self._support(number, "own"), **self._support(other, "their"),
            **self._company(number, other), **figures(one, two), **kinds(one, two),
            "figures": math.log(len(self._all)),
        }  # fmt: skip

    def _wording(self, number: int, other: int) -> dict[str, float]:
        """Tell how alike the words are, whole and of the leading labels."""
        seen, one, two = self._from(number), self._all[number], self._all[other]
        rare = self._rare
        both = sum(rare.get(gram, _RARE) for gram in one.lead_grams & two.lead_grams)
        either = sum(rare.get(gram, _RARE) for gram in one.lead_grams | two.lead_grams) or 1.0
        return {
            "of_own": float(seen.of_own[other]), "of_their": float(seen.of_theirs[other]),
            "alike": float(seen.alike[other]), "lead_alike": both / either,
            "lead_of_own": both / (sum(rare.get(gram, _RARE) for gram in one.lead_grams) or 1.0),
            "lead_of_their": both / (sum(rare.get(gram, _RARE) for gram in two.lead_grams) or 1.0),
            "lead_same": float(bool(one.lead) and one.lead == two.lead),
            "lead_length": float(min(len(one.lead), len(two.lead))),
            "lead_said": float(bool(two.lead) and two.lead in one.row + one.before),
        }  # fmt: skip

    def _support(self, number: int, whose: str) -> dict[str, float]:
        """Tell what else states a figure, and how many figures and values its label stands over."""
        (agreed, agreeing), one = self._agreement(number), self._all[number]
        return {
            f"{whose}_agreed": agreed, f"{whose}_agreeing": float(agreeing),
            f"{whose}_printed": float(self._printed[one.item.dimension, one.item.value]),
            f"{whose}_lead_figures": float(self._leads[one.lead]),
            f"{whose}_lead_values": float(len(self._lead_values[one.lead])),
        }  # fmt: skip

    def _company(self, number: int, other: int) -> dict[str, float]:
        """Count how many figures of the same sentence stand in the other's row, and in its table."""
        one, two = self._all[number], self._all[other]
        mates = [mate for mate in self._mates[one.sentence] if mate != number]
        places = [self._where[self._all[n].item.dimension, self._all[n].item.value] for n in mates]
        held = sum(two.place in found for found in places) if two.place else 0
        table = sum(any(p[0] == two.place[0] for p in found) for found in places) if two.place else 0
        alike = float(self._from(number).alike[other])
        better = (self._agreement(n)[0] - alike for n in (number, other))
        return {
            "mates": float(len(mates)), "mates_in_row": float(held), "mates_in_table": float(table),
            **dict(zip(("own_better", "their_better"), better, strict=True)),
        }  # fmt: skip

    @cached_property
    def _mates(self) -> dict[object, list[int]]:
        found: dict[object, list[int]] = defaultdict(list)
        for number, one in enumerate(self._all):
            if one.prose:
                found[one.sentence].append(number)
        return found

    @cached_property
    def _where(self) -> dict[object, set[tuple[int, int]]]:
        found: dict[object, set[tuple[int, int]]] = defaultdict(set)
        for one in self._all:
            if not one.prose and one.place:
                found[one.item.dimension, one.item.value].add(one.place)
        return found

    @cached_property
    def _printed(self) -> Counter[object]:
        return Counter((one.item.dimension, one.item.value) for one in self._all)

    @cached_property
    def _leads(self) -> Counter[str]:
        return Counter(one.lead for one in self._all)

    @cached_property
    def _lead_values(self) -> dict[str, set[object]]:
        found: dict[str, set[object]] = defaultdict(set)
        for one in self._all:
            found[one.lead].add(one.item.value)
        return found


def columns_of(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the traits of candidates as columns, n each."""
    names = candidates[0].traits if candidates else ()
    return {name: np.array([one.traits[name] for one in candidates], dtype=np.float32) for name in names}


def said_twice(sheet: Sheet, weigh: Weigher | None = None, least: float | None = None) -> Iterator[Same]:
    """Yield the pairs that are one measure with odds of ``least`` or more, which ``sure`` says.

    A figure states one thing: of its pairs the likeliest counts.
    """
    candidates = Said(sheet).candidates()
    odds = (weigh or weigher(_NAME)).odds(columns_of(candidates))
    bound = float(card(_NAME)["bounds"]["proposed"]) if least is None else least
    best: dict[Item, float] = {}
    for one, sure in zip(candidates, odds, strict=True):
        best[one.one] = max(best.get(one.one, 0.0), float(sure))
    for one, sure in zip(candidates, odds, strict=True):
        if sure >= bound and sure >= best[one.one]:
            yield Same(SAID_TWICE, "same", Severity.ERROR, round(float(sure), 4), one.one, one.other)
