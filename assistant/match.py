"""How well a question's words and a label's words cover each other, by common runs of characters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_SHORTEST = 2


@lru_cache(maxsize=131_072)
def covered(text: str, label: str) -> frozenset[int]:
    """Return the positions of ``text`` that lie in a run of two or more characters common with ``label``."""
    if text == label:
        return frozenset(range(len(text)))
    positions: set[int] = set()
    start = 0
    while start < len(text):
        end = start + 1
        while end <= len(text) and text[start:end] in label:
            end += 1
        length = end - 1 - start
        if length >= _SHORTEST or (length == 1 and len(label) == 1):
            positions.update(range(start, start + length))
        start += max(1, length - 1) if length > 1 else 1
    return frozenset(positions)


def share(scale: Sequence[float], positions: frozenset[int] | set[int]) -> float:
    """Return the weighted share of a text that ``positions`` cover, 1.0 for an empty text."""
    whole = sum(scale)
    return sum(scale[p] for p in positions) / whole if whole else 1.0


def leaves_out(scale: Sequence[float], positions: frozenset[int] | set[int]) -> bool:
    """Tell whether ``positions`` miss a character that names something: the 净 of 净利润."""
    return any(weight == 1.0 and position not in positions for position, weight in enumerate(scale))
