"""Which of many reports a question may be about: features of each report, and the learned weigher's odds.

Who is named (departments, their parts), what the reports' labels and passages share with the question, the years, and
what the question before was about.  Everything is asked of the store at once, no report is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.owners import Named, Owners
from assistant.facts.shelf import Shelf
from assistant.lexicon import Lexicon
from assistant.linking.periods import years_in
from assistant.weigher import Weigher, weigher
from ingest.grams import bigrams
from ingest.labels import normalise, squeeze

Floats = NDArray[np.float32]

_NAME = "reports"
_LONGEST = 200
#: A pair of characters tells the less the more of the near labels have it: by the square root.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """How likely each report of a shelf is meant: ``odds`` by place."""

    odds: Floats

    def best(self, most: int) -> list[int]:
        """Return the places of the likeliest reports, the likeliest first."""
        return [int(place) for place in np.argsort(-self.odds, kind="stable")[:most]]


def fit(question: str, shelf: Shelf, lexicon: Lexicon, before: Sequence[str] = (), weigh: Weigher | None = None) -> Fit:
    """Weigh the reports of a shelf for a question, with the ones before it, oldest first."""
    lead = fit(before[-1], shelf, lexicon, before[:-1], weigh).odds if before else None
    return Fit((weigh or weigher(_NAME)).odds(features(question, shelf, lexicon, lead)))


def features(question: str, shelf: Shelf, lexicon: Lexicon, lead: Floats | None = None) -> dict[str, Floats]:
    """Return the features of each report of a shelf, n each; ``lead`` has the odds by the question before."""
    packed = squeeze(question)[:_LONGEST]
    known = {report.year for report in shelf.reports}
    rest, years = years_in(packed, known)
    text = lexicon.canonical(normalise(rest)) or normalise(packed)
    count = len(shelf.reports)
    lead = np.full(count, -1, dtype=np.float32) if lead is None else lead
    return {
        **_owners(text, shelf), **_shared(text, shelf), **_years(years, shelf), "lead": lead.astype(np.float32),
        "lead_best": np.full(count, lead.max(initial=-1), dtype=np.float32),
        "length": np.full(count, len(text), dtype=np.float32), "reports": np.full(count, min(count, _MANY)),
    }  # fmt: skip


#: More reports than this count as so many: what was learned of many holds for more.
_MANY = 200


def _owners(text: str, shelf: Shelf) -> dict[str, Floats]:
    count = len(shelf.reports)
    worths = shelf.departments.worths(text)
    own = _of_each([worths.get(report.organisation) for report in shelf.reports], shelf.departments)
    parts: list[Named | None] = [None] * count
    for part, named in shelf.parts.worths(text).items():
        for place in shelf.of_part[part]:
            held = parts[place]
            if held is None or named.worth > held.worth:
                parts[place] = named
    return {
        **{f"owner_{name}": column for name, column in own.items()},
        **{f"part_{name}": column for name, column in _of_each(parts, shelf.parts).items()},
    }


def _of_each(named: Sequence[Named | None], owners: Owners) -> dict[str, Floats]:
    """Return for each report what names its owner: the worth, its share of the best, how many share it, how much."""
    worth = np.array([0.0 if one is None else one.worth for one in named], dtype=np.float32)
    best = max(float(worth.max(initial=0)), 1e-6)
    runs: dict[tuple[int, int, float], set[str]] = {}
    for one in named:
        if one is not None:
            runs.setdefault((one.start, one.end, round(one.worth, 3)), set()).add(one.owners[0])
    tied = [0 if one is None else len(runs[one.start, one.end, round(one.worth, 3)]) for one in named]
    length = [0 if one is None else one.end - one.start for one in named]
    whole = [
        0.0 if one is None else (one.end - one.start) / max(min(map(len, owners.names[one.owners[0]])), 1)
        for one in named
    ]  # fmt: skip
    second = np.sort(np.unique(worth))[-2] if len(np.unique(worth)) > 1 else 0.0
    return {
        "worth": worth, "of_best": worth / np.float32(best), "tied": np.array(tied, dtype=np.float32),
        "length": np.array(length, dtype=np.float32), "whole": np.array(whole, dtype=np.float32),
        "lead": np.where(worth >= best - 1e-3, worth - second, worth - best).astype(np.float32),
    }  # fmt: skip


def _shared(text: str, shelf: Shelf) -> dict[str, Floats]:
    """Return what a report's labels and passages share with the question, by itself and beside the best."""
    count = len(shelf.reports)
    near, passages = shelf.sharing(text)
    pairs = list(dict.fromkeys(bigrams(text)))
    rarity = {pair: 1.0 / (1 + sum(pair in label for label, _ in near)) ** _HALF for pair in pairs}
    mass = max(sum(rarity.values()), 1e-6)
    best, covered = np.zeros(count, dtype=np.float32), [set[str]() for _ in range(count)]
    for label, places in near:
        held = {pair for pair in pairs if pair in label}
        share = sum(rarity[pair] for pair in held) / mass
        for place in places:
            best[place] = max(best[place], share)
            covered[place] |= held
    cover = np.array([sum(rarity[pair] for pair in held) / mass for held in covered], dtype=np.float32)
    said = np.zeros(count, dtype=np.float32)
    for place, score in passages:
        said[place] = max(said[place], score)
    title = np.array(
        [sum(pair in squeeze(report.name) for pair in pairs) / max(len(pairs), 1) for report in shelf.reports],
        dtype=np.float32,
    )
    columns = {"label": best, "cover": cover, "said": said, "title": title}
    return {
        **columns,
        **{f"{name}_of_best": column / max(float(column.max(initial=0)), 1e-6) for name, column in columns.items()},
        **{f"{name}_rank": _ranks(column) for name, column in columns.items()},
    }


def _ranks(column: Floats) -> Floats:
    """Return how many are better than each, as its logarithm."""
    order = np.sort(-column)
    return np.log1p(np.searchsorted(order, -column, side="left")).astype(np.float32)


def _years(years: Sequence[str], shelf: Shelf) -> dict[str, Floats]:
    own = [report.year for report in shelf.reports]
    newest: dict[str, str] = {}
    for report in shelf.reports:
        newest[report.organisation] = max(newest.get(report.organisation, ""), report.year)
    agrees = [(-1.0 if not years or not year else float(year in years)) for year in own]
    before = [float(bool(year) and str(int(year) - 1) in years) if year.isdecimal() else 0.0 for year in own]
    return {
        "year_agrees": np.array(agrees, dtype=np.float32), "year_before": np.array(before, dtype=np.float32),
        "years": np.full(len(own), len(years), dtype=np.float32),
        "newest": np.array([report.year == newest[report.organisation] for report in shelf.reports], dtype=np.float32),
    }  # fmt: skip
