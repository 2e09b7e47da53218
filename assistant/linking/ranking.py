"""How well each fact of the reports fits a question: the learned weigher's scores, and the best among some facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.world import World
from assistant.linking.features import Features
from assistant.linking.wording import Wording
from assistant.weigher import Weigher, weigher
from ingest.model import Fact

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_NAME = "facts"
#: So many facts that share most with the question are weighed; the right one is among them in 97 of 100 (the card).
WEIGHED = 300
#: What a fact that isn't weighed scores.
NEVER = -1e9


def shortlist(columns: dict[str, Floats], most: int = WEIGHED) -> NDArray[np.int64]:
    """Return the places of the ``most`` facts that share most with a question, the most first."""
    shared = (
        columns["q_labels"] + columns["best_leaf"] + 0.5 * columns["q_all"] + 0.5 * columns["q_before"]
        + 0.3 * (columns["lead_row"] + columns["lead_leaf"])
        + 0.3 * (columns["owner_report"] + columns["owner_linked"] + columns["year_agrees"])
    )  # fmt: skip
    return np.argsort(-shared, kind="stable")[:most]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The facts of a world weighed for one wording: n scores, and the places of those weighed, the best first."""

    world: World
    wording: Wording
    columns: dict[str, Floats]
    scores: Floats
    order: tuple[int, ...]
    weigh: Weigher
    lead: int | None = None

    @classmethod
    def of(
        cls, wording: Wording, world: World, weigh: Weigher | None = None, lead: int | None = None, most: int = WEIGHED
    ) -> Ranking:
        """Weigh the facts of a world; ``lead`` is the id of the fact that the question before came to."""
        columns = Features(wording, world.catalogue, None if lead is None else world.places[lead]).columns
        places = shortlist(columns, most)
        weigh = weigh or weigher(_NAME)
        scores = np.full(len(world.catalogue.entries), NEVER, dtype=np.float32)
        if len(places):
            scores[places] = weigh(columns, places)
        best = places[np.argsort(-scores[places], kind="stable")]
        return cls(world, wording, columns, scores, tuple(int(place) for place in best), weigh, lead)

    def id_of(self, place: int) -> int:
        """Return the id of the fact at a place."""
        return self.world.catalogue.entries[place].stored.id

    def score(self, fact: int) -> float:
        """Return a fact's score by its id."""
        return float(self.scores[self.world.places[fact]])

    def best(self, test: Callable[[int, Fact], bool], among: Iterable[int] | None = None) -> int | None:
        """Return the id of the best fact that passes a test of (its id, itself), ``None`` where none does."""
        entries = self.world.catalogue.entries
        for place in self.order if among is None else among:
            stored = entries[place].stored
            if test(stored.id, stored.fact):
                return stored.id
        return None

    def feature(self, name: str, fact: int) -> float:
        """Return a feature of a fact by the fact's id."""
        return float(self.columns[name][self.world.places[fact]])
