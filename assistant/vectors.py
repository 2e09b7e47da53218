"""Passage vectors in Chroma: derived from the store, built beside the old ones, swapped when complete."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.model import Scope
from ingest.store import Store

if TYPE_CHECKING:
    from assistant.embedding import FolderEmbedding

_FOLDER = "vectors"
_CURRENT = "current.json"
_COLLECTION = "passages"
_BATCH = 1_000


class VectorIndex:
    """Searches the current generation of vectors; nothing is loaded before the first search.

    Vectors of an older state of the store are not used: passage ids may mean other passages by now.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: tuple[int, Any, FolderEmbedding] | None = None

    @classmethod
    def build(cls, store: Store, model: FolderEmbedding) -> int:
        """Embed every passage into a new generation and make it current; return how many there are."""
        folder = store.folder / _FOLDER
        folder.mkdir(exist_ok=True)
        generation = store.generation()
        target = folder / f"g{generation}-{os.getpid()}"
        shutil.rmtree(target, ignore_errors=True)
        count = _fill(_open(target), store, model)
        entry = {"folder": target.name, "generation": generation, "model": model.model_name}
        temporary = folder / (_CURRENT + ".new")
        temporary.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
        temporary.replace(folder / _CURRENT)
        for old in folder.glob("g*"):
            if old.name != target.name:
                shutil.rmtree(old, ignore_errors=True)
        return count

    def usable(self) -> bool:
        """Tell whether vectors of the store's present state exist."""
        entry = self._entry()
        return entry is not None and entry["generation"] == self._store.generation()

    def neighbours(self, words: str, scope: Scope, k: int) -> list[tuple[int, float]]:
        """Return (passage id, cosine) of the nearest passages, best first; empty without vectors."""
        entry = self._entry()
        if entry is None or entry["generation"] != self._store.generation():
            return []
        from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery

        vectors, model = self._load(entry)
        filters = None
        if scope.reports:
            within = MetadataFilter(key="report", value=list(scope.reports), operator=FilterOperator.IN)
            filters = MetadataFilters(filters=[within])
        embedding = model.get_query_embedding(words)
        found = vectors.query(VectorStoreQuery(query_embedding=embedding, similarity_top_k=k, filters=filters))
        return [(int(i), float(s)) for i, s in zip(found.ids or [], found.similarities or [], strict=False)]

    def _load(self, entry: dict[str, Any]) -> tuple[Any, FolderEmbedding]:
        if self._loaded is None or self._loaded[0] != entry["generation"]:
            from assistant.embedding import load_model

            vectors = _open(self._store.folder / _FOLDER / entry["folder"])
            self._loaded = (entry["generation"], vectors, load_model(entry["model"]))
        return self._loaded[1], self._loaded[2]

    def _entry(self) -> dict[str, Any] | None:
        path = self._store.folder / _FOLDER / _CURRENT
        try:
            entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return entry if {"folder", "generation", "model"} <= entry.keys() else None


def _open(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        _COLLECTION, embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    return ChromaVectorStore(chroma_collection=collection)


def _fill(vectors: Any, store: Store, model: FolderEmbedding) -> int:
    from llama_index.core.schema import TextNode

    count = 0
    passages = store.all_passages()
    for start in range(0, len(passages), _BATCH):
        group = passages[start : start + _BATCH]
        texts = [" ".join((*p.passage.heading_path[-2:], p.passage.text)) for p in group]
        nodes = [
            TextNode(id_=str(stored.id), text=text, metadata={"report": stored.report}, embedding=embedding)
            for stored, text, embedding in zip(group, texts, model.get_text_embedding_batch(texts), strict=True)
            if any(embedding)  # a zero vector has no direction: cosine is undefined
        ]
        if nodes:
            vectors.add(nodes)
        count += len(nodes)
    return count
