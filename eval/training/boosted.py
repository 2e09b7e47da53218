"""Trees made by LightGBM, as the arrays that ``ingest.trees`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ingest.trees import Trees


def trees_of(booster: Any) -> Trees:
    """Return a trained LightGBM booster of one output; a threshold is rounded down to the floats that it is read in."""
    feature: list[int] = []
    threshold: list[np.float32] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    roots: list[int] = []

    def add(node: dict[str, Any]) -> tuple[int, int]:
        """Add a node and all below it; return (its number, how deep it goes)."""
        number = len(feature)
        feature.append(int(node.get("split_feature", 0)))
        threshold.append(_floor(float(node.get("threshold", 0.0))))
        left.append(number)
        right.append(number)
        value.append(float(node.get("leaf_value", 0.0)))
        if "leaf_value" in node:
            return number, 0
        left[number], a = add(node["left_child"])
        right[number], b = add(node["right_child"])
        return number, 1 + max(a, b)

    deepest = 0
    for tree in booster.dump_model()["tree_info"]:
        root, depth = add(tree["tree_structure"])
        roots.append(root)
        deepest = max(deepest, depth)
    return Trees(
        np.array(feature, np.int32), np.array(threshold, np.float32), np.array(left, np.int32),
        np.array(right, np.int32), np.array(value, np.float32), np.array(roots, np.int32),
        np.zeros(len(roots), np.int32), np.zeros(1, np.float32), deepest,
    )  # fmt: skip


def _floor(threshold: float) -> np.float32:
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))


def save(trees: Trees, path: Path) -> None:
    """Write the arrays of an ensemble."""
    np.savez_compressed(
        path, feature=trees.feature, threshold=trees.threshold, left=trees.left, right=trees.right, value=trees.value,
        roots=trees.roots, classes=trees.classes, baseline=trees.baseline, depth=np.int32(trees.depth),
    )  # fmt: skip
