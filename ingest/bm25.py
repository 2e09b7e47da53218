"""BM25 of passages, computed here over whatever engine finds them: the choice of grams and the final ranking.

Robertson & Zaragoza 2009, with k1 = 1.2 and b = 0.75; scores are divided by the most that the words could reach,
Σ idf·(k1 + 1), so that they can be added to a cosine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.grams import grams

K1, B = 1.2, 0.75
#: How many passages the grams that are asked of an engine may stand in, all together.
_BUDGET = 6_000
_FEWEST = 4
#: A gram that weighs less than this is no reason to look at a passage.
_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 knows of a collection: passages, their mean length in grams, passages per gram asked for."""

    passages: int
    mean: float
    frequency: Mapping[str, int]

    def rarity(self, gram: str) -> float:
        """Return the idf of a gram; one that stands nowhere is the rarest."""
        held = self.frequency.get(gram, 0)
        return math.log(1 + (self.passages - held + 0.5) / (held + 0.5))


#: What is asked for: each gram with its weight, 1 for one that names something.
Weights = Mapping[str, float]


def weigh(words: str, also: Sequence[tuple[str, float]] = (), light: Weights | None = None) -> dict[str, float]:
    """Return the weight of each gram: 1 for those of the words but for the ``light`` ones, less for ``also``.

    ``also`` has texts that the words may mean, each with its weight.
    """
    weights = {gram: (light or {}).get(gram, 1.0) for gram in grams(words)}
    for text, weight in also:
        for gram in dict.fromkeys(grams(text)):
            weights[gram] = max(weights.get(gram, 0.0), weight)
    return weights


class Ranking:
    """Scores passages, given as their grams, for the grams of a question; ``whole`` are those that it says itself."""

    def __init__(self, weights: Weights, whole: Weights, statistics: Statistics) -> None:
        most = sum(weight * statistics.rarity(gram) for gram, weight in whole.items()) * (K1 + 1)
        self._share = {
            gram: weight * statistics.rarity(gram) * (K1 + 1) / (most or 1.0) for gram, weight in weights.items()
        }
        self._mean = statistics.mean or 1.0

    def score(self, tokens: Sequence[str]) -> float:
        """Return the score of a passage, 0 when it shares no gram."""
        counts: dict[str, int] = {}
        for token in tokens:
            if token in self._share:
                counts[token] = counts.get(token, 0) + 1
        norm = K1 * (1 - B + B * len(tokens) / self._mean)
        return sum(self._share[gram] * times / (times + norm) for gram, times in counts.items())


def selective(weights: Mapping[str, float], frequency: Mapping[str, int]) -> list[str]:
    """Return the grams to ask an engine for: the rarest, as many as stand in few enough passages together."""
    known = sorted(
        (gram for gram, weight in weights.items() if frequency.get(gram) and weight >= _LEAST),
        key=lambda gram: (frequency[gram], gram),
    )
    chosen: list[str] = []
    total = 0
    for gram in known:
        total += frequency[gram]
        if total > _BUDGET and len(chosen) >= _FEWEST:
            break
        chosen.append(gram)
    return chosen
