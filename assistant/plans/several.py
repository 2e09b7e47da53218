"""Plans over several things that a question names beside each other: measures, years, owners, parts of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assistant.facts.catalogue import COLUMN, LEAF
from assistant.linking.features import cover
from assistant.linking.ranking import NEVER, Ranking
from assistant.linking.wording import Wording
from assistant.plans import alone
from assistant.plans.counterparts import HALF, Proposals, counterpart, counts, dimension, elsewhere
from assistant.plans.language import Change, Difference, Each, Mean, Quotient, Share, Total
from assistant.slots import spoken_number
from ingest.labels import KIND_PATTERNS
from ingest.model import Fact, Kind

_MOST_MEASURES = 4
_LEAST_SPAN = 2


def of_slots(lead: int, found: Proposals) -> None:
    """Propose the same measure of several years or owners, where the question names several."""
    wording = found.ranking.wording
    years = sorted(wording.years) if len(wording.years) > 1 else _years_meant(lead, found)
    if len(years) > 1:
        for held in ([in_year(lead, year, found) for year in years], *alone.in_years(years, found)):
            of_several([one for one in held if one is not None], "years", found)
    groups = owner_groups(wording)
    if len(groups) > 1:
        for held in ([of_owner(lead, group, found) for group in groups], *alone.of_owners(groups, found)):
            of_several([one for one in held if one is not None], "owners", found)


def _years_meant(lead: int, found: Proposals) -> list[str]:
    """Return the latest years that the lead's department has reports of, where a question means them together."""
    match = _YEARS_TOGETHER.search(found.ranking.wording.whole)
    if match is None:
        return []
    owner = found.world.report_of(lead).organisation
    held = sorted({one.year for one in found.world.library.reports if one.organisation == owner and one.year})
    return held[-(spoken_number(match["count"]) if match["count"] else _MOST_YEARS) :]


_YEARS_TOGETHER = re.compile(
    r"(?<![第〇零一二三四五六七八九十\d])(?P<count>[两二三四五])个?年(?![前级])"
    r"|历年|逐年|每年|各年|哪年|哪一年|近几年|这几年"
)
_MOST_YEARS = 5


def owner_groups(wording: Wording) -> list[tuple[str, ...]]:
    """Return the owners that a question names beside each other: departments, else the parts of one."""
    departments = [one.owners for one in wording.owners]
    parts = [one.owners for one in wording.parts]
    groups = departments if len(departments) > 1 else parts if len(parts) > 1 else [*parts, *departments]
    return groups[: _MOST_MEASURES + 2]


def in_year(lead: int, year: str, found: Proposals) -> int | None:
    """Return the lead's measure in a year: itself, or its counterpart."""
    return lead if found.world.fact(lead).period == year else counterpart(lead, found, period=year)


def of_owner(lead: int, group: Sequence[str], found: Proposals) -> int | None:
    """Return the lead's measure of a group of owners: itself, its counterpart, or what is much alike elsewhere."""
    if found.world.fact(lead).organisation in group:
        return lead
    own = counterpart(lead, found, owners=group)
    if own is not None:
        return own
    return elsewhere(lead, group, found)


def of_several(held: Sequence[int], along: str, found: Proposals) -> None:
    """Propose what may be done with several figures ``along`` measures, years, owners or rows; one is no several."""
    facts = tuple(dict.fromkeys(held))
    if len(facts) < 2:
        return
    found.add(Each(facts, along), Total(facts), Mean(facts))
    if len(facts) == 2:
        first, second = facts
        found.add(Difference(first, second), Difference(second, first))
        if along == "years":
            found.add(Change(second, first))


def of_measures(lead: int, found: Proposals) -> None:
    """Propose what may be done with several measures that the question names one beside the other."""
    spans = [fact for _, fact in sorted(_spans(lead, found.ranking))]
    for facts in (spans, list(dict.fromkeys(alone.parts_of(found)))):
        if len(facts) < 2:
            continue
        of_several(facts, "measures", found)
        a, b = facts[0], facts[1]
        found.add(Share(a, b), Share(b, a), Quotient(a, b), Quotient(b, a))
        if len(facts) > 2:
            of_several((a, b), "measures", found)
        _of_each(facts, found)


def of_clauses(found: Proposals) -> None:
    """Propose what may be done with the figures that a question's clauses come to, each by itself."""
    best = alone.clauses_of(found)
    if len(best) < _LEAST_SPAN:
        return
    firsts = list(dict.fromkeys(one[0] for one in best))
    of_several(firsts, "measures", found)
    _of_each(firsts, found)
    for one, other in pairwise(best):
        for n, m in _PAIRS:
            if n < len(one) and m < len(other) and one[n] != other[m]:
                _of_pair(one[n], other[m], found)


#: Of two clauses' figures the best with the best, then with the next ones.
_PAIRS = ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0))


def _of_pair(a: int, b: int, found: Proposals) -> None:
    """Propose what two figures come to against each other, by what they measure."""
    first, second = found.world.fact(a), found.world.fact(b)
    found.add(Each((a, b), "measures"))
    if dimension(first) == dimension(second):
        found.add(Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Total((a, b)))
    if counts(second):
        found.add(Quotient(a, b))
    if counts(first):
        found.add(Quotient(b, a))


def of_qualified(lead: int, found: Proposals) -> None:
    """Propose one measure in each of the years and kinds that a question's clauses name: 23年预算、决算、24年预算."""
    asked = dict.fromkeys((one.years[-1], one.kind) for one in found.ranking.wording.clauses if len(one.years) == 1)
    if len(asked) < _LEAST_SPAN:
        return
    facts = []
    for year, kind in asked:
        own = found.world.fact(lead)
        same = own.period == year and kind in (None, own.kind)
        facts.append(lead if same else counterpart(lead, found, period=year, kind=kind))
    of_several([one for one in facts if one is not None], "years", found)


def _of_each(measures: Sequence[int], found: Proposals) -> None:
    """Propose several measures, each in every kind, year or owner that a question names beside each other."""
    wording = found.ranking.wording
    kinds = [kind for kind, pattern in KIND_PATTERNS if pattern.search(wording.whole)]
    groups = owner_groups(wording)
    grid: list[list[int | None]] = []
    if len(kinds) > 1:
        grid.append([_of_kind(one, kind, found) for one in measures for kind in kinds])
    years = wording.years if len(wording.years) > 1 else _years_meant(measures[0], found)
    if len(years) > 1:
        grid.append([in_year(one, year, found) for one in measures for year in years])
    if len(groups) > 1:
        grid.append([of_owner(one, group, found) for one in measures for group in groups])
    for held in grid:
        facts = tuple(dict.fromkeys(one for one in held if one is not None))
        if len(facts) > len(measures):
            found.add(Each(facts, "measures"))


def _of_kind(lead: int, kind: Kind, found: Proposals) -> int | None:
    world = found.world
    if world.fact(lead).kind is kind:
        return lead
    row = [one for one in world.row_of(lead) if world.fact(one).kind is kind and world.fact(one).value is not None]
    return row[-1] if row else counterpart(lead, found, kind=kind)


def _spans(lead: int, ranking: Ranking) -> list[tuple[int, int]]:
    """Return (where it begins in the question, the fact) of each measure that a question names.

    The best one, then the best of what its words leave, of the same owner, year and kind where that fits as well.
    """
    found: list[tuple[int, int]] = []
    current, wording = ranking, ranking.wording
    fact = lead
    while len(found) < _MOST_MEASURES:
        own = _own_characters(fact, current)
        if own.sum() < _LEAST_SPAN:
            break
        found.append((int(np.argmax(own)), fact))
        wording = alone.without(wording, own)
        if float(wording.naming.sum()) < 1:
            break
        current = Ranking.of(wording, ranking.world, ranking.weigh, ranking.lead)
        nearest = _beside(lead, current)
        if nearest is None:
            break
        fact = nearest
    return found


def _own_characters(fact: int, ranking: Ranking) -> np.ndarray:
    """Return which characters of the text a fact's own labels, or the everyday words for them, cover."""
    world, wording = ranking.world, ranking.wording
    slots = world.catalogue.slots[world.places[fact]]
    held = cover(wording.text, world.catalogue).characters
    own = held[slots[LEAF], : len(wording.text)].copy()
    if own.sum() < _LEAST_SPAN:
        own |= held[slots[COLUMN], : len(wording.text)]
    for word in wording.spoken:
        if any(_dice(term, world.catalogue.labels[slots[LEAF]]) > HALF for term in word.terms):
            own[word.start : word.end] = True
    return own


def _dice(a: str, b: str) -> float:
    left, right = ({text[n : n + 2] for n in range(len(text) - 1)} for text in (a, b))
    return 2 * len(left & right) / max(len(left) + len(right), 1)


def _beside(lead: int, ranking: Ranking) -> int | None:
    """Return the best fact for what is left of a question, of the lead's owner, year and kind if one is near."""
    own = ranking.world.fact(lead)
    if not ranking.order or ranking.scores[ranking.order[0]] <= NEVER:
        return None
    best = ranking.world.catalogue.entries[ranking.order[0]].stored.id
    top = ranking.score(best)

    def alike(number: int, fact: Fact) -> bool:
        same = (fact.organisation, fact.period, fact.kind) == (own.organisation, own.period, own.kind)
        return same and number != lead and ranking.score(number) > top - 1

    near = ranking.best(alike, ranking.order[:40])
    return near if near is not None else best if best != lead else None
