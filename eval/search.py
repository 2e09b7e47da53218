"""How well search finds the passage that answers, stage by stage: recall at 1, 5, 10 and MRR with intervals.

MRR is the mean of 1/rank of the first passage that answers, 0 where none is among the first 50; intervals are 95 %
percentile bootstraps over the questions (Efron 1979).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.core import Assistant
from assistant.embedding import BUNDLED
from assistant.retrieve import Stages
from assistant.vectors import reindex, switch_off
from eval.model import Gold, GoldSet, Place
from eval.stats import percentile
from ingest.errors import JixiaoError
from ingest.model import StoredPassage
from ingest.pipeline import Outcome, ingest
from ingest.store import Store

DEPTH = 50
CUTS = (1, 5, 10)
_RESAMPLES = 2_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """One stage over one set: the rank of the first passage that answers a question (``None``: not found), times."""

    stage: str
    ranks: tuple[int | None, ...]
    milliseconds: tuple[float, ...]

    def recall(self, cut: int) -> float:
        """Return the share of questions answered within the first ``cut`` passages, in percent."""
        return 100 * sum(rank is not None and rank <= cut for rank in self.ranks) / len(self.ranks)

    def reciprocal(self) -> float:
        """Return the mean reciprocal rank, in percent."""
        return 100 * sum(map(_reciprocal, self.ranks)) / len(self.ranks)

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the mean reciprocal rank, in percent; the same each time."""
        chance = random.Random(7)
        values = list(map(_reciprocal, self.ranks))
        means = sorted(sum(chance.choices(values, k=len(values))) / len(values) * 100 for _ in range(_RESAMPLES))
        return means[round(0.025 * (_RESAMPLES - 1))], means[round(0.975 * (_RESAMPLES - 1))]


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def measure(gold_set: GoldSet, folder: Path, embedding: str, progress: Progress) -> list[Found]:
    """Read a set's documents into a store and search them for every question, stage by stage."""
    with Store.open(folder, write=True) as store:
        for number, result in enumerate(ingest(store, gold_set.documents), 1):
            progress(f"{gold_set.name} 读入", number, len(gold_set.documents))
            if result.outcome is Outcome.FAILED:
                raise JixiaoError(f"评测用的报告“{result.file}”读不了（{result.message}），请先修好它。")
        switch_off(store)
        found = [
            _stage("BM25", store, gold_set, Stages(expansion=False, vectors=False), progress),
            _stage("+扩展", store, gold_set, Stages(vectors=False), progress),
        ]
        for name in dict.fromkeys((BUNDLED, *filter(None, (embedding,)))):
            reindex(store, name, progress=lambda done, whole: progress(f"{gold_set.name} 向量", done, whole))
            title = "+自带模型" if name == BUNDLED else f"+{Path(name).name}"
            found.append(_stage(title, store, gold_set, Stages(), progress))
    return found


def _stage(name: str, store: Store, gold_set: GoldSet, stages: Stages, progress: Progress) -> Found:
    assistant = Assistant.open(store, stages=stages)
    names = {Path(report.name).stem: report.id for report in store.reports()}
    ranks, times = [], []
    assistant.retrieve("预热")
    for number, gold in enumerate(gold_set.questions, 1):
        started = time.perf_counter()
        passages = assistant.retrieve(gold.turns[-1], gold.reports, DEPTH)
        times.append((time.perf_counter() - started) * 1000)
        ranks.append(rank_of(gold, (stored for stored, _ in passages), names))
        progress(f"{gold_set.name} {name}", number, len(gold_set.questions))
    return Found(name, tuple(ranks), tuple(times))


def rank_of(gold: Gold, passages: Iterable[StoredPassage], names: dict[str, str]) -> int | None:
    """Return the rank of the first passage at a place that answers, ``None`` where none is."""
    for rank, stored in enumerate(passages, 1):
        if any(at(place, stored, names) for place in gold.places):
            return rank
    return None


def at(place: Place, stored: StoredPassage, names: dict[str, str]) -> bool:
    """Tell whether a passage stands at a place: its report, its table's row, its words."""
    passage = stored.passage
    if place.report and names.get(place.report) != stored.report:
        return False
    if place.table is not None and (place.table, place.row) != (passage.table, passage.row):
        return False
    return all(word in passage.text for word in place.words)


def to_json(name: str, found: Sequence[Found]) -> dict[str, Any]:
    """Return a set's figures as JSON."""
    return {
        "set": name,
        "questions": len(found[0].ranks),
        "stages": [
            {
                "stage": one.stage,
                **{f"recall@{cut}": round(one.recall(cut), 1) for cut in CUTS},
                "mrr": round(one.reciprocal(), 1),
                "interval": [round(bound, 1) for bound in one.interval()],
                "p50": round(percentile(one.milliseconds, 50), 1),
                "p95": round(percentile(one.milliseconds, 95), 1),
            }
            for one in found
        ],
    }
