"""What speaks for a plan being the one that is meant: traits by name, of the question, the plan and its figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.choosing.operands import of_operands
from assistant.choosing.scope import SLOTS_AROUND, kept_to, left_over, rivals
from assistant.choosing.setting import SOFT, Setting, own_characters
from assistant.facts.world import alike
from assistant.linking.features import COMPARED
from assistant.linking.quoting import Quoting
from assistant.linking.ranking import Ranking
from assistant.model import Answer, Operation, Status
from assistant.plans.counterparts import nearness
from assistant.plans.language import FORMS, Cell, Each, Plan, Quote, Rank, Words, kind_of
from assistant.running.figures import Outcome
from ingest.grams import bigrams
from ingest.labels import normalise
from ingest.model import Fact
from ingest.numbers import in_base

#: The way of answering that was there before, as one more proposal.
OLD = "old"
KINDS = (*FORMS, OLD)
#: Features of a plan's first figure that are traits of the plan.
_OF_LEAD = (
    "q_leaf", "q_leaves", "q_labels", "q_all", "q_sentence", "unexplained", "l_leaf", "l_column", "l_leaves", "run",
    "best_leaf", "spoken", "q_spoken", "owner_linked", "owner_conflict", "unit_linked", "unit_conflict", "unit_own",
    "year_agrees", "year_conflict", "year_own", "year_report_agrees", "kind_agrees", "kind_conflict", "unit_agrees",
    "unit_conflict_asked", "sentence", "total", "blank", "hedged", "q_before", "l_before", "lead_leaf", "lead_table",
    "lead_owner", "lead_year", "lead_kind", "is_change", "is_rate", "is_budget", "is_target", "is_score", "is_money",
    "length_leaf", "counter_agrees", "ratio_agrees", "sense", "sense_leaf", "sense_named", "heard",
    "figure_given", *(f"{name}_gap" for name in COMPARED),
)  # fmt: skip
_OF_QUESTION = (
    "owners", "units", "year_asked", "year_inherited", "owner_inherited", "kind_asked", "unit_asked", "length", "named",
    "turns", "year_against", "counter_asked", "ratio_asked", "asks", "several",
)  # fmt: skip
#: The kinds of question that a kind of plan answers.
_ANSWERS = {
    "cell": ("value", "convert", "verify", "premise", "attribute"),
    "each": ("values", "compare", "verify", "premise"),
    "difference": ("difference", "change", "compare", "premise"),
    "share": ("share", "ratio"),
    "quotient": ("ratio", "mean"),
    "change": ("change", "premise", "verify", "quote"),
    "total": ("sum",),
    "mean": ("mean",),
    "rank": ("rank", "compare"),
    "before": ("value", "difference", "change", "premise"),
    "where": ("filter", "list", "count"),
    "short": ("filter", "list", "rank"),
    "adds": ("verify", "premise", "sum"),
    "line": ("values", "quote", "list", "compare"),
    "names": ("list", "count", "filter"),
    "quote": ("quote", "define", "list", "premise"),
    "words": ("quote", "attribute", "list", "define"),
    OLD: ("quote", "list", "filter", "define", "attribute", "reverse", "count", "verify"),
}
_ALONG = ("measures", "columns", "kinds", "row", "years", "owners", "rows")


def traits(plan: Plan | None, outcome: Outcome | None, facts: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return a proposal's traits; ``plan`` is ``None`` for the old answer, whose figures ``facts`` has."""
    kind = OLD if plan is None else kind_of(plan)
    if not setting.common:
        setting.common.update(_common(setting))
    found = {f"kind_{name}": float(name == kind) for name in KINDS} | setting.common
    found["asks_this"] = sum(setting.shape.get(name, 0.0) for name in _ANSWERS[kind])
    found |= {f"along_{name}": float(isinstance(plan, Each) and plan.along == name) for name in _ALONG}
    found["first"] = float(plan.first) if isinstance(plan, Rank) else -1.0
    found["disputed"] = float(isinstance(plan, Cell) and bool(plan.beside))
    found |= _beside(plan, setting)
    found["figures"] = float(len(facts))
    found |= _given(outcome, setting)
    values = setting.old_values
    found["old_agrees"] = float(outcome is not None and any(amount in values for amount in outcome.amounts))
    figures = tuple(facts)
    if figures not in setting.of_figures:
        setting.of_figures[figures] = _of_figures(figures, setting)
    found |= setting.of_figures[figures]
    found |= _of_quote(plan, setting)
    return found


def _of_figures(facts: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return the traits of a plan's figures, whatever it does with them: many plans are of the same ones."""
    ranking = setting.ranking
    places = [ranking.world.places[fact] for fact in facts if fact in ranking.world.places]
    scores = [float(max(ranking.scores[place], _LOW)) for place in places]
    best = float(max(ranking.scores[ranking.order[0]], _LOW)) if ranking.order else _LOW
    found = {"score": scores[0] if scores else _LOW}
    found["score_gap"] = (scores[0] if scores else _LOW) - best
    found["score_least"] = min(scores, default=_LOW) - best
    found["score_best"] = best
    found["odds"] = setting.odds.get(facts[0], 0.0) if facts else 0.0
    found["odds_value"] = _odds_of_value(facts[0], setting) if facts else 0.0
    found["order"] = float(ranking.order.index(places[0])) if places and places[0] in ranking.order[:SOFT] else SOFT
    lead = places[0] if places else None
    if lead not in setting.of_lead:
        setting.of_lead[lead] = _of_lead(lead, ranking)
    found |= setting.of_lead[lead]
    found |= _together(places, setting)
    found |= of_operands(places, setting)
    found |= kept_to(facts, setting)
    return found


def _of_lead(lead: int | None, ranking: Ranking) -> dict[str, float]:
    """Return the traits of a plan's first figure, by its place; -1 where it has none."""
    found = {f"lead_{name}": float(ranking.columns[name][lead]) if lead is not None else -1.0 for name in _OF_LEAD}
    return found | rivals(lead, ranking)


def _given(outcome: Outcome | None, setting: Setting) -> dict[str, float]:
    """Return how many answers a proposal gives, beside how many are asked for, and whether a share is among them."""
    asking = setting.ranking.wording.asking
    amounts = outcome.amounts if outcome is not None else ()
    given = max(len(amounts), len(outcome.chosen) if outcome is not None else 0, 1)
    shares = any(dimension in ("ratio", "points") for dimension, _ in amounts)
    return {
        "given": float(given), "given_less": float(asking.count - given), "given_share": float(shares),
        "share_agrees": float(shares == asking.ratio),
    }  # fmt: skip


#: Features of a quote that are traits of its plan.
_OF_QUOTE = (
    "q_own", "q_near", "q_all", "q_label", "l_label", "l_heading", "length", "reason", "problem", "next", "cell",
    "whole", "owner_conflict", "year_conflict", "q_turn", "reason_above", "problem_above", "next_above", "reason_fits",
    "problem_fits", "next_fits",
)  # fmt: skip


def _of_quote(plan: Plan | None, setting: Setting) -> dict[str, float]:
    """Return how well a quote fits, and for any other plan how well the best quote does."""
    quoting = setting.quoting
    best = float(quoting.scores[quoting.order[0]]) if quoting.order else _LOW
    place = place_of(plan, quoting) if isinstance(plan, Quote | Words) else None
    found = {f"quote_{name}": float(quoting.columns[name][place]) if place is not None else -1.0 for name in _OF_QUOTE}
    found["quote_best"] = best
    found["quote_score"] = float(quoting.scores[place]) if place is not None else _LOW
    found["quote_gap"] = found["quote_score"] - best if place is not None else _LOW
    return found


def place_of(plan: Quote | Words, quoting: Quoting) -> int | None:
    """Return the place among the quotes of what a plan quotes."""
    for place in quoting.order[:SOFT]:
        one = quoting.quotes.said[place]
        if isinstance(plan, Words) and one.fact is not None and one.fact.id == plan.fact:
            return place
        if (
            isinstance(plan, Quote)
            and one.piece is not None
            and (one.piece.report, one.piece.block, one.text) == (plan.report, plan.block, plan.text)
        ):
            return place
    return None


#: What a fact scores that was not weighed.
_LOW = -12.0


def _beside(plan: Plan | None, setting: Setting) -> dict[str, float]:
    """Return how near two figures are that may contradict each other: their labels, their sizes, their scores."""
    found = {"beside_alike": -1.0, "beside_ratio": -1.0, "beside_gap": -1.0, "beside_slip": -1.0, "beside_twin": -1.0}
    found["twin_odds"] = setting.ranking.world.twin_of(plan.fact)[1] if isinstance(plan, Cell) else -1.0
    if not isinstance(plan, Cell) or not plan.beside:
        return found
    world, other = setting.ranking.world, plan.beside[0]
    found["beside_alike"] = alike(world, plan.fact, other)
    twin, odds = world.twin_of(plan.fact)
    found["beside_twin"] = odds if twin == other else 0.0
    found["beside_ratio"] = nearness(world.fact(plan.fact), world.fact(other))
    found["beside_slip"] = float(_slipped(world.fact(plan.fact), world.fact(other)))
    found["beside_gap"] = setting.ranking.score(plan.fact) - max(setting.ranking.score(other), _LOW)
    return found


def _slipped(a: Fact, b: Fact) -> bool:
    """Tell whether two figures are of the same digits in another order, as a slip of the pen makes them."""
    digits = ["".join(filter(str.isdigit, one.raw)) for one in (a, b)]
    return sorted(digits[0]) == sorted(digits[1]) and digits[0] != digits[1]


def _common(setting: Setting) -> dict[str, float]:
    """Return the traits that all proposals of a question share: what it asks, and how the old way answered it."""
    columns = setting.ranking.columns
    found = {f"asks_{name}": odds for name, odds in setting.shape.items()}
    found |= {name: float(columns[name][0]) if len(columns[name]) else 0.0 for name in _OF_QUESTION}
    asking = setting.ranking.wording.asking
    found |= {"why": float(asking.why), "wrong": float(asking.wrong), "to_do": float(asking.to_do)}
    found["clauses"] = float(len(setting.clauses))
    return found | _of_old(setting)


def _of_old(setting: Setting) -> dict[str, float]:
    old = setting.old
    found = {f"old_{status.value}": float(old is not None and old.status is status) for status in Status}
    found |= {f"operation_{one.value}": float(setting.operation is one) for one in Operation}
    text = old.text if old is not None else ""
    found |= {f"refused_{n}": float(text.startswith(way)) for n, way in enumerate(("未收录", "未披露", "未填列"))}
    wording = setting.ranking.wording
    known = setting.ranking.world.library.periods
    found["year_absent"] = float(any(year not in known for year in wording.years))
    found["old_values"] = float(len(setting.old_values))
    found["old_quotes"], found["old_covers"] = _quoted(old, setting)
    found["old_way"] = float(_way(old))
    found["old_citations"] = float(len(old.citations)) if old is not None else 0.0
    found["old_lacks"] = float(text.count("未披露") + text.count("没有列出"))
    found["old_length"] = float(len(old.text)) if old is not None else 0.0
    return found


def _quoted(old: Answer | None, setting: Setting) -> tuple[float, float]:
    """Return how much of what the question names the old answer's sources say, and its text."""
    if old is None:
        return 0.0, 0.0
    wording = setting.ranking.wording
    weight = wording.naming / max(float(wording.naming.sum()), 1e-6)
    found = []
    for text in ("".join(f"{c.place} {c.quote} " for c in old.citations[:_MOST_QUOTES]), old.text):
        pairs = set(bigrams(setting.ranking.world.lexicon.canonical(normalise(text))))
        held = np.zeros(len(wording.text), np.bool_)
        for place, pair in enumerate(wording.pairs):
            if pair in pairs:
                held[place : place + 2] = True
        found.append(float((held * weight).sum()))
    return found[0], found[1]


_MOST_QUOTES = 12


def _way(old: Answer | None) -> int:
    """Return by which way the old answer was found: what the last line of its trace that tells begins with."""
    lines = [line for line in old.trace if line.startswith(_WAYS)] if old is not None else []
    return next((n + 1 for n, way in enumerate(_WAYS) if lines and lines[-1].startswith(way)), 0)


_WAYS = ("查到", "公式", "按标题", "按正文", "按行名", "口语对应", "比较", "冲突", "范围", "逐项")


def _odds_of_value(fact: int, setting: Setting) -> float:
    """Return the odds of all facts that state the same figure: places that agree support each other."""
    world = setting.ranking.world
    own = world.fact(fact)
    if own.value is None:
        return setting.odds.get(fact, 0.0)
    if not setting.stated:
        for other, odds in setting.odds.items():
            one = world.fact(other)
            if one.value is not None:
                size = in_base(one.value, one.unit)
                setting.stated[size] = setting.stated.get(size, 0) + odds
    return setting.stated.get(in_base(own.value, own.unit), 0)


def _together(places: Sequence[int], setting: Setting) -> dict[str, float]:
    """Return what a plan's figures cover of the question together, and what they have in common."""
    ranking = setting.ranking
    catalogue, wording = ranking.world.catalogue, ranking.wording
    weight = wording.naming / max(float(wording.naming.sum()), 1e-6)
    own, around = np.zeros(len(wording.text), np.bool_), setting.said.copy()
    for place in places[:8]:
        slots = catalogue.slots[place]
        own |= own_characters(ranking, catalogue.entries[place].stored.id, setting.held)
        for slot in SLOTS_AROUND:
            around |= setting.held[slots[slot]]
    facts = [catalogue.entries[place].stored for place in places]
    first = facts[0] if facts else None

    def common(test: str) -> float:
        if first is None:
            return 0.0
        return float(all(getattr(one.fact, test) == getattr(first.fact, test) for one in facts))

    return {
        "covered": float((own * weight).sum()),
        "covered_all": float(((own | around) * weight).sum()),
        "left": float(((~(own | around)) * wording.naming).sum()),
        **left_over(own | around, setting),
        "same_owner": common("organisation"), "same_year": common("period"), "same_kind": common("kind"),
        "same_unit": common("unit"),
        "same_report": float(all(one.report == facts[0].report for one in facts)) if facts else 0.0,
        "same_table": float(len({one.fact.source.table for one in facts}) == 1),
    }  # fmt: skip
