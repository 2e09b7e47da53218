"""The questions that search is measured by: fresh ones over the real report, synthetic texts, the public set's rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.corpus.generate import write_corpus
from eval.goldset import GoldError, load_set
from eval.model import Gold, GoldSet, Place, QuestionKind

#: Two independent sets, written before the lexicon was touched: the first guided it, the second only measured it.
_FRESH = {"真实报告新题（开发）": "search_dev.jsonl", "真实报告新题（留出）": "search_heldout.jsonl"}


@contextmanager
def search_sets(shared: Path, reports: int, seed: int, progress: Callable[[int], None]) -> Iterator[list[GoldSet]]:
    """Give the sets; the synthetic reports live as long as this."""
    if not (shared / "reports").is_dir():
        raise GoldError(f"“{shared}”里没有真实报告和公开题集，请用 --shared 写明它在哪里。")
    with TemporaryDirectory() as folder:
        write_corpus(Path(folder), reports, seed, progress=progress)
        yield [
            *(fresh(Path(str(files("eval") / "gold" / f)), shared / "reports", name) for name, f in _FRESH.items()),
            texts(Path(folder)),
            rows(shared / "bench" / "imtqa_dev"),
        ]


def fresh(path: Path, documents: Path, name: str) -> GoldSet:
    """Load questions for passages: {"id", "question", "places": [{"table", "row", "words"}…]} a line.

    A place is a row of a table, counted from 0, a passage that has all the words, or both.
    """
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    questions = tuple(
        Gold(
            id=entry["id"],
            kind=QuestionKind.TEXT,
            turns=(entry["question"],),
            places=tuple(
                Place("", place.get("table"), place.get("row"), None, tuple(place.get("words", ())))
                for place in entry["places"]
            ),
        )
        for entry in entries
    )
    return GoldSet(name, tuple(sorted(documents.glob("*.docx"))), questions)


def texts(corpus: Path) -> GoldSet:
    """Load the questions of a synthetic corpus that are answered in words."""
    held = load_set(corpus / "questions.jsonl", corpus / "reports", "合成报告文字题")
    return replace(held, questions=tuple(gold for gold in held.questions if gold.kind is QuestionKind.TEXT))


def rows(folder: Path) -> GoldSet:
    """Load the public set as questions for rows, over all its tables together."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n")
    entries = [json.loads(line) for line in lines if line.strip()]
    questions = tuple(
        Gold(
            id=entry["id"],
            kind=QuestionKind.TEXT,
            turns=(entry["question"],),
            places=tuple(Place(Path(entry["doc"]).stem, 0, cell["row"]) for cell in entry["gold_cells"]),
        )
        for entry in entries
    )
    return GoldSet("imtqa_dev 的行", tuple(sorted({folder / entry["doc"] for entry in entries})), questions)
