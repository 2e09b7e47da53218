"""Points: what adds up to what in tables of indicators and in headings, and rows that contradict themselves."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from assistant.checks.identities import key_of
from assistant.checks.naming import EXECUTION, OVERALL
from assistant.checks.points import POINT_KINDS, Heading, Headings, under
from assistant.checks.relations import Item, Relation, Severity, Sum
from assistant.checks.sheet import Sheet
from assistant.model import Entry
from ingest.labels import is_total, normalise, squeeze
from ingest.model import Fact, Form, Kind

_SUBTOTAL = re.compile(r"小计")
#: Forms without the points for execution add up to what is left of 100.
_FULL = (100, 90, 80)
_FEWEST = 2
#: The full marks for execution that templates give.
_EXECUTION_POINTS = (10, 20)


@dataclass(frozen=True, slots=True)
class Points:
    """The figures of one kind in one table of indicators."""

    table: int
    kind: Kind
    totals: list[Item]
    execution: list[Item]
    parents: dict[int, list[Item]]
    roots: list[Item]
    leaves: list[Item]


def score_sums(sheet: Sheet, headings: Headings) -> Iterator[Relation]:
    """Yield the sums of points: of a total, of a group, of a heading."""
    for points in _tables(sheet):
        yield from _levels(points)
        yield from _headings(points, headings.tables[points.table])
        yield from _totals(points, headings.tables[points.table])
    for position, heading in enumerate(headings.paragraphs):
        below = list(under(headings.paragraphs, position))
        if len(below) >= _FEWEST:
            yield _sum(f"{heading.name}分值＝所列各类分值之和", heading.weight, [one.weight for one in below])
        scores = [one.score for one in below if one.score is not None]
        if heading.score is not None and len(scores) == len(below) >= _FEWEST:
            yield _sum(f"{heading.name}得分＝所列各类得分之和", heading.score, scores)


def _tables(sheet: Sheet) -> Iterator[Points]:
    held: dict[tuple[int, Kind], list[Item]] = defaultdict(list)
    for entry in sheet.entries:
        fact = entry.stored.fact
        if fact.source.table is None or fact.source.start is not None or fact.kind not in POINT_KINDS:
            continue
        item = sheet.item(entry)
        if item is not None and item.dimension in ("分", ""):
            held[fact.source.table, fact.kind].append(item)
    for (table, kind), items in held.items():
        if len(items) > _FEWEST:
            yield _sorted(table, kind, items)


def _sorted(table: int, kind: Kind, items: Sequence[Item]) -> Points:
    beside = Counter(_levels_of(item.fact)[:-1] for item in items)
    execution = [item for item in items if _is_execution(item) and _stands_apart(item, beside)]
    totals = [item for item in items if item.fact.total and is_total(item.fact.measure) and item not in execution]
    rest = _once([item for item in items if item not in totals and item not in execution])
    by_path: dict[tuple[str, ...], Item] = {}
    for item in rest:
        by_path.setdefault(_levels_of(item.fact), item)
    parents: dict[int, list[Item]] = defaultdict(list)
    roots = []
    for item in rest:
        path = _levels_of(item.fact)
        above = next((by_path[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in by_path), None)
        if above is None or above is item:
            roots.append(item)
        else:
            parents[id(above)].append(item)
    leaves = [item for item in rest if id(item) not in parents]
    return Points(table, kind, totals, execution, parents, roots, leaves)


def _stands_apart(item: Item, beside: Counter[tuple[str, ...]]) -> bool:
    """Tell whether the points for execution are no indicator among others (预算执行率 under 资金管理)."""
    above = _levels_of(item.fact)[:-1]
    return not above or beside[above] == 1


def _once(items: Sequence[Item]) -> list[Item]:
    """Drop the points of a higher level that are printed again in each of its rows."""
    paths = [_levels_of(item.fact) for item in items]
    parents = {path[:n] for path in paths for n in range(1, len(path))}
    seen: set[object] = set()
    kept = []
    for item, path in zip(items, paths, strict=True):
        key = (path, item.fact.source.column, item.value)
        if path not in parents or key not in seen:
            kept.append(item)
        seen.add(key)
    return kept


def _levels_of(fact: Fact) -> tuple[str, ...]:
    return tuple(squeeze(label) for label in fact.row_path)


def _is_execution(item: Item) -> bool:
    return EXECUTION in item.entry.leaves or normalise(item.fact.measure) in ("年度资金总额", EXECUTION)


def _levels(points: Points) -> Iterator[Relation]:
    """Yield the points of each level against those of the level below: 产出指标 of 数量指标, 质量指标 …"""
    every = [*points.roots, *(item for below in points.parents.values() for item in below)]
    for item in every:
        below = points.parents.get(id(item), [])
        if len(below) >= _FEWEST:
            yield _sum(f"{item.fact.measure}{_word(points.kind)}＝下级各项之和", item, below)


def _headings(points: Points, headings: Sequence[Heading]) -> Iterator[Relation]:
    """Yield the points that a merged label states against those of the rows that it spans."""
    for heading in headings:
        stated = heading.weight if points.kind is Kind.WEIGHT else heading.score
        rows = range(heading.top, heading.bottom)
        inside = [item for item in points.leaves if item.fact.source.row in rows]
        if stated is not None and inside:
            yield _sum(f"{heading.name}{_word(points.kind)}＝所列各项之和", stated, inside)


def _totals(points: Points, headings: Sequence[Heading]) -> Iterator[Relation]:
    """Yield the total of a table against its indicators, with or without the points for execution."""
    word = _word(points.kind)
    whole = [item for item in points.totals if not _SUBTOTAL.search(squeeze(item.fact.measure))]
    subtotals = [item for item in points.totals if item not in whole]
    yield from _subtotals(subtotals, points)
    if len(points.roots) < _FEWEST:
        return
    for total in whole:
        name = f"总分{word}＝各项{word}之和"
        alone = _standing_alone(headings, points)
        with_alone = [[*points.execution, *points.roots, *alone]] if alone else []
        yield _sum(name, total, [*points.execution, *points.roots], points.roots, *with_alone)
        outer = _outermost(headings)
        stated = [one.weight if points.kind is Kind.WEIGHT else one.score for one in outer]
        given = [item for item in stated if item is not None]
        if len(given) == len(outer) >= _FEWEST:
            yield _sum(f"总分{word}＝各类{word}之和", total, [*points.execution, *given], given)


def _standing_alone(headings: Sequence[Heading], points: Points) -> list[Item]:
    """Return the points of labels over rows that have none of their own: 预算执行情况（20分）."""
    rows = {item.fact.source.row for item in (*points.leaves, *points.execution)}
    found = [one for one in headings if not rows & set(range(one.top, one.bottom))]
    stated = [one.weight if points.kind is Kind.WEIGHT else one.score for one in found]
    return [item for item in stated if item is not None]


def _subtotals(subtotals: Sequence[Item], points: Points) -> Iterator[Relation]:
    before = -1
    for total in sorted(subtotals, key=lambda item: item.fact.source.row or 0):
        row = total.fact.source.row or 0
        parts = [item for item in points.roots if before < (item.fact.source.row or 0) < row]
        if len(parts) >= _FEWEST:
            yield _sum(f"{squeeze(total.fact.measure)}{_word(points.kind)}＝各项之和", total, parts)
        before = row


def _outermost(headings: Sequence[Heading]) -> list[Heading]:
    first = min((heading.column for heading in headings), default=0)
    return [heading for heading in headings if heading.column == first]


def _sum(name: str, result: Item, parts: Sequence[Item], *others: Sequence[Item]) -> Sum:
    readings = tuple(tuple((1, item) for item in one) for one in (parts, *others) if one)
    return Sum(name, "scores", Severity.ERROR, 0.9, result, readings)


def _word(kind: Kind) -> str:
    return "分值" if kind is Kind.WEIGHT else "得分"


def unsummed(sheet: Sheet) -> Iterator[list[Item]]:
    """Yield the points of every table without a total whose indicators don't add up to 100 or what is left of it."""
    for points in _tables(sheet):
        if points.kind is not Kind.WEIGHT or points.totals or len(points.leaves) <= _FEWEST:
            continue
        items = [*points.execution, *points.roots]
        full = max((item.value for item in items), default=0)
        if sum(item.value for item in items) not in _FULL and full < min(_FULL) and _all_filled(points, sheet):
            yield items


def _all_filled(points: Points, sheet: Sheet) -> bool:
    """Tell whether every indicator's points are filled in, and each in a row of its own."""
    entries: list[Entry] = [
        entry for entry in sheet.entries
        if entry.stored.fact.source.table == points.table and entry.stored.fact.kind is Kind.WEIGHT
    ]  # fmt: skip
    rows = [entry.stored.fact.source.row for entry in entries if entry.stored.fact.form is Form.FIGURE]
    return len(rows) == len(set(rows)) and all(entry.stored.fact.form is Form.FIGURE for entry in entries)


def said_totals(sheet: Sheet) -> Iterator[Relation]:
    """Yield each total that a sentence gives with its groups: 自评得分95.74分，其中：产出指标49.8分 ….

    The points for execution may be left out; they are their full marks (10 or 20) times the rate of execution.
    """
    spoken = [e for e in sheet.entries if e.stored.fact.source.table is None and e.stored.fact.kind is Kind.SCORE]
    for _, entries in groupby(spoken, key=lambda entry: entry.stored.fact.source.block):
        items = [item for entry in entries if (item := sheet.item(entry)) is not None]
        total = next((item for item in items if OVERALL in item.entry.leaves), None)
        groups = [item for item in items if total is not None and _follows(item, total)]
        if total is None or len(groups) < _FEWEST:
            continue
        rates = sheet.stated(key_of(EXECUTION, sheet.lexicon), total.fact, "actual")
        points = [_execution(rate, full) for rate in rates for full in _EXECUTION_POINTS]
        left = total.value - sum(item.value for item in groups)
        if points or left > max(_EXECUTION_POINTS) or left <= 0:
            more = [[*groups, one] for one in points] if left > 0 and not any(map(_is_execution, groups)) else []
            yield _sum("总分＝各类得分之和", total, groups, *more)


def _follows(item: Item, total: Item) -> bool:
    return (item.fact.source.start or 0) > (total.fact.source.start or 0)


def _execution(rate: Item, full: int) -> Item:
    """Return the points that a rate of execution gives, as a figure at the rate's own place."""
    value = (rate.value * full).quantize(Decimal("0.01"), ROUND_HALF_UP)
    stored = rate.entry.stored
    fact = replace(stored.fact, kind=Kind.SCORE, value=value, unit="分")
    return Item(replace(rate.entry, stored=replace(stored, fact=fact)), value, Decimal("0.01"), "分")
