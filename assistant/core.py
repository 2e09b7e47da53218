"""The assistant: ``ask`` reads as the recipe from a question to an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from assistant import refuse
from assistant.answers.parts import with_parts_left
from assistant.asks import answer_each, asks, restatements
from assistant.attributes import attribute_answer, attributes_asked
from assistant.change import change_answer
from assistant.checks.aware import Aware, answered_already
from assistant.checks.run import Checker
from assistant.checks.verdicts import Verdicts
from assistant.choosing.candidates import TOLD
from assistant.choosing.chooser import AS_READ, MOST_REPORTS, Chooser
from assistant.citations import Citer
from assistant.codes import with_names
from assistant.compose import figure_answer
from assistant.compute import computed
from assistant.configured import LazyVectors
from assistant.define import defined
from assistant.gate import pass_gate
from assistant.grades import grade_answer
from assistant.index import FactIndex
from assistant.lexicon import Lexicon, own_lexicon
from assistant.lists import condition, listed
from assistant.loaded import with_remarks
from assistant.lookup import Finder
from assistant.model import Answer, Library, Operation, Query, Status
from assistant.narrowing import Narrower, outside, with_department
from assistant.nearest import with_nearest
from assistant.onetable import cells_of, in_one_table
from assistant.perreport import MOST_SHOWN, MOST_TRIED, common, holding, labels, meant, one_for_all, side_by_side, which
from assistant.premise import refuted
from assistant.ranking import ranked
from assistant.rates import is_of_its_own, rate
from assistant.reader import Reader
from assistant.reasons import gives_reason
from assistant.rerank import LazyReranker
from assistant.retrieve import Retriever, Stages
from assistant.reverse import figure_meant
from assistant.texts import Texts
from assistant.textual import found_in_text, labelled, rows_under
from assistant.tracing import found_lines, said
from assistant.understand import asks_reason, goes_over_units, known_of, stands_alone, understand, without_department
from assistant.verdict import judged
from ingest.errors import UnknownReportError
from ingest.labels import squeeze
from ingest.model import Scope, StoredPassage
from ingest.store import Store

#: Longer questions are refused in a sentence: nobody writes them, and every rule would read them through.
LONGEST_QUESTION = 500
#: So many questions before are looked at.
_MOST_HISTORY = 50
#: How many narrowed libraries are kept ready.
_LIBRARIES = 32
#: How many passages are looked at where a question about the text has no answer.
_NEAREST = 5
#: A list of names alone is no question for a figure.
_COUNTS = re.compile(r"多少|几[^家个项类]|分别|各是|各为|金额|[数率额]")
_Way = Callable[[Query, Library, Finder, list[str]], Answer | None]


class Assistant:
    """Answers questions about the reports of a store."""

    def __init__(self, store: Store, lexicon: Lexicon, retriever: Retriever) -> None:
        self.store = store
        self.lexicon = lexicon
        self.index = FactIndex(store, lexicon)
        self.texts = Texts(store, lexicon)
        self.chooser = Chooser(store, self.index, self.texts, lexicon)
        self.retriever = retriever
        self.checker = Checker(store, self.index, lexicon)
        self.chooser.twins = self.checker.twins
        self.narrower = Narrower(store, lexicon)
        self.checks = Aware(self.checker, Verdicts(store.folder), lexicon)
        self._library: dict[tuple[int, tuple[str, ...]], Library] = {}

    @classmethod
    def open(cls, store: Path | str | Store, lexicon: Lexicon | None = None, stages: Stages | None = None) -> Self:
        """Open on a store folder (or an open store); raises ``StoreError`` with a sentence.

        A file ``lexicon.tsv`` in the store's folder adds the user's own terms to the package's.
        """
        held = store if isinstance(store, Store) else Store.open(Path(store))
        lexicon = lexicon or own_lexicon(held.folder)
        return cls(held, lexicon, Retriever(held, lexicon, LazyVectors(held), LazyReranker(held), stages))

    @property
    def notice(self) -> str:
        """Why search isn't all that was set up, one sentence; empty when it is.  Figures never depend on it."""
        return self.retriever.notice

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def ask(self, question: str, history: Sequence[str] = (), reports: Sequence[str] = ()) -> Answer:
        """Answer a question.

        ``history`` holds the questions asked before, oldest first; ``reports`` narrows to reports by
        id, file name or part of a title.  Raises ``UnknownReportError`` for a report that isn't loaded.
        """
        started = time.perf_counter()
        question = _printable(question)
        before = tuple(_printable(one).removesuffix(AS_READ)[:LONGEST_QUESTION] for one in history[-_MOST_HISTORY:])
        generation = self.store.generation()
        try:
            answer = self._asked(question, before, reports)
        except UnknownReportError:
            if reports or self.store.generation() == generation:
                raise
            answer = self._asked(question, before, ())  # a report was removed meanwhile
        return replace(answer, ms=(time.perf_counter() - started) * 1000)

    def _asked(self, question: str, history: tuple[str, ...], reports: Sequence[str]) -> Answer:
        library = self.library(reports)
        if not question.strip():
            return refuse.empty_question()
        if len(question.removesuffix(AS_READ)) > LONGEST_QUESTION:
            return refuse.long_question(len(question), LONGEST_QUESTION)
        if (help_given := refuse.courtesy(question)) is not None:
            return help_given
        every = self.library() if reports else library
        named, years = outside(self._understood(question, every, ()), every, library) if reports else ((), ())
        if named:
            return refuse.outside(question, named, years)
        return self._answer(question, library, history) if library.reports else refuse.empty_library()

    def retrieve(self, question: str, reports: Sequence[str] = (), k: int = 10) -> list[tuple[StoredPassage, float]]:
        """Return the passages that a question is about, best first, with their scores.

        The department and the years that it names narrow the search before anything is ranked.  Raises
        ``UnknownReportError`` for a report that isn't loaded.
        """
        library = self.library(reports)
        return self._passages(self._understood(_printable(question)[:LONGEST_QUESTION], library, ()), library, k)

    def _passages(self, query: Query, library: Library, k: int) -> list[tuple[StoredPassage, float]]:
        chosen = tuple(report.id for report in meant(query, library))
        everything = len(chosen) == len(self.library().reports)
        scope = Scope() if everything else Scope(chosen)
        return self.retriever.search(without_department(query, library), scope, k, known_of(chosen, self.library()))

    def _answer(self, question: str, library: Library, history: tuple[str, ...]) -> Answer:
        as_read = question.endswith(AS_READ)
        library = self._narrowed(question.removesuffix(AS_READ), library, history)
        query, before = self.answer_before(question.removesuffix(AS_READ), library, history)
        answer = before if as_read else self.chooser.choose(question, history, library, query, before)
        words = " ".join(labels(meant(query, library)).values())
        passed = pass_gate(with_parts_left(answer, query), " ".join((question, *query.assumed, words)))
        reports = {report.id: report for report in library.reports}
        return with_remarks(self.checks.remarked(with_department(passed, library), reports), library.reports)

    def _narrowed(self, question: str, library: Library, history: tuple[str, ...]) -> Library:
        """Return the reports that a question is likely about, as if chosen, where more are loaded than are weighed."""
        if len(library.reports) <= MOST_REPORTS:
            return library
        offered, query = self.chooser.offered_within(question), self._understood(question, library, history)
        ids, named = (offered, False) if offered else self.narrower.likeliest(question, history, query, library)
        return replace(self.library(ids), beside=True, named=named) if ids else library

    def answer_before(self, question: str, library: Library, history: tuple[str, ...]) -> tuple[Query, Answer]:
        """Return a question understood by the rules, and what they answer: one of the proposals that are weighed."""
        query = self._understood(question, library, history)
        finder = Finder(library, self.index, self.lexicon)
        if refuse.is_about_nothing(query, finder):
            return query, self._refused(query, library, finder, said(query))
        answer = self._from_checks(query, library, finder) or self._per_report(
            question, history, query, library, finder
        )
        answer = answer or self._within(query, library, finder)
        if answer.status is Status.NOT_FOUND and query.assumed and stands_alone(query):
            own, told = self.answer_before(question, library, ())
            if told.status in TOLD or goes_over_units(query):
                return own, told
        return query, answer

    def _from_checks(self, query: Query, library: Library, finder: Finder) -> Answer | None:
        """Answer whether a report is right in itself, unless what it states of the very figures says so already."""
        if refuse.is_absent(query, library):
            return None
        made = self.checks.answer(query, meant(query, library), self._citer(finder))
        return made if made is not None and not answered_already(self._within(query, library, finder)) else None

    def _understood(self, question: str, library: Library, history: tuple[str, ...]) -> Query:
        ids = tuple(report.id for report in library.reports)
        return understand(with_names(question, self.store, ids), library, self.lexicon, history, ids)

    def _per_report(
        self, question: str, history: tuple[str, ...], query: Query, library: Library, finder: Finder
    ) -> Answer | None:
        """Answer for each report that the question may be about; ``None`` where one answer covers them all."""
        reports = meant(query, library)
        if len(reports) < 2 or query.unknown_organisation or one_for_all(query, reports):
            return None
        if query.operation is Operation.LOOKUP and self._computed(query, library, finder, []) is None:
            fit = finder.fitting_reports(query)
            if len(fit) > MOST_SHOWN:
                return which(query, [report for report in reports if report.id in fit])
            if fit:
                return None  # figures are set side by side where they are looked up
        tried = reports
        if len(reports) > MOST_TRIED:
            held = holding(query, finder)
            tried = [report for report in reports if report.id in held]
            if not tried and not common(query, Reader(finder, self.texts)):
                return self._refused(query, library, finder, said(query))
            if not 0 < len(tried) <= MOST_TRIED:
                return which(query, tried or reports)
        answers = []
        for report in tried:
            alone = self.library((report.id,))
            asked = self._understood(question, alone, history)
            answers.append((report, self._within(asked, alone, Finder(alone, self.index, self.lexicon))))
        return side_by_side(query, answers, reports)

    def _within(self, query: Query, library: Library, finder: Finder) -> Answer:
        scope_ids = tuple(report.id for report in library.reports)
        if query.operation in (Operation.LOOKUP, Operation.LIST, Operation.CHANGE):
            ways = (
                (self._stated, self._computed, self._listed)
                if query.operation is Operation.LIST
                else (self._computed,)
                if query.operation is Operation.LOOKUP or query.assumed
                else ()
            )
            for way in ways:
                made = way(query, library, finder, said(query))
                if made is not None:
                    return made
        singles = asks(
            query, library, self.lexicon, lambda text: self._is_label(text, scope_ids),
            lambda one: bool(finder.look_up(one).best),
        )  # fmt: skip
        answers = [self._one(single, library, finder) for single in singles]
        if len(answers) > 1:
            answers = [refuse.of_part(one, query, single) for one, single in zip(answers, singles, strict=True)]
        answer = answer_each(answers) if len(answers) > 1 else None
        if answer is None:
            answer = answers[0] if len(answers) == 1 else self._one(query, library, finder)
        failed = answer.status is Status.NOT_FOUND or any(one.status is Status.NOT_FOUND for one in answers)
        whole = in_one_table(query, finder, self._citer(finder), said(query), whole=failed)
        failed = failed or answer.status is Status.CONFLICT  # rows alike are no contradiction
        if whole is not None and (failed or cells_of(whole) > cells_of(answer)):
            answer = whole
        return judged(query, answer)

    def _is_label(self, text: str, reports: tuple[str, ...]) -> bool:
        wanted = self.lexicon.canonical(text)
        return len(reports) <= 3 and any(
            wanted in label for report in reports for entry in self.index.of_report(report) for label in entry.leaves
        )

    def _restated(self, query: Query, library: Library, finder: Finder) -> Answer | None:
        """Answer by the words in which a question says again what it means: （公共财政拨款）, 上年结转那个数."""
        answers = (self._in_figures(other, library, finder, said(other)) for other in restatements(query, library))
        return next((one for one in answers if one is not None and one.status in TOLD), None)

    def _one(self, query: Query, library: Library, finder: Finder) -> Answer:
        trace = said(query)
        for way in self._ways(query):
            answer = way(query, library, finder, trace)
            if answer is not None:
                return answer
        restated = self._restated(query, library, finder) if query.operation is Operation.LOOKUP else None
        return restated or self._refused(query, library, finder, trace)

    def _refused(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer:
        answer = refuse.not_found(query, library, finder.look_up(query), trace)
        if query.operation is not Operation.TEXT or refuse.is_absent(query, library):
            return answer
        return with_nearest(answer, self._passages(query, library, _NEAREST), self._citer(finder))

    def _ways(self, query: Query) -> tuple[_Way, ...]:
        """Return the ways in which a question of its kind may be answered, the likeliest first."""
        figures = () if asks_reason(query.text) else (self._in_figures,)
        if query.operation is Operation.LIST and condition(squeeze(query.text)) is not None:
            return (self._premise, self._stated, self._listed)  # no figure answers which of many meet a condition
        counted = (self._in_figures, self._rated) if _COUNTS.search(query.text) else ()
        return {
            Operation.REVERSE: (self._reversed, self._in_figures),
            Operation.DEFINE: (self._defined, self._in_words, self._in_text),
            Operation.RANK: (self._ranked, self._in_figures),
            Operation.LIST: (self._premise, self._stated, self._listed, self._in_words, *counted, self._in_text),
            Operation.CHANGE: (self._premise, self._changed, self._in_words, self._in_text),
            Operation.TEXT: (self._premise, self._stated, self._rows_under, self._in_words, *figures, self._in_text),
            Operation.LOOKUP: (
                self._premise,
                self._stated,
                self._in_figures,
                self._in_words,
                self._rated,
                self._in_text,
            ),
        }[query.operation]

    def _premise(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return refuted(query, library, finder, self._citer(finder), trace)

    def _computed(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return computed(query, library, finder, self._citer(finder), trace)

    def _rated(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return rate(query, finder, library, self._citer(finder), trace)

    def _changed(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return change_answer(query, finder, self._citer(finder), trace)

    def _ranked(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return ranked(query, library, finder, self._citer(finder), trace)

    def _listed(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return listed(query, library, finder, self._citer(finder), trace)

    def _reversed(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return figure_meant(query, finder, self._citer(finder), trace)

    def _defined(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        return defined(query, self.lexicon, trace)

    def _citer(self, finder: Finder) -> Citer:
        return Citer(self.store, finder.reports)

    def _in_figures(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        found = finder.look_up(query)
        if not found.best or is_of_its_own(query, found.best, self.lexicon):
            return None
        answer = figure_answer(query, found.best, finder.reports, self._citer(finder), [*trace, *found_lines(found)])
        if answer.status is Status.NOT_FOUND:  # a rate whose cell is blank may follow from what is filled in
            return self._rated(query, library, finder, trace) or answer
        return answer

    def _in_words(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        if query.unknown_organisation:
            return None
        reader = Reader(finder, self.texts)
        answer = self._attributes(query, reader, finder)
        if answer is None and _asks_for_words(query):
            answer = labelled(query, reader, self._citer(finder))
        return replace(answer, trace=(*trace, *answer.trace)) if answer else None

    def _in_text(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        if query.unknown_organisation or not _asks_for_words(query):
            return None
        answer = found_in_text(query, Reader(finder, self.texts), self._citer(finder))
        if answer is not None and asks_reason(query.text) and not gives_reason(answer.text):
            return None
        return replace(answer, trace=(*trace, *answer.trace)) if answer else None

    def _stated(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        reader = Reader(finder, self.texts)
        answer = grade_answer(query, reader, self._citer(finder)) or self._attributes(query, reader, finder)
        return replace(answer, trace=(*trace, *answer.trace)) if answer else None

    def _rows_under(self, query: Query, library: Library, finder: Finder, trace: list[str]) -> Answer | None:
        answer = rows_under(query, Reader(finder, self.texts), self._citer(finder))
        return replace(answer, trace=(*trace, *answer.trace)) if answer else None

    def _attributes(self, query: Query, reader: Reader, finder: Finder) -> Answer | None:
        reports = reader.reports(query)
        asked = attributes_asked(query)
        found = [attribute_answer(one, self.index, self.store, reports, self._citer(finder)) for one in asked]
        return answer_each([one for one in found if one is not None])

    def library(self, reports: Sequence[str] = ()) -> Library:
        """Return what is loaded, narrowed to the reports named; what states nothing is a report only where named."""
        key = (self.store.generation(), tuple(reports))
        if key not in self._library:
            every = [self.store.find_report(name) for name in reports] if reports else self.store.reports()
            loaded = [report for report in every if report.facts or report.organisation or reports] or every
            ids = tuple(report.id for report in loaded)
            organisations = tuple(sorted(self.store.organisations(ids))) if ids else ()
            periods = frozenset(self.store.periods(ids)) if ids else frozenset()
            if len(self._library) > _LIBRARIES:
                self._library = {held: own for held, own in self._library.items() if not held[1] and held[0] == key[0]}
            self._library[key] = Library(tuple(loaded), organisations, periods)
        return self._library[key]


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def _asks_for_words(query: Query) -> bool:
    """Tell whether words may answer: none do where a number or an amount is asked for."""
    return query.operation in (Operation.TEXT, Operation.LIST, Operation.DEFINE) or (
        not query.unit and "多少" not in query.text and ("哪" in query.text or "几加几" in query.text)
    )
