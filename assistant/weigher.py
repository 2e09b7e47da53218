"""Weights that come with the package: an ensemble of trees over named features, with its card."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import JixiaoError
from ingest.trees import Trees

Floats = NDArray[np.float32]


class MismatchError(JixiaoError):
    """Weights that were learned for other features than the code has."""


@dataclass(frozen=True, slots=True)
class Weigher:
    """An ensemble of trees over named features."""

    names: tuple[str, ...]
    trees: Trees

    def __call__(self, columns: dict[str, Floats], places: NDArray[np.int64]) -> Floats:
        """Return the scores of the cases at some places; raises ``MismatchError`` for other features."""
        missing = [name for name in self.names if name not in columns]
        if missing:
            raise MismatchError(f"随软件的权重和程序不是一个版本（缺 {missing[0]}），请重新安装。")
        matrix = np.stack([columns[name][places].astype(np.float32) for name in self.names], axis=1)
        return self.trees.raw(matrix)[:, 0]

    def odds(self, columns: dict[str, Floats]) -> Floats:
        """Return the logistic of the scores of all cases, n; raises ``MismatchError`` for other features."""
        count = len(next(iter(columns.values()), ()))
        if not count:
            return np.zeros(0, dtype=np.float32)
        scores = self(columns, np.arange(count))
        return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


@cache
def weigher(name: str) -> Weigher:
    """Load a weigher that comes with the package, with the names of its features from its card."""
    return Weigher(tuple(card(name)["features"]), Trees.load("assistant", f"{name}.npz"))


@cache
def card(name: str) -> dict[str, Any]:
    """Return the card of weights: what they are, learned from what, how right out of author, and their bounds."""
    read: dict[str, Any] = json.loads((files("assistant") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return read
