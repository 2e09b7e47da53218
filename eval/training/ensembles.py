"""Ensembles of trees taught by LightGBM: to rank the cases of a question, or to say how likely a case is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.weigher import Weigher
from eval.training.boosted import trees_of
from ingest.trees import Trees

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_SEED = 7


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an ensemble is made with; ``copies`` of it, each of its own seed, are averaged."""

    rounds: int
    leaves: int
    rate: float
    least: int
    columns: float
    penalty: float = 0.0
    copies: int = 1


@dataclass(slots=True)
class Lesson:
    """Cases of one question: cases × features, and which are right."""

    source: str
    task: str
    type: str
    columns: dict[str, Floats]
    right: Bools


def stacked(lessons: Sequence[Lesson], names: Sequence[str]) -> Floats:
    """Return the cases of lessons one under the other."""
    return np.concatenate([np.stack([one.columns[name] for name in names], axis=1) for one in lessons])


def ranker(lessons: Sequence[Lesson], recipe: Recipe) -> Weigher:
    """Teach an ensemble to put the right cases of a question before its others (LambdaMART, Burges 2010)."""
    import lightgbm

    held = [one for one in lessons if one.right.any()]
    names = tuple(held[0].columns)
    matrix, labels = stacked(held, names), np.concatenate([one.right for one in held]).astype(int)
    groups = [len(one.right) for one in held]

    def made(seed: int) -> Any:
        model = lightgbm.LGBMRanker(objective="lambdarank", lambdarank_truncation_level=8, **_settings(recipe, seed))
        return model.fit(matrix, labels, group=groups)

    return Weigher(names, _averaged(made, recipe))


def classifier(lessons: Sequence[Lesson], recipe: Recipe, *, alike: bool = False) -> Weigher:
    """Teach an ensemble how likely a case is right; ``alike`` counts each case, not each question, the same."""
    import lightgbm

    held = [one for one in lessons if len(one.right)]
    names = tuple(held[0].columns)
    matrix, labels = stacked(held, names), np.concatenate([one.right for one in held]).astype(int)
    weights = np.concatenate([np.full(len(one.right), 1.0 if alike else len(one.right) ** -0.5) for one in held])

    def made(seed: int) -> Any:
        model = lightgbm.LGBMClassifier(**_settings(recipe, seed))
        return model.fit(matrix, labels, sample_weight=weights)

    return Weigher(names, _averaged(made, recipe))


def weighted(
    cases: Sequence[dict[str, float]], right: Sequence[bool], weights: Sequence[float], recipe: Recipe
) -> Weigher:
    """Teach an ensemble how likely a case is right, from cases by trait that count by their weights."""
    import lightgbm

    names = tuple(cases[0])
    matrix = np.array([[case[name] for name in names] for case in cases], dtype=np.float32)
    labels, counts = np.array(right, dtype=int), np.array(weights)

    def made(seed: int) -> Any:
        return lightgbm.LGBMClassifier(**_settings(recipe, seed)).fit(matrix, labels, sample_weight=counts)

    return Weigher(names, _averaged(made, recipe))


def _settings(recipe: Recipe, seed: int) -> dict[str, Any]:
    return {
        "n_estimators": recipe.rounds, "num_leaves": recipe.leaves, "learning_rate": recipe.rate,
        "min_child_samples": recipe.least, "colsample_bytree": recipe.columns, "reg_lambda": recipe.penalty,
        "subsample": 0.8, "subsample_freq": 1, "random_state": seed, "n_jobs": 2, "verbose": -1,
        "deterministic": True, "force_row_wise": True,
    }  # fmt: skip


def _averaged(made: Callable[[int], Any], recipe: Recipe) -> Trees:
    return averaged([trees_of(made(_SEED + number).booster_) for number in range(recipe.copies)])


def averaged(held: Sequence[Trees]) -> Trees:
    """Return ensembles as one whose scores are their mean."""
    first = np.cumsum([0, *(len(one.feature) for one in held)])[:-1]
    share = np.float32(1 / len(held))
    return Trees(
        np.concatenate([one.feature for one in held]), np.concatenate([one.threshold for one in held]),
        np.concatenate([one.left + at for one, at in zip(held, first, strict=True)]).astype(np.int32),
        np.concatenate([one.right + at for one, at in zip(held, first, strict=True)]).astype(np.int32),
        np.concatenate([one.value for one in held]) * share,
        np.concatenate([one.roots + at for one, at in zip(held, first, strict=True)]).astype(np.int32),
        np.zeros(sum(len(one.roots) for one in held), np.int32), np.zeros(1, np.float32),
        max(one.depth for one in held),
    )  # fmt: skip
