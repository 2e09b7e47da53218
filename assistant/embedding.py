"""Embedding models through sentence-transformers, as llama-index embeddings.  Imported only when used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from ingest.errors import JixiaoError


class FolderEmbedding(BaseEmbedding):
    """A sentence-transformers model loaded from a folder; ``StaticEmbedding`` models work too.

    llama-index's own ``HuggingFaceEmbedding`` refuses those, hence this adapter.
    """

    _model: Any = PrivateAttr()

    def __init__(self, folder: Path) -> None:
        super().__init__(model_name=str(folder.resolve()))
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(folder), device="cpu")

    @classmethod
    def class_name(cls) -> str:
        """Return the name that llama-index stores settings under."""
        return "FolderEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return [[float(x) for x in vector] for vector in vectors]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def load_model(folder: str) -> FolderEmbedding:
    """Load a model folder; raises ``JixiaoError`` with what to do when it is none."""
    path = Path(folder)
    if not path.is_dir():
        raise JixiaoError(
            f"向量模型“{folder}”不是本机上的文件夹；请先把模型文件夹拷到本机，再用 --embedding 指定它的路径。"
        )
    try:
        return FolderEmbedding(path)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise JixiaoError(f"“{folder}”不是可用的 sentence-transformers 模型文件夹，请检查是否拷贝完整。") from error
