"""The same question asked of one thing at a time: of each owner, year, part of the sentence named beside others.

Reports name one measure in several ways, so a counterpart of the best figure's labels is often not there; what the
question's own words fit best within one owner or year is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.facts.catalogue import COLUMN, LEAF
from assistant.facts.owners import Named, Owners
from assistant.facts.world import World
from assistant.linking.ranking import Ranking
from assistant.linking.wording import LEAST_NAMING, PARTING, Wording
from assistant.plans.counterparts import Proposals, dimension
from ingest.labels import is_total, normalise
from ingest.model import Fact
from ingest.numbers import in_base

Bools = NDArray[np.bool_]

_MOST_PARTS = 4
_LOOKED, _WEIGHED = 40, 100
_LEAST_ROWS = 2
#: So much of a row's label names the row, however little it tells: 水体 beside 大气污染防治.
_NEARLY = 0.6


def of_owners(groups: Iterable[Sequence[str]], found: Proposals) -> list[list[int | None]]:
    """Return what the question comes to for each group of owners (departments, or parts of one) by itself.

    First as it fits best, then what fits best of the first one's kind and dimension, then with the next best of one.
    """
    key = ("owners", *map(tuple, groups))
    if key not in found.alone:
        found.alone[key] = _of_owners(key[1:], found.ranking)
    return found.alone[key]


def _of_owners(groups: Iterable[Sequence[str]], ranking: Ranking) -> list[list[int | None]]:
    wording = ranking.wording
    departments = set(_departments(ranking))
    found = []
    for group in groups:
        own = tuple(one for one in (*wording.owners, *wording.parts) if set(one.owners) & set(group))
        named = own or (Named(0, 0, tuple(group), 0.0),)
        whole = tuple(one for one in named if set(one.owners) & departments)
        alone = replace(
            wording, owners=whole or wording.owners, parts=tuple(one for one in named if one not in whole),
            part_worths=_only(wording.part_worths, group),
            worths=_only(wording.worths, group) if whole else wording.worths,
        )  # fmt: skip
        found.append(_candidates(again(alone, ranking), owners=group))
    return _variously(found, ranking)


def _variously(found: Sequence[Sequence[int]], ranking: Ranking) -> list[list[int | None]]:
    """Return the first of each, the first of each of the kind and dimension of the first of all, and other pairs."""
    world = ranking.world
    lead = next((world.fact(one[0]) for one in found if one), None)
    if lead is None:
        return []
    like = [
        next((f for f in one if world.fact(f).kind is lead.kind and dimension(world.fact(f)) == dimension(lead)), None)
        for one in found
    ]
    return [[one[0] if one else None for one in found], like, *_next_best(found, lead, world)]


def _next_best(found: Sequence[Sequence[int]], lead: Fact, world: World) -> list[list[int | None]]:
    """Return pairs with the second of one's own kind and dimension in place of the first, of another amount each."""
    if len(found) != _PAIR:
        return []
    like: list[list[int]] = []
    for one in found:
        amounts: dict[object, int] = {}
        for fact in one:
            own = world.fact(fact)
            if own.value is not None and own.kind is lead.kind and dimension(own) == dimension(lead):
                amounts.setdefault(in_base(own.value, own.unit), fact)
        like.append(list(amounts.values())[:_PAIR])
    first, second = like
    pairs: list[list[int | None]] = [[first[0], b] for b in second[1:] if first]
    pairs += [[a, second[0]] for a in first[1:] if second]
    return pairs


_PAIR = 2


def _departments(ranking: Ranking) -> tuple[str, ...]:
    return tuple(report.organisation for report in ranking.world.library.reports)


def _only(worths: Mapping[str, Named], group: Sequence[str]) -> dict[str, Named]:
    return {name: one for name, one in worths.items() if name in group}


def in_years(years: Iterable[str], found: Proposals) -> list[list[int | None]]:
    """Return what the question comes to for each year by itself, as ``of_owners`` does."""
    key = ("years", *years)
    if key not in found.alone:
        found.alone[key] = _in_years(key[1:], found.ranking)
    return found.alone[key]


def _in_years(years: Iterable[str], ranking: Ranking) -> list[list[int | None]]:
    found = []
    for year in years:
        alone = replace(ranking.wording, years=(year,))
        found.append(_candidates(again(alone, ranking), year=year))
    return _variously(found, ranking)


def again(wording: Wording, ranking: Ranking) -> Ranking:
    """Weigh the same facts for another wording."""
    return Ranking.of(wording, ranking.world, ranking.weigh, ranking.lead, _WEIGHED)


def _candidates(ranking: Ranking, *, owners: Collection[str] = (), year: str = "") -> list[int]:
    """Return the figures of some owners (departments, or parts of one) and a year that fit best, the best first."""
    world, found = ranking.world, []
    for place in ranking.order[:_LOOKED]:
        number = ranking.id_of(place)
        fact = world.fact(number)
        of_owners = not owners or fact.organisation in owners or world.report_of(number).organisation in owners
        if fact.value is not None and of_owners and year in ("", fact.period):
            found.append(number)
    return found


def parts_of(found: Proposals) -> list[int]:
    """Return what the parts of a question that name something come to, in their order; none where it has one part."""
    wording, lexicon = found.ranking.wording, found.world.lexicon
    marks = _parted(wording, lambda part: lexicon.canonical(normalise(part)))
    if len(marks) < _LEAST_ROWS:
        return []
    facts = []
    for mark in marks[:_MOST_PARTS]:
        own = without(wording, ~mark)
        facts += _candidates(again(own, found.ranking))[:1]
    return facts


def clauses_of(found: Proposals) -> list[list[int]]:
    """Return the best figures of each clause that names something, of another amount each, in the clauses' order."""
    world, best = found.world, []
    for clause in [one for one in found.ranking.wording.clauses if one.names][:_MOST_PARTS]:
        amounts: dict[object, int] = {}
        for one in _candidates(again(clause, found.ranking)):
            fact = world.fact(one)
            if fact.value is not None:
                amounts.setdefault((fact.organisation, fact.period, fact.kind, in_base(fact.value, fact.unit)), one)
        best.append(list(amounts.values())[:_MOST_OF_CLAUSE])
    return [one for one in best if one]


_MOST_OF_CLAUSE = 3


def _parted(wording: Wording, plain: Callable[[str], str]) -> list[Bools]:
    """Return the characters of each part of a question that names something; ``plain`` writes a part as the text is."""
    marks, place = [], 0
    for part in PARTING.split(wording.said):
        own = plain(part)
        at = wording.text.find(own, place) if own else -1
        if at < 0:
            continue
        place = at + len(own)
        mark = np.zeros(len(wording.text), dtype=np.bool_)
        mark[at:place] = True
        if float((wording.naming * mark).sum()) >= LEAST_NAMING:
            marks.append(mark)
    return marks


def without(wording: Wording, gone: Bools) -> Wording:
    """Return a wording without some of its characters; what is left keeps its place."""
    text = "".join("\0" if lost else char for char, lost in zip(wording.text, gone, strict=True))
    naming = wording.naming * ~gone
    spoken = tuple(word for word in wording.spoken if not gone[word.start : word.end].any())
    return replace(wording, text=text, naming=naming.astype(np.float32), spoken=spoken)


def named_along(line: Sequence[int], found: Proposals) -> list[int]:
    """Return the figures of a row or column whose own labels a question names, also by a shortening of these."""
    world = found.world
    slots, labels = world.catalogue.slots, world.catalogue.labels
    for slot in (LEAF, COLUMN):
        held: dict[str, int] = {}
        for one in line:
            label = labels[slots[world.places[one], slot]]
            if label and world.fact(one).value is not None and not is_total(label):
                held.setdefault(label, one)
        if len(held) >= _LEAST_ROWS:
            named = Owners.of({label: [label] for label in held}, held).named(found.ranking.wording.text, whole=_NEARLY)
            return [held[one.owners[0]] for one in named if len(one.owners) == 1]
    return []
