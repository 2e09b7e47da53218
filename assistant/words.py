"""The words of asking, as data: words by class, and what a word's characters weigh in matching."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from ingest.labels import normalise

#: A character of a word that only helps asking; a fact that has it is still the better one.
FAINT = 0.05
#: A character of a word that many labels share (合计, 决算数, 情况).
LIGHT = 0.35
#: A single character that only joins or asks may also be part of a name (在用, 公用): it counts a little.
JOINING = 0.15
_LIGHT_CLASS = "轻词"
#: Classes whose lines are words that exclude each other, those of time first.
_OF_TIME, _CONTRASTS = "时点", "对立"
_KEYLESS = "键外"


@cache
def word_classes() -> dict[str, tuple[str, ...]]:
    """Return class → words, as ``data/words.tsv`` has them; a line that isn't 类别 TAB 词|词 is an error."""
    found: dict[str, tuple[str, ...]] = {}
    text = (files("assistant") / "data" / "words.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, words = line.partition("\t")
        if not tab or not words:
            raise ValueError(f"words.tsv 第 {number} 行应为“类别 制表符 词|词”")
        if name in (_OF_TIME, _CONTRASTS):
            found[name] = (*found.get(name, ()), words)
            continue
        found[name] = (*found.get(name, ()), *words.split("|"))
    return found


@cache
def scales() -> tuple[re.Pattern[str], dict[str, float]]:
    """Return (a pattern that finds the longest word at each place, word → weight of its characters)."""
    found: dict[str, float] = {}
    for name, words in word_classes().items():
        if name in (_OF_TIME, _CONTRASTS, _KEYLESS):
            continue
        for word in filter(None, map(normalise, words)):
            faint = FAINT if len(word) > 1 else JOINING
            found[word] = LIGHT if name == _LIGHT_CLASS else faint
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), found


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """Return a pattern of one class's words, the longest first."""
    longest_first = sorted(word_classes()[name], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@cache
def _contrasts() -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(
        tuple(re.compile("|".join(map(re.escape, side.split("=")))) for side in line.split("|"))
        for line in (*word_classes()[_OF_TIME], *word_classes()[_CONTRASTS])
    )


@cache
def _moments() -> tuple[re.Pattern[str], dict[str, str]]:
    sides = [side.split("=") for line in word_classes()[_OF_TIME] for side in line.split("|")]
    names = {word: side[0] for side in sides for word in side}
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True)))), names


def with_moments(text: str) -> str:
    """Return a text with one word for each moment or span of time: 年初 as 期初, 上年同期 as 上期."""
    pattern, names = _moments()
    return pattern.sub(lambda match: names[match.group()], text)


def moments_in(text: str) -> set[str]:
    """Return the moments that a text, so read, names."""
    return {name for name in _moments()[1].values() if name in text}


@lru_cache(maxsize=65_536)
def _sides(text: str) -> tuple[frozenset[int], ...]:
    """Return, for each set of contrasting words, the numbers of those that a text has."""
    return tuple(
        frozenset(number for number, side in enumerate(contrast) if side.search(text)) for contrast in _contrasts()
    )


def one_sided(text: str) -> list[str]:
    """Return a text once for each of the contrasting words that it has (期初和期末余额), the others taken out."""
    for number, sides in enumerate(_sides(text)):
        if len(sides) > 1:
            contrast = _contrasts()[number]
            return [
                _without(text, [contrast[other] for other in sides if other != side], contrast[side])
                for side in sorted(sides, key=lambda one: contrast[one].search(text).start())  # type: ignore[union-attr]
            ]
    return [text]


def _without(text: str, others: list[re.Pattern[str]], kept: re.Pattern[str]) -> str:
    held = [match.span() for match in kept.finditer(text)]
    for pattern in others:
        text = pattern.sub(
            lambda match: (
                match.group()
                if any(a <= match.start() and match.end() <= b for a, b in held)
                else "\0" * len(match.group())
            ),
            text,
        )
    return text.replace("\0", "")


def contradicts(asked: str, label: str) -> bool:
    """Tell whether a label has one of two contrasting words where the question has the other: 期初, 期末."""
    return any(a and b and not a & b for a, b in zip(_sides(asked), _sides(label), strict=True))


def other_time(a: str, b: str) -> bool:
    """Tell whether two labels are of different times: 期初余额, 期末余额."""
    count = len(word_classes()[_OF_TIME])
    pairs = zip(_sides(a)[:count], _sides(b)[:count], strict=True)
    return any(x and y and not x & y for x, y in pairs)
