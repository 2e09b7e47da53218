"""What speaks for a fact being the one that a question asks about: features by name, facts × features.

Cover is counted by pairs of characters (``ingest.grams``): a character of the question is covered by a label that has
a pair which it stands in.  Shares of the question are weighted by how much a character names (``linking.wording``),
shares of a label by what its pairs tell (idf over the labels of the reports in question).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.facts.catalogue import (
    AROUND,
    AROUND_FROM,
    CAPTION,
    COLUMN,
    HEADING_FROM,
    HEADINGS,
    LEAF,
    OWNER,
    SENTENCE,
    Catalogue,
    Labels,
)
from assistant.facts.owners import Named
from assistant.facts.still import KINDS
from assistant.linking.wording import Wording
from ingest.grams import bigrams
from ingest.labels import squeeze

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

#: Features that are also given as the distance from the best fact's.
COMPARED = (
    "q_leaf", "q_leaves", "q_labels", "q_all", "l_leaf", "l_leaves", "spoken", "best_leaf", "q_before", "owner_report",
    "owner_unit", "unexplained", "sense", "sense_leaf", "sense_named", "heard",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """Labels × characters of a text that a label covers, and what share of each label's pairs the text has."""

    characters: Bools
    share: Floats
    pairs: Bools


def cover(text: str, catalogue: Labels) -> Cover:
    """Return how a text and the catalogue's labels cover each other."""
    pairs = bigrams(text)
    held = catalogue.holding(pairs)
    characters = np.zeros((len(catalogue.labels), max(len(text), 1)), dtype=np.bool_)
    if pairs:
        characters[:, : len(pairs)] |= held
        characters[:, 1 : len(pairs) + 1] |= held
    first = {pair: place for place, pair in reversed(list(enumerate(pairs)))}
    rarity = np.zeros(max(len(pairs), 1), dtype=np.float32)
    for pair, place in first.items():
        rarity[place] = catalogue.rarity.get(pair, 0.0)
    mass = _times(held, rarity[: len(pairs)])
    share = np.asarray(mass / np.maximum(catalogue.mass, 1e-6), dtype=np.float32)
    return Cover(characters, share, held)


def spoken_fit(wording: Wording, catalogue: Labels) -> tuple[Floats, Bools]:
    """Return (labels: how alike the label and a measure that an everyday word means; labels × characters of it)."""
    best = np.zeros(len(catalogue.labels), dtype=np.float32)
    said = np.zeros((len(catalogue.labels), max(len(wording.text), 1)), dtype=np.bool_)
    for word in wording.spoken:
        for term in word.terms:
            of = cover(term, catalogue)
            pairs = set(bigrams(term))
            whole = sum(catalogue.rarity.get(pair, _UNKNOWN) for pair in pairs)
            back = of.share * catalogue.mass / max(whole, 1e-6)
            alike = 2 * of.share * back / np.maximum(of.share + back, 1e-6)
            alike *= float(wording.naming[word.start : word.end].mean())
            said[:, word.start : word.end] |= (alike > best)[:, None] & (alike > 0)[:, None]
            best = np.maximum(best, alike)
    return best, said


#: So many questions before take part, each counting less than the one after it.
_MOST_BEFORE, _FADES = 3, 0.7
#: What a pair tells that no label has.
_UNKNOWN = 8.0


class Features:
    """The features of a catalogue's facts for one wording, by name in ``columns``."""

    def __init__(self, wording: Wording, catalogue: Catalogue, lead: int | None = None) -> None:
        """``lead`` is the place of the figure that the question before came to, if there was one."""
        self.wording, self.catalogue, self.lead = wording, catalogue, lead
        self.columns: dict[str, Floats] = {}
        self._words()
        self._sense()
        self._before()
        self._slots()
        self._shape()
        self.columns.update(self.compared())

    def compared(self) -> dict[str, Floats]:
        """Return how far behind the best fact each fact is, in the features of what the words say."""
        return {f"{name}_gap": self.columns[name] - self.columns[name].max(initial=0) for name in COMPARED}

    def _words(self) -> None:
        wording, catalogue, add = self.wording, self.catalogue, self.columns
        of = cover(wording.text, catalogue)
        fit, said = spoken_fit(wording, catalogue)
        slots = catalogue.slots
        weight = wording.naming / max(float(wording.naming.sum()), 1e-6)
        n = len(wording.text)

        def chars(places: Sequence[int], held: Bools) -> Bools:
            found = held[slots[:, places[0]]]
            for place in places[1:]:
                found = found | held[slots[:, place]]
            return found[:, :n]

        leaf, column = chars([LEAF], of.characters), chars([COLUMN], of.characters)
        around = chars([*range(AROUND_FROM, AROUND_FROM + AROUND), CAPTION], of.characters)
        headings = chars([*range(HEADING_FROM, HEADING_FROM + HEADINGS)], of.characters)
        sentence = chars([SENTENCE], of.characters)
        owner = chars([OWNER], of.characters)
        words = chars([LEAF, COLUMN], said)
        add["q_leaf"] = _times(leaf, weight)
        add["q_column"] = _times(column, weight)
        add["q_leaves"] = _times((leaf | column), weight)
        add["q_around"] = _times(around, weight)
        add["q_headings"] = _times(headings, weight)
        add["q_sentence"] = _times(sentence, weight)
        add["q_owner"] = _times(owner, weight)
        titles = np.array([_shared(wording.text, squeeze(report.title)) for report in catalogue.reports])
        add["q_title"] = titles[catalogue.report]
        labels = leaf | column | around
        add["q_labels"] = _times(labels, weight)
        add["q_all"] = _times(labels | headings | sentence | owner, weight)
        add["unexplained"] = 1 - _times(labels | headings | sentence | owner | words, weight)
        add["l_leaf"] = of.share[slots[:, LEAF]]
        add["l_column"] = of.share[slots[:, COLUMN]]
        filled = catalogue.mass[slots[:, [LEAF, COLUMN]]]
        add["l_leaves"] = (of.share[slots[:, [LEAF, COLUMN]]] * filled).sum(1) / np.maximum(filled.sum(1), 1e-6)
        add["l_around"] = of.share[slots[:, AROUND_FROM : AROUND_FROM + AROUND]].max(1)
        add["l_caption"] = of.share[slots[:, CAPTION]]
        add["l_heading"] = of.share[slots[:, HEADING_FROM]]
        add["run"] = _longest_runs(leaf)
        add["spoken"] = fit[slots[:, LEAF]]
        add["spoken_column"] = fit[slots[:, COLUMN]]
        add["spoken_around"] = fit[slots[:, AROUND_FROM : AROUND_FROM + AROUND]].max(1)
        add["q_spoken"] = _times(words, weight)
        add["best_leaf"] = np.maximum(add["l_leaf"] * np.sqrt(np.maximum(add["q_leaf"], 0)), add["spoken"])
        add["length_leaf"] = catalogue.lengths[slots[:, LEAF]]

    def _sense(self) -> None:
        """Add how near the labels are in meaning, as tables of vectors know: to the text, to what names in it."""
        catalogue, wording = self.catalogue, self.wording
        text, naming = wording.plain, wording.named
        leaves = catalogue.slots[:, LEAF]
        self.columns["sense_leaf"] = catalogue.sense.of_leaves(text, leaves)
        self.columns["sense"] = catalogue.sense.of_pairs(text)
        self.columns["sense_named"] = catalogue.sense.of_pairs(naming)
        self.columns["heard"] = catalogue.sense.heard(text)

    def _before(self) -> None:
        """Add what the questions before say of a fact, and how it stands to what the last one came to."""
        catalogue, add = self.catalogue, self.columns
        n = len(catalogue.entries)
        slots = catalogue.slots
        for name in ("q_before", "l_before", "spoken_before"):
            add[name] = np.zeros(n, dtype=np.float32)
        for step, before in enumerate(list(self.wording.chain())[1 : 1 + _MOST_BEFORE]):
            of = cover(before.text, catalogue)
            fit, _ = spoken_fit(before, catalogue)
            weight = (before.naming / max(float(before.naming.sum()), 1e-6)).astype(np.float32) * _FADES**step
            held = of.characters[slots[:, LEAF]] | of.characters[slots[:, COLUMN]]
            add["q_before"] = np.maximum(add["q_before"], _times(held[:, : len(before.text)], weight))
            add["l_before"] = np.maximum(add["l_before"], of.share[slots[:, LEAF]] * _FADES**step)
            add["spoken_before"] = np.maximum(add["spoken_before"], fit[slots[:, LEAF]] * _FADES**step)
        self._lead()

    def _lead(self) -> None:
        """How each fact stands to the figure that the question before came to: its row, column, table, labels."""
        catalogue, add = self.catalogue, self.columns
        n = len(catalogue.entries)
        names = ("lead", "lead_leaf", "lead_column", "lead_row", "lead_table", "lead_owner", "lead_year", "lead_kind")
        for name in names:
            add[name] = np.zeros(n, dtype=np.float32)
        if self.lead is None:
            return
        entry = catalogue.entries[self.lead]
        own, slots, still = entry.stored.fact, catalogue.slots, catalogue.still
        add["lead"] = np.ones(n, dtype=np.float32)
        add["lead_leaf"] = (slots[:, LEAF] == slots[self.lead, LEAF]).astype(np.float32)
        add["lead_column"] = (slots[:, COLUMN] == slots[self.lead, COLUMN]).astype(np.float32)
        if own.source.table is not None:
            place = catalogue.report[self.lead]
            for fact in np.flatnonzero(catalogue.report == place):
                source = catalogue.entries[fact].stored.fact.source
                add["lead_table"][fact] = source.table == own.source.table
                add["lead_row"][fact] = source.table == own.source.table and source.row == own.source.row
        add["lead_owner"] = still.organisations.each(lambda name: name == own.organisation)
        add["lead_year"] = still.periods.each(lambda name: name == (own.period or ""))
        add["lead_kind"] = (still.kinds == KINDS.index(own.kind)).astype(np.float32)

    def _slots(self) -> None:
        """Add what the question says of owner, year, kind and unit."""
        self._owners()
        self._years()
        wording, add, still = self.wording, self.columns, self.catalogue.still
        n = len(self.catalogue.entries)
        asked = KINDS.index(wording.kind)
        add["kind_asked"] = np.full(n, asked, dtype=np.float32)
        add["kind_agrees"] = (still.kinds == asked).astype(np.float32)
        add["kind_conflict"] = float(wording.kind is not None) * (1 - add["kind_agrees"])
        earlier = wording.before.kind if wording.before is not None else None
        held = (still.kinds == KINDS.index(earlier)) if earlier else np.zeros(n)
        add["kind_before"] = held.astype(np.float32)
        unit = wording.slots.unit
        add["unit_asked"] = np.full(n, float(bool(unit)), dtype=np.float32)
        add["unit_agrees"] = still.dimensions.each(lambda name: bool(name) and name == wording.dimension)
        add["unit_same"] = still.units.each(lambda name: bool(unit) and name == unit)
        asking = wording.asking
        measured = dict(zip(still.units.names, still.of_units, strict=True))
        add["counter_asked"] = np.full(n, float(bool(asking.counters)), dtype=np.float32)
        add["counter_agrees"] = still.units.each(lambda name: asking.counted_in(name, measured[name]))
        add["ratio_asked"] = np.full(n, float(asking.ratio), dtype=np.float32)
        add["ratio_agrees"] = float(asking.ratio) * still.shape["is_ratio"]
        add["asks"] = np.full(n, float(asking.count), dtype=np.float32)
        add["several"] = np.full(n, float(asking.several), dtype=np.float32)
        add["unit_conflict_asked"] = float(bool(wording.dimension)) * (1 - add["unit_agrees"])

    def _owners(self) -> None:
        """How well the question names a fact's department and part; of one that names none, the one before."""
        catalogue, wording, add = self.catalogue, self.wording, self.columns
        n = len(catalogue.entries)
        chain = next((one for one in wording.chain() if one.owners or one.parts), wording)
        owners, own = catalogue.still.organisations, catalogue.still.departments
        departments, parts = _worth(chain.worths), _worth(chain.part_worths)
        add["owner_report"] = own.each(lambda name: departments.get(name, 0.0))
        add["owner_unit"] = owners.each(lambda name: parts.get(name, 0.0))
        linked = {name for one in chain.owners for name in one.owners}
        groups = {name for one in chain.parts for name in one.owners}
        add["owner_linked"] = own.each(lambda name: name in linked)
        add["owners"] = np.full(n, float(len(chain.owners)))
        add["unit_linked"] = owners.each(lambda name: name in groups)
        add["units"] = np.full(n, float(len(chain.parts)))
        add["owner_inherited"] = np.full(n, float(chain is not wording))
        ruled = {name for group in wording.slots.units for name in group}
        add["unit_ruled"] = owners.each(lambda name: name in ruled)
        add["owner_conflict"] = float(bool(linked)) * (1 - add["owner_linked"])
        add["unit_conflict"] = float(bool(groups)) * (1 - add["unit_linked"])

    def _years(self) -> None:
        catalogue, wording, add = self.catalogue, self.wording, self.columns
        n = len(catalogue.entries)
        chain = next((one for one in wording.chain() if one.years), wording)
        asked = chain.years
        dated = np.array([float(report.year in asked) for report in catalogue.reports], dtype=np.float32)
        add["year_asked"] = np.full(n, float(len(asked)))
        add["year_inherited"] = np.full(n, float(chain is not wording))
        add["year_agrees"] = catalogue.still.periods.each(lambda name: name in asked)
        add["year_report_agrees"] = dated[catalogue.report]
        add["year_conflict"] = float(bool(asked)) * (1 - add["year_agrees"])
        add["year_against"] = np.full(n, float(bool(wording.slots.against)))

    def _shape(self) -> None:
        """Add what the fact is, whatever is asked, and how long the question is."""
        catalogue, wording, add = self.catalogue, self.wording, self.columns
        n = len(catalogue.entries)
        add.update(catalogue.still.shape)
        add["length"] = np.full(n, float(len(wording.text)))
        add["named"] = np.full(n, float(wording.naming.sum()))
        add["turns"] = np.full(n, float(wording.before is not None))
        numbers = {str(value) for value in _figures(wording.whole)}
        add["figure_given"] = catalogue.still.values.each(lambda name: bool(name) and name in numbers)


def _shared(text: str, title: str) -> float:
    """Return how many pairs of characters a text and a title share."""
    return float(len(set(bigrams(text)) & set(bigrams(title))))


def _figures(text: str) -> list[str]:
    found, run = [], ""
    for char in f"{text} ":
        if char.isdigit() or (char == "." and run):
            run += char
        elif run:
            found.append(run.rstrip("."))
            run = ""
    return found


def _times(held: Bools, weight: Floats) -> Floats:
    """Return the weighted sum of what is held in each row."""
    with np.errstate(invalid="ignore"):  # BLAS may raise the flag for lanes beyond the end, whose results it drops
        return np.asarray(held.astype(np.float32) @ weight.astype(np.float32), dtype=np.float32)


def _longest_runs(held: Bools) -> Floats:
    """Return the length of the longest run of covered characters in each row."""
    longest = np.zeros(len(held), dtype=np.float32)
    current = np.zeros(len(held), dtype=np.float32)
    for column in held.T:
        current = (current + 1) * column
        longest = np.maximum(longest, current)
    return longest


def _worth(named: Mapping[str, Named]) -> dict[str, float]:
    """Return owner → what the run that names it tells, as a share of the most telling one's."""
    return {owner: one.worth for owner, one in named.items()}
