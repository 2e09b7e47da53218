"""How people say what labels name: vectors of pairs of characters, learned from questions and the cells they meant.

A text's vector is the term model's with the mean of its pairs' and characters' vectors added, of unit length; they are
hashed into a fixed number of rows, as fastText does (Bojanowski et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import BUNDLED, Encoder, load_encoder
from ingest.grams import bigrams

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_FILE = "speech.npz"


@cache
def term_model() -> Encoder:
    """Load the term model that comes with the package: a table of vectors, nothing to compute."""
    return load_encoder(BUNDLED)


def rows_of(text: str, rows: int) -> Ints:
    """Return the rows of a table that a text's pairs and characters are hashed to."""
    packed = "".join(text.split())
    return np.array([crc32(gram.encode()) % rows for gram in (*bigrams(packed), *packed)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Speech:
    """``table``: rows × d, as many d as the term model has."""

    table: Floats

    @classmethod
    @cache
    def load(cls) -> Self:
        """Load what comes with the package: bytes with a scale for each row."""
        with np.load(str(files("assistant") / "data" / _FILE)) as held:
            return cls(held["table"].astype(np.float32) * held["scale"][:, None])

    def of(self, texts: Sequence[str]) -> Floats:
        """Return the unit vectors of texts, texts × d; a text of nothing known has zeros."""
        found = np.array(term_model().passages(list(texts)), dtype=np.float32)
        for number, text in enumerate(texts):
            rows = rows_of(text, len(self.table))
            if len(rows):
                found[number] += self.table[rows].mean(axis=0)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(length > 0, length, 1), dtype=np.float32)
