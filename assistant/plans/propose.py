"""What a question may mean: every sensible plan over the facts that fit it best.  Nothing is vetoed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from assistant.facts.catalogue import COLUMN, LEAF
from assistant.facts.world import World, alike
from assistant.linking.features import cover
from assistant.linking.ranking import NEVER, Ranking
from assistant.linking.wording import Wording
from assistant.plans.counterparts import (
    HALF,
    Proposals,
    Talk,
    counterpart,
    counts,
    dimension,
    disputed,
    elsewhere,
)
from assistant.plans.language import (
    Cell,
    Change,
    Difference,
    Each,
    Mean,
    Plan,
    Quotient,
    Share,
    Total,
)
from assistant.plans.series import of_line, over_owners
from ingest.labels import KIND_PATTERNS, is_total
from ingest.model import Fact, Form, Kind
from ingest.numbers import in_base

_MOST_CELLS, _MOST_DISPUTED = 6, 3
_MOST_WEIGHED = 60
_MOST_COLUMNS = 6
_MOST_COUNTS = 8
_MOST_MEASURES = 4
_LEAST_SPAN = 2


def propose(ranking: Ranking, talk: Talk | None = None) -> list[Plan]:
    """Return the plans that a question may mean, single figures first."""
    found = Proposals(ranking, talk or Talk())
    leads = _distinct(ranking)
    for number, lead in enumerate(leads[:_MOST_CELLS]):
        found.add(Cell(lead))
        if number < _MOST_DISPUTED:
            found.add(*disputed(lead, ranking))
    for lead in leads[:2]:
        _of_row(lead, found)
        _of_slots(lead, found)
        _of_change(lead, found)
    _per_count(leads, found)
    _of_whole(leads, found)
    _of_lines(leads, found)
    _of_measures(leads[:1], found)
    _of_talk(leads[:1], found)
    return list(found.plans)


def _distinct(ranking: Ranking) -> list[int]:
    """Return the best facts, those that state the same figure of the same owner and year once.

    After the first comes the best one that owner, year and kind don't speak against.
    """
    found: dict[tuple[object, ...], int] = {}
    columns = ranking.columns
    against = columns["owner_conflict"] + columns["unit_conflict"] + columns["year_conflict"] + columns["kind_conflict"]
    order = ranking.order[:_MOST_WEIGHED]
    fitting = [place for place in ranking.order if against[place] == 0][:2]
    for place in dict.fromkeys((*order[:1], *fitting, *order)):
        entry = ranking.world.catalogue.entries[place]
        fact = entry.stored.fact
        size: object = in_base(fact.value, fact.unit) if fact.value is not None else entry.stored.id
        found.setdefault((fact.organisation, fact.period, fact.kind, size), entry.stored.id)
        if len(found) > _MOST_CELLS + 3:
            break
    return list(found.values())


def _of_row(lead: int, found: Proposals) -> None:
    """Propose the columns of the lead's row that the question names, and what follows from two of them."""
    world, ranking = found.world, found.ranking
    row = [one for one in world.row_of(lead) if world.fact(one).form is Form.FIGURE]
    named = [one for one in row if ranking.feature("l_column", one) >= HALF]
    if 1 < len(named) <= _MOST_COLUMNS:
        found.add(Each(tuple(named), "columns"), Total(tuple(named)))
        if len(named) == 2:
            a, b = named
            found.add(Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Quotient(a, b), Quotient(b, a))
    asked = [kind for kind, pattern in KIND_PATTERNS if pattern.search(ranking.wording.whole)]
    of_kind = {kind: one for kind in Kind if (one := _first_of_kind(row, kind, world)) is not None}
    wanted = tuple(dict.fromkeys(of_kind[kind] for kind in asked if kind in of_kind))
    if 1 < len(wanted) <= _MOST_COLUMNS:
        found.add(Each(_in_row_order(wanted, row), "kinds"))
    if 1 < len(row) <= _MOST_COLUMNS:
        found.add(Each(tuple(row), "row"))
    budget, actual, target = (of_kind.get(kind) for kind in (Kind.BUDGET, Kind.ACTUAL, Kind.TARGET))
    budget = budget or counterpart(lead, found, kind=Kind.BUDGET)
    actual = actual or counterpart(lead, found, kind=Kind.ACTUAL)
    score, weight = of_kind.get(Kind.SCORE), of_kind.get(Kind.WEIGHT)
    if budget is not None and actual is not None and budget != actual:
        found.add(Each((budget, actual), "kinds"), Difference(budget, actual), Share(actual, budget))
    if target is not None and actual is not None:
        found.add(Each((target, actual), "kinds"), Difference(actual, target), Share(actual, target))
    if score is not None and weight is not None:
        found.add(Difference(weight, score), Each((weight, score), "kinds"))


def _first_of_kind(row: Sequence[int], kind: Kind, world: World) -> int | None:
    """Return the last figure of a kind in a row: of the budgets 年初 and 全年 the adjusted one."""
    return next((one for one in reversed(row) if world.fact(one).kind is kind), None)


def _in_row_order(wanted: Iterable[int], row: Sequence[int]) -> tuple[int, ...]:
    held = set(wanted)
    return tuple(one for one in row if one in held)


def _of_slots(lead: int, found: Proposals) -> None:
    """Propose the same measure of several years or owners, where the question names several."""
    wording = found.ranking.wording
    years = sorted(wording.years)
    if len(years) > 1:
        held = [_in_year(lead, year, found) for year in years]
        _of_several([one for one in held if one is not None], "years", found)
    groups = _owner_groups(wording)
    if len(groups) > 1:
        owned = [_of_owner(lead, group, found) for group in groups]
        _of_several([one for one in owned if one is not None], "owners", found)


def _owner_groups(wording: Wording) -> list[tuple[str, ...]]:
    """Return the owners that a question names beside each other: parts of a department, else departments."""
    parts, departments = [one.owners for one in wording.parts], [one.owners for one in wording.owners]
    groups = parts if len(parts) > 1 else departments if len(departments) > 1 else [*parts, *departments]
    return groups[: _MOST_MEASURES + 2]


def _in_year(lead: int, year: str, found: Proposals) -> int | None:
    return lead if found.world.fact(lead).period == year else counterpart(lead, found, period=year)


def _of_owner(lead: int, group: Sequence[str], found: Proposals) -> int | None:
    if found.world.fact(lead).organisation in group:
        return lead
    own = counterpart(lead, found, owners=group)
    if own is not None:
        return own
    return elsewhere(lead, group, found)


def _of_several(held: Sequence[int], along: str, found: Proposals) -> None:
    facts = tuple(dict.fromkeys(held))
    if len(facts) < 2:
        return
    found.add(Each(facts, along), Total(facts), Mean(facts))
    if len(facts) == 2:
        first, second = facts
        found.add(Difference(first, second), Difference(second, first))
        if along == "years":
            found.add(Change(second, first))


def _of_change(lead: int, found: Proposals) -> None:
    """Propose how the lead's measure changed against the year before, and the year before itself."""
    period = found.world.fact(lead).period
    if not period.isdecimal():
        return
    before = counterpart(lead, found, period=str(int(period) - 1))
    if before is not None:
        found.add(Change(lead, before), Cell(before))


def _of_lines(leads: Sequence[int], found: Proposals) -> None:
    """Propose what may be done with all rows of the columns that the best facts stand in."""
    world, text = found.world, found.ranking.wording.whole
    seen: set[tuple[object, ...]] = set()
    for lead in leads:
        source = world.fact(lead).source
        line = (world.entry(lead).stored.report, source.table, source.column)
        if source.table is None or source.start is not None or line in seen:
            continue
        seen.add(line)
        found.add(*of_line(lead, world, text))
    for lead in leads[:1]:
        found.add(*over_owners(lead, world, text, lambda one, owners: counterpart(one, found, owners=owners)))


def _of_whole(leads: Sequence[int], found: Proposals) -> None:
    """Propose what share of its row's, or its column's, total a figure is."""
    world = found.world
    for lead in leads[:2]:
        own = world.fact(lead)
        row = [one for one in world.row_of(lead) if one != lead and is_total("".join(world.fact(one).column_path[-1:]))]
        column = [one for one in world.column_of(lead) if one != lead and world.fact(one).total]
        for whole in (*row[:2], *column[:1]):
            if world.fact(whole).value is not None and dimension(world.fact(whole)) == dimension(own):
                found.add(Share(lead, whole))


def _per_count(leads: Sequence[int], found: Proposals) -> None:
    """Propose an amount by a count of the same row, or of a label much alike: per head, per time."""
    world = found.world
    near = [*leads, *(one for lead in leads[:3] for one in world.row_of(lead))]
    facts = [one for one in dict.fromkeys(near) if world.fact(one).value is not None]
    amounts = [one for one in facts if dimension(world.fact(one)) == "money"][:3]
    counted = [one for one in facts if counts(world.fact(one))][:_MOST_COUNTS]
    for amount in amounts:
        for count in counted:
            row = world.row_of(amount)
            if count in row or alike(world, amount, count) > HALF:
                found.add(Quotient(amount, count))


def _of_measures(leads: Sequence[int], found: Proposals) -> None:
    """Propose what may be done with several measures that the question names one beside the other."""
    if not leads:
        return
    named = _spans(leads[0], found.ranking)
    facts = [fact for _, fact in sorted(named)]
    if len(facts) < 2:
        return
    found.add(Each(tuple(facts), "measures"), Total(tuple(facts)))
    a, b = facts[0], facts[1]
    found.add(Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Quotient(a, b), Quotient(b, a))
    if len(facts) > 2:
        found.add(Each((a, b), "measures"), Total((a, b)))


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
        wording = _without(wording, own)
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


def _without(wording: Wording, own: np.ndarray) -> Wording:
    """Return a wording without some of its characters; what is left keeps its place."""
    text = "".join("\0" if gone else char for char, gone in zip(wording.text, own, strict=True))
    naming = wording.naming * ~own
    spoken = tuple(word for word in wording.spoken if not own[word.start : word.end].any())
    return replace(wording, text=text, naming=naming.astype(np.float32), spoken=spoken)


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


def _of_talk(leads: Sequence[int], found: Proposals) -> None:
    """Propose what a question that goes on may mean: the figures before, against each other and against the new one."""
    earlier = list(dict.fromkeys(found.talk.leads))
    if not earlier:
        return
    last = earlier[-1]
    found.add(Cell(last))
    _of_row(last, found)
    _of_slots(last, found)
    _of_change(last, found)
    for year in found.ranking.wording.years:
        one = _in_year(last, year, found)
        if one is not None:
            found.add(Cell(one), Change(last, one), Difference(last, one))
    for group in _owner_groups(found.ranking.wording):
        one = _of_owner(last, group, found)
        if one is not None:
            found.add(Cell(one))
    if found.ranking.wording.kind is not None:
        one = counterpart(last, found, kind=found.ranking.wording.kind)
        if one is not None:
            found.add(Cell(one), Difference(last, one))
    for lead in leads:
        if lead != last:
            found.add(
                Difference(lead, last), Difference(last, lead), Share(lead, last), Share(last, lead),
                Total((last, lead)), Quotient(last, lead), Quotient(lead, last),
            )  # fmt: skip
    if len(earlier) > 1:
        a, b = earlier[-2], earlier[-1]
        found.add(
            Difference(a, b), Difference(b, a), Share(a, b), Share(b, a), Total((a, b)), Change(b, a), Change(a, b)
        )
        if len(earlier) > 2:
            found.add(Total(tuple(earlier[-3:])))
