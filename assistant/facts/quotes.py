"""What can be quoted: the sentences of the running text, and the cells of words, with what they stand under."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.catalogue import Ints, Labels
from assistant.lexicon import Lexicon
from assistant.model import Entry
from assistant.texts import Piece, sentences
from ingest.labels import normalise, one_line
from ingest.model import Form, Report, StoredFact

#: The columns of ``Quotes.slots``: its own words, the words before, the two nearest headings, its labels, the report.
OWN, BEFORE, HEADING, ABOVE, LABEL, COLUMN, TITLE = range(7)
SLOTS = 7
#: Words in which a report says why, what is wrong, what is to be done: what a quote is for.
REASON = re.compile(r"由于|因为|原因|主要是|主要因|导致|受.{1,16}影响|因(?!公|素)|系")
PROBLEM = re.compile(r"问题|不足|不够|不高|滞后|缺乏|薄弱|偏低|不到位|有待|欠缺|困难")
NEXT = re.compile(r"下一步|改进|措施|建议|将(?!近)|加强|进一步|完善|整改|计划|推进|强化")
_LONGEST = 400
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a paragraph, or the words of a cell (``fact``): what is quoted, and where it stands."""

    report: int
    text: str
    piece: Piece | None = None
    fact: StoredFact | None = None
    whole: bool = False  # the paragraph with all its sentences


@dataclass(frozen=True, slots=True)
class Quotes(Labels):
    """Everything that can be quoted: ``said`` has n of them, ``slots`` n × SLOTS numbers of their texts."""

    said: tuple[Said, ...]
    slots: Ints
    cues: NDArray[np.float32]  # n × 3: says a reason, a problem, what is to be done
    above: NDArray[np.float32]  # n × 3: the same of what it stands under: its headings, or its column
    report: Ints  # n: the report that it is of, by its place
    still: dict[str, NDArray[np.float32]]  # features that no question changes

    @classmethod
    def of(
        cls,
        reports: Sequence[Report],
        pieces: Callable[[str], Sequence[Piece]],
        entries: Callable[[str], Sequence[Entry]],
        lexicon: Lexicon,
    ) -> Quotes:
        """Build from the reports' paragraphs and cells of words."""
        numbers: dict[str, int] = {"": 0}

        def number(text: str) -> int:
            return numbers.setdefault(lexicon.canonical(normalise(text)), len(numbers))

        said, rows = [], []
        for place, report in enumerate(reports):
            for one, labels in (*_sentences(place, pieces(report.id)), *_cells(place, entries(report.id))):
                said.append(one)
                rows.append([number(text) for text in (*labels, report.title)])
        held = Labels.intern(tuple(numbers))
        cues = [[float(bool(p.search(f"{one.text}"))) for p in (REASON, PROBLEM, NEXT)] for one in said]
        under = {text: [float(bool(p.search(text))) for p in (REASON, PROBLEM, NEXT)] for text in numbers}
        texts = tuple(numbers)
        above = [np.max([under[texts[row[slot]]] for slot in (HEADING, ABOVE, COLUMN)], axis=0) for row in rows]
        return cls(
            held.labels, held.postings, held.rarity, held.mass, tuple(said),
            np.array(rows, dtype=np.int32).reshape(len(said), SLOTS),
            np.array(cues, dtype=np.float32).reshape(len(said), 3),
            np.array(above, dtype=np.float32).reshape(len(said), 3),
            np.array([one.report for one in said], dtype=np.int32), _still(said),
        )  # fmt: skip


def _still(said: Sequence[Said]) -> dict[str, NDArray[np.float32]]:
    found = {
        "length": [len(one.text) for one in said], "cell": [one.fact is not None for one in said],
        "whole": [one.whole for one in said],
    }  # fmt: skip
    return {name: np.array(held, dtype=np.float32) for name, held in found.items()}


def _sentences(place: int, pieces: Sequence[Piece]) -> Iterator[tuple[Said, tuple[str, ...]]]:
    """Yield each sentence with its texts, and each paragraph of several whole."""
    before = ""
    for piece in pieces:
        parts = [part for part in sentences(piece.text) if len(part) >= _SHORTEST]
        path = (*reversed(piece.path[-2:]), "", "")[:2]
        for part in parts:
            yield Said(place, part[:_LONGEST], piece), (part[:_LONGEST], before, *path, "", "")
            before = part[:_LONGEST]
        if len(parts) > 1 and len(piece.text) <= _LONGEST:
            yield Said(place, one_line(piece.text), piece, whole=True), (piece.text, "", *path, "", "")


def _cells(place: int, entries: Sequence[Entry]) -> Iterator[tuple[Said, tuple[str, ...]]]:
    """Yield each cell of words with its row and its column."""
    for entry in entries:
        fact = entry.stored.fact
        if fact.form is Form.TEXT and len(fact.raw.strip()) > 1:
            path = (*reversed(fact.source.heading_path[-2:]), "", "")[:2]
            row, column = "".join(fact.row_path[-2:]), "".join(fact.column_path[-1:])
            yield Said(place, one_line(fact.raw)[:_LONGEST], fact=entry.stored), (
                fact.raw[:_LONGEST], "", path[0], fact.caption, row, column,
            )  # fmt: skip
