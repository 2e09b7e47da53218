"""Trains ``assistant/data/asking.json``: how much a pair of characters only asks.

Counted in the ways of asking that two authors wrote down (the words outside the slots of a template), against the
names of measures: 多少 stands in the one and in no name, 支出 in both.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingest.grams import bigrams
from ingest.labels import normalise

_SLOT = re.compile(r"\{\w+\}")
#: A name's pair counts more than a template's: it stands for all reports that have it.
_SMOOTH = 0.5


def templates(shared: Path, authors: Iterable[str] = ("p1", "p2")) -> list[dict[str, object]]:
    """Return the ways of asking of some authors."""
    found = []
    for author in authors:
        text = (shared / "phrasings" / f"{author}.jsonl").read_text(encoding="utf-8")
        found += [json.loads(line) for line in text.splitlines() if line.strip()]
    return found


def names(shared: Path) -> set[str]:
    """Return the names of measures that the everyday words are of, and the field's terms."""
    found = set()
    for path in sorted((shared / "phrasings").glob("everyday_p*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            term, _, rest = line.partition("\t")
            found |= {normalise(term), *(normalise(word) for word in rest.partition("\t")[0].split("|"))}
    for line in (shared / "lexicon.tsv").read_text(encoding="utf-8").splitlines():
        found.add(normalise(line.partition("\t")[0]))
    return found


def asking(ways: Iterable[str], named: Iterable[str]) -> dict[str, float]:
    """Return pair of characters → its share of asking, 0 to 1; pairs that no template has are left out."""
    fixed: Counter[str] = Counter()
    for way in ways:
        pieces = _SLOT.split(way)
        fixed.update({pair for piece in pieces for pair in bigrams(normalise(piece))})
        fixed.update({piece[0] + "_" for piece in pieces if piece} | {"_" + piece[-1] for piece in pieces if piece})
    held = Counter(pair for name in named for pair in set(bigrams(name)))
    return {
        pair: round(count / (count + held[pair] + _SMOOTH), 3) for pair, count in sorted(fixed.items()) if count > 1
    }


def write(shared: Path, target: Path) -> int:
    """Count and write; returns how many pairs."""
    ways = [str(text) for one in templates(shared) for text in (one["text"], *one.get("turns", ()))]  # type: ignore[misc]
    found = asking(ways, names(shared))
    target.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return len(found)
