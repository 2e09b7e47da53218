"""Groups of figures that a question means together: rows that share a word it says, figures of one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.linking.wording import Wording
from assistant.plans.counterparts import Proposals, counts, dimension
from assistant.plans.language import MOST_FIGURES, Difference, Quotient, Share, Total
from ingest.grams import bigrams
from ingest.labels import normalise

_MOST_GROUPS, _MOST_BESIDE = 3, 6
_LOOKED, _MOST_COUNTS, _MOST_AMOUNTS = 80, 4, 3
_LONGEST_TEXT, _LONGEST_CELL = 80, 60
_MOST_ROWS = 400
_LONGEST, _SHORTEST = 8, 2
#: What a group is known by says as much as so many naming characters.
_LEAST_NAMING = 1.0
_BETWEEN = "\n"


def rows_sharing(rows: Sequence[int], found: Proposals) -> list[tuple[int, ...]]:
    """Return the groups of rows whose labels or cells of words share what a question says; not all of the rows."""
    wording = found.ranking.wording
    if len(rows) > _MOST_ROWS:
        return []
    texts = {one: _text_of(one, found) for one in rows}
    pairs = {one: frozenset(bigrams(text)) for one, text in texts.items()}
    cells = {cell for text in texts.values() for cell in text.split(_BETWEEN)}
    groups: dict[tuple[int, ...], float] = {}
    for words, weight in _pieces(wording):
        if weight < _LEAST_NAMING and words not in cells:  # 城建股 is a cell, though 城建 may stand for a department
            continue
        first = words[:_SHORTEST]
        group = tuple(one for one in rows if first in pairs[one] and words in texts[one])
        if 1 < len(group) < len(rows) and len(group) <= MOST_FIGURES:
            groups[group] = max(groups.get(group, 0.0), weight)
    return sorted(groups, key=lambda one: -groups[one])[:_MOST_GROUPS]


def _pieces(wording: Wording) -> Iterator[tuple[str, float]]:
    """Give the pieces of a question that may name a group, each with how much it names."""
    text = wording.text[:_LONGEST_TEXT]
    for start in range(len(text) - 1):
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(text)) + 1):
            if "\0" not in text[start:end]:
                yield text[start:end], float(wording.naming[start:end].sum())


def _text_of(row: int, found: Proposals) -> str:
    """Return a row's labels and cells of words, as a question is written."""
    world = found.world
    entry = world.entry(row)
    source = entry.stored.fact.source
    key = (entry.stored.report, source.table, source.row)
    if key not in found.row_texts:
        cells = (world.words[one].fact.raw[:_LONGEST_CELL] for one in world.words_of(row) if one in world.words)
        labels = (*entry.stored.fact.row_path[-2:], *cells)
        found.row_texts[key] = _BETWEEN.join(world.lexicon.canonical(normalise(text)) for text in labels)
    return found.row_texts[key]


def of_sentence(lead: int, found: Proposals) -> None:
    """Propose what may be done with a figure of a text and those that stand nearest to it."""
    world = found.world
    own = world.fact(lead)
    at = own.source.start or 0
    beside = sorted(world.paragraph_of(lead), key=lambda one: abs((world.fact(one).source.start or 0) - at))
    for one in [one for one in beside if one != lead][:_MOST_BESIDE]:
        other = world.fact(one)
        if other.value is None or own.value is None:
            continue
        if dimension(other) == dimension(own) and other.unit == own.unit:
            found.add(Share(lead, one), Share(one, lead), Difference(lead, one), Difference(one, lead))
            found.add(Total((lead, one)))
        elif dimension(own) == "money" and counts(other):
            found.add(Quotient(lead, one))
        elif dimension(other) == "money" and counts(own):
            found.add(Quotient(one, lead))


def per_named(leads: Sequence[int], found: Proposals) -> None:
    """Propose an amount by the counts of its report whose unit a question says: 摊到每辆车, 一户多少."""
    world, ranking = found.world, found.ranking
    text = ranking.wording.whole
    counted = [
        one for place in ranking.order[:_LOOKED]
        if counts(world.fact(one := ranking.id_of(place))) and 0 < len(world.fact(one).unit) < _SHORTEST + 1
        and world.fact(one).unit in text
    ][:_MOST_COUNTS]  # fmt: skip
    amounts = [one for one in leads if dimension(world.fact(one)) == "money" and world.fact(one).value is not None]
    for amount in amounts[:_MOST_AMOUNTS]:
        report = world.entry(amount).stored.report
        found.add(*(Quotient(amount, one) for one in counted if world.entry(one).stored.report == report))
