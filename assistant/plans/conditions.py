"""Plans that keep some of the rows: those beyond a bound that the question names, those short of target or points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.facts.world import World
from assistant.plans.language import MOST_FIGURES, Plan, Short, Where
from ingest.model import Fact, Form, Kind
from ingest.numbers import NUMBER, UNIT, UNITS, fold, unit_name

#: How a bound is compared with; a way of writing means one way, and 不 turns it round.
_BOUND = re.compile(
    rf"(?P<not>不|没有?|未)?(?P<way>低于|小于|少于|不足|不到|没到|没上|没过|未达到?|没达到?|超过|高于|大于|多于|超|达到?|满)?了?"
    rf"(?P<number>{NUMBER})(?P<unit>{UNIT})?(?P<after>以上|以下|以内|及以上|及以下)?"
)
_ZERO = re.compile(r"(?:一分|一点|一个|任何)?[^,，。]{0,12}(?:都|也)?(?:没有|没|为0|为零|是零|是0)")
_LESS = ("低于", "小于", "少于", "不足", "不到", "没到", "没上", "没过", "未达", "未达到", "没达", "没达到")
_MORE = ("超过", "高于", "大于", "多于", "超")
_LEAST = 2


def bounds_in(said: str) -> Iterator[tuple[str, str]]:
    """Yield (way, bound as written) of each bound that a question, its years taken out, compares with."""
    found = False
    for match in _BOUND.finditer(fold(said)):
        way = _way(match["way"] or "", match["after"] or "", turned=bool(match["not"]))
        if way:
            found = True
            yield way, f"{match['number'].replace(',', '')}{match['unit'] or ''}"
    if not found and _ZERO.search(said):
        yield "zero", ""


def _way(word: str, after: str, *, turned: bool) -> str:
    if word in _LESS:
        return "least" if turned else "less"
    if word in _MORE:
        return "most" if turned else "more"
    if after:
        return "least" if after.endswith("以上") else "most"
    return ("less" if turned else "least") if word else "equal"


def where(rows: Sequence[int], said: str, world: World) -> list[Plan]:
    """Return the plans that keep some of a line's figures by a bound of their dimension in the question."""
    if not _LEAST <= len(rows) <= MOST_FIGURES:
        return []
    unit = world.fact(rows[0]).unit
    found: list[Plan] = []
    for way, bound in bounds_in(said):
        own = unit_of(bound) if bound else unit
        if not own or UNITS.get(own, (own,))[0] == UNITS.get(unit, (unit,))[0]:
            found.append(Where(tuple(rows), way, bound))
    return found


def unit_of(bound: str) -> str:
    """Return the unit of a bound as written, 万 and 亿 alone meaning money; empty for none."""
    name = unit_name(bound.lstrip("0123456789."))
    return f"{name}元" if name in ("万", "亿") else name


#: What is compared with what in a row: points with the points to get, what was done with what was to be.
_PAIRS = ((Kind.WEIGHT, Kind.SCORE), (Kind.TARGET, Kind.ACTUAL))


def short(lead: int, world: World) -> list[Plan]:
    """Return the plans over the rows of a figure's table that fall short: of their points, of their targets."""
    source = world.fact(lead).source
    if source.table is None:
        return []
    found: list[Plan] = []
    report = world.entry(lead).stored.report
    rows = [row for (where_, table, _), row in world.rows.items() if (where_, table) == (report, source.table)]
    for whole, part in _PAIRS:
        pairs = [pair for row in rows if (pair := _pair(row, whole, part, world)) is not None]
        if _LEAST <= len(pairs) <= MOST_FIGURES // 2:
            wholes, parts = zip(*pairs, strict=True)
            found += [Short(wholes, parts), Short(wholes, parts, 1)]
    return found


def _pair(row: Sequence[int], whole: Kind, part: Kind, world: World) -> tuple[int, int] | None:
    """Return the ids of a row's last figure of one kind and its first of another, of one dimension."""
    stored = [world.catalogue.entries[place].stored for place in row]
    given = [one for one in stored if one.fact.form is Form.FIGURE and not one.fact.total]
    for first in reversed([one for one in given if one.fact.kind is whole]):
        for second in (one for one in given if one.fact.kind is part):
            if _comparable(first.fact, second.fact):
                return first.id, second.id
    return None


def _comparable(a: Fact, b: Fact) -> bool:
    dims = {UNITS.get(fact.unit, (fact.unit,))[0] for fact in (a, b) if fact.unit}
    return len(dims) < 2
