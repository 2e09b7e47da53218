"""Between reports of one department: this year's 上年数 is what last year's report states for its own year."""

from __future__ import annotations

from collections.abc import Container, Iterator

from assistant.checks.identities import identities, key_of
from assistant.checks.relations import Item, Relation, Same, Severity
from assistant.checks.sheet import Key, Sheet, distinct
from assistant.same import parallel


def carried(sheet: Sheet, last: Sheet, wrong: Container[Item] = ()) -> Iterator[Relation]:
    """Yield what a report says of the year before against last year's report: 上年数, and what was carried over.

    ``wrong`` are figures that last year's report contradicts itself; nothing is held against those.
    """
    year = last.report.year

    def before(key: Key) -> list[Item]:
        return [item for item in last.measures.get(key, []) if item not in wrong]

    for key, items in sheet.measures.items():
        measure, organisation, period, kind = key
        if period == year and kind == "actual" and measure:
            yield from _pairs(items, before(key), "上年数＝上年报告的数")
    for identity in identities():
        if identity.kind != "carry":
            continue
        term = identity.terms[0]
        name = f"{identity.result}＝上年{term.measure}"
        for (measure, organisation, period, kind), items in sheet.measures.items():
            if measure == key_of(identity.result, sheet.lexicon) and period == sheet.report.year and kind == "actual":
                key = (key_of(term.measure, sheet.lexicon), organisation, year, "actual")
                yield from _pairs(items, before(key), name)


def _pairs(items: list[Item], before: list[Item], name: str) -> Iterator[Relation]:
    """Yield each figure against each value that last year's report has, unless it agrees with one of them."""
    known = [item for item in distinct(before) if item.fact.unit]
    for item in items:
        pairs = [
            Same(name, "carry", Severity.ERROR, 0.85, item, other)
            for other in known
            if other.dimension == item.dimension and item.fact.unit and not parallel(item.entry, other.entry)
        ]
        agreed = [one for one in pairs if one.holds]
        yield from agreed or pairs
