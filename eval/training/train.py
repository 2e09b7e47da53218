"""The whole training of choosing, written as data with its cards."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.weigher import Weigher
from eval.training import asking, shapes
from eval.training.boosted import save
from eval.training.choosing import RECIPES, Asked, Classroom, learn
from eval.training.policy import RISK, WORTH_ASKING, WORTH_NAMING, Policy, chosen, curve
from eval.training.speech import save as save_speech
from eval.training.tasks import sources

Progress = Callable[[str, int, int], None]

_WHAT = {
    "facts": "which figures fit a question",
    "quotes": "which sentences and cells of words fit a question",
    "rank": "which of the plans is meant",
    "right": "how likely each plan by itself is right",
    "sure": "how likely the first plan is right, and from which odds on it is told",
}


def train_choice(shared: Path, also: Path | None, folder: Path, progress: Progress) -> dict[str, Any]:
    """Train the five ensembles and write them to ``folder``; returns the card of the decision."""
    with TemporaryDirectory() as made:
        classroom = Classroom(sources(shared, also, Path(made)), progress)
        asked, order, odds = learn(classroom)
        return write_choice(classroom, asked, Policy.of(asked, order, odds), folder)


def write_choice(classroom: Classroom, asked: Sequence[Asked], policy: Policy, folder: Path) -> dict[str, Any]:
    """Write what was taught, with its cards, and the bounds chosen for the stated risk; returns the decision's card."""
    authors = set(classroom.authors)
    strangers = [one for one in asked if one.source in authors and not one.task.worded]
    bounds = chosen(policy, strangers)
    for name, what in _WHAT.items():
        write_weigher(name, classroom.weighers[name][""], {"what": what, "recipe": _recipe(name)}, folder)
    save_speech(classroom.speeches[""], folder / "speech.npz")
    kinds = sorted({one.task.type for one in strangers})
    card = {
        "what": _WHAT["sure"],
        "recipe": _recipe("sure"),
        "features": list(classroom.weighers["sure"][""].names),
        "bounds": {name: getattr(bounds, name) for name in bounds.__slots__},
        "worded beside": sum(one.task.worded for one in asked),
        "chosen for": {"wrong at most": RISK, "asked back holds the answer": WORTH_ASKING, "named": WORTH_NAMING},
        "out of author": policy.counts(bounds, strangers),
        "by type": {kind: policy.counts(bounds, [o for o in strangers if o.task.type == kind]) for kind in kinds},
        "by author": {
            name: policy.counts(bounds, [one for one in strangers if one.source == name]) for name in sorted(authors)
        },
        "held-in": {
            source.name: policy.counts(bounds, [one for one in asked if one.source == source.name])
            for source in classroom.sources
            if not source.teaches
        },
        "curve": curve(policy, strangers),
    }
    _write(folder / "sure.json", card)
    return card


def write_weigher(name: str, weigher: Weigher, card: dict[str, Any], folder: Path) -> None:
    """Write an ensemble with the names of its features."""
    save(weigher.trees, folder / f"{name}.npz")
    _write(folder / f"{name}.json", {**card, "features": list(weigher.names)})


def _recipe(name: str) -> dict[str, Any]:
    recipe = RECIPES[name]
    return {field: getattr(recipe, field) for field in recipe.__slots__}


def _write(path: Path, card: dict[str, Any]) -> None:
    path.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def train_words(shared: Path, folder: Path) -> dict[str, Any]:
    """Count the words of asking and train the kinds of question; returns what was measured across authors."""
    pairs = asking.write(shared, folder / "asking.json")
    card = shapes.write(shared, folder)
    return {"pairs": pairs, "across authors": card["across authors"]}
