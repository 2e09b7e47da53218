"""Vectors in Chroma, for searches over everything: built from the store's vectors, complete before they are used.

Chroma is expendable (design.md: killed while writing it wedged for good in 2 stores of 7), so a generation is
built in a folder of its own, probed in a child process, and only then recorded in the store.  A recorded
generation is never written to again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import numpy as np

from assistant.embedding import Matrix
from ingest.errors import JixiaoError
from ingest.store import Store

FOLDER = "vectors"
_SETTING = "chroma"
_COLLECTION = "passages"
_BATCH = 1_000
_PROBE_SECONDS = 60
_READ = 1 << 22
#: What Chroma writes to when it only opens a collection: its database, and the lengths of an index of a few vectors.
_GROWS = (".sqlite3", "-wal", "-shm", "-journal", "length.bin")
#: A truncated or wedged folder is said in this sentence; search goes on without it.
DAMAGED = "检索向量的目录损坏或不完整，暂不用它，查数不受影响；请运行 jixiao reindex 重建。"

_Rows = Sequence[tuple[str, int, int, bytes]]


def build(store: Store, model: str, dimension: int, progress: Callable[[int, int], None]) -> int:
    """Build a generation from the store's vectors of a model and make it current; return how many there are.

    A build that is killed leaves the old generation in use.  Raises ``JixiaoError`` when the new one can't be read.
    """
    home = store.folder / FOLDER
    home.mkdir(exist_ok=True)
    held = store.vectors(model)
    target = home / f"g{uuid4().hex[:12]}"  # never a name that was used: Chroma keeps clients by path
    count = _fill(target, held, dimension, progress)
    if not probe(target):
        shutil.rmtree(target, ignore_errors=True)
        raise JixiaoError("检索向量没有建成（建好后读不出来），旧的仍在使用；请确认磁盘空间后再运行 jixiao reindex。")
    entry = {"folder": target.name, "model": model, "reports": {r: first for r, first, _, _ in held}}
    store.record(_SETTING, {**entry, "files": _files(target)})
    for old in home.iterdir():
        if old.is_dir() and old.name != target.name:
            shutil.rmtree(old, ignore_errors=True)
    return count


def _fill(target: Path, held: _Rows, dimension: int, progress: Callable[[int, int], None]) -> int:
    from llama_index.core.schema import TextNode

    vectors = _open(target)
    whole, done, count = sum(size for _, _, size, _ in held), 0, 0
    nodes: list[Any] = []
    for report, first, size, data in held:
        matrix = as_matrix(data, size, dimension)
        for number, vector in enumerate(matrix):
            if vector.any():  # a zero vector has no direction: cosine is undefined
                key = str(first + number)
                nodes.append(TextNode(id_=key, text=key, metadata={"report": report}, embedding=vector.tolist()))
        while len(nodes) >= _BATCH:
            vectors.add(nodes[:_BATCH])
            count, nodes = count + _BATCH, nodes[_BATCH:]
        done += size
        progress(done, whole)
    if nodes:
        vectors.add(nodes)
    return count + len(nodes)


def as_matrix(data: bytes, count: int, dimension: int) -> Matrix:
    """Return a report's vectors, [count, dimension].  Raises ``ValueError`` when they have another dimension."""
    return np.frombuffer(data, dtype=np.float16).reshape(count, dimension).astype(np.float32)


def remove(store: Store) -> None:
    """Forget the current generation and delete its folder."""
    store.record(_SETTING, {})
    shutil.rmtree(store.folder / FOLDER, ignore_errors=True)


class Generation:
    """The current generation, opened when first asked."""

    def __init__(self, store: Store, entry: Mapping[str, Any]) -> None:
        self.folder = store.folder / FOLDER / str(entry["folder"])
        self._files: Mapping[str, list[int]] = entry["files"]
        self.model = str(entry["model"])
        #: Report → its first passage's id when the generation was built.
        self.reports: Mapping[str, int] = entry["reports"]
        self._vectors: Any = None

    @classmethod
    def current(cls, store: Store) -> Generation | None:
        """Return what the store has recorded, ``None`` when no generation was ever built."""
        entry = store.setting(_SETTING)
        return cls(store, entry) if entry else None

    def sound(self, *, tried: bool = False) -> bool:
        """Tell whether the folder is as it was built.

        With ``tried`` it is also opened and searched in a child process: one that wedged may crash or hang what
        reads it.
        """
        found = _files(self.folder)
        same = all(
            name in found and (found[name] == mark or (name.endswith(_GROWS) and found[name][0] >= mark[0]))
            for name, mark in self._files.items()
        )
        return same and (not tried or probe(self.folder))

    def nearest(self, vector: Matrix, k: int) -> list[tuple[int, float]]:
        """Return (passage id, cosine), best first."""
        from llama_index.core.vector_stores import VectorStoreQuery

        found = self._opened().query(VectorStoreQuery(query_embedding=vector.tolist(), similarity_top_k=k))
        return [(int(i), float(s)) for i, s in zip(found.ids or [], found.similarities or [], strict=True)]

    def cosines(self, vector: Matrix, ids: Sequence[int]) -> dict[int, float]:
        """Return the cosine of passages by id, of those that have a vector."""
        collection = self._opened().client
        found = collection.get(ids=[str(key) for key in ids], include=["embeddings"])
        rows = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(found["ids"]), -1)
        values = rows @ vector / np.maximum(np.linalg.norm(rows, axis=1), 1e-9) if len(rows) else []
        return {int(key): float(value) for key, value in zip(found["ids"], values, strict=True)}

    def _opened(self) -> Any:
        if self._vectors is None:
            self._vectors = _open(self.folder)
        return self._vectors


def _files(folder: Path) -> dict[str, list[int]]:
    """Return name → [size, checksum] of a generation's files."""
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): [path.stat().st_size, _checksum(path)] for path in paths}


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(_READ):
            found = crc32(part, found)
    return found


def _open(folder: Path) -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        _COLLECTION, embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    return ChromaVectorStore(chroma_collection=collection)


def probe(folder: Path) -> bool:
    """Tell whether a generation can be opened and searched, tried in a child: a wedged one may crash or hang."""
    command = [sys.executable, "-m", "assistant.chroma", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _try(folder: Path) -> None:
    collection = _open(folder).client
    if collection.count():
        first = collection.get(limit=1, include=["embeddings"])["embeddings"]
        collection.query(query_embeddings=first, n_results=1, include=["distances"])


if __name__ == "__main__":
    _try(Path(sys.argv[1]))
