"""What a question may mean, gathered: every plan that comes to something, and the old answer, with their traits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.choosing.setting import Setting
from assistant.choosing.traits import traits
from assistant.linking.quoting import Quoting
from assistant.linking.ranking import Ranking
from assistant.model import Answer, Status
from assistant.plans.counterparts import Talk
from assistant.plans.language import Cell, Each, Plan, Quote, Words, facts_of, kind_of
from assistant.plans.propose import propose
from assistant.running.figures import Outcome, run
from assistant.weigher import Weigher
from ingest.model import Form
from ingest.numbers import in_base

Floats = NDArray[np.float32]

_MOST_QUOTES = 5
#: The statuses in which something was answered.
TOLD = (Status.ANSWERED, Status.CONFLICT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan with what it comes to; the old answer has no plan."""

    plan: Plan | None
    outcome: Outcome | None
    traits: Mapping[str, float]

    @property
    def amounts(self) -> frozenset[tuple[str, object]]:
        """The amounts that it comes to, in base units."""
        return frozenset(self.outcome.amounts) if self.outcome is not None else frozenset()


def gather(setting: Setting, talk: Talk) -> list[Candidate]:
    """Return everything that may be meant, each outcome of a kind of plan once."""
    ranking = setting.ranking
    found: dict[tuple[object, ...], Candidate] = {}
    for plan in (*propose(ranking, talk), *_quotes(setting.quoting)):
        if isinstance(plan, Cell) and ranking.world.fact(plan.fact).form is not Form.FIGURE:
            continue
        if _of_others(plan, ranking):
            continue
        outcome = run(plan, ranking.world)
        key = (kind_of(plan), outcome.key) if outcome is not None else ()
        if outcome is not None and key not in found:
            found[key] = Candidate(plan, outcome, traits(plan, outcome, facts_of(plan), setting))
    candidates = list(found.values())
    if setting.old is not None and setting.old.status in TOLD:
        candidates.append(_old(setting.old, setting))
    return candidates


def _of_others(plan: Plan, ranking: Ranking) -> bool:
    """Tell whether a question names departments, and a plan's figures are all of others: that is no answer to it.

    What goes on from within a word of the labels names none for sure: 民医 of 居民医保 isn't 人民医院.
    """
    text, known = ranking.wording.text, ranking.world.catalogue.postings
    sure = (one for one in ranking.wording.owners if not one.start or text[one.start - 1 : one.start + 1] not in known)
    named = {owner for one in sure for owner in one.owners}
    if not named:
        return False
    if isinstance(plan, Quote):
        reports = {report.id: report.organisation for report in ranking.world.library.reports}
        return reports[plan.report] not in named
    if isinstance(plan, Words):
        return False
    return not any(ranking.world.report_of(fact).organisation in named for fact in facts_of(plan))


def _old(answer: Answer, setting: Setting) -> Candidate:
    amounts = tuple(in_base(value.value, value.unit) for value in answer.values)
    own = traits(None, None, _cited(answer, setting.ranking), setting)
    return Candidate(None, Outcome(Cell(0), amounts, words=answer.text), own)


def _cited(answer: Answer, ranking: Ranking) -> list[int]:
    """Return the facts whose places an answer cites, in order."""
    at = ranking.world.at
    keys = ((c.report, c.block, c.row, c.column, c.start) for c in answer.citations)
    return [at[key] for key in keys if key in at]


def _quotes(quoting: Quoting) -> list[Plan]:
    """Return the plans that quote what fits best."""
    plans: list[Plan] = []
    for place in quoting.order[:_MOST_QUOTES]:
        one = quoting.quotes.said[place]
        if one.fact is not None:
            plans.append(Words(one.fact.id))
        elif one.piece is not None:
            plans.append(Quote(one.piece.report, one.piece.block, one.text))
    return plans


def comes_to(answer: Answer) -> str:
    """Return what an answer comes to, equal for answers that are one to the reader: its amounts, else its words."""
    amounts = {in_base(value.value, value.unit) for value in answer.values}
    return " ".join(sorted(f"{size.normalize()}{dimension}" for dimension, size in amounts)) or answer.text


#: So many readings behind the first may be told in its place for saying less.
_LESS = 2


def _sparing(order: list[int], candidates: Sequence[Candidate], odds: Sequence[float]) -> list[int]:
    """Put one figure before several that hold it, where it is as likely by itself: a row has more than is asked for."""
    first = candidates[order[0]] if order else None
    if first is None or not isinstance(first.plan, Each):
        return order
    for number in order[1 : 1 + _LESS]:
        one = candidates[number]
        if isinstance(one.plan, Cell) and one.amounts < first.amounts and odds[number] >= odds[order[0]]:
            return [number, *(other for other in order if other != number)]
    return order


@dataclass(frozen=True, slots=True)
class Weighed:
    """Candidates in the order of ``scores``, the best first; ``odds`` how likely each by itself is right."""

    candidates: tuple[Candidate, ...]
    scores: tuple[float, ...]
    odds: tuple[float, ...]

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], rank: Weigher, right: Weigher, columns: dict[str, Floats] | None = None
    ) -> Weighed:
        """Weigh candidates by their traits, ``columns`` of them; of one score the likelier by itself comes first."""
        columns = columns or as_columns(candidates)
        places = np.arange(len(candidates))
        scores = rank(columns, places)
        odds = 1 / (1 + np.exp(-right(columns, places)))
        order = _sparing(np.lexsort((places, -odds, -scores)).tolist(), candidates, odds.tolist())
        return cls(
            tuple(candidates[n] for n in order), tuple(float(scores[n]) for n in order),
            tuple(float(odds[n]) for n in order),
        )  # fmt: skip

    @property
    def named(self) -> bool:
        """Tell whether the question names a department that is loaded."""
        return bool(self.candidates[0].traits["owners"])

    def exact(self, left: float) -> bool:
        """Tell whether what the old answer gives is named exactly, and the best figure by the weights is the same.

        Its label stands wholly in the question, next to nothing of which is ``left``; owner, year and kind agree.  An
        answer of several figures is the best reading of all, too.
        """
        old = next((one for one in self.candidates if one.plan is None), None)
        if old is None or not old.amounts:
            return False
        best = self.candidates[0]
        several = len(old.amounts) > 1 or not isinstance(best.plan, Cell)
        cell = best if several and self.is_old(best) else next(
            (one for one in self.candidates if isinstance(one.plan, Cell)), None
        )  # fmt: skip
        own = old.traits
        against = own["lead_owner_conflict"] + own["lead_year_conflict"] + own["lead_kind_conflict"]
        named = own["lead_l_leaf"] >= _WHOLLY and own["left"] < left and not against
        return named and cell is not None and (cell.amounts == old.amounts or self.is_old(cell))

    @property
    def left_by_old(self) -> float:
        """How much of what the question names the old answer's figure leaves unexplained, in characters."""
        return next((one.traits["left"] for one in self.candidates if one.plan is None), float("inf"))

    def is_old(self, one: Candidate) -> bool:
        """Tell whether a reading is the old answer, or comes to nothing but figures of it."""
        old = next((other for other in self.candidates if other.plan is None), None)
        return old is not None and (one is old or (bool(one.amounts) and one.amounts <= old.amounts))

    def standing(self) -> dict[str, float]:
        """Return what speaks for the first candidate being right: its traits, and how it stands to the others."""
        first = self.candidates[0]
        other = [n for n, one in enumerate(self.candidates) if one.outcome != first.outcome]
        others = sorted(self.odds[1:], reverse=True)
        grown = np.exp(np.array(self.scores) - self.scores[0])
        return {
            "rank_score": self.scores[0],
            "rank_gap": self.scores[0] - (self.scores[other[0]] if other else min(self.scores) - 1),
            "right": self.odds[0],
            "right_best": max(self.odds),
            "right_gap": self.odds[0] - (others[0] if others else 0.0),
            "support": float(sum(bool(first.amounts & one.amounts) for one in self.candidates[1:_SUPPORTING])),
            "share": float(1 / grown.sum()),
            "agrees": float(self.odds[0] == max(self.odds)),
            "candidates": float(len(self.candidates)),
            "odds_three": sum(sorted(self.odds, reverse=True)[:3]),
            "odds_all": sum(self.odds),
            **self._agreeing(grown / grown.sum()),
            **self._beside(self.candidates[other[0]] if other else None),
            **first.traits,
        }

    def _agreeing(self, shares: Floats) -> dict[str, float]:
        """Return what share of the odds comes to the first one's amounts, to some of them, and how spread they are."""
        own = self.candidates[0].amounts
        same = [bool(own) and one.amounts == own for one in self.candidates]
        some = [bool(own & one.amounts) for one in self.candidates]
        return {
            "share_same": float(shares[same].sum()), "share_some": float(shares[some].sum()),
            "spread": float(-(shares * np.log(np.maximum(shares, 1e-9))).sum()),
        }  # fmt: skip

    def _beside(self, other: Candidate | None) -> dict[str, float]:
        """Return how the first stands to the next that comes to something else, trait by trait."""
        own = self.candidates[0].traits
        found = {f"next_{name}": own[name] - other.traits[name] if other else _ALONE for name in _COMPARED}
        return found | {
            "next_same_kind": float(other is not None and kind_of_one(other) == kind_of_one(self.candidates[0]))
        }


def kind_of_one(one: Candidate) -> str:
    """Return the kind of a candidate's plan, of the old answer's none."""
    return kind_of(one.plan) if one.plan is not None else ""


#: The traits that tell two readings apart.
_COMPARED = (
    "covered", "covered_all", "left", "left_run", "left_measured", "score", "odds", "asks_this", "figures",
    "lead_l_leaf", "lead_q_leaf", "lead_unexplained", "lead_sense", "lead_owner_conflict", "lead_year_conflict",
    "lead_kind_agrees", "lead_unit_own", "lead_total", "owners_outside", "years_outside", "spread_owners",
    "lead_q_all", "quote_score", "given_less", "share_agrees", "lead_heard", "rival_gap",
)  # fmt: skip
#: Where there is no other.
_ALONE = 9.0
_SUPPORTING = 6
_WHOLLY = 0.99


def as_columns(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the traits of candidates by name."""
    names = candidates[0].traits
    return {name: np.array([one.traits[name] for one in candidates], dtype=np.float32) for name in names}
