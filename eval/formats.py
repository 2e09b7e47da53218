"""One report in two formats: how many of its facts are read alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.honest import trusted
from ingest.labels import squeeze
from ingest.model import Bundle, Form
from ingest.read import read_report

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A report's figures in its first format, those read alike in the other, those that only the other has."""

    name: str
    facts: int
    same: int
    extra: int
    differences: tuple[str, ...]


def compared(folder: Path, other: Path) -> Iterator[Compared]:
    """Yield the reports of two folders that have the same name but for the ending."""
    others = {path.stem: path for path in sorted(other.iterdir()) if path.is_file()}
    for path in sorted(folder.glob("*.docx")):
        if path.stem in others:
            first, second = _figures(read_report(path)), _figures(read_report(others[path.stem]))
            lacking, more = first - second, second - first
            told = (*(f"- {key}" for key in lacking), *(f"+ {key}" for key in more))
            yield Compared(path.stem, first.total(), (first & second).total(), more.total(), told)


def _figures(bundle: Bundle) -> Counter[Key]:
    return Counter(
        (
            tuple(map(squeeze, fact.row_path)), tuple(map(squeeze, fact.column_path)), fact.value, squeeze(fact.raw),
            fact.unit, fact.period, fact.kind.value,
        )
        for fact in trusted(bundle.facts, bundle.ledger)
        if fact.form is Form.FIGURE
    )  # fmt: skip
