"""Trains which of many reports a question may be about: every stranger's reports in one store, every question asked.

What is learned from is only the file that holds each answer.  Measured out of author: how often that file is among the
first so many, with the reports of all the others beside it (LambdaMART, Burges 2010).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.facts.shelf import Shelf
from assistant.lexicon import Lexicon
from assistant.linking.reporting import features
from assistant.weigher import Weigher
from eval.training.boosted import save
from eval.training.choosing import writer_of
from eval.training.ensembles import Lesson, Recipe, ranker
from eval.training.tasks import Source, Task
from ingest.model import Report
from ingest.pipeline import ingest
from ingest.store import Store

Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]

RECIPE = Recipe(150, 15, 0.07, 20, 0.5, 3.0)
FOLDS, _SEED = 5, 7
#: Of the reports that are not meant so many teach that share most with the question, and so many drawn by chance.
_NEAR, _DRAWN = 40, 10
_CUTS = (1, 2, 4, 8, 12)
_SHARING = ("owner_of_best", "part_of_best", "cover_of_best", "said_of_best")


@dataclass(slots=True)
class Seen:
    """One question over all reports: the features by turn, the place of the report meant, the places of its owner's."""

    source: str
    task: str
    type: str
    turns: list[dict[str, Floats]]
    meant: int
    owner: NDArray[np.bool_]
    lead: Floats | None = field(default=None)

    @property
    def columns(self) -> dict[str, Floats]:
        """The features of the last turn, with the odds by the turn before where there is one."""
        last = self.turns[-1]
        if self.lead is None:
            return last
        best = np.full(len(self.lead), self.lead.max(initial=-1), dtype=np.float32)
        return {**last, "lead": self.lead, "lead_best": best}


def seen_of(sources: Sequence[Source], progress: Progress) -> list[Seen]:
    """Read every source's reports into one store, and every question's features there."""
    teaching = [source for source in sources if source.teaches]
    with TemporaryDirectory() as folder, Store.open(Path(folder), write=True) as store:
        files = [path for source in teaching for path in source.documents]
        for number, _ in enumerate(ingest(store, files), 1):
            progress("读报告", number, len(files))
        reports = tuple(store.reports())
        shelf, lexicon = Shelf.of(store, reports), Lexicon.load()
        places = {report.name: number for number, report in enumerate(reports)}
        asked = [(source, task) for source in teaching for task in source.tasks if task.doc in places]
        found = []
        for number, (source, task) in enumerate(asked, 1):
            turns = [features(turn, shelf, lexicon) for turn in task.turns]
            found.append(_seen(source, task, turns, places[task.doc], reports))
            progress("读题", number, len(asked))
        return found


def _seen(
    source: Source, task: Task, turns: list[dict[str, Floats]], meant: int, reports: Sequence[Report]
) -> Seen:  # fmt: skip
    owner = np.array([one.organisation == reports[meant].organisation for one in reports])
    return Seen(source.name, task.id, task.type, turns, meant, owner)


def lesson_of(one: Seen, draw: np.random.Generator) -> Lesson:
    """Return the cases that a question teaches by: the report meant, its department's others, those that are near."""
    columns = one.columns
    right = np.zeros(len(one.owner), dtype=np.bool_)
    right[one.meant] = True
    sharing = sum((columns[name] for name in _SHARING), np.zeros(len(right), dtype=np.float32))
    wrong = np.flatnonzero(~one.owner)
    order = wrong[np.argsort(-sharing[wrong], kind="stable")]
    chance = draw.choice(order[_NEAR:], min(_DRAWN, len(order[_NEAR:])), replace=False)
    whole = Lesson(one.source, one.task, one.type, columns, right, one.owner & ~right)
    return whole.only(np.concatenate([order[:_NEAR], chance]))


def taught(held: Sequence[Seen]) -> Weigher:
    """Teach from questions, those of one turn first: they say what the turn before was about."""
    draw = np.random.default_rng(_SEED)
    for one in held:
        one.lead = None
    first = ranker([lesson_of(one, draw) for one in held if len(one.turns) == 1], RECIPE)
    led(held, first)
    return ranker([lesson_of(one, draw) for one in held], RECIPE)


def led(held: Sequence[Seen], weigh: Weigher) -> None:
    """Find what the turn before of each question was about."""
    for one in held:
        if len(one.turns) > 1:
            lead: Floats | None = None
            for turn in one.turns[:-1]:
                columns = turn if lead is None else Seen("", "", "", [turn], 0, one.owner, lead).columns
                lead = weigh.odds(columns)
            one.lead = lead


def train_reports(sources: Sequence[Source], folder: Path, progress: Progress) -> dict[str, Any]:
    """Measure out of author, teach from all, write weights and card; returns the card."""
    held = seen_of(sources, progress)
    writers = sorted({writer_of(one.source) for one in held})
    folds = {writer: number % FOLDS for number, writer in enumerate(writers)}
    ranks: dict[str, list[int]] = {}
    for fold in range(FOLDS):
        weigh = taught([one for one in held if folds[writer_of(one.source)] != fold])
        own = [one for one in held if folds[writer_of(one.source)] == fold]
        led(own, weigh)
        for one in own:
            scores = weigh.odds(one.columns)
            rank = int((scores > scores[one.meant]).sum())
            for name in (one.type, "all", "one turn" if len(one.turns) == 1 else "several turns"):
                ranks.setdefault(name, []).append(rank)
        progress("逐折检验", fold + 1, FOLDS)
    weigh = taught(held)
    card = {
        "what": "which of many reports a question may be about", "script": "eval/training/reporting.py",
        "recipe": {name: getattr(RECIPE, name) for name in RECIPE.__slots__}, "reports": len(held[0].owner),
        "questions": len(held), "authors": len(writers),
        "out of author, the report among the first": {name: _shares(own) for name, own in sorted(ranks.items())},
        "features": list(weigh.names),
    }  # fmt: skip
    save(weigh.trees, folder / "reports.npz")
    (folder / "reports.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return card


def _shares(ranks: Sequence[int]) -> dict[str, float]:
    held = np.array(ranks)
    return {"questions": len(held), **{str(cut): round(100 * float((held < cut).mean()), 1) for cut in _CUTS}}
