"""Reports whose every inconsistency is known: drawn with faults and without, public lists, a real one reviewed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.checks.findings import Finding
from assistant.core import Assistant
from eval.checks import REVIEW, meets, points_at, reviewed_places
from eval.corpus.generate import write_corpus
from ingest.labels import squeeze
from ingest.pipeline import ingest
from ingest.store import Store

#: (file, finding, its report's blocks by number) → whether it points at an inconsistency.
Points = Callable[[str, Finding, dict[int, str]], bool]
#: What the marked sources are called.
NAMES = ("synthetic", "clean", "lists", "seed")
#: Drawn apart from what ``eval check`` draws.
_SEEDS = (211, 212)
_DRAWN = 90
_OF_DRAWN, _OF_REVIEWED, _OF_LISTS = 4.0, 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Marked:
    """Documents with what points at one of their inconsistencies; each cause counts ``weight``."""

    name: str
    documents: tuple[Path, ...]
    points: Points
    weight: float

    @contextmanager
    def assistant(self) -> Iterator[Assistant]:
        """Give an assistant over the documents."""
        with TemporaryDirectory() as folder, Store.open(Path(folder), write=True) as store:
            for _ in ingest(store, self.documents):
                pass
            yield Assistant.open(store)


def marked_reports(shared: Path, folder: Path) -> list[Marked]:
    """Return the marked reports; those drawn are written into a folder."""
    found = []
    for name, seed, faults in (("synthetic", _SEEDS[0], True), ("clean", _SEEDS[1], False)):
        write_corpus(folder / name, _DRAWN, seed, faults=faults)
        documents = tuple(sorted((folder / name / "reports").glob("*.docx")))
        found.append(Marked(name, documents, _put_in(folder / name), _OF_DRAWN))
    reviewed = next(iter(sorted((shared / "reports").glob("*.docx"))))
    lists = tuple(sorted((shared / "reports" / "public").glob("*.xlsx")))
    found.append(Marked("lists", lists, lambda *_: False, _OF_LISTS))
    return [*found, Marked("seed", (reviewed,), _written_down(reviewed), _OF_REVIEWED)]


def _put_in(corpus: Path) -> Points:
    def points(file: str, finding: Finding, texts: dict[int, str]) -> bool:
        truth = json.loads((corpus / "truth" / f"{Path(file).stem}.json").read_text(encoding="utf-8"))
        return any(points_at(finding, fault, texts) for fault in truth["faults"])

    return points


def _written_down(document: Path) -> Points:
    entries = [json.loads(line) for line in REVIEW.read_text(encoding="utf-8").split("\n") if line.strip()]

    def points(_: str, finding: Finding, texts: dict[int, str]) -> bool:
        blocks = [(number, squeeze(text)) for number, text in texts.items()]
        return any(meets(finding, places) for places in reviewed_places(document, entries, blocks))

    return points
