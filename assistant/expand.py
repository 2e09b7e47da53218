"""What the words of a question may stand for in a report: the lexicon's terms, and names that reports use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from assistant.lexicon import Lexicon
from assistant.words import FAINT
from ingest.grams import grams
from ingest.labels import normalise

#: A term that the question only may mean counts half of a word that it says, less where it may mean several.
_WEIGHT = 0.3


def expansions(
    words: str, lexicon: Lexicon, names: Mapping[str, Sequence[str]] | None = None
) -> tuple[tuple[str, float], ...]:
    """Return (text, weight) of what the words may stand for; the longest everyday words are read, each once.

    ``names`` maps a name that occurs in the reports to others for the same thing.
    """
    content = normalise(words)
    found: dict[str, float] = {}
    for word in _longest(content, lexicon.everyday)[:1]:
        terms = lexicon.everyday[word]
        _add(found, word, terms, _WEIGHT / math.sqrt(len(terms)))
    for word in _longest(content, written()):
        _add(found, content, written()[word], _WEIGHT)
    for word in _longest(content, names or {}):
        _add(found, content, (names or {})[word], _WEIGHT)
    return tuple(found.items())


@cache
def written() -> dict[str, tuple[str, ...]]:
    """Return, for each way of asking about a report's text, how reports write it: 在哪办公 → 位于, 地址, …"""
    text = (files("assistant") / "data" / "search.tsv").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            asked, forms = line.split("\t")
            for word in asked.split("|"):
                found[word] = (*found.get(word, ()), *forms.split("|"))
    return found


def light_grams(words: str, lexicon: Lexicon, known: Sequence[str] = ()) -> dict[str, float]:
    """Return the grams that say little, with what they weigh.

    They are those of words that only help asking or that many labels share, and of names and years ``known`` to be
    meant.
    """
    text = normalise(words)
    weights = lexicon.weights(text)
    found: dict[str, float] = {}
    for size in (1, 2):
        for start in range(len(text) - size + 1):
            gram = text[start : start + size]
            found[gram] = max(found.get(gram, 0.0), min(weights[start : start + size]))
    for name in known:
        for gram in grams(name):
            found[gram] = min(found.get(gram, FAINT), FAINT)
    return {gram: weight for gram, weight in found.items() if weight < 1.0}


def _longest(content: str, words: Iterable[str]) -> list[str]:
    """Return the words that occur in the content, longest first, none inside another."""
    left = content
    found = []
    for word in sorted((word for word in words if word in content), key=len, reverse=True):
        if word in left:
            found.append(word)
            left = left.replace(word, "\0")
    return found


def _add(found: dict[str, float], said: str, terms: Sequence[str], weight: float) -> None:
    """Add the terms that say more than what is said already; 公务接待 needs no 公务接待费."""
    for term in terms:
        if term not in said and said not in term:
            found[term] = max(found.get(term, 0.0), weight)
