"""Counting outcomes: shares with their confidence intervals, percentiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.model import Outcome, QuestionKind, Scored

_Z = 1.959963984540054  # 97.5 % of the normal distribution


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcomes of some questions.  ``cited`` counts (citations at a gold place, citations given)."""

    questions: int
    counts: dict[Outcome, int]
    unsupported: int
    cited: tuple[int, int]
    interval: tuple[float, float]

    def share(self, outcome: Outcome) -> float:
        """Return the share of an outcome, 0 to 1."""
        return self.counts[outcome] / self.questions if self.questions else 0.0


def tally(scored: Iterable[Scored]) -> Tally:
    """Count outcomes, unsupported figures and citations; the interval is of the share that is right."""
    held = list(scored)
    counts = Counter(one.outcome for one in held)
    cited = (sum(one.citations[0] for one in held), sum(one.citations[1] for one in held))
    loose = sum(len(one.unsupported) for one in held)
    whole = {outcome: counts[outcome] for outcome in Outcome}
    return Tally(len(held), whole, loose, cited, wilson(counts[Outcome.RIGHT], len(held)))


def by_kind(scored: Iterable[Scored]) -> dict[QuestionKind, list[Scored]]:
    """Group answers by the kind of their question, in the order of ``QuestionKind``."""
    held = list(scored)
    groups = {kind: [one for one in held if one.gold.kind is kind] for kind in QuestionKind}
    return {kind: group for kind, group in groups.items() if group}


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927), (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    share, square = successes / trials, _Z * _Z
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = _Z / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def percentile(values: Sequence[float], q: float) -> float:
    """Return the ``q``-th percentile (0–100) by the nearest rank, 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(q / 100 * len(ordered)) - 1)]
