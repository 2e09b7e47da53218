"""What labels mean as far as a table of vectors knows: the bundled term model over a catalogue's labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.embedding import BUNDLED, Encoder, load_encoder

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sense:
    """Unit vectors: of each label (labels × d), of each row's label beside its column's (pairs × d).

    ``pair`` says which of the pairs is each fact's.
    """

    labels: Floats
    pairs: Floats
    pair: Ints

    @classmethod
    def of(cls, labels: Sequence[str], leaves: Ints, columns: Ints) -> Sense:
        """Encode labels; ``leaves`` and ``columns`` are the numbers of each fact's own two."""
        numbers: dict[tuple[int, int], int] = {}
        pair = [numbers.setdefault(key, len(numbers)) for key in zip(leaves.tolist(), columns.tolist(), strict=True)]
        texts = [f"{labels[leaf]} {labels[column]}" for leaf, column in numbers]
        encoder = term_model()
        return cls(encoder.passages(labels), encoder.passages(texts), np.array(pair, dtype=np.int32))

    def of_leaves(self, text: str, leaves: Ints) -> Floats:
        """Return the cosine of a text with each fact's own label."""
        return np.asarray((self.labels @ term_model().query(text))[leaves], dtype=np.float32)

    def of_pairs(self, text: str) -> Floats:
        """Return the cosine of a text with each fact's own label beside its column's."""
        return np.asarray((self.pairs @ term_model().query(text))[self.pair], dtype=np.float32)


@cache
def term_model() -> Encoder:
    """Load the term model that comes with the package: a table of vectors, nothing to compute."""
    return load_encoder(BUNDLED)
