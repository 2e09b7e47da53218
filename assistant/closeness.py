"""The facts of many reports that may answer one question: no other is built, so that all of them can be looked at.

A look-up answers with a fact only if enough of its own label is asked for; labels are far fewer than facts, and only
facts of such labels are read.  Totals are named by what they are totals of, so they are chosen by all their labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from assistant.index import FactIndex, sentence_around
from assistant.lexicon import Lexicon
from assistant.match import covered
from assistant.model import Entry
from ingest.grams import bigrams
from ingest.labels import normalise
from ingest.model import Form, Kind, Scope, SourceRef, StoredFact
from ingest.shelves import (
    Outline,
    columns_of_tables,
    facts_by_id,
    labels_by_id,
    outlines,
    path_finder,
    texts_at,
    texts_in,
)
from ingest.store import Store

#: A look-up wants 0.45 of a fact's label asked for, where it has two of both together; the better one has as much.
_LEAST_NAMED = 0.4
_LONG_LABEL = 14.0
#: Totals of points and of rates go by names of their own: 总分, 预算执行率, 在职人员控制率.
_OWN_NAMES = re.compile(r"[分率]")
_OF_PROJECT = ("项目名称", "专项名称")
PathOf = Callable[[int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a store at one state of it: id → text as it stands, and as it is matched; its paths by id.

    ``pairs`` has all pairs of characters in them.
    """

    texts: dict[int, str]
    forms: dict[int, str]
    path_of: PathOf
    pairs: frozenset[str]


#: The labels of a store, kept while it stays as it is.
_known: WeakKeyDictionary[Store, tuple[int, Labels]] = WeakKeyDictionary()


def labels_of(store: Store, lexicon: Lexicon) -> Labels:
    """Return the labels of a store, read once while it stays as it is."""
    generation = store.generation()
    held = _known.get(store)
    if held is None or held[0] != generation:
        texts, path_of = store.read(lambda connection: (labels_by_id(connection), path_finder(connection)))
        forms = {key: lexicon.canonical(normalise(text)) for key, text in texts.items()}
        pairs = frozenset(pair for form in forms.values() for pair in bigrams(form))
        held = _known[store] = (generation, Labels(texts, forms, path_of, pairs))
    return held[1]


class CloseFacts(FactIndex):
    """An index of the facts that may answer one of some wordings, over all the reports of a store."""

    def __init__(self, store: Store, lexicon: Lexicon) -> None:
        super().__init__(store, lexicon)
        self._known = labels_of(store, lexicon)
        self._contents: Sequence[str] = ()
        self._context = ""
        self._pairs: set[str] = set()
        self._close: dict[str, list[Entry]] = {}

    def read(self, contents: Sequence[str], context: str = "") -> None:
        """Read the facts that may answer one of some wordings; ``context`` is the rest of the question."""
        self._contents, self._context = contents, context
        self._pairs = {pair for content in contents for pair in bigrams(content) or [content]}
        self._close = {}
        for entry in self._read():
            self._close.setdefault(entry.stored.report, []).append(entry)

    def candidates(self, content: str, scope: Scope) -> list[Entry]:
        """Return the entries of some reports that share a pair of characters with a content."""
        wanted = bigrams(content) or [content]
        return [
            entry for report in scope.reports for entry in self._close.get(report, ())
            if any(pair in label for label in (*entry.leaves, *entry.around, *entry.headings) for pair in wanted)
        ]  # fmt: skip

    def of_report(self, report: str) -> list[Entry]:
        """Return a report's entries that may answer."""
        return self._close.get(report, [])

    def vocabulary(self, scope: Scope) -> frozenset[str]:
        """Return the pairs of characters in the labels of all reports, by which typing errors are mended."""
        return self._known.pairs

    def _read(self) -> Iterator[Entry]:
        texts, path_of = self._known.texts, self._known.path_of
        beside = set(bigrams(self._context)) if self._context else set()
        names = {key for key, form in self._known.forms.items() if self._is_named(form, beside)}
        projects = {key for key, text in texts.items() if text in _OF_PROJECT}
        held = self.store.read(lambda connection: outlines(connection, sorted(names | projects)))
        chosen = [one.id for one in held if self._may_answer(one, names) or projects & set(one.labels)]
        facts = self.store.read(lambda connection: facts_by_id(connection, chosen, path_of))
        yield from self._entries(facts)

    def _is_named(self, label: str, beside: set[str]) -> bool:
        """Tell whether a wording, or the rest of its question, names enough of a label."""
        if not any(pair in label for pair in (*self._pairs, *beside)):
            return False
        scale = self._lexicon.label_weights(label)
        helped = covered(label, self._context) if beside else frozenset()
        for content in self._contents:
            named = sum(scale[place] for place in covered(label, content) | helped)
            size = min(sum(scale), max(named, _LONG_LABEL))
            if size and named / size >= _LEAST_NAMED:
                return True
        return False

    def _may_answer(self, one: Outline, names: set[int]) -> bool:
        """Tell whether a fact, or a total by any of its labels, may be what is asked for; a change by its siblings'."""
        if one.labels[0] in names or one.labels[1] in names:
            return True
        if one.kind == Kind.CHANGE.value or any(_OWN_NAMES.search(content) for content in self._contents):
            return True
        labels = (*(label for path in one.paths for label in self._known.path_of(path)), one.caption)
        return any(pair in self._form(label) for label in labels for pair in self._pairs)

    def _entries(self, facts: Sequence[StoredFact]) -> Iterator[Entry]:
        """Yield the facts as entries, with what the rest of their tables and their sentences say."""
        projects = {(one.report, one.fact.source.table): one.fact.raw for one in facts[::-1] if _names_project(one)}
        beside = self._headers({one.report for one in facts if one.fact.kind is Kind.CHANGE})
        said = [one for one in facts if one.fact.source.start is not None]
        texts = self.store.read(lambda connection: texts_at(connection, {_place(one) for one in said}))
        cells = self.store.read(
            lambda connection: texts_in(connection, {_cell(one) for one in said if one.fact.source.table is not None})
        )
        for one in facts:
            source = one.fact.source
            headers = beside.get((one.report, source.table, one.fact.caption), ())
            text = texts.get(_place(one), "") if source.table is None else cells.get(_cell(one), "")
            project = projects.get((one.report, source.table), "")
            yield self.entry(one, headers, _sentence(text, source), project)

    def _headers(self, reports: Iterable[str]) -> dict[tuple[str, int | None, str], tuple[str, ...]]:
        found: dict[tuple[str, int | None, str], dict[str, None]] = {}
        rows = self.store.read(lambda connection: columns_of_tables(connection, sorted(reports)))
        for report, table, caption, path in rows:
            header = self._known.path_of(path)[-1:]
            found.setdefault((report, table, caption), {}).update(dict.fromkeys(header))
        return {key: tuple(headers) for key, headers in found.items()}


def _place(stored: StoredFact) -> tuple[str, int | None]:
    return stored.report, stored.fact.source.block


def _cell(stored: StoredFact) -> tuple[str, int | None, int | None, int | None]:
    source = stored.fact.source
    return stored.report, source.table, source.row, source.column


def _sentence(text: str, source: SourceRef) -> str:
    if not text or source.start is None or source.end is None:
        return ""
    start, end = sentence_around(text, source.start, source.end)
    return text[start:end]


def _names_project(stored: StoredFact) -> bool:
    fact = stored.fact
    label = (fact.row_path or fact.column_path or ("",))[-1]
    return fact.form is Form.TEXT and fact.source.table is not None and normalise(label) in _OF_PROJECT
