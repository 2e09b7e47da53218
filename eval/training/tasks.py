"""The questions that choosing is learned from: strangers' banks by author, and the older sets that must not fall."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.core import Assistant
from eval.bank.model import Author, Question, Verdict
from eval.bank.questions import load_bank, load_questions
from eval.bank.score import judge
from eval.corpus.generate import write_corpus
from eval.goldset import load_set
from eval.imtqa import load_imtqa
from eval.model import Gold, GoldSet, Outcome
from eval.score import outcome_of
from eval.sets import set_at
from ingest.pipeline import ingest
from ingest.store import Store

Judge = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Task:
    """A question with how its answers are judged.

    ``wanted`` has the strings of a stranger's gold, ``silent`` says that the right thing is not to answer, ``doc`` the
    file that holds the answer, ``reports`` what the question is narrowed to.  ``worded`` ones teach and are counted in
    no card; ``rests`` has the figures that an answer is worked out from, where that is known.
    """

    id: str
    type: str
    turns: tuple[str, ...]
    is_right: Judge
    wanted: tuple[tuple[str, ...], ...] = ()
    silent: bool = False
    doc: str = ""
    reports: tuple[str, ...] = ()
    worded: bool = False
    rests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The questions of one author, or of one older set (``teaches``: its facts and quotes are learned from too)."""

    name: str
    documents: tuple[Path, ...]
    tasks: tuple[Task, ...]
    teaches: bool = True

    @contextmanager
    def assistant(self) -> Iterator[Assistant]:
        """Give an assistant over the source's documents."""
        with TemporaryDirectory() as folder, Store.open(Path(folder), write=True) as store:
            for _ in ingest(store, self.documents):
                pass
            yield Assistant.open(store)


#: Generated reports that teach, none of which the gold sets have: how many of a seed, and whether with faults.
GENERATED = ((10, 101, False), (10, 102, False), (10, 103, True), *((2, 104 + n, False) for n in range(6)))


def generated(folder: Path) -> list[Source]:
    """Write generated reports and return their questions: what names all that it asks must stay answered.

    The files must live as long as the sources.
    """
    held = []
    for reports, seed, faults in GENERATED:
        write_corpus(folder / f"generated{seed}", reports, seed, faults=faults)
        held.append(_older(set_at(folder / f"generated{seed}", None)))
    return held


def sources(shared: Path, also: Path | None, folder: Path | None = None) -> list[Source]:
    """Return the strangers' sets, in ``shared`` and in the folder ``also``, the older sets, and generated ones.

    The latter are written to ``folder``; without one there are none.
    """
    authors = load_bank(shared / "bank", shared / "reports" / "public")
    if also is not None:
        authors += load_bank(also, shared / "reports" / "public")
    real = load_set(Path(str(files("eval") / "gold" / "xiangxi_2021.jsonl")), shared / "reports", "real")
    older = [_older(real), _older(load_imtqa(shared / "bench" / "imtqa_dev"))]
    return [*map(_of_author, authors), *older, *(generated(folder) if folder is not None else ())]


#: Questions on the strangers' reports, put in words by people who were shown the reports alone.
WORDED = Path(str(files("eval") / "gold" / "worded"))


def _of_author(author: Author) -> Source:
    tasks = tuple(map(_of_question, author.questions))
    return Source(author.name, author.documents, tasks + _worded(WORDED / f"{author.name}.jsonl"))


def _worded(path: Path) -> tuple[Task, ...]:
    if not path.is_file():
        return ()
    rests = [tuple(json.loads(line).get("rests", ())) for line in path.read_text(encoding="utf-8").splitlines()]
    held = zip(load_questions(path), rests, strict=True)
    return tuple(replace(_of_question(question), worded=True, rests=figures) for question, figures in held)


def _of_question(question: Question) -> Task:
    return Task(
        question.id, question.type, question.turns, lambda answer: judge(question, answer) is Verdict.RIGHT,
        question.gold or (), question.gold is None, question.doc,
    )  # fmt: skip


def _older(held: GoldSet) -> Source:
    return Source(held.name, held.documents, tuple(map(_of_gold, held.questions)), teaches=False)


def _of_gold(gold: Gold) -> Task:
    silent = not set(gold.status) - {"not_found", "clarify"}
    return Task(
        gold.id, str(gold.kind), gold.turns, lambda answer: outcome_of(gold, answer) is Outcome.RIGHT,
        silent=silent, reports=gold.reports,
    )  # fmt: skip


def by_name(held: Sequence[Source]) -> dict[str, Source]:
    """Return sources by name."""
    return {source.name: source for source in held}
