"""What all plans of one question share: how its facts fit, what kind of question it is, what was answered before."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from assistant.facts.catalogue import COLUMN, LEAF
from assistant.linking.features import cover
from assistant.linking.quoting import Quoting
from assistant.linking.ranking import Ranking
from assistant.linking.shape import Shapes, shape_of
from assistant.model import Answer, Operation
from assistant.weigher import Weigher
from ingest.numbers import in_base

Bools = NDArray[np.bool_]

#: So many of the best facts and quotes share the odds.
SOFT = 40
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Setting:
    """How a question's facts and quotes fit, and what it asks for.

    ``odds`` has the share of each of the best facts, ``held`` the characters of the text that each label covers,
    ``said`` those that name an owner, ``measured`` those that some figure's own labels cover, ``known`` those that
    anything does, ``old`` what the way of answering that was there before says.
    """

    ranking: Ranking
    shape: dict[str, float]
    odds: dict[int, float]
    old: Answer | None
    operation: Operation
    held: Bools
    said: Bools
    measured: Bools
    known: Bools
    quoting: Quoting
    #: The amounts that the old way answered with, in base units.
    old_values: tuple[tuple[str, Decimal], ...] = ()
    #: What is the same for all proposals of a question, read once.
    common: dict[str, float] = field(default_factory=dict)
    #: The characters that a figure's labels and department cover, by its place (``choosing.operands``).
    named: dict[int, Bools] = field(default_factory=dict)
    #: The odds of all the best facts that state an amount, by that (``choosing.traits``).
    stated: dict[tuple[str, Decimal], float] = field(default_factory=dict)
    #: What is the same for all plans over the same figures, by these (``choosing.traits``).
    of_figures: dict[tuple[int, ...], dict[str, float]] = field(default_factory=dict)
    of_lead: dict[int | None, dict[str, float]] = field(default_factory=dict)
    #: Where in the text the clauses that name something stand.
    clauses: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, ranking: Ranking, old: Answer | None, operation: Operation, weigh: Weigher | None = None) -> Setting:
        """Read what the plans of a question share."""
        wording, world = ranking.wording, ranking.world
        held = cover(wording.text, world.catalogue).characters[:, : len(wording.text)]
        said = np.zeros(len(wording.text), dtype=np.bool_)
        for one in (*wording.owners, *wording.parts):
            said[one.start : one.end] = True
        top = ranking.order[:SOFT]
        raw = ranking.scores[list(top)] if top else np.zeros(0, dtype=np.float32)
        grown = np.exp(raw - raw.max(initial=0))
        share = grown / max(float(grown.sum()), 1e-9)
        odds = {ranking.id_of(place): float(one) for place, one in zip(top, share, strict=True)}
        shape = cls.shape_for(ranking, held)
        quoting = Quoting.of(wording, world, shape, weigh, ranking.lead)
        own = np.unique(world.catalogue.slots[:, [LEAF, COLUMN]])
        measured, known = np.asarray(held[own].any(axis=0)), np.asarray(said | held.any(axis=0))
        values = tuple(in_base(value.value, value.unit) for value in old.values) if old is not None else ()
        return cls(
            ranking, shape, odds, old, operation, held, said, measured, known, quoting, values,
            clauses=tuple(wording.clause_spans()),
        )  # fmt: skip

    @staticmethod
    def shape_for(ranking: Ranking, held: Bools | None = None) -> dict[str, float]:
        """Return how likely each kind of question is; ``held`` has what each label covers, where it is known."""
        text = ranking.wording.text
        if held is None:
            held = cover(text, ranking.world.catalogue).characters[:, : len(text)]
        return Shapes.load().odds(shape_of(text, _mentioned(ranking, held)))


def _mentioned(ranking: Ranking, held: Bools) -> Bools:
    """Return the characters that name an owner, or the measure that fits best."""
    wording = ranking.wording
    found = np.zeros(len(wording.text), dtype=np.bool_)
    for one in (*wording.owners, *wording.parts):
        found[one.start : one.end] = True
    return found | own_characters(ranking, ranking.id_of(ranking.order[0]), held) if ranking.order else found


def own_characters(ranking: Ranking, fact: int, held: Bools) -> Bools:
    """Return the characters that a fact's own labels, or everyday words for them, cover."""
    slots = ranking.world.catalogue.slots[ranking.world.places[fact]]
    own: Bools = held[slots[LEAF]] | held[slots[COLUMN]]
    if ranking.feature("spoken", fact) > _HALF:
        for word in ranking.wording.spoken:
            own[word.start : word.end] = True
    return own
