"""The term model end to end: data → pieces → start → training → a sentence-transformers folder with its card."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from eval.embedding.contrast import train
from eval.embedding.data import TrainingData
from eval.embedding.pieces import train_tokenizer
from eval.embedding.ppmi import piece_vectors

#: What is being done, how much of it is done, how much there is.
Progress = Callable[[str, int, int], None]
_MODULES = "sentence_transformers.sentence_transformer.modules"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the model is made with.  The choice of pieces varies a little from run to run, the rest doesn't."""

    pieces: int = 30_000
    dimension: int = 128
    epochs: int = 2
    seed: int = 7


def build(data: TrainingData, folder: Path, recipe: Recipe, progress: Progress) -> None:
    """Train the model and write it to a folder."""
    progress("分词", 0, 1)
    tokenizer = train_tokenizer(data.texts, recipe.pieces)
    progress("分词", 1, 1)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    progress("共现分解", 0, 1)
    start = piece_vectors(encode(data.texts), tokenizer.get_vocab_size(), recipe.dimension, recipe.seed)
    progress("共现分解", 1, 1)
    trained = train(
        start, encode, data.pairs, recipe.epochs, recipe.seed, lambda done, whole: progress("对比训练", done, whole)
    )
    save(tokenizer, trained, folder)


def save(tokenizer: Tokenizer, vectors: np.ndarray[Any, Any], folder: Path) -> None:
    """Write a folder that sentence-transformers loads: int8 rows with a scale each, a compact tokenizer."""
    from safetensors.numpy import save_file

    part = folder / "0_StaticEmbedding"
    part.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    scale = np.abs(vectors).max(axis=1) / 127
    rounded = np.round(vectors / np.where(scale > 0, scale, 1.0)[:, None]).astype(np.int8)
    save_file({"embeddings": rounded, "weights": scale.astype(np.float32)}, part / "model.safetensors")
    (part / "tokenizer.json").write_text(_compact(tokenizer), encoding="utf-8")
    modules = [
        {"idx": 0, "name": "0", "path": "0_StaticEmbedding", "type": f"{_MODULES}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_MODULES}.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=1), encoding="utf-8")
    settings = {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")


def _compact(tokenizer: Tokenizer) -> str:
    """Write a tokenizer with its scores to three places, which no choice of pieces hangs on."""
    held = json.loads(tokenizer.to_str(pretty=False))
    held["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in held["model"]["vocab"]]
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
