"""Plans over many rows: the first of them, their names, their sum, along a column, a row, departments or years."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from assistant.facts.world import World
from assistant.plans.conditions import where
from assistant.plans.language import MOST_FIGURES, Adds, Mean, Names, Plan, Rank, Total
from assistant.slots import spoken_number
from ingest.model import Form

_ASCENDING = re.compile(r"最[低少小差短慢]|倒数|垫底|从[低小少]到|由[低小少]到|末位|不足|最不")
_COUNT = re.compile(
    r"前(?P<a>[一二两三四五六七八九十]|\d{1,2})|(?P<b>[两三四五六七八九十]|\d{1,2})[个家项类名位条](?!月)"
)
_LEAST = 3


def of_line(lead: int, world: World, text: str, said: str) -> list[Plan]:
    """Return the plans over the rows of a figure's column, and over the columns of its row.

    ``text`` is the question as it is linked, ``said`` as it was typed, its years taken out.
    """
    found: list[Plan] = []
    for line in (world.column_of(lead), world.row_of(lead)):
        rows = members(line, lead, world)
        if _LEAST <= len(rows) <= MOST_FIGURES:
            found += [*_over(rows, text), *where(rows, said, world), *_sums(line, rows, world)]
    return found


def over_owners(
    lead: int, world: World, text: str, counterpart: Callable[[int, Sequence[str]], int | None]
) -> list[Plan]:
    """Return the plans over the departments that are loaded."""
    owners = list(dict.fromkeys(report.organisation for report in world.library.reports))
    if not 1 < len(owners) <= MOST_FIGURES:
        return []
    own = world.fact(lead).organisation
    return over([lead if owner == own else counterpart(lead, (owner,)) for owner in owners], text)


def over(held: Sequence[int | None], text: str) -> list[Plan]:
    """Return the plans over figures that were found one by one; those that weren't found are left out."""
    rows = tuple(dict.fromkeys(one for one in held if one is not None))
    return _over(rows, text) if len(rows) > 1 else []


def _sums(line: Sequence[int], rows: tuple[int, ...], world: World) -> list[Plan]:
    """Return whether the line's totals are the sum of its rows: figures of one unit."""
    unit = world.fact(rows[0]).unit
    wholes = [one for one in line if world.fact(one).total and world.fact(one).value is not None]
    return [Adds(whole, rows) for whole in wholes[:1] if world.fact(whole).unit == unit]


def _over(rows: tuple[int, ...], text: str) -> list[Plan]:
    descending = _ASCENDING.search(text) is None
    match = _COUNT.search(text)
    count = spoken_number(match["a"] or match["b"]) if match else 0
    plans: list[Plan] = [Rank(rows, descending), Rank(rows, descending, 0), Names(rows), Total(rows), Mean(rows)]
    if 1 < count < len(rows):
        plans.insert(1, Rank(rows, descending, count))
    return plans


def members(line: Sequence[int], lead: int, world: World) -> tuple[int, ...]:
    """Return the figures of a line that are of one kind and depth, totals left out: the lead's, or the commonest."""
    own = world.fact(lead)
    figures = [one for one in line if world.fact(one).form is Form.FIGURE and not world.fact(one).total]
    held = [one for one in figures if (world.fact(one).kind, world.fact(one).unit) == (own.kind, own.unit)]
    dated = [one for one in held if world.fact(one).period == own.period]
    held = dated if len(dated) >= _LEAST else held
    if not held:
        return ()
    depths = Counter(len(world.fact(one).row_path) for one in held)
    depth = len(own.row_path) if not own.total and depths[len(own.row_path)] >= _LEAST else depths.most_common(1)[0][0]
    return tuple(one for one in held if len(world.fact(one).row_path) == depth)
