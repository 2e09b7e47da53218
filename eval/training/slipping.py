"""Slips put into reports as they were read: a figure becomes another, everything else stays."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.checks.sheet import Sheet
from assistant.model import Entry
from ingest.grams import bigrams
from ingest.labels import squeeze

_PRINTED = re.compile(r"\d[\d,]*(?:\.\d+)?")
#: How often digits are swapped, how often one is wrong; else the figure is off by some per cent.
_SWAPPED, _ONE_WRONG = 0.5, 0.85
_NEAR_DIGIT = 0.6
_PER_CENT = (90, 93, 95, 97, 98, 102, 103, 105, 108, 112)


def slipped(rng: random.Random, entry: Entry) -> Entry | None:
    """Return an entry with another figure, printed alike; ``None`` where it isn't one plain figure."""
    fact = entry.stored.fact
    printed = _PRINTED.findall(fact.raw)
    if fact.value is None or len(printed) != 1 or abs(fact.value) != Decimal(printed[0].replace(",", "")):
        return None
    text = _slip(rng, printed[0])
    if text is None or Decimal(text.replace(",", "")) == abs(fact.value):
        return None
    value = Decimal(text.replace(",", ""))
    changed = replace(fact, raw=fact.raw.replace(printed[0], text), value=-value if fact.value < 0 else value)
    return replace(entry, stored=replace(entry.stored, fact=changed))


def _slip(rng: random.Random, printed: str) -> str | None:
    places = [n for n, char in enumerate(printed) if char.isdigit()]
    drawn = rng.random()
    if drawn < _SWAPPED:
        swapped = _swapped(rng, printed, places)
        if swapped is not None:
            return swapped
    if drawn < _ONE_WRONG:
        return _one_wrong(rng, printed, places)
    value = Decimal(printed.replace(",", ""))
    return str((value * rng.choice(_PER_CENT) / 100).quantize(value))


def _swapped(rng: random.Random, printed: str, places: Sequence[int]) -> str | None:
    pairs = [(a, b) for a, b in itertools.pairwise(places) if printed[a] != printed[b]]
    pairs = [(a, b) for a, b in pairs if a != places[0] or printed[b] != "0"]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    held = list(printed)
    held[a], held[b] = held[b], held[a]
    return "".join(held)


def _one_wrong(rng: random.Random, printed: str, places: Sequence[int]) -> str:
    at = rng.choice(places)
    others = [n for n in range(10) if str(n) != printed[at] and (n or at != places[0])]
    near = [n for n in others if abs(n - int(printed[at])) <= 2]
    drawn = rng.choice(near if near and rng.random() < _NEAR_DIGIT else others)
    return f"{printed[:at]}{drawn}{printed[at + 1 :]}"


def with_entry(sheet: Sheet, changed: dict[int, Entry]) -> Sheet:
    """Return a sheet with some entries, by their place among all, put in place of its own."""
    entries = [changed.get(number, entry) for number, entry in enumerate(sheet.entries)]
    return Sheet(sheet.report, entries, sheet.lexicon, sheet.load_tables, sheet.load_blocks)


def part_of(sheet: Sheet, rng: random.Random, *, with_text: bool = False) -> Sheet | None:
    """Return one to three tables of a sheet, now and then with its text, as a report of its own; small ones occur."""
    tables = sorted({t for entry in sheet.entries if (t := entry.stored.fact.source.table) is not None})
    if not tables:
        return None
    kept: set[int | None] = set(rng.sample(tables, min(len(tables), rng.choice((1, 1, 2, 3)))))
    if with_text or rng.random() < _TEXT_TOO:
        kept.add(None)
    entries = [entry for entry in sheet.entries if entry.stored.fact.source.table in kept]
    return Sheet(sheet.report, entries, sheet.lexicon, sheet.load_tables, sheet.load_blocks)


_TEXT_TOO = 0.3


@dataclass(frozen=True, slots=True)
class Twins:
    """Two figures that agree and state the same, by their places among a sheet's entries."""

    one: int
    other: int


_ALIKE = 0.2


def twins_of(sheet: Sheet) -> Iterator[Twins]:
    """Yield each figure of running text with the likest other figure of the same value, elsewhere."""
    items = [sheet.any_item(entry) for entry in sheet.entries]
    words = [_words(sheet, entry) for entry in sheet.entries]
    by_value: dict[object, list[int]] = {}
    for number, item in enumerate(items):
        if item is not None:
            by_value.setdefault((item.dimension, item.value), []).append(number)
    for number, item in enumerate(items):
        if item is None or item.fact.source.start is None or len(squeeze(item.fact.raw)) < 2:
            continue
        others = [
            n for n in by_value[item.dimension, item.value]
            if n != number and sheet.entries[n].sentence != sheet.entries[number].sentence
        ]  # fmt: skip
        best = max(others, key=lambda n: _alike(words[number], words[n]), default=None)
        if best is not None and _alike(words[number], words[best]) > _ALIKE:
            yield Twins(number, best)


def _words(sheet: Sheet, entry: Entry) -> frozenset[str]:
    fact = entry.stored.fact
    packed = re.sub(r"[^\u3400-\u9fff]", "", "".join((*fact.row_path, *fact.column_path, sheet.before(fact)[-40:])))
    return frozenset(bigrams(packed))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return float(len(a & b) / (len(a) * len(b)) ** 0.5) if a and b else 0.0
