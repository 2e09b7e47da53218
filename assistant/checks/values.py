"""One measure, one value: what a report states more than once for the same thing."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from assistant.checks.naming import EXECUTION, OVERALL
from assistant.checks.relations import Item, Relation, Same, Severity
from assistant.checks.sheet import Key, Sheet
from assistant.same import STAGES, same_thing
from ingest.model import Fact, Kind

_COMPARED = {Kind.BUDGET, Kind.ACTUAL, Kind.RATE, Kind.SCORE, Kind.WEIGHT, Kind.CHANGE, Kind.TARGET}
_MOST = 40
_EXECUTED = (EXECUTION, "执行率", "预算完成率")


def repeated(sheet: Sheet, others: Iterable[Item] = ()) -> Iterator[Relation]:
    """Yield every pair of places that state the same measure, organisation, year and kind.

    ``others`` are figures beside the facts: points in labels and headings.
    """
    groups: dict[tuple[Key, frozenset[str], str], list[Item]] = defaultdict(list)
    for entry in sheet.entries:
        fact = entry.stored.fact
        item = sheet.any_item(entry) if fact.kind is Kind.TARGET else sheet.item(entry)
        if item is not None and fact.kind in _COMPARED and fact.period:
            groups[sheet.key(entry), entry.scope, item.dimension].append(item)
    for item in others:
        groups[sheet.key(item.entry), item.entry.scope, item.dimension].append(item)
    for (key, scope, dimension), group in groups.items():
        if not key[0] or _of_several_forms(key, group):
            continue
        if key[3] == Kind.BUDGET.value:
            staged = [groups.get(((*key[:3], key[3] + stage), scope, dimension), []) for stage in STAGES]
            known = {item.value for held in staged for item in held}
            group = [item for item in group if item.value not in known]
        pairs = [
            made for one, other in itertools.combinations(group[:_MOST], 2)
            if not _listed_together(one.fact, other.fact)
            and ((made := _pair(one, other)).holds or _overall(key, made, group)
                 or same_thing(one.entry, other.entry, sheet.lexicon))
        ]  # fmt: skip
        yield from [made for made in pairs if made.holds] if _of_several(pairs) else pairs


def _of_several(pairs: Sequence[Same]) -> bool:
    """Tell whether a name is one of several things: of three amounts or more most pairs differ, or two stand thrice.

    Two figures that differ may be a slip; many that do are of projects, units or rows that the name doesn't tell apart.
    """
    items = {id(item): item for made in pairs for item in made.items}
    amounts = Counter(item.value for item in items.values())
    differ = 2 * sum(not made.holds for made in pairs) > len(pairs)
    rarer = [places for _, places in amounts.most_common(2)][1:]
    return (len(amounts) >= _SEVERAL and differ) or any(places >= _SEVERAL for places in rarer)


#: So many different amounts under one name, or so many places of the rarer one: a slip stands in one or two.
_SEVERAL = 3


def _listed_together(fact: Fact, other: Fact) -> bool:
    """Tell whether two figures are cells of one table: rows or columns that share a label are different things."""
    a, b = fact.source, other.source
    return a.table is not None and a.table == b.table and a.start is b.start is None


def _overall(key: Key, made: Same, group: list[Item]) -> bool:
    """Tell whether a pair is the overall score of the text and that of the tables, which agree with each other."""
    cells = {item.value for item in group if item.fact.source.table is not None}
    said = [item for item in made.items if item.fact.source.table is None]
    return key[0] == OVERALL and len(cells) == 1 and len(said) == 1


def _of_several_forms(key: Key, group: list[Item]) -> bool:
    """Tell whether a rate of execution stands in several forms of one report, each of a project of its own."""
    tables = {
        item.fact.source.table for item in group if item.fact.kind is Kind.RATE and item.fact.source.start is None
    }
    return key[0] in _EXECUTED and len(tables - {None}) > 1


def _pair(one: Item, other: Item) -> Same:
    target = one.fact.kind is Kind.TARGET
    name = "同一目标前后一致" if target else "同一指标前后一致"
    return Same(name, "target" if target else "same", Severity.ERROR, 0.85, one, other)
