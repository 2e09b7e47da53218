"""A report's running text as pieces that can be quoted: sections, items with a run-in title, sentences."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from assistant.lexicon import Lexicon
from ingest.labels import normalise, one_line, rank
from ingest.model import Passage, StoredPassage
from ingest.store import Store

_RUN_IN = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．]?\s*)?(?P<title>[\u4e00-\u9fff“”、]{2,20})(?P<mark>[：:。])"
)
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_HELD = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph with its headings, ready to be cited."""

    report: str
    block: int
    path: tuple[str, ...]
    text: str

    @property
    def stored(self) -> StoredPassage:
        """The piece as a passage that can be cited."""
        return StoredPassage(0, self.report, Passage(self.block, self.path, self.text))


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a heading, or behind a run-in title (2.自评依据：…) with the list that follows it."""

    title: str
    name: str
    pieces: tuple[Piece, ...]
    run_in: bool = False
    parent: str = ""


@dataclass(slots=True)
class Texts:
    """The sections and sentences of reports, read once each."""

    store: Store
    lexicon: Lexicon
    _held: OrderedDict[tuple[int, str], tuple[Section, ...]] = field(default_factory=OrderedDict)

    def sections(self, report: str) -> tuple[Section, ...]:
        """Return a report's sections in reading order, run-in titles after their heading."""
        key = (self.store.generation(), report)
        if key not in self._held:
            self._held[key] = tuple(self._read(report))
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return self._held[key]

    def _read(self, report: str) -> list[Section]:
        pieces = [
            Piece(report, block.number, path, block.text)
            for block, path in self.store.blocks(report)
            if block.table_number is None and block.text.strip()
        ]
        found = []
        for path in dict.fromkeys(piece.path for piece in pieces if piece.path):
            for depth in range(1, len(path) + 1):
                found.append(path[:depth])
        sections = [
            Section(self._form(path[-1]), path[-1], tuple(p for p in pieces if p.path[: len(path)] == path))
            for path in dict.fromkeys(found)
        ]
        before = tuple(piece for piece in pieces if not piece.path)  # under no heading: still to be read
        untitled = [Section("", "", before)] if before else []
        return [*untitled, *sections, *self._run_in(pieces)]

    def _run_in(self, pieces: list[Piece]) -> list[Section]:
        found = []
        for number, piece in enumerate(pieces):
            match = _RUN_IN.match(piece.text)
            if not match or (match["mark"] == "。" and not rank(piece.text)):
                continue
            follow = [piece]
            if piece.text.rstrip().endswith(("：", ":")):
                own = rank(piece.text)
                for other in pieces[number + 1 :]:
                    if other.path != piece.path or not rank(other.text) or rank(other.text) <= own:
                        break
                    follow.append(other)
            parent = self._form(piece.path[-1]) if piece.path else ""
            found.append(Section(self._form(match["title"]), match["title"], tuple(follow), True, parent))
        return found

    def pieces(self, report: str) -> list[Piece]:
        """Return a report's paragraphs, each once."""
        seen: dict[int, Piece] = {}
        for section in self.sections(report):
            for piece in section.pieces:
                seen.setdefault(piece.block, piece)
        return [seen[block] for block in sorted(seen)]

    def _form(self, text: str) -> str:
        return self.lexicon.canonical(normalise(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, each with its mark."""
    return [one_line(part) for part in _SENTENCE.findall(text) if part.strip()]
