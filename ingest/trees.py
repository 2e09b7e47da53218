"""Gradient-boosted trees, read with NumPy: an ensemble trained elsewhere, as arrays.

Each tree adds its leaf's value to one class's score; scores go through a softmax (Friedman 2001, "Greedy function
approximation", for more than two classes).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """All nodes of all trees one after the other.

    A node sends what has ``feature`` ≤ ``threshold`` to ``left``, else to ``right``; a leaf is sent to itself.
    ``roots`` has the trees' first nodes, ``classes`` their class, ``depth`` the deepest tree's.
    """

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    roots: NDArray[np.int32]
    classes: NDArray[np.int32]
    baseline: Floats
    depth: int

    @classmethod
    def load(cls, package: str, name: str) -> Trees:
        """Load an ensemble from a package's ``data`` folder (an ``.npz`` of the fields)."""
        data = (files(package) / "data" / name).read_bytes()
        with np.load(BytesIO(data), allow_pickle=False) as held:
            return cls(
                held["feature"], held["threshold"], held["left"], held["right"], held["value"], held["roots"],
                held["classes"], held["baseline"], int(held["depth"]),
            )  # fmt: skip

    def raw(self, features: Floats) -> Floats:
        """Return cases × classes sums of the leaves for cases × features, before any softmax."""
        count, width = features.shape
        flat = np.ascontiguousarray(features).ravel()
        node = np.repeat(self.roots[None, :], count, axis=0).ravel()
        first = np.repeat(np.arange(count, dtype=np.int32) * width, len(self.roots))
        both = np.stack([self.right, self.left], axis=1).ravel()
        inner = self.left != np.arange(len(self.left))
        under_way = np.flatnonzero(inner.take(node))  # most leaves lie far above the deepest
        while len(under_way):
            at = node.take(under_way)
            below = flat.take(first.take(under_way) + self.feature.take(at)) <= self.threshold.take(at)
            at = both.take(2 * at + below)
            node[under_way] = at
            under_way = under_way[inner.take(at)]
        leaves = self.value.take(node).reshape(count, len(self.roots))
        summed = np.stack([leaves[:, self.classes == one].sum(axis=1) for one in range(len(self.baseline))], axis=1)
        return np.asarray(summed + self.baseline, dtype=np.float32)

    def scores(self, features: Floats) -> Floats:
        """Return cases × classes probabilities for cases × features."""
        raw = self.raw(features)
        grown = np.exp(raw - raw.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float32)
