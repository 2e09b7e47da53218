"""The facts of a few reports as arrays: their labels interned, with the pairs of characters that each one has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from assistant.facts.sense import Sense
from assistant.facts.speech import Speech
from assistant.facts.still import Still
from assistant.model import Entry
from ingest.grams import bigrams
from ingest.model import Report

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: So many labels around a fact take part, and so many of its headings.
AROUND, HEADINGS = 8, 2
#: The columns of ``Catalogue.slots``: where a label stands with a fact.
LEAF, COLUMN, AROUND_FROM = 0, 1, 2
CAPTION = AROUND_FROM + AROUND
HEADING_FROM = CAPTION + 1
SENTENCE = HEADING_FROM + HEADINGS
OWNER = SENTENCE + 1
SLOTS = OWNER + 1


@dataclass(frozen=True, slots=True)
class Labels:
    """Texts interned: number 0 is the empty one.

    ``postings`` has the texts that hold a pair of characters, ``rarity`` what a pair tells (its idf over the texts),
    ``mass`` the sum of these over a text.
    """

    labels: tuple[str, ...]
    postings: dict[str, Ints]
    rarity: dict[str, float]
    mass: Floats

    @classmethod
    def intern(cls, labels: Sequence[str]) -> Labels:
        """Weigh the pairs of some texts, each given once, the empty one first."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, label in enumerate(labels):
            for gram in dict.fromkeys(bigrams(label)):
                found[gram].append(number)
        rarity = {gram: log((len(labels) + 1) / (len(where) + 0.5)) for gram, where in found.items()}
        mass = np.array([sum(rarity[g] for g in sorted(set(bigrams(label)))) for label in labels], dtype=np.float32)
        postings = {gram: np.array(where, dtype=np.int32) for gram, where in found.items()}
        return Labels(tuple(labels), postings, rarity, mass)

    def holding(self, pairs: Sequence[str]) -> Bools:
        """Return labels × pairs: whether a label has a pair of characters."""
        found = np.zeros((len(self.labels), len(pairs)), dtype=np.bool_)
        for column, pair in enumerate(pairs):
            where = self.postings.get(pair)
            if where is not None:
                found[where, column] = True
        return found


@dataclass(frozen=True, slots=True)
class Catalogue(Labels):
    """What a question is linked with: ``entries`` has n facts, ``slots`` n × SLOTS numbers of their labels."""

    entries: tuple[Entry, ...]
    reports: tuple[Report, ...]
    report: Ints  # n: the fact's report, a place in ``reports``
    slots: Ints
    still: Still
    lengths: Floats  # how long each label is
    sense: Sense
    known: frozenset[str]  # all labels

    @classmethod
    def of(
        cls, reports: Sequence[Report], entries: Iterable[tuple[int, Entry]], speech: Speech | None = None
    ) -> Catalogue:
        """Build from facts with the place of their report; labels are told apart by their text."""
        numbers: dict[str, int] = {"": 0}
        held, places, rows = [], [], []
        for place, entry in entries:
            held.append(entry)
            places.append(place)
            rows.append([numbers.setdefault(label, len(numbers)) for label in _labels(entry)])
        held_labels = Labels.intern(tuple(numbers))
        slots = np.array(rows, dtype=np.int32).reshape(len(held), SLOTS)
        return cls(
            held_labels.labels, held_labels.postings, held_labels.rarity, held_labels.mass, tuple(held),
            tuple(reports), np.array(places, dtype=np.int32), slots,
            Still.of([entry.stored.fact for entry in held], reports, np.array(places, dtype=np.int32)),
            np.array([len(label) for label in held_labels.labels], dtype=np.float32),
            Sense.of(held_labels.labels, slots[:, LEAF], slots[:, COLUMN], speech or Speech.load()),
            frozenset(held_labels.labels),
        )  # fmt: skip


def _labels(entry: Entry) -> list[str]:
    """Return the labels of a fact, one for each slot."""
    leaves = (*entry.leaves[:2], "", "")[:2]
    around = (*entry.around[:AROUND], *[""] * AROUND)[:AROUND]
    headings = (*reversed(entry.headings[-HEADINGS:]), *[""] * HEADINGS)[:HEADINGS]
    fact = entry.stored.fact
    return [*leaves, *around, fact.caption, *headings, entry.sentence, fact.organisation]
