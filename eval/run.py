"""Running gold sets through the assistant and the baselines: documents → store → answers → scores."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from assistant.core import Assistant
from eval.baselines import FlatText, Overlap, System, grid, tables_of
from eval.facts import FactTally, measure_reader
from eval.model import Gold, GoldSet, GoldValue, Run, SetRun, SystemRun
from eval.score import Sources, score
from eval.support import document_text
from ingest.errors import JixiaoError
from ingest.pipeline import Outcome, ingest
from ingest.store import Store

_T = TypeVar("_T")

#: Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def run_sets(sets: Iterable[GoldSet], progress: Progress, *, baselines: bool = True) -> Run:
    """Run every set; the assistant goes first in all of them, so that no baseline counts in its memory."""
    held = list(sets)
    sources = [_sources(gold_set, progress) for gold_set in held]
    ours = [run_assistant(gold_set, source, progress) for gold_set, source in zip(held, sources, strict=True)]
    done = []
    for gold_set, source, own in zip(held, sources, ours, strict=True):
        others = _baselines(gold_set, source, progress) if baselines else []
        done.append(SetRun(gold_set.name, len(gold_set.documents), (own, *others), _facts(gold_set, progress)))
    return Run(datetime.now(UTC).strftime("%Y-%m-%d"), commit(), tuple(done))


def run_assistant(gold_set: GoldSet, apart: Sources, progress: Progress) -> SystemRun:
    """Read the set's documents into a fresh store and ask the assistant every question."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), write=True) as store:
        _read(store, gold_set.documents, progress, gold_set.name)
        sources = replace(apart, names={report.id: Path(report.name).stem for report in store.reports()})
        assistant = Assistant.open(store)
        scored = tuple(
            score(gold, asked(assistant, gold), sources)
            for gold in _tracked(gold_set.questions, f"{gold_set.name} 提问", progress)
        )
    return SystemRun("assistant", scored, peak_megabytes())


def asked(assistant: Assistant, gold: Gold) -> dict[str, Any]:
    """Return the assistant's answer to a question's last turn; an error that it raises is an answer too."""
    *earlier, last = gold.turns
    try:
        return assistant.ask(last, history=earlier, reports=gold.reports).to_json()
    except JixiaoError as error:
        return {"status": "error", "text": str(error), "values": [], "citations": [], "trace": [], "ms": 0.0}


def _baselines(gold_set: GoldSet, sources: Sources, progress: Progress) -> list[SystemRun]:
    """Run the floor.  Flattened text knows no cells, so that system is not asked for places."""
    systems: list[tuple[System, bool]] = [(FlatText(gold_set.documents), False), (Overlap(gold_set.documents), True)]
    found = []
    for system, places in systems:
        answers = (
            (gold, system.answer(gold))
            for gold in _tracked(gold_set.questions, f"{gold_set.name} 基线 {system.name}", progress)
        )
        scored = tuple(
            score(gold if places else _placeless(gold), answer, sources)
            for gold, answer in answers
            if answer is not None
        )
        found.append(SystemRun(system.name, scored))
    return found


def _placeless(gold: Gold) -> Gold:
    def bare(values: tuple[GoldValue, ...]) -> tuple[GoldValue, ...]:
        return tuple(replace(value, places=(), operands=()) for value in values)

    return replace(gold, places=(), values=bare(gold.values), alternatives=tuple(map(bare, gold.alternatives)))


def _facts(gold_set: GoldSet, progress: Progress) -> dict[str, Any] | None:
    """Hold the reader against the truth of a synthetic corpus."""
    if gold_set.truths is None:
        return None
    tally = FactTally()
    for done in measure_reader(gold_set.documents, gold_set.truths, tally):
        progress(f"{gold_set.name} 核对事实", done, len(gold_set.documents))
    return tally.to_json()


def _sources(gold_set: GoldSet, progress: Progress) -> Sources:
    """Read the documents apart from the assistant: their texts, and their cells as python-docx has them."""
    texts, grids = {}, {}
    for path in _tracked(gold_set.documents, f"{gold_set.name} 独立读原文", progress):
        texts[path.stem] = document_text(path)
        grids[path.stem] = [grid(table) for table in tables_of(path)]
    return Sources({path.stem: path.stem for path in gold_set.documents}, texts, grids)


def _read(store: Store, documents: Sequence[Path], progress: Progress, name: str) -> None:
    for number, result in enumerate(ingest(store, documents)):
        progress(f"{name} 读入", number + 1, len(documents))
        if result.outcome is Outcome.FAILED:
            raise JixiaoError(f"评测用的报告“{result.file}”读不了（{result.message}），请先修好它。")


def _tracked(items: Sequence[_T], what: str, progress: Progress) -> Iterator[_T]:
    for number, item in enumerate(items, 1):
        yield item
        progress(what, number, len(items))


def peak_megabytes() -> float:
    """Return the peak memory of this process up to now, all that ran before in it included.

    ``ru_maxrss`` is in KiB on Linux, in bytes on macOS.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def commit() -> str:
    """Return the commit that is measured, with ``+`` when the tree differs from it; empty outside git."""
    root = Path(__file__).resolve().parents[1]
    git = ["git", "-C", str(root)]
    try:
        head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")
