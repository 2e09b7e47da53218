"""What a row's figures come to against each other, where a question asks for a rate, a mean or a difference."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.plans.counterparts import Proposals, counts, dimension
from assistant.plans.language import Difference, Quotient, Share

_MOST_ROWS, _MOST_IN_ROW = 3, 24
#: Asks for a mean: so much for each.
PER = re.compile(r"平均|[人户次亩村]均|均[摊每]|摊到|每[^年月季].{0,8}(?:多少|几|好多)")
_EACH = re.compile(r"平摊|摊|合[到着]?|每|一[^共起直些样般定律概]{1,3}(?:要|得|才|就|用|花|合|多少|几)")
_LESS = re.compile(r"差|缺|空|净|减|余|剩|欠|超|还[有能要得没]|[多少]了|[多少](?:多少|几)|没[用花到完]")


def of_rows(leads: Sequence[int], found: Proposals) -> None:
    """Propose the best figures against every other one of their rows, whichever of the two the question names."""
    text, ratio = found.ranking.wording.whole, found.ranking.wording.asking.ratio
    per = bool(PER.search(text) or _EACH.search(text))
    less = _LESS.search(text) is not None
    if not (ratio or per or less):
        return
    rows: dict[tuple[int, ...], int] = {}
    for lead in leads:
        rows.setdefault(tuple(found.world.row_of(lead)), lead)
    for row, lead in list(rows.items())[:_MOST_ROWS]:
        for one in row[:_MOST_IN_ROW]:
            if one != lead and found.world.fact(one).value and found.world.fact(lead).value:
                _of_pair(lead, one, found, ratio=ratio, per=per, less=less)


def _of_pair(lead: int, one: int, found: Proposals, *, ratio: bool, per: bool, less: bool) -> None:
    own, other = found.world.fact(lead), found.world.fact(one)
    if dimension(own) in _RATES or dimension(other) in _RATES:
        return
    same = dimension(own) == dimension(other)
    if ratio and same:
        found.add(Share(lead, one), Share(one, lead))
    if less and same:
        found.add(Difference(lead, one), Difference(one, lead))
    if per and counts(other):
        found.add(Quotient(lead, one))
    if per and counts(own):
        found.add(Quotient(one, lead))


_RATES = ("ratio", "points")
