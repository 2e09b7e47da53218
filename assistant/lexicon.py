"""The lexicon: terms with their synonyms and everyday words, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

from ingest.labels import normalise


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``synonyms`` and ``everyday`` map a normalised word to its term(s); ``parts`` a measure to its parts."""

    synonyms: dict[str, str]
    everyday: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]
    _pattern: re.Pattern[str]

    @classmethod
    def build(cls, terms: str, measures: str) -> Self:
        """Build from the texts of the two data files; raises ``ValueError`` for a malformed line."""
        synonyms: dict[str, str] = {}
        everyday: dict[str, tuple[str, ...]] = {}
        for term, same, spoken in _rows(terms, 3):
            name = normalise(term)
            synonyms[name] = name
            for word in filter(None, same.split("|")):
                synonyms[normalise(word)] = name
            for word in filter(None, spoken.split("|")):
                everyday[normalise(word)] = (*everyday.get(normalise(word), ()), name)
        parts = {normalise(m): tuple(normalise(p) for p in ps.split("|")) for m, ps in _rows(measures, 2)}
        everyday = {word: _narrowest(names, parts) for word, names in everyday.items()}
        longest_first = sorted(synonyms, key=len, reverse=True)
        return cls(synonyms, everyday, parts, re.compile("|".join(map(re.escape, longest_first))))

    @classmethod
    def load(cls) -> Self:
        """Load the lexicon that comes with the package."""
        folder = files("assistant") / "data"
        terms = (folder / "lexicon.tsv").read_text(encoding="utf-8")
        return cls.build(terms, (folder / "measures.tsv").read_text(encoding="utf-8"))

    @property
    def components(self) -> frozenset[str]:
        """The measures that are parts of others by definition: 项目支出, 公用经费, 公务接待费, …"""
        return frozenset(part for parts in self.parts.values() for part in parts)

    def canonical(self, text: str) -> str:
        """Replace every synonym in a normalised text by its term: 本级公用支出 → 本级公用经费."""
        return self._pattern.sub(lambda match: self.synonyms[match.group()], text)

    def readings(self, content: str) -> list[str]:
        """Return the content with its longest everyday word read as each of its terms."""
        if self.canonical(content) in self.synonyms.values():  # a term already: no everyday word
            return []
        hits = [word for word in self.everyday if word in content]
        if not hits:
            return []
        word = max(hits, key=len)
        return [content.replace(word, term, 1) for term in self.everyday[word]]

    def terms_for(self, content: str) -> list[str]:
        """Return the terms that the content's everyday words may mean, for searching text."""
        return [term for word, terms in self.everyday.items() if word in content for term in terms]


def _narrowest(names: tuple[str, ...], parts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Drop a measure beside one of its own parts: 出国 asks for 因公出国费, not for all of 三公经费."""
    return tuple(name for name in names if not set(parts.get(name, ())) & set(names))


def _rows(text: str, width: int) -> list[list[str]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != width:
            raise ValueError(f"词表第 {number} 行应有 {width} 列，实有 {len(cells)} 列")
        rows.append(cells)
    return rows


@cache
def default_lexicon() -> Lexicon:
    """Return the package's lexicon, loaded once."""
    return Lexicon.load()
