"""A cross-encoder that reads the question with each passage: optional, by folder, recorded in the store."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import JixiaoError
from ingest.store import Store

_SETTING = "reranker"


def set_reranker(store: Store, name: str) -> None:
    """Record a cross-encoder folder for the store, none for an empty name; ``JixiaoError`` when it is no model."""
    if name:
        _load(name)
    store.record(_SETTING, {"name": str(Path(name).resolve())} if name else {})


def _load(name: str) -> Callable[[str, Sequence[str]], Sequence[float]]:
    folder = Path(name)
    if not (folder / "config.json").is_file():
        raise JixiaoError(f"“{name}”不是本机上的重排模型文件夹；请先把整个文件夹拷到本机，再用 --reranker 指定它。")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import CrossEncoder

        model: Any = CrossEncoder(name, device="cpu", local_files_only=True)
    except Exception as error:  # whatever a broken folder makes the libraries raise
        raise JixiaoError(f"“{name}”不是可用的重排模型文件夹，请检查是否拷贝完整。") from error

    def scores(words: str, texts: Sequence[str]) -> Sequence[float]:
        found: Sequence[float] = model.predict([(words, text) for text in texts], show_progress_bar=False).tolist()
        return found

    return scores


class LazyReranker:
    """The store's reranker, loaded when first used; without one, and with a broken one, order stays as it is."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: tuple[str, Callable[[str, Sequence[str]], Sequence[float]]] | None = None
        self._failed = ""
        #: Why the reranker isn't used, one sentence; empty while it is, or where none is set up.
        self.notice = ""

    def __call__(self, words: str, texts: Sequence[str]) -> Sequence[float] | None:
        """Return a score a text; ``None`` when there is no reranker to use."""
        name = (self._store.setting(_SETTING) or {}).get("name")
        if not name or name == self._failed:
            return None
        if self._loaded is None or self._loaded[0] != name:
            try:
                self._loaded = (name, _load(name))
            except JixiaoError as error:
                self._failed, self.notice = name, str(error)  # not tried again for every question
                return None
        return self._loaded[1](words, texts) if texts else []
