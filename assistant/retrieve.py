"""Searching passages: BM25 over character grams, what the words may stand for, vectors, a reranker; fused by score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.expand import expansions, light_grams
from assistant.lexicon import Lexicon
from ingest.labels import normalise
from ingest.model import Scope, StoredPassage
from ingest.store import Store

_DEPTH = 50
_RERANKED = 20


class Reranker(Protocol):
    """Scores texts against a question, the better they answer the higher."""

    @property
    def notice(self) -> str:
        """Why it can't be used now, one sentence, else empty."""
        ...

    def __call__(self, words: str, texts: Sequence[str]) -> Sequence[float] | None:
        """Return a score a text; ``None`` where no model is set up."""
        ...


class Similarities(Protocol):
    """Cosines of passages to a text: of the ``k`` nearest within the scope and of those ``among``."""

    @property
    def notice(self) -> str:
        """Why they can't be used now, one sentence, else empty."""
        ...

    @property
    def weight(self) -> float:
        """What a cosine counts beside BM25."""
        ...

    def similarities(self, words: str, scope: Scope, k: int, among: Iterable[int]) -> dict[int, float] | None:
        """Return passage id → cosine; ``None`` when vectors can't be used now."""
        ...


@dataclass(frozen=True, slots=True)
class Stages:
    """Which stages of the search are on."""

    expansion: bool = True
    vectors: bool = True
    reranker: bool = True


def text_of(stored: StoredPassage) -> str:
    """Return what a model reads of a passage: its last headings, its text."""
    return " › ".join((*stored.passage.heading_path[-2:], stored.passage.text))


class Retriever:
    """Finds passages.  ``vectors`` is ``None`` where no model may be used, ``reranker`` where none is set up."""

    def __init__(
        self,
        store: Store,
        lexicon: Lexicon,
        vectors: Similarities | None = None,
        reranker: Reranker | None = None,
        stages: Stages | None = None,
    ) -> None:
        self._store = store
        self._lexicon = lexicon
        self._vectors = vectors
        self._reranker = reranker
        self._stages = stages or Stages()
        self._names: tuple[int, Scope, dict[str, tuple[str, ...]]] | None = None

    @property
    def notice(self) -> str:
        """Why a stage that is set up can't be used now, one sentence, else empty."""
        return next((part.notice for part in (self._vectors, self._reranker) if part and part.notice), "")

    def search(
        self, words: str, scope: Scope, k: int = 10, known: Sequence[str] = ()
    ) -> list[tuple[StoredPassage, float]]:
        """Return the best passages and their scores: BM25 / Σ idf·(k1 + 1) + weight·cosine.

        ``known`` has names that all of the scope shares, which tell no passage from another.  A reranker orders
        the first 20, and gives them its own scores.
        """
        also = expansions(words, self._lexicon, self._other_names(scope, known)) if self._stages.expansion else ()
        ranked = self._store.passages(words, scope, max(k, _DEPTH), also, light_grams(words, self._lexicon, known))
        held = {stored.id: stored for stored, _ in ranked}
        scores = {stored.id: score for stored, score in ranked}
        if self._vectors is not None and self._stages.vectors:
            near = self._vectors.similarities(words, scope, max(k, _DEPTH), scores.keys()) or {}
            held |= self._store.passages_by_id([key for key in near if key not in held])
            for key, cosine in near.items():
                if key in held:
                    scores[key] = scores.get(key, 0.0) + self._vectors.weight * cosine
        best = sorted(scores, key=lambda key: (-scores[key], key))[: max(k, _RERANKED)]
        found = [(held[key], scores[key]) for key in best]
        if self._reranker is not None and self._stages.reranker:
            found = self._reranked(words, found, self._reranker)
        return found[:k]

    def _reranked(
        self, words: str, found: list[tuple[StoredPassage, float]], reranker: Reranker
    ) -> list[tuple[StoredPassage, float]]:
        first, rest = found[:_RERANKED], found[_RERANKED:]
        scores = reranker(words, [text_of(stored) for stored, _ in first])
        if scores is None:
            return found
        scored = [(stored, float(score)) for (stored, _), score in zip(first, scores, strict=True)]
        return [*sorted(scored, key=lambda pair: -pair[1]), *rest]

    def _other_names(self, scope: Scope, known: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the names that the reports in a scope use for one thing, but for those that it is known to mean."""
        generation = self._store.generation()
        if self._names is None or self._names[:2] != (generation, scope):
            self._names = (generation, scope, self._store.short_names(scope))
        held = {normalise(name) for name in known}
        return {name: others for name, others in self._names[2].items() if name not in held}
