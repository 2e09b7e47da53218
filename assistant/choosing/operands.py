"""How all of a plan's figures fit, not its first alone: the weakest of them, and whether each is named apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.choosing.scope import SLOTS_AROUND
from assistant.choosing.setting import Setting, own_characters

Bools = NDArray[np.bool_]

#: What the weakest of several figures says of all.
_LEAST = ("l_leaf", "q_leaf", "l_leaves", "sense", "heard", "spoken", "year_agrees", "kind_agrees", "unit_own")
#: What one figure against the question says against all.
_MOST = (
    "owner_conflict", "unit_conflict", "year_conflict", "kind_conflict", "unit_conflict_asked", "is_rate", "is_change",
    "total", "sentence", "unexplained",
)  # fmt: skip
_AT_MOST = 8
_JOINTS = "、和与跟及加同"


def of_operands(places: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return the traits of all of a plan's figures, by ``places`` in the catalogue; -1 where it has none.

    ``apart`` is the share of figures that the question names by words, a year or an owner that no other of them has,
    ``apart_least`` the weight of the words that name the least of them so; ``joints`` how many words join things in
    the question, ``joints_less`` those beside the ones between the plan's figures.
    """
    columns, held = setting.ranking.columns, list(places[:_AT_MOST])
    found = {f"least_{name}": min((float(columns[name][n]) for n in held), default=-1.0) for name in _LEAST}
    found |= {f"most_{name}": max((float(columns[name][n]) for n in held), default=-1.0) for name in _MOST}
    joints = float(sum(setting.ranking.wording.text.count(one) for one in _JOINTS))
    found |= {"joints": joints, "joints_less": joints - max(len(places) - 1, 0)}
    return found | _apart(held, setting) | _of_clauses(held, setting)


def _of_clauses(places: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return how much of each clause that names something some figure of a plan covers: of the least, and on the whole.

    -1 where a question has no clauses, or a plan no figures.
    """
    weight = setting.ranking.wording.naming
    if not places or not setting.clauses:
        return {"clause_least": -1.0, "clause_mean": -1.0}
    named = [_named(place, setting) for place in places]
    shares = [
        max(float((one[a:b] * weight[a:b]).sum()) for one in named) / max(float(weight[a:b].sum()), _SAYS)
        for a, b in setting.clauses
    ]
    return {"clause_least": min(shares), "clause_mean": sum(shares) / len(shares)}


def _apart(places: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return how far the question names each of several figures by what the others don't have."""
    if len(places) < 2:
        return {"apart": -1.0, "apart_least": -1.0, "apart_words": -1.0}
    named = [_named(place, setting) for place in places]
    weight = setting.ranking.wording.naming
    times = np.sum(named, axis=0)
    words = [float(((one & (times == 1)) * weight).sum()) for one in named]
    known = [
        bool(size > _SAYS) or _once(place, places, setting) for place, size in zip(places, words, strict=True)
    ]  # fmt: skip
    return {
        "apart": sum(known) / len(known),
        "apart_least": min(words),
        "apart_words": sum(size > _SAYS for size in words) / len(words),
    }


#: Words of less weight than this name nothing.
_SAYS = 0.25


def _named(place: int, setting: Setting) -> Bools:
    """Return the characters of the question that a figure's labels, or its department's name, cover."""
    if place not in setting.named:
        setting.named[place] = _covered(place, setting)
    return setting.named[place]


def _covered(place: int, setting: Setting) -> Bools:
    ranking = setting.ranking
    catalogue, wording = ranking.world.catalogue, ranking.wording
    one = catalogue.entries[place].stored
    own: Bools = own_characters(ranking, one.id, setting.held)
    for slot in SLOTS_AROUND:
        own = own | setting.held[catalogue.slots[place][slot]]
    owners = {one.fact.organisation, ranking.world.report_of(one.id).organisation}
    for mention in (*wording.owners, *wording.parts):
        if owners & set(mention.owners):
            own[mention.start : mention.end] = True
    return own


def _once(place: int, places: Sequence[int], setting: Setting) -> bool:
    """Tell whether a figure is the only one of a year that the question names."""
    entries = setting.ranking.world.catalogue.entries
    years = [entries[one].stored.fact.period for one in places]
    own = entries[place].stored.fact.period
    return own in setting.ranking.wording.years and years.count(own) == 1
