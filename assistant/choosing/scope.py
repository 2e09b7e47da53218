"""How a plan keeps to what the question says: departments and years named, and the words that it leaves over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.choosing.setting import SOFT, Setting
from assistant.facts.catalogue import AROUND, AROUND_FROM, CAPTION, LEAF, SENTENCE
from assistant.linking.ranking import Ranking
from ingest.model import Fact

Bools = NDArray[np.bool_]

#: The labels around a figure that say something of it beside its own.
SLOTS_AROUND = (*range(AROUND_FROM, AROUND_FROM + AROUND), CAPTION, SENTENCE)


def kept_to(facts: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return how many departments and years a plan's figures have outside those named, and how many named they lack.

    -1 where the question names none.
    """
    wording, world = setting.ranking.wording, setting.ranking.world
    held = [world.fact(one) for one in facts if one in world.places]
    groups = [set(one.owners) for one in wording.owners]
    owners = [world.report_of(one).organisation for one in facts if one in world.places]
    return {
        **_against("owners", groups, owners),
        **_against("years", [{year} for year in wording.years], [one.period for one in held]),
        "spread_owners": float(len(set(owners))), "spread_years": float(len({one.period for one in held})),
        "spread_tables": float(len({_table(one, owner) for one, owner in zip(held, owners, strict=True)})),
    }  # fmt: skip


def _table(fact: Fact, owner: str) -> tuple[object, ...]:
    return (owner, fact.organisation, fact.source.table)


def _against(name: str, asked: Sequence[set[str]], held: Sequence[str]) -> dict[str, float]:
    if not asked or not held:
        return {f"{name}_outside": -1.0, f"{name}_lacking": -1.0}
    known = set().union(*asked)
    outside = len(set(held) - known)
    lacking = sum(not group & set(held) for group in asked)
    return {f"{name}_outside": float(outside), f"{name}_lacking": float(lacking)}


def rivals(lead: int | None, ranking: Ranking) -> dict[str, float]:
    """Return how many other amounts have the lead's own label and fit what the question says as well, and whose.

    ``rival_gap`` is how far behind the best figure of another amount is, among those that fit best; -1 without a lead.
    """
    names = ("rivals", "rival_owners", "rival_years", "rival_gap")
    if lead is None:
        return dict.fromkeys(names, -1.0)
    catalogue, columns = ranking.world.catalogue, ranking.columns
    against = columns["owner_conflict"] + columns["unit_conflict"] + columns["year_conflict"] + columns["kind_conflict"]
    slots, still = catalogue.slots, catalogue.still
    same = (slots[:, LEAF] == slots[lead, LEAF]) & (still.kinds == still.kinds[lead]) & (against <= against[lead])
    like = np.flatnonzero(same & (still.dimensions.codes == still.dimensions.codes[lead]))
    values = still.values.codes
    behind = [n for n in ranking.order[:SOFT] if values[n] != values[lead]]
    gap = float(ranking.scores[lead] - ranking.scores[behind[0]]) if behind else _ALONE
    held = (len(set(code[like].tolist())) for code in (values, catalogue.report, still.periods.codes))
    return dict(zip(names, (*(float(n) for n in held), max(gap, -_ALONE)), strict=True))


#: How far ahead a figure is that has no rival.
_ALONE = 9.0


def left_over(own: Bools, setting: Setting) -> dict[str, float]:
    """Return what naming words a plan's labels leave: the longest run, and how much other labels say or none says.

    ``own`` has the characters that the plan's figures cover: a run of naming characters that no label of the reports
    has is evidence that the measure isn't there; one that other labels have, that another figure is meant.
    """
    naming = setting.ranking.wording.naming
    left = np.where(own, 0.0, naming)
    return {
        "left_run": _longest(left), "left_measured": float((left * setting.measured).sum()),
        "left_unknown": float((left * ~setting.known).sum()), "left_unknown_run": _longest(left * ~setting.known),
    }  # fmt: skip


def _longest(left: NDArray[np.floating]) -> float:
    """Return the weightiest run of characters that are left without a gap."""
    best = run = 0.0
    for one in left:
        run = run + float(one) if one > _NAMES else 0.0
        best = max(best, run)
    return best


#: A character that names less than this rather asks.
_NAMES = 0.25
