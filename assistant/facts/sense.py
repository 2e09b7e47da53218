"""What labels mean as far as tables of vectors know: the bundled term model, and how people say what labels name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.speech import Speech, term_model

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sense:
    """Unit vectors: of each label (labels × d), of each row's label beside its column's (pairs × d).

    ``pair`` says which of the pairs is each fact's; ``said`` has the pairs by ``speech``.
    """

    labels: Floats
    pairs: Floats
    pair: Ints
    speech: Speech
    said: Floats

    @classmethod
    def of(cls, labels: Sequence[str], leaves: Ints, columns: Ints, speech: Speech) -> Sense:
        """Encode labels; ``leaves`` and ``columns`` are the numbers of each fact's own two."""
        numbers: dict[tuple[int, int], int] = {}
        pair = [numbers.setdefault(key, len(numbers)) for key in zip(leaves.tolist(), columns.tolist(), strict=True)]
        texts = [f"{labels[leaf]} {labels[column]}" for leaf, column in numbers]
        encoder, said = term_model(), speech.of(texts)
        return cls(encoder.passages(labels), encoder.passages(texts), np.array(pair, dtype=np.int32), speech, said)

    def of_leaves(self, text: str, leaves: Ints) -> Floats:
        """Return the cosine of a text with each fact's own label."""
        return np.asarray((self.labels @ term_model().query(text))[leaves], dtype=np.float32)

    def of_pairs(self, text: str) -> Floats:
        """Return the cosine of a text with each fact's own label beside its column's."""
        return np.asarray((self.pairs @ term_model().query(text))[self.pair], dtype=np.float32)

    def heard(self, text: str) -> Floats:
        """Return how near each fact's own label beside its column's is to a text as people say it, -1 to 1."""
        return np.asarray((self.said @ self.speech.of([text])[0])[self.pair], dtype=np.float32)
