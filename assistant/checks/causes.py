"""Why relations fail: the one figure that, put right, makes most of them hold explains them together.

A wrong total breaks its row, its column and every place that repeats it.  For each figure of a failed relation
the value that would mend it is tried: what it mends counts for it, what it breaks that held counts against.
The best figure is put right, and the search goes on with what still fails; what held only because of the wrong
figure (a change worked out from it) fails then, and belongs to the same cause.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.checks.relations import Item, Relation, Same, Sum
from ingest.model import Kind

#: Beyond so many operands only the result is taken for a suspect: a part among hundreds can't be told.
_MOST_OPERANDS = 60
#: What a mere change of sign counts more: 减少 written for 增加 is likelier than a figure off by twice the change.
_SIGN = 2


@dataclass(eq=False, slots=True)
class Cause:
    """Failed relations of one cause, and the figures to put right with what they should be.

    Without a suspect the figures contradict each other and nothing tells which one is wrong.
    """

    relations: list[Relation]
    repairs: dict[Item, Decimal] = field(default_factory=dict)

    @property
    def suspect(self) -> Item | None:
        """The figure to put right first."""
        return next(iter(self.repairs), None)

    @property
    def value(self) -> Decimal | None:
        """What the suspect should be, in the base unit."""
        return next(iter(self.repairs.values()), None)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A value tried for a figure: how much it mends less what it breaks, and the relations that it mends."""

    score: int
    item: Item
    value: Decimal
    mended: tuple[Relation, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """What trials are ordered by."""
        return (self.score, len(self.mended))


def causes(relations: Sequence[Relation]) -> list[Cause]:
    """Group failed relations by cause, the one that explains most first."""
    found = [cause for part in _parts(relations) for cause in _Search(part).run()]
    return _merged(sorted(found, key=lambda cause: -len(cause.relations)))


def _parts(relations: Sequence[Relation]) -> list[list[Relation]]:
    """Return the relations that hang together by their figures, of those parts that have a failed one, in order.

    What puts one part right says nothing of another, and the search takes far longer over all of them at once.
    """
    group: dict[Item, Item] = {}

    def lead(item: Item) -> Item:
        while group.setdefault(item, item) is not item:
            group[item] = group[group[item]]
            item = group[item]
        return item

    for one in relations:
        first, *others = one.items
        for item in others:
            group[lead(item)] = lead(first)
    parts: dict[Item, list[Relation]] = defaultdict(list)
    for one in relations:
        parts[lead(one.items[0])].append(one)
    return [part for part in parts.values() if not all(one.holds for one in part)]


class _Search:
    """The search for causes over one report's relations."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self._broken = [one for one in relations if not one.holds]
        self._held: dict[Item, list[Relation]] = defaultdict(list)
        self._repaired: dict[Item, Decimal] = {}
        self._origin: dict[Relation, Cause] = {}
        for one in relations if self._broken else ():
            if one.holds:
                for item in one.items:
                    self._held[item].append(one)

    def run(self) -> list[Cause]:
        """Return every cause, those that only follow from a repair left out."""
        found: list[Cause] = []
        while self._broken:
            cause = self._best()
            self._broken = [one for one in self._broken if one not in cause.relations]
            origin = next((self._origin[one] for one in cause.relations if one in self._origin), None)
            own = [one for one in cause.relations if one not in self._origin]
            if origin is not None and (own or not cause.repairs):
                origin.relations += own
                origin.repairs.update(cause.repairs if own else {})
            elif origin is None:
                found.append(cause)
            if own:
                self._repair(cause, origin or cause)
        return found

    def _repair(self, cause: Cause, owner: Cause) -> None:
        """Put the suspect right, and take up what held only with the wrong figure."""
        for item, value in cause.repairs.items():
            self._repaired[item] = value
            mended = [one for one in self._broken if one.off(self._repaired) == 0]
            self._broken = [one for one in self._broken if one not in mended]
            owner.relations += [one for one in mended if one not in self._origin]
            for one in self._held[item]:
                if one.off(self._repaired) != 0 and one not in self._origin:
                    self._origin[one] = owner
                    self._broken.append(one)

    def _best(self) -> Cause:
        involved: dict[Item, list[Relation]] = defaultdict(list)
        for one in self._broken:
            for item in _suspects(one):
                if item not in self._repaired:
                    involved[item].append(one)
        trials = [trial for item, failed in involved.items() for trial in self._trials(item, failed)]
        if not trials:
            return Cause([self._broken[0]])
        best = max(trial.rank for trial in trials)
        tied = [trial for trial in trials if trial.rank == best]
        rivals = {trial.item for trial in tied}
        if best[0] < 1 or (best[1] == 1 and len(rivals) > 1):
            return _undecided(tied[0].mended[0], rivals if best[0] > 0 else set())
        chosen = max(tied, key=_likelihood)
        return Cause(list(chosen.mended), {chosen.item: chosen.value})

    def _trials(self, item: Item, failed: Sequence[Relation]) -> Iterable[_Trial]:
        for value in dict.fromkeys(v for one in failed if (v := one.solve(item)) is not None):
            values = {**self._repaired, item: value}
            mended = tuple(one for one in failed if one.off(values) == 0)
            harmed = sum(1 for one in self._held[item] if one.off(values) != 0 and one not in self._origin)
            said = item.fact.kind is Kind.CHANGE and item.entry.sentence and turned(item, value)
            if mended:
                yield _Trial(len(mended) - harmed + (_SIGN if said else 0), item, value, mended)


def _likelihood(trial: _Trial) -> tuple[int, int]:
    """Rank tied trials: totals and rates are worked out, parts booked; a printed value beats a computed one."""
    results = sum(one.result is trial.item for one in trial.mended)
    printed = sum(isinstance(one, Same) and one.solve(trial.item) == trial.value for one in trial.mended)
    return results, printed


def _suspects(relation: Relation) -> Iterable[Item]:
    items = relation.items
    return items if len(items) <= _MOST_OPERANDS else items[:1]


def _undecided(first: Relation, rivals: set[Item]) -> Cause:
    """Return a failed relation that nothing else sheds light on; a rate or change is worked out from its operands."""
    value = first.solve(first.result)
    if first.kind in ("ratio", "change", "carry") and first.result in rivals and value is not None:
        return Cause([first], {first.result: value})
    return Cause([first])


def _merged(found: Sequence[Cause]) -> list[Cause]:
    """Join causes that tell one story to a reviewer."""
    kept: list[Cause] = []
    for cause in found:
        twin = next((other for other in kept if _one_story(cause, other)), None)
        if twin is None:
            kept.append(cause)
        else:
            twin.relations += cause.relations
            twin.repairs.update(cause.repairs)
    return kept


def _one_story(cause: Cause, other: Cause) -> bool:
    if _same_sentence(cause, other):
        return True
    if cause.suspect is not None and other.suspect is not None:
        return False
    loose, firm = (cause, other) if cause.suspect is None else (other, cause)
    lead = loose.relations[0]
    if isinstance(lead, Same):
        beside = firm.suspect is not None and any(_beside(item, firm.suspect) for item in lead.items)
        return beside or any(_same_thing(lead, one) for one in firm.relations)
    return lead.result in firm.repairs or _goes_on(loose, firm)


def _same_sentence(cause: Cause, other: Cause) -> bool:
    """Tell whether two wrong changes stand in one sentence: 增加…万元，提高…%."""
    if cause.suspect is None or other.suspect is None:
        return False
    return _beside(cause.suspect, other.suspect)


def _beside(a: Item, b: Item) -> bool:
    changes = a.fact.kind is b.fact.kind is Kind.CHANGE
    return changes and bool(a.entry.sentence) and a.entry.sentence == b.entry.sentence and _block(a) == _block(b)


def _block(item: Item) -> tuple[object, ...]:
    source = item.fact.source
    return (source.block, source.table, source.row, source.column)


def _same_thing(lead: Same, one: Relation) -> bool:
    """Tell whether two contradictions are of the same figure, or of two figures in the same two rows."""
    if not isinstance(one, Same):
        return False
    if set(lead.items) & set(one.items):
        return True
    rows = [{(i.fact.source.table, i.fact.source.row) for i in pair.items} for pair in (lead, one)]
    return rows[0] == rows[1] and all(table is not None for table, _ in rows[0])


def _goes_on(cause: Cause, other: Cause) -> bool:
    """Tell whether a sum fails along with another: in the next row or column by as much, or in the same row."""
    a, b = cause.relations[0], other.relations[0]
    if not isinstance(a, Sum) or not isinstance(b, Sum) or other.suspect is not None:
        return False
    if a.result is b.result:
        return True
    if a.name != b.name or a.result.fact.source.table != b.result.fact.source.table:
        return False
    step = max(a.result.step, b.result.step) * 2
    return abs(abs(a.off()) - abs(b.off())) <= step or a.result.fact.source.row == b.result.fact.source.row


def touched(cause: Cause) -> tuple[list[Item], list[Item]]:
    """Return the figures that a cause disputes, the suspects first, and those they are worked out from."""
    results = [one.result for one in cause.relations]
    others = [one.other for one in cause.relations if isinstance(one, Same)]
    disputed = list(dict.fromkeys([*cause.repairs, *results, *others]))
    rest = dict.fromkeys(item for one in cause.relations for item in one.items[1:])
    return disputed, [item for item in rest if item not in disputed]


def turned(item: Item | None, value: Decimal | None) -> bool:
    """Tell whether an item should have the opposite sign and the same size: 增加 said of a fall."""
    if item is None or value is None or not item.value:
        return False
    return item.value * value < 0 and abs(item.value + value) <= max(item.step * 2, abs(value) / 1000)
