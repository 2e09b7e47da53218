"""The embedding model that a store records, and its vectors, loaded only once a search wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ingest.model import Scope
from ingest.store import Store

if TYPE_CHECKING:
    from assistant.vectors import VectorIndex

SETTING = "embedding"


def configured(store: Store) -> dict[str, Any] | None:
    """Return the embedding model that the store records: name, id, dimension, instruction; ``None`` for none."""
    entry = store.setting(SETTING)
    return entry if entry and entry.get("name") else None


class LazyVectors:
    """A store's ``VectorIndex``; NumPy and the model are imported when a store with a model is first searched."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index: VectorIndex | None = None

    @property
    def notice(self) -> str:
        """Why vectors aren't used now, one sentence; empty while they are, or where no model is set up."""
        return self._index.notice if self._index else ""

    @property
    def weight(self) -> float:
        """What a cosine counts beside BM25."""
        return self._index.weight if self._index else 0.0

    def similarities(self, words: str, scope: Scope, k: int, among: Iterable[int]) -> dict[int, float] | None:
        """Return passage id → cosine, as ``VectorIndex.similarities``; ``None`` where no model is set up."""
        if self._index is None:
            if configured(self._store) is None:
                return None
            from assistant.vectors import VectorIndex

            self._index = VectorIndex(self._store)
        return self._index.similarities(words, scope, k, among)
