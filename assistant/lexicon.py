"""The lexicon: terms with their synonyms and everyday words, as data, and what words weigh in matching."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from assistant.words import FAINT, JOINING, LIGHT, pattern_of, scales
from ingest.errors import StoreError
from ingest.labels import normalise
from ingest.numbers import UNIT

#: Words that say kind, stage or year, and no measure.
PLAIN = re.compile(
    r"(?:(?:19|20)\d\d|年初|全年|年度|年末|年|本年|上年|预算|决算|执行|实际|完成|目标|绩效|指标|预期|计划|金额|数|值|情况|安排|批复|"
    r"调整|追加|得分|分值|自评|权重)+"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年?(?!\d)")
#: A figure that a question gives along; 5G and the like are names.
_FIGURE = re.compile(rf"(?<![a-z\d])\d[\d.]*(?:{UNIT}|(?![a-z\d]))")
#: The letter by which a form refers to a column: 执行数（B）.
_LETTER = re.compile(r"(?<=[数率值额])[a-z](?:/[a-z])?$")
_TOTALS = re.compile(r"合计|总计|总额|总数|总量|金额|小计|数额")
_TOTAL = 0.1
_MOST_READINGS = 6
_CACHED = 50_000


def _make_room(held: dict[str, Any]) -> None:
    if len(held) > _CACHED:
        held.clear()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``synonyms`` and ``everyday`` map a normalised word to its term(s); ``parts`` a measure to its parts.

    ``loose`` synonyms (marked ~) find the term's figures, but two figures under them are no contradiction:
    some reports use the word in a narrower sense (收入总额 without what was carried over).  ``alone`` has the
    everyday words (marked =) that mean a term only when nothing else is named: 支出呢？
    """

    synonyms: dict[str, str]
    everyday: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]
    loose: frozenset[str]
    alone: dict[str, str]
    _pattern: re.Pattern[str]
    _terms: re.Pattern[str]
    #: The measures that are parts of others by definition: 项目支出, 公用经费, 公务接待费, …
    components: frozenset[str]
    _weights: dict[str, tuple[float, ...]] = field(default_factory=dict)
    _canonical: dict[str, str] = field(default_factory=dict)
    _named: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def build(cls, terms: str, measures: str, own: str = "") -> Self:
        """Build from the texts of the two data files and the user's own terms, which come first.

        Raises ``ValueError`` for a malformed line.
        """
        synonyms: dict[str, str] = {}
        everyday: dict[str, tuple[str, ...]] = {}
        loose: set[str] = set()
        alone: dict[str, str] = {}
        for term, same, spoken in (*_rows(terms, 3), *_rows(own, 3)):
            name = normalise(term)
            name = synonyms.setdefault(name, name)
            for word in filter(None, same.split("|")):
                synonyms[normalise(word)] = name
                if word.startswith("~"):
                    loose.add(normalise(word))
            for spoken_word in filter(None, spoken.split("|")):
                word = _said(spoken_word)
                if spoken_word.startswith("="):
                    alone[normalise(spoken_word)] = name
                    continue
                held = everyday.get(word, ())
                everyday[word] = held if name in held else (*held, name)
        parts = {normalise(m): tuple(normalise(p) for p in ps.split("|")) for m, ps in _rows(measures, 2)}
        everyday = {word: _narrowest(names, parts) for word, names in everyday.items() if len(word) > 1}
        longest_first = sorted(synonyms, key=len, reverse=True)
        measures_first = sorted(
            {term for term in synonyms.values() if len(term) > 2 and not PLAIN.fullmatch(term)}, key=len, reverse=True
        )
        components = frozenset(part for held in parts.values() for part in held)
        known = _any_of(longest_first), _any_of(measures_first)
        return cls(synonyms, everyday, parts, frozenset(loose), alone, *known, components)

    @classmethod
    def load(cls, own: Path | None = None) -> Self:
        """Load the lexicon that comes with the package, and the user's own file where there is one."""
        folder = files("assistant") / "data"
        terms = (folder / "lexicon.tsv").read_text(encoding="utf-8")
        extra = own.read_text(encoding="utf-8") if own is not None and own.is_file() else ""
        return cls.build(terms, (folder / "measures.tsv").read_text(encoding="utf-8"), extra)

    def components_in(self, text: str) -> frozenset[str]:
        """Return the components that a canonical text names."""
        held = self._named.get(text)
        if held is None:
            _make_room(self._named)
            held = self._named[text] = frozenset(part for part in self.components if part in text)
        return held

    @property
    def terms(self) -> frozenset[str]:
        """Every term by its own name."""
        return frozenset(self.synonyms.values())

    def wholes_of(self, leaves: Sequence[str]) -> tuple[str, ...]:
        """Return the measures that a label's measure is a part of by definition."""
        return tuple(
            whole for whole, parts in self.parts.items() if any(part in leaf for part in parts for leaf in leaves)
        )

    def canonical(self, text: str) -> str:
        """Replace every synonym in a normalised text by its term: 本级公用支出 → 本级公用经费."""
        held = self._canonical.get(text)
        if held is None:
            _make_room(self._canonical)
            held = self._canonical[text] = self._pattern.sub(lambda match: self.synonyms[match.group()], text)
        return held

    def terms_in(self, text: str) -> list[str]:
        """Return the measures of the lexicon that a canonical text names, in order."""
        return self._terms.findall(text)

    def without_terms(self, text: str) -> str:
        """Return a canonical text without the measures of the lexicon."""
        return self._terms.sub("", text)

    def weights(self, text: str) -> tuple[float, ...]:
        """Return one weight per character of a canonical text: 1.0 for what names something."""
        held = self._weights.get(text)
        if held is not None:
            return held
        pattern, scale = scales()
        found = [1.0] * len(text)
        for match in pattern.finditer(text):
            found[match.start() : match.end()] = [scale[match.group()]] * len(match.group())
        for match in self._terms.finditer(text):
            found[match.start() : match.end()] = [1.0] * len(match.group())
        for match in _FIGURE.finditer(text):
            found[match.start() : match.end()] = [min(JOINING, *found[match.start() : match.end()], 1.0)] * len(
                match.group()
            )
        for match in _LETTER.finditer(text):
            found[match.start() : match.end()] = [JOINING] * len(match.group())
        for match in _YEAR.finditer(text):
            found[match.start() : match.end()] = [LIGHT] * len(match.group())
        _make_room(self._weights)
        return self._weights.setdefault(text, tuple(found))

    def label_weights(self, text: str) -> tuple[float, ...]:
        """Return what a label's characters weigh when it is asked how much of it the question names.

        Joining characters may be part of the name there (在用); words of total add nothing to it.
        """
        found = [max(weight, LIGHT) for weight in self.weights(text)]
        for match in _YEAR.finditer(text):
            found[match.start() : match.end()] = [FAINT] * len(match.group())
        for match in _TOTALS.finditer(text):
            found[match.start() : match.end()] = [min(_TOTAL, *found[match.start() : match.end()])] * len(match.group())
        return tuple(found)

    def names_nothing(self, text: str) -> bool:
        """Tell whether a canonical text has no word that names anything."""
        return all(weight < 1.0 for weight in self.weights(text))

    def readings(self, content: str) -> list[str]:
        """Return the content with everyday words read as the terms they may mean, the likeliest first.

        The longest everyday word is read; others that mean the same term are dropped with it
        (吃饭接待 is 公务接待费 once).  What is part of a term already is no everyday word.
        """
        bare = "".join(char for char, weight in zip(content, self.weights(content), strict=True) if weight >= LIGHT)
        if bare in self.alone:
            return [self.alone[bare]]
        masked = self._pattern.sub(lambda match: "\1" * len(match.group()), content)
        hits = [word for word in self.everyday if word in masked or word == content]
        found: list[str] = []
        for word in sorted(hits, key=lambda hit: (-len(hit), content.find(hit))):
            for term in self.everyday[word]:
                text = content.replace(word, f"\0{term}\0", 1)
                for other in sorted(hits, key=len, reverse=True):
                    if other not in term and any(self._near(term, one) for one in self.everyday[other]):
                        text = text.replace(other, "", 1)
                found.append(text.replace("\0", ""))
        return list(dict.fromkeys(found))[:_MOST_READINGS]

    def _near(self, a: str, b: str) -> bool:
        return a == b or b in self.parts.get(a, ()) or a in self.parts.get(b, ())


def _said(word: str) -> str:
    """Return an everyday word without words of asking (还剩多少 → 还剩), as questions are matched without them."""
    return normalise(pattern_of("问数").sub("", word))


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


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


def own_lexicon(folder: Path) -> Lexicon:
    """Return the lexicon with the terms of a store's own ``lexicon.tsv``, where there is one.

    Raises ``StoreError`` with a sentence for a file that can't be read.
    """
    own = folder / "lexicon.tsv"
    if not own.is_file():
        return default_lexicon()
    try:
        return Lexicon.load(own)
    except (ValueError, OSError) as error:
        raise StoreError(
            f"自己的词表 {own.name} 读不了：{error}；请按“术语 制表符 同义词 制表符 口语”改好再试。"
        ) from error


@cache
def default_lexicon() -> Lexicon:
    """Return the package's lexicon, loaded once."""
    return Lexicon.load()
