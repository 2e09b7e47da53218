"""What a plan is built with: the figures that are the same measure of another year, owner or kind, or contradict it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.facts.world import World, alike
from assistant.linking.ranking import Ranking
from assistant.plans.language import Cell, Plan
from ingest.model import Fact, Kind
from ingest.numbers import UNITS, in_base, same_value

#: Labels at least this much alike are of one measure; what tips the scale between two of them.
HALF, TIE = 0.5, 0.1
#: Facts looked through for the counterpart of another, and for one that contradicts it.
_MOST_LOOKED, _MOST_RIVALS = 300, 20


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said before: the figures that the questions before came to, the latest last."""

    leads: tuple[int, ...] = ()


@dataclass(slots=True)
class Proposals:
    """Plans in the order in which they were thought of, each once."""

    ranking: Ranking
    talk: Talk = field(default_factory=Talk)
    plans: dict[Plan, None] = field(default_factory=dict)
    #: What the question came to for one thing at a time (``plans.alone``), kept for the other leads.
    alone: dict[tuple[Any, ...], list[list[int | None]]] = field(default_factory=dict)
    #: What the rows of tables say in words, by (report, table, row) (``plans.grouped``).
    row_texts: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The world that the facts are of."""
        return self.ranking.world

    def add(self, *plans: Plan | None) -> None:
        """Add plans that were built."""
        for plan in plans:
            if plan is not None:
                self.plans.setdefault(plan)


def dimension(fact: Fact) -> str:
    """Return what a figure's unit measures, empty for one that no list has."""
    return UNITS.get(fact.unit, ("",))[0]


def disputed(lead: int, ranking: Ranking) -> list[Plan]:
    """Return a figure with others of the report that seem to state the same thing otherwise.

    The one that the checks take for it; of the figures of one owner and year in another place the one that fits best,
    the one whose labels are most alike, and the one nearest in size, as a slip of the pen is.
    """
    world, fact = ranking.world, ranking.world.fact(lead)
    report = world.entry(lead).stored.report
    rivals = []
    for place in ranking.order[:_MOST_RIVALS]:
        stored = world.catalogue.entries[place].stored
        if stored.report == report and stored.id != lead and _rivals(stored.fact, fact):
            rivals.append(stored.id)
    likest = sorted(rivals, key=lambda one: -alike(world, lead, one))[:1]
    nearest = sorted(rivals, key=lambda one: -nearness(fact, world.fact(one)))[:1]
    twin, _ = world.twin_of(lead)
    chosen = [*([twin] if twin is not None else []), *rivals[:1], *likest, *nearest]
    return [Cell(lead, (one,)) for one in dict.fromkeys(chosen)]


def _rivals(a: Fact, b: Fact) -> bool:
    """Tell whether two figures can contradict each other: both given, of one owner, year and dimension, apart."""
    if a.value is None or b.value is None or (a.period, a.organisation) != (b.period, b.organisation):
        return False
    counted = counts(a) and counts(b)
    if (dimension(a) != dimension(b) and not counted) or not _kinds_agree(a, b) or _in_one_table(a, b):
        return False
    return a.value != b.value if counted else not same_value((a.value, a.unit), (b.value, b.unit))


def nearness(a: Fact, b: Fact) -> float:
    """Return the smaller figure's share of the larger one, 0 to 1."""
    small, large = sorted(abs(in_base(one.value or Decimal(0), one.unit)[1]) for one in (a, b))
    return float(small / large) if large else 1.0


def _in_one_table(a: Fact, b: Fact) -> bool:
    """Tell whether two figures are cells of one table, which states different things in different places."""
    cells = a.source.start is None and b.source.start is None
    return cells and a.source.table == b.source.table and a.source.table is not None


#: Kinds that contradict only their own: what was aimed at and what was reached are two things.
_APART = {Kind.BUDGET, Kind.CHANGE, Kind.WEIGHT, Kind.TARGET, Kind.SCORE}


def _kinds_agree(a: Fact, b: Fact) -> bool:
    return a.kind is b.kind or not {a.kind, b.kind} & _APART


def counterpart(
    lead: int, found: Proposals, *, period: str = "", owners: Sequence[str] = (), kind: Kind | None = None
) -> int | None:
    """Return the same measure of another year, owner or kind: the fact whose labels are most alike."""
    world, ranking = found.world, found.ranking
    own = world.fact(lead)
    want_period, want_kind = period or own.period, kind or own.kind
    best, chosen = HALF / 2, None
    department = world.report_of(lead).organisation
    own_table = (world.entry(lead).stored.report, own.source.table)
    for place in ranking.order[:_MOST_LOOKED]:
        entry = world.catalogue.entries[place]
        fact = entry.stored.fact
        if fact.value is None or entry.stored.id == lead or fact.period != want_period or fact.kind is not want_kind:
            continue
        if dimension(fact) != dimension(own):
            continue
        if owners and fact.organisation not in owners:
            continue
        if not owners and (
            fact.organisation != own.organisation
            or world.catalogue.reports[world.catalogue.report[place]].organisation != department
        ):
            continue
        near = alike(world, lead, entry.stored.id)
        near += TIE * ((entry.stored.report, fact.source.table) == own_table)
        near += TIE * (fact.source.row == own.source.row and near > 1) + float(ranking.scores[place]) / 1000
        if near > best:
            best, chosen = near, entry.stored.id
    return chosen


def elsewhere(lead: int, group: Sequence[str], found: Proposals) -> int | None:
    """Return another department's figure of the lead's measure: of a year asked for, else of its own report's."""
    world, years = found.world, found.ranking.wording.years
    own = world.fact(lead)
    best, chosen = HALF / 2, None
    for place in found.ranking.order[:_MOST_LOOKED]:
        stored = world.catalogue.entries[place].stored
        fact = stored.fact
        if fact.value is None or fact.organisation not in group or dimension(fact) != dimension(own):
            continue
        dated = fact.period in years or fact.period == world.report_of(stored.id).year
        near = alike(world, lead, stored.id) + TIE * (fact.kind is own.kind) + TIE * dated
        near += float(found.ranking.scores[place]) / 100
        if near > best:
            best, chosen = near, stored.id
    return chosen


def counts(fact: Fact) -> bool:
    """Tell whether a figure is of things counted, with or without a unit that says so."""
    return dimension(fact) not in ("money", "ratio", "points") and (fact.value or 0) > 0
