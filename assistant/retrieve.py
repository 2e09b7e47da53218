"""Searching passages: BM25 over character grams, fused by score with vectors where a model is set up."""

from __future__ import annotations

import math
from typing import Protocol

from assistant.lexicon import Lexicon
from ingest.grams import grams
from ingest.model import Scope, StoredPassage
from ingest.store import Store

#: BM25's largest value of a term is idf × (k1 + 1); FTS5's k1 is 1.2.
_PER_TERM = 2.2
_VECTOR_WEIGHT = 0.3
_DEPTH = 50


class Neighbours(Protocol):
    """Passages near a text by meaning: (passage id, cosine), best first."""

    def neighbours(self, words: str, scope: Scope, k: int) -> list[tuple[int, float]]:
        """Return the nearest passages; an empty list when vectors can't be used now."""
        ...


class Retriever:
    """Finds passages.  ``vectors`` is ``None`` when no embedding model is configured."""

    def __init__(self, store: Store, lexicon: Lexicon, vectors: Neighbours | None = None) -> None:
        self._store = store
        self._lexicon = lexicon
        self._vectors = vectors

    def search(self, words: str, scope: Scope, k: int = 10) -> list[tuple[StoredPassage, float]]:
        """Return the best passages and their scores: BM25 / Σ(idf·2.2) + 0.3·cosine."""
        expanded = " ".join([words, *self._lexicon.terms_for(words)])
        ranked = self._store.passages(expanded, scope, _DEPTH)
        scale = self._scale(words) or 1.0
        scores = {stored.id: score / scale for stored, score in ranked}
        held = {stored.id: stored for stored, _ in ranked}
        if self._vectors is not None:
            near = self._vectors.neighbours(words, scope, _DEPTH)
            held |= self._store.passages_by_id([key for key, _ in near if key not in held])
            for key, cosine in near:
                if key in held:
                    scores[key] = scores.get(key, 0.0) + _VECTOR_WEIGHT * cosine
        best = sorted(scores, key=lambda key: (-scores[key], key))[:k]
        return [(held[key], scores[key]) for key in best]

    def _scale(self, words: str) -> float:
        total = sum(report.passages for report in self._store.reports()) or 1
        return len(set(grams(words))) * math.log(1 + total) * _PER_TERM
