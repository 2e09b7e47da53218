"""What can be asked about: the facts of the reports in question, by place and by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.arithmetic import Operand
from assistant.facts.catalogue import COLUMN, LEAF, Catalogue
from assistant.facts.owners import Owners
from assistant.facts.quotes import Quotes
from assistant.facts.speech import Speech
from assistant.lexicon import Lexicon, default_lexicon
from assistant.model import Entry, Evidence, Library
from assistant.texts import Piece
from ingest.grams import bigrams
from ingest.labels import squeeze
from ingest.model import Fact, Form, Report, StoredFact

#: Report → fact → the fact that states the same otherwise, and the odds that it does.
Twins = Callable[[str], Mapping[int, tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class World:
    """The facts of a library's reports; ``places`` says where in the catalogue a fact is, by its id."""

    library: Library
    catalogue: Catalogue
    lexicon: Lexicon
    entries: Callable[[str], Sequence[Entry]]
    places: dict[int, int]
    rows: dict[tuple[str, int, int], tuple[int, ...]] = field(default_factory=dict)
    columns: dict[tuple[str, int, int], tuple[int, ...]] = field(default_factory=dict)
    quotes: Quotes = field(default_factory=lambda: Quotes.of((), lambda _: (), lambda _: (), default_lexicon()))
    words: dict[int, StoredFact] = field(default_factory=dict)
    worded: dict[tuple[str, int, int], tuple[int, ...]] = field(default_factory=dict)
    paths: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    paragraphs: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    at: dict[tuple[str, int | None, int | None, int | None, int | None], int] = field(default_factory=dict)
    departments: Owners = field(default_factory=lambda: Owners({}, {}))
    parts: Owners = field(default_factory=lambda: Owners({}, {}))
    twins: Twins = lambda _: {}
    twins_held: dict[str, Mapping[int, tuple[int, float]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        library: Library,
        entries: Callable[[str], Sequence[Entry]],
        pieces: Callable[[str], Sequence[Piece]],
        lexicon: Lexicon,
        speech: Speech | None = None,
        twins: Twins = lambda _: {},
    ) -> World:
        """Build from a library's reports: figures and blanks to be looked up, sentences and words to be quoted.

        ``speech`` says how people name labels; what comes with the package where none is given.  ``twins`` gives the
        figures of a report that are likely another one with a slip in it.
        """
        held = [
            (place, entry)
            for place, report in enumerate(library.reports)
            for entry in entries(report.id)
            if entry.stored.fact.form is not Form.TEXT
        ]
        catalogue = Catalogue.of(library.reports, held, speech)
        rows: dict[tuple[str, int, int], list[int]] = {}
        columns: dict[tuple[str, int, int], list[int]] = {}
        paragraphs: dict[tuple[str, int], list[int]] = {}
        for place, entry in enumerate(catalogue.entries):
            source = entry.stored.fact.source
            if source.start is not None and source.block is not None and source.table is None:
                paragraphs.setdefault((entry.stored.report, source.block), []).append(place)
            if source.table is None or source.row is None or source.column is None or source.start is not None:
                continue
            rows.setdefault((entry.stored.report, source.table, source.row), []).append(place)
            columns.setdefault((entry.stored.report, source.table, source.column), []).append(place)
        quotes = Quotes.of(library.reports, pieces, entries, lexicon)
        return cls(
            library, catalogue, lexicon, entries,
            {entry.stored.id: place for place, entry in enumerate(catalogue.entries)},
            {key: tuple(found) for key, found in rows.items()}, {key: tuple(found) for key, found in columns.items()},
            quotes, {one.fact.id: one.fact for one in quotes.said if one.fact is not None}, _worded(quotes),
            {(one.piece.report, one.piece.block): one.piece.path for one in quotes.said if one.piece is not None},
            {key: tuple(found) for key, found in paragraphs.items()},
            {_place(entry): entry.stored.id for entry in catalogue.entries}, *_owners(catalogue), twins,
        )  # fmt: skip

    def entry(self, fact: int) -> Entry:
        """Return a fact's entry by the fact's id."""
        return self.catalogue.entries[self.places[fact]]

    def fact(self, fact: int) -> Fact:
        """Return a fact by its id."""
        return self.entry(fact).stored.fact

    def twin_of(self, fact: int) -> tuple[int | None, float]:
        """Return the fact of the same report that likely states the same otherwise, and the odds; 0 for none."""
        report = self.entry(fact).stored.report
        if report not in self.twins_held:
            self.twins_held[report] = self.twins(
                report
            )  # asked for with every plan, they are of one state of the store
        other, odds = self.twins_held[report].get(fact, (None, 0.0))
        return (other, odds) if other is None or other in self.places else (None, 0.0)

    def report_of(self, fact: int) -> Report:
        """Return the report that a fact stands in."""
        place = int(self.catalogue.report[self.places[fact]])
        return self.catalogue.reports[place]

    def row_of(self, fact: int) -> tuple[int, ...]:
        """Return the ids of the figures in a fact's row of its table, in the order of the columns."""
        return self._line(self.rows, fact, across=True)

    def column_of(self, fact: int) -> tuple[int, ...]:
        """Return the ids of the figures in a fact's column of its table, in the order of the rows."""
        return self._line(self.columns, fact, across=False)

    def paragraph_of(self, fact: int) -> tuple[int, ...]:
        """Return the ids of the figures of a figure's paragraph, in their order; of a cell none but itself."""
        entry = self.entry(fact)
        source = entry.stored.fact.source
        if source.block is None or source.start is None or source.table is not None:
            return (fact,)
        held = self.paragraphs.get((entry.stored.report, source.block), ())
        return tuple(self.catalogue.entries[place].stored.id for place in held)

    def words_of(self, fact: int) -> tuple[int, ...]:
        """Return the ids of the cells of words in a figure's row, in the order of the columns."""
        entry = self.entry(fact)
        source = entry.stored.fact.source
        if source.table is None or source.row is None or source.start is not None:
            return ()
        return self.worded.get((entry.stored.report, source.table, source.row), ())

    def _line(self, lines: dict[tuple[str, int, int], tuple[int, ...]], fact: int, *, across: bool) -> tuple[int, ...]:
        entry = self.entry(fact)
        source = entry.stored.fact.source
        number = source.row if across else source.column
        if source.table is None or number is None or source.start is not None:
            return (fact,)
        found = lines.get((entry.stored.report, source.table, number), ())
        return tuple(self.catalogue.entries[place].stored.id for place in found)

    def path_of(self, report: str, block: int) -> tuple[str, ...]:
        """Return the headings that a paragraph stands under."""
        return self.paths.get((report, block), ())

    def operand(self, fact: int) -> Operand:
        """Return a fact as an operand of a formula."""
        return Operand((Evidence(self.entry(fact), 1.0, 1.0, 1.0),))


def alike(world: World, a: int, b: int) -> float:
    """Return how much two facts' own labels are alike, 0 to 1: the pairs of characters in common (Dice's measure)."""
    catalogue = world.catalogue
    pairs = []
    for fact in (a, b):
        slots = catalogue.slots[world.places[fact]]
        labels = (catalogue.labels[slots[LEAF]], catalogue.labels[slots[COLUMN]])
        pairs.append({pair for label in labels for pair in bigrams(label)})
    return 2 * len(pairs[0] & pairs[1]) / max(len(pairs[0]) + len(pairs[1]), 1)


def _place(entry: Entry) -> tuple[str, int | None, int | None, int | None, int | None]:
    """Return where a fact stands, as a citation of it says."""
    source = entry.stored.fact.source
    return (entry.stored.report, source.block, source.row, source.column, source.start)


def _worded(quotes: Quotes) -> dict[tuple[str, int, int], tuple[int, ...]]:
    """Return the cells of words by report, table and row."""
    found: dict[tuple[str, int, int], dict[int, None]] = {}
    for one in quotes.said:
        if one.fact is not None and (source := one.fact.fact.source).table is not None and source.row is not None:
            found.setdefault((one.fact.report, source.table, source.row), {})[one.fact.id] = None
    return {key: tuple(held) for key, held in found.items()}


def _owners(catalogue: Catalogue) -> tuple[Owners, Owners]:
    """Return (the departments whose reports these are, the parts of them that their tables name)."""
    departments: dict[str, list[str]] = {}
    for report in catalogue.reports:
        departments.setdefault(report.organisation, []).extend(map(squeeze, (report.organisation, *report.aliases)))
    parts = {
        fact.organisation: [squeeze(fact.organisation)]
        for fact in (entry.stored.fact for entry in catalogue.entries)
        if fact.organisation and fact.organisation not in departments
    }
    leaves = {catalogue.labels[number] for number in set(catalogue.slots[:, LEAF].tolist())}
    return Owners.of(departments, leaves), Owners.of(parts, leaves)
