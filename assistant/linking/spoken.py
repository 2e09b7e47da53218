"""Everyday words for measures: 养车钱 is 公务用车运行维护费, 请客吃饭 is 公务接待费."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from assistant.lexicon import Lexicon
from ingest.labels import normalise

_LEAST = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """An everyday word in a text, ``text[start:end]``, and the measures that it may mean, by their own names."""

    start: int
    end: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EverydayWords:
    """Everyday word → the measures that it may mean; words and measures in canonical form."""

    terms: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, lexicon: Lexicon) -> Self:
        """Load ``data/everyday.tsv`` beside the lexicon's own everyday words."""
        text = (files("assistant") / "data" / "everyday.tsv").read_text(encoding="utf-8")
        rows = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
        pairs = [(term, word) for term, said, *_ in rows for word in said.split("|")]
        pairs += [(term, word) for word, terms in lexicon.everyday.items() for term in terms]
        found: dict[str, dict[str, None]] = {}
        for term, word in pairs:
            key, name = lexicon.canonical(normalise(word)), lexicon.canonical(normalise(term))
            if len(key) >= _LEAST and key != name:
                found.setdefault(key, {})[name] = None
        return cls({word: tuple(terms) for word, terms in found.items()})

    def inside(self, text: str) -> tuple[Spoken, ...]:
        """Return the everyday words of a canonical text: the longest at each place, those inside a longer one not."""
        found: list[Spoken] = []
        reached = 0
        for start in range(len(text)):
            for end in range(len(text), max(reached, start + _LEAST - 1), -1):
                terms = self.terms.get(text[start:end])
                if terms:
                    found.append(Spoken(start, end, terms))
                    reached = end
                    break
        return tuple(found)
