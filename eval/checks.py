"""How right the checks are: faults put in on purpose found, clean reports left alone, a reviewer's own list met."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx

from assistant.checks.findings import Finding
from assistant.core import Assistant
from assistant.model import Citation
from eval.corpus.generate import write_corpus
from eval.goldset import GoldError
from ingest.labels import squeeze
from ingest.pipeline import Outcome, ingest_file
from ingest.store import Store

#: Called with what is being done, how many are done, and of how many.
Advance = Callable[[str, int, int], None]
#: A finding below this certainty may be reported or not: nobody would insist on it.
OPTIONAL = 0.35
#: The name of the real report's result.
REVIEWED = "真实报告"
REVIEW = Path(__file__).resolve().parent / "gold" / "check_xiangxi_2021.jsonl"


@dataclass(slots=True)
class Tally:
    """Faults found and missed by kind, findings right and false, and the seconds that the checks took."""

    reports: int = 0
    findings: int = 0
    seconds: float = 0.0
    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of the faults that a finding points at; 1 where there are none."""
        faults = self.found.total() + self.missed.total()
        return self.found.total() / faults if faults else 1.0

    @property
    def precision(self) -> float:
        """The share of the findings that point at a fault; 1 where there are none."""
        return 1 - len(self.false) / self.findings if self.findings else 1.0

    def to_json(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "reports": self.reports, "faults": self.found.total() + self.missed.total(), "findings": self.findings,
            "recall": round(self.recall, 4), "precision": round(self.precision, 4), "seconds": round(self.seconds, 2),
            "found": dict(self.found), "missed": dict(self.missed), "missing": self.missing, "false": self.false,
        }  # fmt: skip


def measure_checks(
    folder: Path | None, shared: Path, work: Path, drawn: tuple[int, int], advance: Advance
) -> dict[str, dict[str, Any]]:
    """Score a corpus, or one drawn with faults, one without (``drawn``: reports, seed), and the real report."""
    if folder is not None:
        return {folder.name: score_corpus(folder, work / "store", advance).to_json()}
    reports, seed = drawn
    found = {}

    def drawn_one(done: int) -> None:
        advance("生成报告", done, reports)

    for name, faults in (("合成报告，带错误", True), ("合成报告，不带错误", False)):
        corpus = work / name
        write_corpus(corpus, reports, seed + (not faults), faults=faults, progress=drawn_one)
        found[name] = score_corpus(corpus, work / f"{name}-store", advance).to_json()
    document = next(iter(sorted((shared / "reports").glob("*.docx"))), None)
    if document is not None:
        found[REVIEWED] = score_review(document, REVIEW, work / "real-store", advance).to_json()
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a fault or of a gold finding: a cell, or words of a text block."""

    table: int | None = None
    row: int | None = None
    column: int | None = None
    words: str = ""
    block: int | None = None


def score_corpus(folder: Path, store_folder: Path, advance: Advance) -> Tally:
    """Read a synthetic corpus, check every report, and hold the findings against the faults put in.

    A finding points at a fault when one of the figures it states stands where the fault was put.
    """
    documents = sorted((folder / "reports").glob("*.docx"))
    if not documents:
        raise GoldError(f"“{folder}”不是合成语料目录，请先运行 jixiao eval corpus。")
    tally = Tally(reports=len(documents))
    with closing(Assistant.open(_read(documents, store_folder, advance))) as assistant:
        found = _checked(assistant, tally, advance)
        for report in assistant.library().reports:
            truth = json.loads((folder / "truth" / f"{Path(report.name).stem}.json").read_text(encoding="utf-8"))
            texts = {block.number: block.text for block, _ in assistant.store.blocks(report.id)}
            _hold(report.name, truth["faults"], [one for one in found if one.report == report.id], texts, tally)
    return tally


def _read(documents: Sequence[Path], store_folder: Path, advance: Advance) -> Store:
    store = Store.open(store_folder, write=True)
    for done, path in enumerate(documents, 1):
        result = ingest_file(store, path)
        if result.outcome is Outcome.FAILED:
            store.close()
            raise GoldError(f"“{path.name}”读不了：{result.message}")
        advance("读报告", done, len(documents))
    return store


def _checked(assistant: Assistant, tally: Tally, advance: Advance) -> list[Finding]:
    started = time.perf_counter()
    found = assistant.checker.run(assistant.library().reports, lambda done, whole: advance("检查", done, whole))
    tally.seconds = time.perf_counter() - started
    tally.findings = len(found)
    return found


def _hold(
    name: str, faults: Sequence[dict[str, Any]], found: Sequence[Finding], texts: dict[int, str], tally: Tally
) -> None:
    pointed: set[str] = set()
    for fault in faults:
        by = [one for one in found if points_at(one, fault, texts)]
        pointed |= {one.id for one in by}
        (tally.found if by else tally.missed)[fault["kind"]] += 1
        if not by:
            tally.missing.append(f"{fault['id']} {fault['kind']}：{fault['message']}")
    tally.false += [f"{name}：{one.message}" for one in found if one.id not in pointed]


def points_at(finding: Finding, fault: dict[str, Any], texts: dict[int, str]) -> bool:
    """Tell whether one of the figures that a finding states stands where a fault was put."""
    places = [
        Place(p.get("table"), p.get("row"), p.get("column"), "".join(p.get("words", ()))) for p in fault["places"]
    ]
    return any(_stands(citation, place, texts) for _, citation in finding.stated for place in places)


def _stands(citation: Citation, place: Place, texts: dict[int, str]) -> bool:
    """Tell whether a citation is at a place; words must cover the very figure that is cited."""
    if place.table is not None:
        return (citation.table, citation.row, citation.column) == (place.table, place.row, place.column)
    if citation.table is not None or citation.block is None:
        return False
    if place.block is not None:
        return citation.block == place.block
    text = texts.get(citation.block, "")
    start = text.find(place.words)
    return start >= 0 and start < (citation.end or 0) and (citation.start or 0) < start + len(place.words)


@dataclass(slots=True)
class Review:
    """Findings on one report against a reviewer's list: what was met, what was missed, what nobody wrote down."""

    met: dict[str, str] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    optional: int = 0
    false: list[Finding] = field(default_factory=list)
    findings: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "met": self.met, "missed": self.missed, "optional": self.optional, "findings": self.findings,
            "false": [one.message for one in self.false], "seconds": round(self.seconds, 3),
        }  # fmt: skip


def score_review(document: Path, gold: Path, store_folder: Path, advance: Advance) -> Review:
    """Check one report and hold the findings against a reviewer's list of inconsistencies.

    A finding meets an entry when the figure it puts first, or two of those it states, stand where the entry
    says.  Entries below ``OPTIONAL`` certainty needn't be met.
    """
    entries = [json.loads(line) for line in gold.read_text(encoding="utf-8").split("\n") if line.strip()]
    review = Review()
    tally = Tally(reports=1)
    with closing(Assistant.open(_read([document], store_folder, advance))) as assistant:
        found = _checked(assistant, tally, advance)
        review.findings, review.seconds = tally.findings, tally.seconds
        report = assistant.library().reports[0].id
        blocks = [(block.number, squeeze(block.text)) for block, _ in assistant.store.blocks(report)]
    met_by: set[str] = set()
    for entry, places in zip(entries, reviewed_places(document, entries, blocks), strict=True):
        by = [one for one in found if meets(one, places)]
        met_by |= {one.id for one in by}
        if by:
            review.met[entry["id"]] = entry["title"]
        elif entry["sure"] > OPTIONAL:
            review.missed[entry["id"]] = entry["title"]
        else:
            review.optional += 1
    review.false = [one for one in found if one.id not in met_by]
    return review


def reviewed_places(
    document: Path, entries: Sequence[dict[str, Any]], blocks: list[tuple[int, str]]
) -> list[list[Place]]:
    """Return where the figures of each entry of a reviewer's list stand; ``blocks``: number and squeezed text."""
    paragraphs = [squeeze(paragraph.text) for paragraph in docx.Document(str(document)).paragraphs]
    return [[place for stated in one["stated"] for place in _places(stated, paragraphs, blocks)] for one in entries]


def _places(stated: dict[str, Any], paragraphs: list[str], blocks: list[tuple[int, str]]) -> Iterator[Place]:
    if "table" in stated:
        yield Place(stated["table"], stated["row"], stated["column"])
        return
    text = paragraphs[stated["paragraph"]]
    for number, block in blocks:
        if block == text:
            yield Place(words=stated["value"], block=number)


def meets(finding: Finding, places: Sequence[Place]) -> bool:
    """Tell whether the figure that a finding puts first, or two of those it states, stand at an entry's places."""

    def at(text: str, citation: Citation) -> bool:
        return any(
            _stands(citation, place, {})
            and (place.table is not None or _digits(place.words) in _digits(text) or _digits(text) in place.words)
            for place in places
        )

    stated = [at(text, citation) for text, citation in finding.stated]
    return bool(stated) and (stated[0] or sum(stated) > 1)


def _digits(text: str) -> str:
    return "".join(char for char in squeeze(text) if char.isdigit() or char in ".-〔〕") or squeeze(text)
