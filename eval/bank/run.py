"""Running a bank: each author's reports into a store of their own, the questions by the path that ``batch`` takes."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.batch import answer_lines
from assistant.core import Assistant
from eval.bank.model import Author, AuthorRun, Judged, Question, Verdict
from eval.bank.score import judge
from eval.model import Gold, QuestionKind
from eval.stats import wilson
from eval.support import document_text, unsupported
from ingest.errors import JixiaoError
from ingest.pipeline import Outcome, ingest
from ingest.store import Store

Progress = Callable[[str, int, int], None]


def run_author(author: Author, progress: Progress, beside: Sequence[Path] = ()) -> AuthorRun:
    """Ask one author's questions of that author's reports, all loaded at once, with those of others ``beside``."""
    documents = (*author.documents, *beside)
    texts = {path.stem: document_text(path) for path in documents}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), write=True) as store:
        for result in ingest(store, documents):
            if result.outcome is Outcome.FAILED:
                raise JixiaoError(f"题库的报告“{result.file}”读不了（{result.message}），请先修好它。")
        names = {report.id: Path(report.name).stem for report in store.reports()}
        lines = [json.dumps({"id": one.id, "turns": one.turns}, ensure_ascii=False) for one in author.questions]
        judged = []
        for question, answer in zip(author.questions, answer_lines(Assistant.open(store), lines), strict=True):
            judged.append(_judged(question, answer, names, texts))
            progress(f"陌生题库 {author.name}", len(judged), len(lines))
    return AuthorRun(author.name, len(documents), tuple(judged))


def _judged(question: Question, answer: dict[str, Any], names: dict[str, str], texts: dict[str, str]) -> Judged:
    gold = Gold(question.id, QuestionKind.LOOKUP, question.turns)
    return Judged(question, judge(question, answer), answer, unsupported(gold, answer, names, texts))


def strangers_json(runs: Iterable[AuthorRun]) -> dict[str, Any]:
    """Return authors and types with their counts, the whole, and every answer."""
    held = list(runs)
    every = [one for run in held for one in run.judged]
    return {
        "total": _counts(every),
        "types": _by_type(every),
        "authors": [
            {
                "author": run.author, "documents": run.documents, **_counts(run.judged), "types": _by_type(run.judged),
                "results": [_result(one) for one in run.judged],
            }
            for run in held
        ],
    }  # fmt: skip


def _by_type(judged: Iterable[Judged]) -> dict[str, Any]:
    held = list(judged)
    return {
        name: _counts([one for one in held if one.question.type == name])
        for name in sorted({one.question.type for one in held})
    }


def _counts(judged: Iterable[Judged]) -> dict[str, Any]:
    """Return how many came to which verdict, with the 95 % intervals of the shares right and wrong."""
    held = list(judged)
    counts = Counter(one.verdict for one in held)
    return {
        "questions": len(held),
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "unsupported": sum(len(one.unsupported) for one in held),
        "interval": _interval(counts[Verdict.RIGHT], len(held)),
        "wrong_interval": _interval(counts[Verdict.WRONG], len(held)),
    }


def _interval(part: int, whole: int) -> list[float]:
    return [round(bound, 4) for bound in wilson(part, whole)]


def _result(one: Judged) -> dict[str, Any]:
    question = one.question
    return {
        "id": question.id, "type": question.type, "turns": list(question.turns), "verdict": one.verdict.value,
        "gold": None if question.gold is None else [list(alternative) for alternative in question.gold],
        "bad": list(question.bad), "unsupported": list(one.unsupported), "answer": one.answer,
    }  # fmt: skip
