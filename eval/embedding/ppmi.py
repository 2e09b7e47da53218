"""The start of the vectors: a truncated SVD of the shifted positive pointwise mutual information of pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

_WINDOW = 5
_SHIFT = 1.5  # log of the number of negative samples
_SMOOTHING = 0.75
_RARE = 1e-4


def piece_vectors(documents: Sequence[Sequence[int]], size: int, dimension: int, seed: int) -> np.ndarray:
    """Return vectors [size, dimension] of pieces from the documents' piece ids.

    Levy & Goldberg 2014 (shifted PPMI), Levy et al. 2015 (context smoothing 0.75, U·√S), weighted as in Arora
    et al. 2017: frequent pieces say little in a mean.  A piece that never occurs has the zero vector.
    """
    counts = _co_occurrences(documents, size)
    information = _shifted_ppmi(counts)
    start = np.random.default_rng(seed).standard_normal(size)
    left, values, _ = svds(information, k=dimension, v0=start)
    vectors = left * np.sqrt(values)
    frequency = np.bincount(np.concatenate([np.asarray(d, dtype=np.int64) for d in documents]), minlength=size)
    share = frequency / frequency.sum()
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(length > 0, length, 1.0)
    weighted: np.ndarray = (vectors * (_RARE / (_RARE + share))[:, None] ** 0.5).astype(np.float32)
    return weighted


def _co_occurrences(documents: Sequence[Sequence[int]], size: int) -> sparse.csr_matrix:
    """Count pieces within the window of each other; documents are kept apart by a gap."""
    gap = [-1] * _WINDOW
    flat = np.fromiter((piece for document in documents for piece in (*document, *gap)), dtype=np.int32)
    total = sparse.csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, _WINDOW + 1):
        first, second = flat[:-distance], flat[distance:]
        held = (first >= 0) & (second >= 0)
        ones = np.full(int(held.sum()), 1.0 / distance, dtype=np.float32)
        total = total + sparse.coo_matrix((ones, (first[held], second[held])), shape=(size, size)).tocsr()
    return (total + total.T).tocsr()


def _shifted_ppmi(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    rows = np.asarray(counts.sum(axis=1)).ravel()
    contexts = np.asarray(counts.sum(axis=0)).ravel() ** _SMOOTHING
    contexts = contexts / contexts.sum()
    found = counts.tocoo()
    information = np.log(found.data / (rows[found.row] * contexts[found.col])) - _SHIFT
    kept = information > 0
    return sparse.csr_matrix((information[kept], (found.row[kept], found.col[kept])), shape=counts.shape)
