"""What kind of question it is, by its words of asking alone: how likely each kind is.

The mentions (owner, year, measure, figure) are taken out, each leaving one mark; what is left is read by its runs of up
to four characters (``eval/training/shapes.py`` trains the weights on ways of asking by two authors).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

MARK, START, END = "◇", "^", "$"
_LONGEST = 4


def shape_of(text: str, mentioned: Bools) -> str:
    """Return a text with each run of mentioned characters as one mark."""
    found: list[str] = []
    for char, gone in zip(text, mentioned, strict=True):
        one = MARK if gone or char.isdigit() else char
        if one != MARK or found[-1:] != [MARK]:
            found.append(one)
    return "".join(found)


def runs(shape: str) -> list[str]:
    """Return the runs of one to four characters of a shape, each once, its start and end marked."""
    whole = f"{START}{shape}{END}"
    return sorted({whole[n : n + size] for size in range(1, _LONGEST + 1) for n in range(len(whole) - size + 1)})


@dataclass(frozen=True, slots=True)
class Shapes:
    """A linear model: ``weights`` is runs × kinds, ``bias`` one for each kind."""

    kinds: tuple[str, ...]
    places: dict[str, int]
    weights: Floats
    bias: Floats

    @classmethod
    @cache
    def load(cls) -> Shapes:
        """Load the weights that come with the package."""
        folder = files("assistant") / "data"
        card = json.loads((folder / "shapes.json").read_text(encoding="utf-8"))
        with np.load(BytesIO((folder / "shapes.npz").read_bytes()), allow_pickle=False) as held:
            weights, bias = held["weights"].astype(np.float32), held["bias"].astype(np.float32)
        return cls(tuple(card["kinds"]), {run: n for n, run in enumerate(card["runs"])}, weights, bias)

    def odds(self, shape: str) -> dict[str, float]:
        """Return kind → how likely it is, 0 to 1."""
        held = [self.places[run] for run in runs(shape) if run in self.places]
        raw = self.bias + self.weights[held].sum(axis=0) / max(len(held), 1) ** 0.5
        grown = np.exp(raw - raw.max())
        return dict(zip(self.kinds, (grown / grown.sum()).tolist(), strict=True))
