"""The words of asking, as data: words by class, and what a word's characters weigh in matching."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from ingest.labels import normalise

#: A character of a word that only helps asking; a fact that has it is still the better one.
FAINT = 0.05
#: A character of a word that many labels share (合计, 决算数, 情况).
LIGHT = 0.35
#: A single character that only joins or asks may also be part of a name (在用, 公用): it counts a little.
JOINING = 0.15
_LIGHT_CLASS = "轻词"
_CONTRASTS = "对立"
_KEYLESS = "键外"


@cache
def word_classes() -> dict[str, tuple[str, ...]]:
    """Return class → words, as ``data/words.tsv`` has them; a line that isn't 类别 TAB 词|词 is an error."""
    found: dict[str, tuple[str, ...]] = {}
    text = (files("assistant") / "data" / "words.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, words = line.partition("\t")
        if not tab or not words:
            raise ValueError(f"words.tsv 第 {number} 行应为“类别 制表符 词|词”")
        if name == _CONTRASTS:
            found[name] = (*found.get(name, ()), words)
            continue
        found[name] = (*found.get(name, ()), *words.split("|"))
    return found


@cache
def scales() -> tuple[re.Pattern[str], dict[str, float]]:
    """Return (a pattern that finds the longest word at each place, word → weight of its characters)."""
    found: dict[str, float] = {}
    for name, words in word_classes().items():
        if name in (_CONTRASTS, _KEYLESS):
            continue
        for word in filter(None, map(normalise, words)):
            faint = FAINT if len(word) > 1 else JOINING
            found[word] = LIGHT if name == _LIGHT_CLASS else faint
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), found


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """Return a pattern of one class's words, the longest first."""
    longest_first = sorted(word_classes()[name], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@cache
def _contrasts() -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(
        tuple(re.compile("|".join(map(re.escape, side.split("=")))) for side in line.split("|"))
        for line in word_classes()[_CONTRASTS]
    )


@lru_cache(maxsize=65_536)
def _sides(text: str) -> tuple[frozenset[int], ...]:
    """Return, for each set of contrasting words, the numbers of those that a text has."""
    return tuple(
        frozenset(number for number, side in enumerate(contrast) if side.search(text)) for contrast in _contrasts()
    )


def contradicts(asked: str, label: str) -> bool:
    """Tell whether a label has one of two contrasting words where the question has the other: 期初, 期末."""
    return any(a and b and not a & b for a, b in zip(_sides(asked), _sides(label), strict=True))
