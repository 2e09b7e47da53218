"""Contrastive training on what BM25 leaves: in a batch, each text is to be told from the others' answers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch
from scipy import sparse
from torch.nn import functional

from ingest.grams import grams

_BATCH = 512
_RATE = 2e-3
#: The logits are BM25 / Σ(idf·2.2) + cosine, sharpened; the cosine trains better with more weight than it searches.
_SHARPNESS = 15.0
_COSINE = 1.0
_K1, _B = 1.2, 0.75
_BUCKETS = 1 << 20


def train(
    vectors: np.ndarray,
    encode: Callable[[Sequence[str]], list[list[int]]],
    pairs: Sequence[tuple[str, str]],
    epochs: int,
    seed: int,
    progress: Callable[[int, int], None],
) -> np.ndarray:
    """Return trained vectors [pieces, dimension].

    Multiple-negatives ranking (Henderson et al. 2017) with the fused score as logit, so that the vectors learn what
    BM25 doesn't know already.
    """
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    table = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(vectors.copy()), freeze=False, mode="mean")
    optimiser = torch.optim.Adam(table.parameters(), lr=_RATE)
    asked, answers = _bags(encode([a for a, _ in pairs])), _bags(encode([b for _, b in pairs]))
    queries, documents = _lexical(pairs)
    steps = len(pairs) // _BATCH
    for epoch in range(epochs):
        order = generator.permutation(len(pairs))
        for step in range(steps):
            chosen = np.sort(order[step * _BATCH : (step + 1) * _BATCH])
            cosine = _embedded(table, asked, chosen) @ _embedded(table, answers, chosen).T
            lexical = torch.from_numpy((queries[chosen] @ documents[chosen].T).toarray().astype(np.float32))
            logits = _SHARPNESS * (lexical + _COSINE * cosine)
            loss = functional.cross_entropy(logits, torch.arange(len(chosen)))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            progress(epoch * steps + step + 1, epochs * steps)
    trained: np.ndarray = table.weight.detach().numpy()
    return trained


def _bags(encoded: list[list[int]]) -> list[torch.Tensor]:
    return [torch.tensor(ids or [0], dtype=torch.long) for ids in encoded]


def _embedded(table: torch.nn.EmbeddingBag, bags: list[torch.Tensor], chosen: np.ndarray) -> torch.Tensor:
    held = [bags[i] for i in chosen]
    offsets = torch.tensor([0, *np.cumsum([len(ids) for ids in held[:-1]])], dtype=torch.long)
    return functional.normalize(table(torch.cat(held), offsets))


def _lexical(pairs: Sequence[tuple[str, str]]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return sparse matrices whose product is BM25 / Σ(idf·2.2) of each text with each answer."""
    answers = [Counter(_buckets(b)) for _, b in pairs]
    frequency = Counter(gram for counts in answers for gram in counts)
    mean = sum(map(Counter.total, answers)) / len(answers)

    def rarity(gram: int) -> float:
        return math.log(1 + (len(answers) - frequency[gram] + 0.5) / (frequency[gram] + 0.5))

    def of_query(text: str) -> dict[int, float]:
        weights = {gram: rarity(gram) for gram in set(_buckets(text))}
        whole = sum(weights.values()) * (_K1 + 1) or 1.0
        return {gram: weight / whole for gram, weight in weights.items()}

    def of_answer(counts: Counter[int]) -> dict[int, float]:
        norm = _K1 * (1 - _B + _B * counts.total() / mean)
        return {gram: times * (_K1 + 1) / (times + norm) for gram, times in counts.items()}

    return _matrix(of_query(a) for a, _ in pairs), _matrix(map(of_answer, answers))


def _buckets(text: str) -> list[int]:
    return [int.from_bytes(gram.encode()[-8:]) % (_BUCKETS - 3) for gram in grams(text)]


def _matrix(rows: Iterable[Mapping[int, float]]) -> sparse.csr_matrix:
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in rows:
        indices += row.keys()
        values += row.values()
        ends.append(len(indices))
    return sparse.csr_matrix(
        (np.array(values, dtype=np.float32), np.array(indices, dtype=np.int32), np.array(ends)),
        shape=(len(ends) - 1, _BUCKETS),
    )
