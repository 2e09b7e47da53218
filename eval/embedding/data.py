"""What the term model is trained on: official texts, the lexicon's terms, synthetic reports; nothing else."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.corpus.generate import write_corpus
from eval.goldset import GoldError
from ingest.read import read_report

#: Seeds of the synthetic reports to train on; none that any evaluation uses.
_SEED = 90_210
_LEAST = 8
_LONGEST_PAIR = 400
_SENTENCE_END = re.compile(r"(?<=[。；])")
#: How often a pair of the lexicon is shown beside one showing of an article.
_LEXICON_REPEATS = 8


@dataclass(frozen=True, slots=True)
class TrainingData:
    """``texts`` to count words in; ``pairs`` of (what is asked, what answers it)."""

    texts: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def training_data(corpus: Path, lexicons: Iterable[Path], reports: int) -> TrainingData:
    """Read the corpus folder and the lexicons, and generate ``reports`` synthetic reports.

    Raises ``GoldError`` when the folder lacks the corpus.
    """
    laws = list(_jsonl(corpus / "laws.jsonl.gz"))
    paragraphs = [row["text"] for row in _jsonl(corpus / "government_reports.jsonl.gz")]
    passages = list(_synthetic(reports))
    entries = [entry for path in lexicons for entry in _lexicon(path)]
    texts = [row["text"] for row in laws] + paragraphs + [text for _, text in passages] + [text for _, text in entries]
    pairs = [pair for text in (*(row["text"] for row in laws), *paragraphs) for pair in _first_and_rest(text)]
    pairs += [(heading, text) for heading, text in passages if heading]
    pairs += entries * _LEXICON_REPEATS
    return TrainingData(tuple(texts), tuple((a, b[:_LONGEST_PAIR]) for a, b in pairs if a and len(b) >= 2))


def _jsonl(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise GoldError(f"训练语料“{path}”读不了，请用 --corpus 指向放着语料的目录。") from error


def _first_and_rest(text: str) -> Iterator[tuple[str, str]]:
    parts = [part for part in _SENTENCE_END.split(text) if part.strip()]
    if len(parts) > 1 and len(parts[0]) >= _LEAST:
        yield parts[0], "".join(parts[1:])


def _synthetic(reports: int) -> Iterator[tuple[str, str]]:
    """Yield (heading, text) of the passages of synthetic reports."""
    if not reports:
        return
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), reports, _SEED)
        for path in sorted((Path(folder) / "reports").glob("*.docx")):
            for passage in read_report(path).passages:
                yield " ".join(passage.heading_path[-1:]), passage.text


def _lexicon(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (word, term with what it means); the words of a line are split by comma or bar."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) != 3 or row[0].startswith("#"):
                continue
            term, middle, spoken = row
            meaning = f"{term} {middle}".replace("|", " ").replace("~", "")
            for word in filter(None, re.split(r"[,，|]", spoken)):
                yield word.lstrip("~="), meaning
