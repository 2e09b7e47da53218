"""The gold sets: the real report, synthetic corpora made for the run, the public table-QA set, one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.corpus.generate import write_corpus
from eval.goldset import load_set
from eval.imtqa import load_imtqa
from eval.model import GoldSet

_REAL = "xiangxi_2021.jsonl"
_FAULTY_SEED = 2
_FAULTY_SHARE = 3  # one report with faults beside so many without


@contextmanager
def gold_sets(
    paths: Sequence[Path],
    documents: Path | None,
    shared: Path | None,
    reports: int,
    seed: int,
    progress: Callable[[int], None],
) -> Iterator[list[GoldSet]]:
    """Give the sets named, or all that the project measures itself by; synthetic files live as long as this."""
    if paths or shared is None:
        yield [set_at(path, documents) for path in paths]
        return
    with TemporaryDirectory() as folder:
        clean, faulty = Path(folder) / "synthetic", Path(folder) / "faulty"
        write_corpus(clean, reports, seed, progress=progress)
        write_corpus(faulty, max(1, reports // _FAULTY_SHARE), seed + _FAULTY_SEED, faults=True, progress=progress)
        yield [
            load_set(Path(str(files("eval") / "gold" / _REAL)), shared / "reports", "real"),
            set_at(clean, None),
            set_at(faulty, None),
            load_imtqa(shared / "bench" / "imtqa_dev"),
        ]


def set_at(path: Path, documents: Path | None) -> GoldSet:
    """Load a gold file with its documents, a synthetic corpus, or the public set, told by what is there."""
    if path.is_dir() and (path / "corpus.json").is_file():
        corpus = load_set(path / "questions.jsonl", path / "reports", path.name)
        return replace(corpus, truths=path / "truth")
    if path.is_dir() and (path / "docs").is_dir():
        return load_imtqa(path)
    return load_set(path, documents or path.parent / "reports")
