"""Trains ``assistant/data/shapes.npz``: what kind of question a way of asking is (see ``assistant.linking.shape``).

Taught by the templates of two authors; measured by teaching with one and asking the other's.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.linking.shape import MARK, Shapes, runs
from eval.training.asking import templates
from ingest.labels import normalise

_SLOT = re.compile(r"(?:\{\w+\}(?:年度?)?)+")
_STRENGTH, _LEAST, _SEED = 16.0, 2, 7


@dataclass(frozen=True, slots=True)
class Lesson:
    """A shape with its kind."""

    shape: str
    kind: str


def lessons(shared: Path, authors: Sequence[str]) -> list[Lesson]:
    """Return the shapes of some authors' ways of asking; ones that go on from another question take no part."""
    found = []
    for way in templates(shared, authors):
        if way["plan"] != "follow":
            shape = "".join(MARK if _SLOT.fullmatch(part) else normalise(part) for part in _parts(str(way["text"])))
            found.append(Lesson(shape, str(way["plan"])))
    return found


def _parts(text: str) -> list[str]:
    return [part for part in re.split(f"({_SLOT.pattern})", text) if part]


def taught(held: Sequence[Lesson]) -> Shapes:
    """Fit a multinomial logistic regression over the runs that at least two shapes have."""
    from sklearn.linear_model import LogisticRegression

    count = Counter(run for lesson in held for run in runs(lesson.shape))
    places = {run: n for n, run in enumerate(sorted(run for run, number in count.items() if number >= _LEAST))}
    matrix: NDArray[np.float32] = np.zeros((len(held), len(places)), dtype=np.float32)
    for row, lesson in enumerate(held):
        own = [places[run] for run in runs(lesson.shape) if run in places]
        matrix[row, own] = 1 / max(len(own), 1) ** 0.5
    model = LogisticRegression(C=_STRENGTH, max_iter=1000, random_state=_SEED)
    model.fit(matrix, [lesson.kind for lesson in held])
    return Shapes(tuple(model.classes_), places, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def measured(shapes: Shapes, held: Sequence[Lesson]) -> tuple[float, float]:
    """Return the shares of shapes whose kind is the likeliest, and among the three likeliest."""
    first = third = 0
    for lesson in held:
        odds = shapes.odds(lesson.shape)
        order = sorted(odds, key=lambda kind: -odds[kind])
        first += order[0] == lesson.kind
        third += lesson.kind in order[:3]
    return first / len(held), third / len(held)


def write(shared: Path, folder: Path) -> dict[str, Any]:
    """Train on both authors and write the weights with their card; returns the card."""
    across = {f"{a}→{b}": measured(taught(lessons(shared, (a,))), lessons(shared, (b,))) for a, b in _PAIRS}
    shapes = taught(lessons(shared, ("p1", "p2")))
    card = {
        "what": "what kind of question its words of asking make it",
        "taught by": "templates of two authors, without the ones that go on",
        "across authors": {pair: {"first": round(a, 3), "among three": round(b, 3)} for pair, (a, b) in across.items()},
        "kinds": list(shapes.kinds),
        "runs": list(shapes.places),
    }
    (folder / "shapes.json").write_text(json.dumps(card, ensure_ascii=False) + "\n", encoding="utf-8")
    np.savez_compressed(
        folder / "shapes.npz", weights=shapes.weights.astype(np.float16), bias=shapes.bias.astype(np.float16)
    )
    return card


_PAIRS = (("p1", "p2"), ("p2", "p1"))
