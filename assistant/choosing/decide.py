"""The one decision: tell what is most likely meant, ask back with what it may be, or keep silent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from assistant.choosing.candidates import Candidate, Weighed
from assistant.weigher import Weigher, card, weigher

MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the odds must reach: ``tell`` for an answer, the others for readings that may be meant.

    ``firm`` is for an answer where one report alone is loaded.  By the sum of the likeliest
    three's own odds: ``ask`` to ask back with them, ``offer`` to name them beside a refusal.
    """

    tell: float
    firm: float
    ask: float
    offer: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The three weighers of candidates, and the bounds that the training chose for a stated risk."""

    rank: Weigher
    right: Weigher
    sure: Weigher
    bounds: Bounds

    @classmethod
    @cache
    def load(cls) -> Judgement:
        """Load what comes with the package."""
        chosen = card("sure")["bounds"]
        bounds = Bounds(**{name: chosen[name] for name in Bounds.__slots__})
        return cls(weigher("rank"), weigher("right"), weigher("sure"), bounds)


@dataclass(frozen=True, slots=True)
class Decision:
    """``sure`` is how likely the first candidate is right; ``readings`` those worth naming, the likeliest first.

    ``asks`` tells whether they are likely enough to be asked back with.
    """

    weighed: Weighed
    sure: float
    tells: bool
    firm: bool
    asks: bool
    readings: tuple[Candidate, ...]


def decide(weighed: Weighed, judgement: Judgement) -> Decision:
    """Decide on weighed candidates, at least one."""
    standing = {name: np.array([value], dtype=np.float32) for name, value in weighed.standing().items()}
    raw = float(judgement.sure(standing, np.zeros(1, dtype=np.int64))[0])
    sure = 1 / (1 + float(np.exp(-raw)))
    near, bounds = hope(weighed), judgement.bounds
    readings = weighed.candidates if near >= bounds.offer else ()
    return Decision(weighed, sure, sure >= bounds.tell, sure >= bounds.firm, near >= bounds.ask, readings)


def hope(weighed: Weighed) -> float:
    """Return the sum of the odds of the likeliest three by themselves."""
    return sum(sorted(weighed.odds, reverse=True)[:MOST_OFFERED])
