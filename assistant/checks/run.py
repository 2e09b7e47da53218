"""Checking a report: its relations, what fails of them, why, and what a reviewer should read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.checks.belief import Board, believed, gravity
from assistant.checks.between import carried
from assistant.checks.causes import Cause, causes
from assistant.checks.defect import Defect
from assistant.checks.defects import defects
from assistant.checks.findings import Finding, Writer, in_order
from assistant.checks.identities import stated_identities
from assistant.checks.listed import listed_sums
from assistant.checks.points import Headings
from assistant.checks.rates import rates
from assistant.checks.relations import Item, Relation, Same, Severity
from assistant.checks.said import said_rates
from assistant.checks.scores import said_totals, score_sums
from assistant.checks.sheet import Sheet
from assistant.checks.totals import table_sums
from assistant.checks.twice import said_twice
from assistant.checks.values import repeated
from assistant.index import FactIndex
from assistant.lexicon import Lexicon
from ingest.model import Report
from ingest.store import Store

#: Reports that are kept worked out: a department's years follow each other closely.
_KEPT = 8
#: Checked reports that are kept for the chat and the page.
_KEPT_CHECKED = 200
#: A report of more facts is not searched for twins in the middle of a question.
_MOST_TWINS = 6_000
#: Called after each report with how many are done and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """One report checked: every relation that it was held to, held or not, and what a reviewer should read."""

    report: Report
    relations: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    of_relation: dict[Relation, Finding]


@dataclass(frozen=True, slots=True)
class _Worked:
    """A report with its relations and the figures that it contradicts itself."""

    sheet: Sheet
    relations: list[Relation]
    wrong: frozenset[Item]


class Checker:
    """Checks loaded reports, each once as long as the store stays as it is; visitors of the page share it."""

    def __init__(self, store: Store, index: FactIndex, lexicon: Lexicon) -> None:
        self._store, self._index, self._lexicon = store, index, lexicon
        self._generation = -1
        self._by_year: dict[tuple[str, str], Report] = {}
        self._worked: OrderedDict[str, _Worked] = OrderedDict()
        self._checked: OrderedDict[str, Checked] = OrderedDict()
        self._said: OrderedDict[str, list[Same]] = OrderedDict()
        self._twins: dict[str, Mapping[int, tuple[int, float]]] = {}
        self._working = threading.Lock()

    def run(self, reports: Sequence[Report], progress: Progress | None = None) -> list[Finding]:
        """Return what is inconsistent in reports, report by report, the gravest first in each."""
        found: list[Finding] = []
        for number, report in enumerate(reports, 1):
            found += self.check(report).findings
            if progress is not None:
                progress(number, len(reports))
        return found

    def check(self, report: Report) -> Checked:
        """Check one report; it is also held against last year's of the same department where that is loaded."""
        with self._working:
            generation = self._store.generation()
            if generation != self._generation:
                self._renew(generation)
            if report.id not in self._checked:
                self._checked[report.id] = self._check(report)
                while len(self._checked) > _KEPT_CHECKED:
                    self._checked.popitem(last=False)
            return self._checked[report.id]

    def _renew(self, generation: int) -> None:
        self._worked.clear()
        self._checked.clear()
        self._said.clear()
        self._twins.clear()
        self._by_year = {(r.organisation, r.year): r for r in self._store.reports() if r.year.isdecimal()}
        self._generation = generation

    def _check(self, report: Report) -> Checked:
        own = self._work(report)
        relations, known = list(own.relations), {report.id: report}
        last = self._last(report)
        if last is not None:
            before = self._work(last)
            relations += carried(own.sheet, before.sheet, before.wrong)
            known[last.id] = last
        relations = once(relations)
        writer = Writer(self._store, known, report)
        weighed = _weighed(own.sheet, relations)
        found, of_relation = _findings(weighed, list(defects(own.sheet)), writer)
        return Checked(report, tuple(relations), tuple(in_order(found)), of_relation)

    def _last(self, report: Report) -> Report | None:
        if not report.year.isdecimal() or not report.organisation:
            return None
        return self._by_year.get((report.organisation, str(int(report.year) - 1)))

    def _work(self, report: Report) -> _Worked:
        if report.id not in self._worked:
            sheet = self.sheet(report)
            relations = [*self._said_twice(report.id, sheet), *relations_of(sheet)]
            found = _weighed(sheet, once(relations))
            wrong = frozenset(item for cause, odds in found if gravity(_lead(cause), odds) for item in cause.repairs)
            self._worked[report.id] = _Worked(sheet, relations, wrong)
            while len(self._worked) > _KEPT:
                self._worked.popitem(last=False)
        return self._worked[report.id]

    def twins(self, report: str) -> Mapping[int, tuple[int, float]]:
        """Return a report's figures that likely state the same as another with a slip: fact → (the other, odds)."""
        with self._working:
            generation = self._store.generation()
            if generation != self._generation:
                self._renew(generation)
            if report not in self._twins:
                known = next((one for one in self._store.reports() if one.id == report), None)
                if known is None or known.facts > _MOST_TWINS:
                    return {}
                self._twins[report] = _by_fact(self._said_twice(report, self.sheet(known)))
            return self._twins[report]

    def _said_twice(self, report: str, sheet: Sheet) -> list[Same]:
        if report not in self._said:
            self._said[report] = list(said_twice(sheet))
            while len(self._said) > _KEPT:
                self._said.popitem(last=False)
        return self._said[report]

    def sheet(self, report: Report) -> Sheet:
        """Return a loaded report as the checks see it."""
        store = self._store
        return Sheet(
            report, self._index.of_report(report.id), self._lexicon,
            lambda: store.tables(report.id), lambda: store.blocks(report.id),
        )  # fmt: skip


def _by_fact(pairs: Sequence[Same]) -> dict[int, tuple[int, float]]:
    found: dict[int, tuple[int, float]] = {}
    for one in sorted(pairs, key=lambda pair: pair.sure):
        first, second = (item.entry.stored.id for item in one.items)
        found |= {first: (second, one.sure), second: (first, one.sure)}
    return found


def relations_of(sheet: Sheet) -> Iterator[Relation]:
    """Yield every relation that a report's own figures should hold."""
    headings = Headings.of(sheet)
    yield from table_sums(sheet)
    yield from score_sums(sheet, headings)
    yield from said_totals(sheet)
    yield from stated_identities(sheet)
    yield from rates(sheet)
    yield from said_rates(sheet)
    yield from listed_sums(sheet)
    yield from repeated(sheet, headings.items())


def once(relations: Sequence[Relation]) -> list[Relation]:
    """Drop relations of the very same figures: a sum that both the layout and the table of identities know."""
    found: dict[object, Relation] = {}
    for one in relations:
        lead = None if isinstance(one, Same) else one.result
        found.setdefault((type(one), lead, frozenset(one.items)), one)
    return list(found.values())


def _weighed(sheet: Sheet, relations: Sequence[Relation]) -> list[tuple[Cause, float]]:
    """Return the causes of what fails, each with the odds that it is real."""
    found = causes(relations)
    odds = believed(found, Board(sheet, relations)) if found else []
    return [(cause, max(one, _between(cause))) for cause, one in zip(found, odds, strict=True)]


def _between(cause: Cause) -> float:
    """Return how sure a relation to last year's report is, 0 without one: the odds are learned from single reports."""
    return max((one.sure for one in cause.relations if one.kind == "carry"), default=0.0)


def _lead(cause: Cause) -> Severity:
    return cause.relations[0].severity


def _findings(
    found: Sequence[tuple[Cause, float]], wrong: Sequence[Defect], writer: Writer
) -> tuple[list[Finding], dict[Relation, Finding]]:
    """Write findings; what a row contradicts is told with the cause that has one of its figures for suspect.

    Every failed relation has its finding, for who asks about it; those of causes too unlikely are not told.
    """
    left = list(wrong)
    written: list[Finding] = []
    of_relation: dict[Relation, Finding] = {}
    for cause, odds in found:
        grave = gravity(_lead(cause), odds)
        explained = [one for one in left if _explains(cause, one)] if grave else []
        left = [one for one in left if one not in explained]
        finding = writer.of_cause(cause, odds, grave or Severity.NOTE, explained)
        written += [finding] if grave else []
        of_relation |= dict.fromkeys(cause.relations, finding)
    return [*written, *map(writer.of_defect, left)], of_relation


def _explains(cause: Cause, defect: Defect) -> bool:
    if cause.suspect is None:
        return False
    return cause.suspect.entry.stored.id in {stored.id for stored in defect.stated}
