"""Embedding models: the bundled term model, and any sentence-transformers model by folder or name.

A static model (a table of vectors, meaned) is read with ``tokenizers`` and NumPy: the folder is sentence-transformers'
own, and loads there with the same vectors, but importing torch for a look-up in a table takes six seconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest.errors import JixiaoError

#: The name of the model that comes with the package.
BUNDLED = "builtin"
_HEAD = 1 << 20
_STATIC = {"StaticEmbedding", "Normalize"}

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Encoder(Protocol):
    """Turns texts into unit vectors, a text without known words into the zero vector."""

    name: str
    dimension: int
    #: What a cosine of this model counts beside BM25.
    weight: float

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return a vector a text, [texts, dimension]."""
        ...

    def query(self, text: str) -> Matrix:
        """Return the vector of a question, [dimension], the model's own instruction put before it."""
        ...


class StaticEncoder:
    """A ``StaticEmbedding`` folder: the mean of its pieces' vectors, of unit length."""

    weight = 0.2  # measured on questions over the real report: 0.1 and 0.3 rank no better

    def __init__(self, folder: Path, name: str = "") -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.name = name or str(folder.resolve())
        part = _static_part(folder)
        self._tokenizer = Tokenizer.from_file(str(part / "tokenizer.json"))
        self._tokenizer.no_padding()
        held = load_file(part / "model.safetensors")
        table = held["embedding.weight"] if "embedding.weight" in held else held["embeddings"]
        self._table = table.astype(np.float32)
        if "weights" in held:  # the scale of each int8 row
            self._table *= held["weights"].astype(np.float32)[:, None]
        self.dimension = int(self._table.shape[1])

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of texts; the encodings of a batch are meaned by segment."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        for number, encoding in enumerate(encoded):
            if encoding.ids:
                found[number] = self._table[encoding.ids].mean(axis=0)
        return _unit(found)

    def query(self, text: str) -> Matrix:
        """Return the vector of a question; a static model knows no instructions."""
        vector: Matrix = self.passages([text])[0]
        return vector


class TransformerEncoder:
    """Any other sentence-transformers model, imported when it is made."""

    weight = 0.3

    def __init__(self, name: str, instruction: str = "") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer

        folder = Path(name)
        self.name = str(folder.resolve()) if folder.is_dir() else name
        self._model: Any = SentenceTransformer(name, device="cpu", local_files_only=True)
        prompts = getattr(self._model, "prompts", None) or {}
        known_query, known_passage = _known_instruction(name)
        self._query = instruction or prompts.get("query") or known_query
        self._passage = prompts.get("document") or prompts.get("passage") or known_passage
        self.dimension = int(self._model.encode(["维"], show_progress_bar=False).shape[1])

    def passages(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of texts."""
        return self._encode(list(texts), self._passage)

    def query(self, text: str) -> Matrix:
        """Return the vector of a question."""
        vector: Matrix = self._encode([text], self._query)[0]
        return vector

    def _encode(self, texts: list[str], prompt: str) -> Matrix:
        vectors = self._model.encode(texts, prompt=prompt or None, normalize_embeddings=False, show_progress_bar=False)
        return _unit(np.asarray(vectors, dtype=np.float32))


def _unit(vectors: Matrix) -> Matrix:
    """Scale rows to unit length; what is zero or no number stays zero."""
    vectors = np.nan_to_num(vectors, nan=0.0, posinf=0.0, neginf=0.0)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = (vectors / np.where(length > 0, length, 1.0)).astype(np.float32)
    return scaled


def load_encoder(name: str, instruction: str = "") -> Encoder:
    """Load a model by ``builtin``, folder, or hub name that lies in the local cache.

    Raises ``JixiaoError`` with what to do; a hub name that isn't on this machine fails at once, with no connection.
    """
    folder = bundled_folder() if name == BUNDLED else Path(name)
    if not folder.is_dir() and not _cached(name):
        raise JixiaoError(
            f"本机没有向量模型“{name}”，程序不联网下载；请在能上网的电脑上把整个模型文件夹下载好、拷到本机，"
            "再用 --embedding 指定这个文件夹。"
        )
    try:
        if folder.is_dir() and is_static(folder):
            return StaticEncoder(folder, name if name == BUNDLED else "")
        if folder.is_dir() and not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise ValueError("no model files")
        return TransformerEncoder(name, instruction)
    except Exception as error:  # whatever a broken folder makes the libraries raise
        raise JixiaoError(f"“{name}”不是可用的 sentence-transformers 模型文件夹，请检查是否拷贝完整。") from error


def bundled_folder() -> Path:
    """Return the folder of the model that comes with the package."""
    return Path(str(files("assistant") / "data" / "embedding"))


def is_static(folder: Path) -> bool:
    """Tell whether a folder holds a static model: a table of vectors, nothing to compute."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    return bool(kinds) and kinds[0] == "StaticEmbedding" and set(kinds) <= _STATIC


def _static_part(folder: Path) -> Path:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    return folder / str(modules[0].get("path", ""))


def fingerprint(name: str) -> str:
    """Return what tells a model from another under the same name: its files' names, sizes and beginnings."""
    folder = bundled_folder() if name == BUNDLED else Path(name)
    if not folder.is_dir():
        return name
    digest = sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".json", ".safetensors", ".bin")):
        digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(_HEAD))
    return digest.hexdigest()[:16]


def _cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return any(isinstance(try_to_load_from_cache(name, file), str) for file in ("modules.json", "config.json"))
    except HFValidationError:
        return False


@cache
def _instructions() -> tuple[tuple[str, str, str], ...]:
    text = (files("assistant") / "data" / "instructions.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple((name, query, passage) for name, query, passage in rows)


def _known_instruction(name: str) -> tuple[str, str]:
    """Return the instructions (query, passage) that a family of models asks for in its card but not in its folder."""
    base = Path(name).name.lower()
    return next(((query, passage) for part, query, passage in _instructions() if part in base), ("", ""))
