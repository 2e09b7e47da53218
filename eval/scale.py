"""Benchmarks at 1, 100, 1,000 synthetic reports: reading, indexing, answering, memory, as ratios in one run."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.core import Assistant
from eval.bench import DOCLING_MISSING, docling_converter
from eval.corpus.generate import write_corpus
from eval.goldset import load_questions
from eval.model import Gold, QuestionKind
from eval.run import Progress, peak_megabytes
from eval.stats import percentile
from ingest.grams import grams
from ingest.pipeline import ingest
from ingest.read import read_report
from ingest.store import Store

#: Characters of text that fill a page: the real report has 20 pages and about 16,000 characters.
_PAGE = 800
_ASKED = 200
_PARSED = 10
_TOP = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One size, measured in a process of its own.  Times in seconds, answers in milliseconds."""

    reports: int
    megabytes_of_files: float
    pages: float
    read: float
    index: float
    answers: tuple[float, ...]
    bare: tuple[float, ...]
    store_megabytes: float
    peak: float
    docling: tuple[float, float] | None  # (ours, docling) for the same files


def bench_sizes(sizes: Sequence[int], progress: Progress) -> None:
    """Measure each size in a fresh process and print them side by side."""
    found = []
    for number, size in enumerate(sizes, 1):
        with tempfile.TemporaryDirectory() as folder:
            _generate(Path(folder), size, progress)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found.append(pool.apply(measure, (folder,)))
        progress("测量各规模", number, len(sizes))
    console = Console(width=None if Console().is_terminal else 160)
    console.print(_table(found))
    if all(one.docling is None for one in found):
        console.print(DOCLING_MISSING, markup=False)


def _generate(folder: Path, size: int, progress: Progress) -> None:
    write_corpus(folder, size, 1, progress=lambda done: progress(f"生成 {size} 份", done, size))


def measure(folder: str) -> Measured:
    """Measure one corpus: read every file, index all, answer questions, beside bare FTS5 and docling."""
    home = Path(folder)
    documents = sorted((home / "reports").glob("*.docx"))
    started = time.perf_counter()
    characters = sum(_characters(path) for path in documents)
    read = time.perf_counter() - started
    with Store.open(home / "store", write=True) as store:
        started = time.perf_counter()
        for _ in ingest(store, documents):
            pass
        index = time.perf_counter() - started
        questions = [g for g in load_questions(home / "questions.jsonl") if g.kind is QuestionKind.LOOKUP]
        chosen = questions[:: max(1, len(questions) // _ASKED)]
        answers = _answers(store, chosen)
        bare = _bare(home / "store" / "store.sqlite", chosen)
    peak = peak_megabytes()
    return Measured(
        reports=len(documents),
        megabytes_of_files=sum(path.stat().st_size for path in documents) / 1e6,
        pages=characters / _PAGE,
        read=read,
        index=index,
        answers=answers,
        bare=bare,
        store_megabytes=(home / "store" / "store.sqlite").stat().st_size / 1e6,
        peak=peak,
        docling=_docling(documents[:_PARSED]),
    )


def _characters(path: Path) -> int:
    document = read_report(path).document
    cells = (cell.text for block in document.blocks if block.table for cell in block.table.cells)
    return sum(len(block.text) for block in document.blocks) + sum(map(len, cells))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _answers(store: Store, questions: Sequence[Gold]) -> tuple[float, ...]:
    assistant = Assistant.open(store)
    assistant.ask(questions[0].turns[-1], reports=questions[0].reports)
    return tuple(_timed(partial(assistant.ask, gold.turns[-1], reports=gold.reports)) for gold in questions)


def _bare(file: Path, questions: Sequence[Gold]) -> tuple[float, ...]:
    """Time a bare full-text query for each question over the same file: the limit of any search in it."""
    query = "SELECT rowid FROM passage_text WHERE passage_text MATCH ? ORDER BY rank LIMIT ?"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:

        def ask(gold: Gold) -> list[tuple[int]]:
            wanted = " OR ".join(json.dumps(gram, ensure_ascii=False) for gram in dict.fromkeys(grams(gold.turns[-1])))
            return connection.execute(query, (wanted, _TOP)).fetchall()

        ask(questions[0])
        return tuple(_timed(partial(ask, gold)) for gold in questions)


def _docling(documents: Sequence[Path]) -> tuple[float, float] | None:
    convert = docling_converter()
    if convert is None:
        return None
    convert(documents[0])
    ours = sum(_timed(partial(read_report, path)) for path in documents)
    return ours, sum(_timed(partial(convert, path)) for path in documents)


def _table(found: Sequence[Measured]) -> Table:
    table = Table(title="合成报告，同一次运行")
    table.add_column("")
    for one in found:
        table.add_column(f"{one.reports} 份", justify="right")
    rows: dict[str, Callable[[Measured], str]] = {
        "文件 MB / 折合页": lambda m: f"{m.megabytes_of_files:.2f} / {m.pages:.0f}",
        "解析并理解：页/秒": lambda m: f"{m.pages / m.read:.0f}",
        "解析并理解：MB/秒": lambda m: f"{m.megabytes_of_files / m.read:.2f}",
        "读入并建索引：毫秒/份": lambda m: f"{m.index / m.reports * 1000:.0f}",
        "回答 p50 / p95 毫秒": lambda m: f"{percentile(m.answers, 50):.1f} / {percentile(m.answers, 95):.1f}",
        "只查 FTS5 p50 / p95 毫秒": lambda m: f"{percentile(m.bare, 50):.1f} / {percentile(m.bare, 95):.1f}",
        "回答 ÷ 只查 FTS5（p50）": lambda m: f"{percentile(m.answers, 50) / percentile(m.bare, 50):.2f}",
        "内存峰值 MB / 存储 MB": lambda m: f"{m.peak:.0f} / {m.store_megabytes:.1f}",
        "解析并理解 ÷ docling": lambda m: f"{m.docling[0] / m.docling[1]:.2f}" if m.docling else "—",
    }
    for name, value in rows.items():
        table.add_row(name, *(value(one) for one in found))
    return table
