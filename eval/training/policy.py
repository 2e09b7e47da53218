"""What a pair of bounds would make of the questions, out of author, and the bounds chosen for a stated risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.choosing.chooser import sure_refusal
from assistant.choosing.decide import MOST_OFFERED, Bounds, hope
from eval.bank.model import Verdict
from eval.stats import wilson
from eval.training.choosing import Asked, Placed

#: The share of strangers' questions that may be answered wrongly (the rules alone: 15): what is not told is asked back.
#: At 7 in 100 more of the bank's questions are answered wrongly than its record allows.
RISK = 0.066
#: How often the readings of a question must hold the answer, for asking back with them and for naming them.
WORTH_ASKING, WORTH_NAMING = 0.6, 0.2
_STEPS, _BIN = 100, 0.2


@dataclass(frozen=True, slots=True)
class Policy:
    """Questions with the odds of their first candidate, keyed by source and question."""

    asked: Sequence[Asked]
    placed: Mapping[str, Placed]
    odds: Mapping[str, float]

    @classmethod
    def of(cls, asked: Sequence[Asked], order: Iterable[Placed], odds: Mapping[str, float]) -> Policy:
        """Key the questions."""
        return cls(asked, {_key(one.asked): one for one in order}, odds)

    def verdict(self, one: Asked, bounds: Bounds) -> Verdict:
        """Return what becomes of a question."""
        placed = self.placed.get(_key(one))
        sure = sure_refusal(one.old)
        told = placed is not None and not sure and self.odds[_key(one)] >= bounds.tell
        if placed is not None and told:
            return Verdict.RIGHT if placed.right[0] else Verdict.WRONG
        if one.task.silent:
            return Verdict.RIGHT
        least = bounds.ask if sure else bounds.offer
        if placed is None or hope(placed.weighed) < least or (sure and not placed.weighed.named):
            return Verdict.MISSED
        return Verdict.HELPED if self.offers(placed) else Verdict.MISSED

    @staticmethod
    def offers(placed: Placed) -> bool:
        """Tell whether the readings offered hold the answer: the first ones that come to different answers."""
        shown: dict[str, bool] = {}
        for key, right in zip(placed.keys, placed.right, strict=True):
            shown.setdefault(key, right)
            if len(shown) == MOST_OFFERED:
                break
        return any(shown.values())

    def counts(self, bounds: Bounds, among: Iterable[Asked]) -> dict[str, Any]:
        """Return how many questions came to which verdict, with the intervals of right and wrong."""
        held = list(among)
        found = Counter(self.verdict(one, bounds) for one in held)
        return {
            "questions": len(held), **{verdict.value: found[verdict] for verdict in Verdict},
            "right_interval": _rounded(wilson(found[Verdict.RIGHT], len(held))),
            "wrong_interval": _rounded(wilson(found[Verdict.WRONG], len(held))),
        }  # fmt: skip


def _rounded(interval: tuple[float, float]) -> list[float]:
    return [round(bound, 3) for bound in interval]


def _key(one: Asked) -> str:
    return f"{one.source}/{one.task.id}"


def chosen(policy: Policy, strangers: Sequence[Asked]) -> Bounds:
    """Return the least bounds that keep to the stated risk, and to readings worth asking with or naming."""
    tell, firm = (_least_of(policy, strangers, risk) for risk in (RISK, RISK / 4))
    untold = [
        (hope(placed.weighed), not one.task.silent and policy.offers(placed))
        for one in strangers
        if (placed := policy.placed.get(_key(one))) is not None and policy.odds[_key(one)] < tell
    ]
    return Bounds(tell, firm, _least(untold, WORTH_ASKING), _least(untold, WORTH_NAMING))


def _least_of(policy: Policy, strangers: Sequence[Asked], risk: float) -> float:
    """Return the least bound of telling that keeps to a risk."""
    steps = (step / _STEPS for step in range(1, _STEPS))
    return next((tell for tell in steps if _wrong(policy, strangers, tell) <= risk), 1 - 1 / _STEPS)


def _least(held: Sequence[tuple[float, bool]], worth: float) -> float:
    """Return the least hope from which on the readings of every few questions hold the answer often enough."""
    bound = float(MOST_OFFERED)
    for step in range(int(MOST_OFFERED * _STEPS), -1, -1):
        low = step / _STEPS
        near = [right for hoped, right in held if low <= hoped < low + _BIN]
        if len(near) >= _FEW and sum(near) / len(near) < worth:
            break
        bound = low
    return bound


#: Of fewer questions no share is told.
_FEW = 20


def _wrong(policy: Policy, strangers: Sequence[Asked], tell: float) -> float:
    wrong = sum(policy.verdict(one, Bounds(tell, tell, 0.0, 0.0)) is Verdict.WRONG for one in strangers)
    return wrong / max(len(strangers), 1)


def curve(policy: Policy, strangers: Sequence[Asked]) -> list[dict[str, float]]:
    """Return the shares right, wrong and helped over the bound of telling: risk against coverage."""
    found = []
    for step in range(20, 95, 5):
        bounds = Bounds(step / 100, step / 100, 0.0, 0.0)
        counts = Counter(policy.verdict(one, bounds) for one in strangers)
        shares = {v.value: round(counts[v] / max(len(strangers), 1), 4) for v in Verdict}
        found.append({"tell": bounds.tell, **shares})
    return found
