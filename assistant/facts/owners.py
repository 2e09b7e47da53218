"""Whose figures a question asks for: departments and their parts, by name or by any shortening that keeps the order.

文旅局 is 嘉岷市文化广播电视和旅游局: its characters stand in the name one after the other.  A character tells the more
the fewer owners have it, and the less the more labels have it; a run of characters that tell nothing links nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

_SHORTEST, _LONGEST = 2, 24
#: The ensembles were taught with at most so many reports at once, and so many owners: more of them count as these.
MOST_SEEN = 8
#: Of the best run's worth another run must have this share to name a second owner.
_SECOND = 0.5


@dataclass(frozen=True, slots=True)
class Named:
    """A run ``text[start:end]`` that names owners; ``worth`` is what its characters tell."""

    start: int
    end: int
    owners: tuple[str, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Owners:
    """Everybody that a question may ask about: owner → the names it goes by; ``telling`` what a character tells."""

    names: dict[str, tuple[str, ...]]
    telling: dict[str, float]
    #: Character → which of the owners, in their order, have it in a name; only of many owners.
    having: dict[str, Bools] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Mapping[str, Sequence[str]], labels: Iterable[str]) -> Owners:
        """Weigh the characters of the owners' names: those of many owners, or of many labels, tell little."""
        held = {owner: tuple(dict.fromkeys(name for name in own if name)) for owner, own in names.items()}
        owners: Counter[str] = Counter()
        for own in held.values():
            owners.update(set("".join(own)))
        texts = list(labels)
        common: Counter[str] = Counter()
        for text in texts:
            common.update(set(text))
        telling = {
            char: log((min(len(held), MOST_SEEN) + 1) / (min(count, MOST_SEEN) + 0.5) + 1)
            * log((len(texts) + 1) / (common[char] + 1) + 1)
            for char, count in owners.items()
        }
        return cls(held, telling, _having(held) if len(held) > _MOST_LOOKED_AT else {})

    def worths(self, text: str) -> dict[str, Named]:
        """Return owner → the run of a text that names it best; owners that no run names are left out."""
        found: dict[str, Named] = {}
        for owner in self._likely(text):
            best: Named | None = None
            for name in self.names[owner]:
                run = self._best_run(text, name)
                if run is not None and (best is None or run[2] > best.worth):
                    best = Named(run[0], run[1], (owner,), run[2])
            if best is not None:
                found[owner] = best
        return found

    def _likely(self, text: str) -> list[str]:
        """Return the owners to look at: of many those whose names share the pairs of characters that tell most."""
        owners = list(self.names)
        if len(owners) <= _MOST_LOOKED_AT:
            return owners
        worth = np.zeros(len(owners), dtype=np.float32)
        for pair in dict.fromkeys(pairwise(text)):
            held = [self.having.get(char) for char in pair]
            if held[0] is not None and held[1] is not None:
                worth += (held[0] & held[1]) * np.float32(sum(self.telling.get(char, 0.0) for char in pair))
        best = np.argsort(-worth, kind="stable")[:_MOST_LOOKED_AT]
        return [owners[n] for n in sorted(best.tolist()) if worth[n] > 0]

    def _best_run(self, text: str, name: str) -> tuple[int, int, float] | None:
        """Return (start, end, worth) of the run that tells most and whose characters a name has in this order."""
        best: tuple[int, int, float] | None = None
        for start in range(len(text) - _SHORTEST + 1):
            place, worth, gaps, end = -1, 0.0, 0, start
            while end < len(text) and end - start < _LONGEST:
                after = name.find(text[end], place + 1)
                if after < 0:
                    break
                gaps += place >= 0 and after > place + 1
                worth += self.telling.get(text[end], 0.0)
                place, end = after, end + 1
                if end - start >= _SHORTEST:
                    value = worth / (1 + _GAP * gaps)
                    if best is None or value > best[2] + 1e-9:
                        best = (start, end, value)
        return best

    def named(self, text: str, worths: Mapping[str, Named] | None = None, *, whole: float = 0.0) -> tuple[Named, ...]:
        """Return the owners that a text names, in order: at each place the run that tells most, ties together.

        A run that tells little beside the best one names nobody, unless it has the share ``whole`` of a name.
        """
        held = sorted((worths or self.worths(text)).values(), key=lambda one: (-one.worth, one.start))
        chosen: list[Named] = []
        for one in held:
            if chosen and one.worth < _SECOND * chosen[0].worth and not self._nearly(one, whole):
                continue
            same = next((n for n, other in enumerate(chosen) if (other.start, other.end) == (one.start, one.end)), None)
            if same is not None and one.worth > chosen[same].worth - 1e-6:
                merged = (*chosen[same].owners, *one.owners)
                chosen[same] = Named(one.start, one.end, merged, one.worth)
            elif not any(one.start < other.end and other.start < one.end for other in chosen):
                chosen.append(one)
        return tuple(sorted(chosen, key=lambda one: one.start))

    def _nearly(self, one: Named, whole: float) -> bool:
        """Tell whether a run has a share of the shortest name of its owner."""
        return whole > 0 and one.end - one.start >= whole * min(map(len, self.names[one.owners[0]]))


def _having(names: Mapping[str, Sequence[str]]) -> dict[str, Bools]:
    found: dict[str, Bools] = {}
    for number, own in enumerate(names.values()):
        for char in set("".join(own)):
            if char not in found:
                found[char] = np.zeros(len(names), dtype=np.bool_)
            found[char][number] = True
    return found


#: So many owners are looked at closely.
_MOST_LOOKED_AT = 400
#: What a gap in the name costs a run.
_GAP = 0.15
