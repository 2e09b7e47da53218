"""The tables that cell roles are learned from, by source: the public set, synthetic reports, real ones by author."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bank.word import word_of_pdf
from eval.corpus.generate import write_corpus
from eval.training.roles import Lesson, Progress, lessons_of_reports, lessons_of_set


def all_lessons(shared: Path, reports: int, seed: int, progress: Progress) -> list[Lesson]:
    """Read everything that there is to learn from, in an order that is always the same."""
    progress("读训练表", 0, 3)
    found = lessons_of_set(shared / "bench" / "imtqa_train")
    progress("读训练表", 1, 3)
    with TemporaryDirectory() as folder:
        for source, files in _sources(shared, Path(folder), reports, seed):
            found += lessons_of_reports(source, files, len(found))
    progress("读训练表", 3, 3)
    return found


def _sources(shared: Path, folder: Path, reports: int, seed: int) -> Iterator[tuple[str, list[Path]]]:
    write_corpus(folder / "synthetic", reports, seed)
    yield "synthetic", sorted((folder / "synthetic" / "reports").glob("*.docx"))
    yield "seed", sorted((shared / "reports").glob("*.docx"))
    for author in sorted(path for path in (shared / "bank").iterdir() if (path / "docs").is_dir()):
        yield author.name, sorted((author / "docs").glob("*.docx"))
    yield "public", published_as_word(shared, folder)


def published_as_word(shared: Path, folder: Path) -> list[Path]:
    """Write the published PDFs as Word files; returns where."""
    published = sorted((shared / "reports" / "public").glob("*.pdf"))
    return [word_of_pdf(pdf, folder / f"{pdf.stem}.docx") for pdf in published]
