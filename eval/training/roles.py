"""Trains ``ingest/data/roles.npz``: what each cell of a table is (see ``ingest.roles``).

Taught by a public set whose header cells are marked (imtqa_train: 936 tables), and by tables of budget reports that
the rules read without a loose end, synthetic and real.  Measured out of fold by table on the public set, and on the
real reports with each source left out.  What the margins are is chosen on the public set's folds alone.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.headers import HeaderTally, Marked, marked_tables
from ingest.context import Context
from ingest.facts import Reading, TableReader
from ingest.model import Cell, Role, Table
from ingest.outline import Place
from ingest.read import tables_of
from ingest.reading import as_pairs, by_odds, looseness
from ingest.roles import WIDTH, Learned, features
from ingest.trees import Trees
from ingest.view import TableView

Progress = Callable[[str, int, int], None]
Odds = dict[Cell, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the trees are made with.  A report's table counts ``weight`` of a marked one: its roles are the rules'."""

    rounds: int = 40
    leaves: int = 24
    rate: float = 0.25
    weight: float = 0.3
    folds: int = 5
    seed: int = 7
    margins: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4)


@dataclass(slots=True)
class Lesson:
    """Tables with the role of every cell; ``source`` says whose they are."""

    source: str
    table: int
    cells: list[Cell]
    features: NDArray[np.float32]
    roles: NDArray[np.int64]
    marked: Marked | None = None


@dataclass(slots=True)
class Trained:
    """The trees, their margins and what was measured on the way."""

    trees: dict[str, NDArray[Any]]
    card: dict[str, Any] = field(default_factory=dict)


def lessons_of_set(folder: Path) -> list[Lesson]:
    """Return the public set's tables with their marked roles."""
    tables = enumerate(marked_tables(folder))
    return [_lesson("imtqa", number, one.table, as_pairs(one.table, one.roles), one) for number, one in tables]


def lessons_of_reports(source: str, files: Sequence[Path], first: int) -> Iterator[Lesson]:
    """Yield the tables of reports that the rules read without a loose end, with the roles that they were read in."""
    number = first
    for file in files:
        for view, block, place, context in tables_of(file):
            reader = TableReader(view, block.number, block.table_number or 0, place, context)
            reading = reader.read()
            if view.table.cells and not looseness(reader, reading):
                number += 1
                yield _lesson(source, number, view.table, reader.roles())


def _lesson(source: str, number: int, table: Table, roles: Mapping[Cell, Role], marked: Marked | None = None) -> Lesson:
    cells, rows = features(TableView(table))
    return Lesson(source, number, cells, rows, np.array([int(roles[cell]) for cell in cells]), marked)


def train_roles(lessons: Sequence[Lesson], recipe: Recipe, progress: Progress) -> Trained:
    """Measure out of fold, choose the margins, and train on everything."""
    marked = [one for one in lessons if one.marked is not None]
    rest = [one for one in lessons if one.marked is None]
    odds = _out_of_fold(marked, rest, recipe, progress)
    margins, right = _margins(marked, odds, recipe)
    left_out = _sources_left_out(marked, rest, recipe, progress)
    progress("训练", 0, 1)
    trees = _exported(_fit([*marked, *rest], recipe))
    progress("训练", 1, 1)
    card = {
        "what": "cell roles (value, label above, label left): gradient-boosted trees over cell features",
        "script": "eval/training/roles.py", "recipe": {k: v for k, v in vars_of(recipe).items() if k != "margins"},
        "features": WIDTH, "margins": {"loose": margins[0], "tight": margins[1]},
        "tables": dict(Counter(one.source for one in lessons)), "cells": sum(len(one.cells) for one in lessons),
        "out_of_fold": right, "source_left_out": left_out,
    }  # fmt: skip
    return Trained(trees, card)


def vars_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe's fields."""
    return {name: getattr(recipe, name) for name in recipe.__slots__}


def write_trained(trained: Trained, folder: Path) -> None:
    """Write weights and card."""
    np.savez_compressed(folder / "roles.npz", **trained.trees)  # type: ignore[arg-type]
    (folder / "roles.json").write_text(json.dumps(trained.card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _fit(lessons: Sequence[Lesson], recipe: Recipe) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=recipe.rounds, max_leaf_nodes=recipe.leaves, learning_rate=recipe.rate, l2_regularization=1.0,
        early_stopping=False, random_state=recipe.seed,
    )  # fmt: skip
    weights = [np.full(len(one.cells), 1.0 if one.marked is not None else recipe.weight) for one in lessons]
    return model.fit(
        np.concatenate([one.features for one in lessons]),
        np.concatenate([one.roles for one in lessons]),
        sample_weight=np.concatenate(weights),
    )


def _out_of_fold(
    marked: Sequence[Lesson], rest: Sequence[Lesson], recipe: Recipe, progress: Progress
) -> list[Odds]:  # fmt: skip
    """Return the odds of every marked table from trees that never saw it."""
    folds = np.random.default_rng(recipe.seed).integers(0, recipe.folds, len(marked))
    odds: list[Odds] = [{} for _ in marked]
    for fold in range(recipe.folds):
        progress("逐折检验", fold, recipe.folds)
        model = _fit([one for one, at in zip(marked, folds, strict=True) if at != fold] + list(rest), recipe)
        for number in map(int, np.flatnonzero(folds == fold)):
            one = marked[number]
            odds[number] = dict(zip(one.cells, model.predict_proba(one.features).astype(np.float32), strict=True))
    progress("逐折检验", recipe.folds, recipe.folds)
    return odds


def _margins(
    marked: Sequence[Lesson], odds: Sequence[Odds], recipe: Recipe
) -> tuple[tuple[float, float], dict[str, Any]]:
    """Return the margins under which most cells are read right, the larger of equal ones, and shares by table type."""
    best: tuple[int, tuple[float, float], HeaderTally] | None = None
    for tight in recipe.margins:
        for loose in (margin for margin in recipe.margins if margin <= tight):
            tally = _judged(marked, odds, (loose, tight))
            right = sum(counts["right"] for counts in tally.by_type.values())
            if best is None or (right, (loose, tight)) > (best[0], best[1]):
                best = (right, (loose, tight), tally)
    assert best is not None
    rules = _judged(marked, odds, (np.inf, np.inf))
    return best[1], {kind: _shares(best[2], rules, kind) for kind in sorted(best[2].by_type)}


def _shares(tally: HeaderTally, rules: HeaderTally, kind: str) -> dict[str, Any]:
    counts, before = tally.by_type[kind], rules.by_type[kind]
    return {
        "cells": counts["cells"], "right": round(100 * counts["right"] / counts["cells"], 1),
        "rules alone": round(100 * before["right"] / before["cells"], 1),
    }  # fmt: skip


def _judged(marked: Sequence[Lesson], odds: Sequence[Odds], margins: tuple[float, float]) -> HeaderTally:
    tally = HeaderTally()
    for one, chances in zip(marked, odds, strict=True):
        assert one.marked is not None
        one.marked.judge(tally, lambda reader, reading, chances=chances: _chosen(reader, reading, chances, margins))  # type: ignore[misc]
    return tally


def _chosen(reader: TableReader, reading: Reading, odds: Odds, margins: tuple[float, float]) -> Reading:
    loose = looseness(reader, reading)
    return reading if loose is None else by_odds(reader, reading, odds, margins[0 if loose else 1])


def _sources_left_out(
    marked: Sequence[Lesson], rest: Sequence[Lesson], recipe: Recipe, progress: Progress
) -> dict[str, float]:  # fmt: skip
    """Return for each real source how many of its cells trees taught without it give the rules' roles, in percent."""
    by_source: dict[str, list[Lesson]] = defaultdict(list)
    for one in rest:
        by_source[one.source].append(one)
    real = sorted(source for source in by_source if source != "synthetic")
    found: dict[str, float] = {}
    for number, source in enumerate(real):
        progress("逐来源检验", number, len(real))
        model = _fit([*marked, *(one for one in rest if one.source != source)], recipe)
        agree = [(model.predict(one.features) == one.roles) for one in by_source[source]]
        found[source] = round(100 * float(np.concatenate(agree).mean()), 1)
    progress("逐来源检验", len(real), len(real))
    return found


def _exported(model: Any) -> dict[str, NDArray[Any]]:
    """Return scikit-learn's trees as the arrays of ``ingest.trees.Trees``; a leaf sends a case to itself."""
    parts: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots, classes, depth, first = [], [], 0, 0
    for round_ in model._predictors:
        for kind, tree in enumerate(round_):
            nodes = tree.nodes
            own, leaf = np.arange(len(nodes)), nodes["is_leaf"].astype(bool)
            parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
            parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
            parts["left"].append(np.where(leaf, own, nodes["left"]) + first)
            parts["right"].append(np.where(leaf, own, nodes["right"]) + first)
            parts["value"].append(nodes["value"])
            roots.append(first)
            classes.append(kind)
            depth = max(depth, int(nodes["depth"].max()))
            first += len(nodes)
    kinds = {"feature": np.int32, "threshold": np.float32, "left": np.int32, "right": np.int32, "value": np.float32}
    arrays = {name: np.concatenate(parts[name]).astype(kind) for name, kind in kinds.items()}
    return {
        **arrays, "roots": np.array(roots, dtype=np.int32), "classes": np.array(classes, dtype=np.int32),
        "baseline": model._baseline_prediction.reshape(-1).astype(np.float32), "depth": np.array(depth),
    }  # fmt: skip


def learned_of(trained: Trained) -> Learned:
    """Return what was trained as the program uses it."""
    arrays = {name: array for name, array in trained.trees.items() if name != "depth"}
    margins = trained.card["margins"]
    return Learned(Trees(**arrays, depth=int(trained.trees["depth"])), (margins["loose"], margins["tight"]))


def bare_reader(table: Table) -> TableReader:
    """Return a reader by rules of a table that stands alone."""
    return TableReader(TableView(table), 0, 0, Place(), Context("", ""))
