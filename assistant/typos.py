"""Mending typing errors that sound alike: 三工经费 → 三公经费, 控制律 → 控制率."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from assistant.lexicon import Lexicon
from ingest.grams import bigrams

_LONGEST = 60
_MOST = 2


def corrected(content: str, lexicon: Lexicon, vocabulary: frozenset[str]) -> str:
    """Return the content with characters replaced that fit no known word but have a homophone that does.

    ``vocabulary`` has the pairs of characters of the reports' own labels.  Returns ``""`` when there is
    nothing to mend.
    """
    known = vocabulary | _pairs_of_terms(lexicon)
    text = content[:_LONGEST]
    for _ in range(_MOST):
        mended = next(_mended(text, known), "")
        if not mended:
            break
        text = mended
    return text if text != content[:_LONGEST] else ""


def _mended(text: str, known: frozenset[str]) -> Iterator[str]:
    for place, char in enumerate(text):
        before, after = text[place - 1 : place + 1] if place else "", text[place : place + 2]
        if (len(before) == 2 and before in known) or (len(after) == 2 and after in known):
            continue
        for other in sorted(_fitting(text, place, known)):
            if other != char and sounds(other) & sounds(char):
                yield text[:place] + other + text[place + 1 :]


def _fitting(text: str, place: int, known: frozenset[str]) -> set[str]:
    """Return the characters that make a known pair with a neighbour of a place."""
    after, before = _neighbours(known)
    found: set[str] = set()
    if place:
        found |= after.get(text[place - 1], set())
    if place + 1 < len(text):
        found |= before.get(text[place + 1], set())
    return found


@lru_cache(maxsize=32)
def _neighbours(known: frozenset[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return character → those that known pairs have after it, and before it."""
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for pair in known:
        after.setdefault(pair[0], set()).add(pair[1])
        before.setdefault(pair[1], set()).add(pair[0])
    return after, before


@lru_cache(maxsize=8_192)
def sounds(char: str) -> frozenset[str]:
    """Return a character's readings without tones; the table is loaded when first needed (0.2 s)."""
    from pypinyin import Style, pinyin

    if not "\u4e00" <= char <= "\u9fff":
        return frozenset()
    return frozenset(pinyin(char, style=Style.NORMAL, heteronym=True)[0])


@cache
def _pairs(terms: frozenset[str]) -> frozenset[str]:
    return frozenset(pair for term in terms for pair in bigrams(term))


def _pairs_of_terms(lexicon: Lexicon) -> frozenset[str]:
    return _pairs(frozenset(lexicon.synonyms) | frozenset(("预算", "决算", "目标", "实际", "执行率", "控制率", "得分")))
