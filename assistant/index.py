"""Facts ready to be matched: a few reports' facts held in memory, many reports' fetched by label."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.lexicon import PLAIN, Lexicon
from assistant.model import Entry
from assistant.same import scope_of
from ingest.grams import bigrams
from ingest.labels import GRAND_TOTAL, SIDES, normalise
from ingest.model import Block, Fact, Form, Kind, Scope, SourceRef, StoredFact, StoredTable
from ingest.store import Store

_IN_MEMORY = 80
_LABELS = 200
_FEW = 3
#: A row label that says only that the row is a total; 人员经费小计 names its measure.
_PURE_TOTAL = re.compile(
    r"(?:总|共|合)计(?:数|金额)?|小计|总分|总得分|.{0,40}汇总|(?:年度)?资金(?:总额|合计)|(?:部门)?整体(?:支出)?资金(?:总额)?|得分合计|分值合计"
)
_POINTS = re.compile(r"^(?:指标|标准)?分值|得分率")
_STAFF = re.compile(r"供养人员|人员情况|人员编制")
_FUNDS = re.compile(r"(?:年度)?资金(?:总额|合计)|(?:部门)?整体(?:支出)?资金(?:总额)?")
#: A label that heads a block of a form rather than its one row: 财政供养人员情况.
_BLOCK_TITLE = re.compile(r"情况(?:[(（][^()（）]*[)）])?$")


def _sums_all(fact: Fact) -> bool:
    """Tell whether a total's label says nothing but that; points of 年度资金总额 are not the total points."""
    label = normalise(fact.row_path[-1]) if fact.row_path else ""
    funds = "资金" in label and fact.kind in (Kind.SCORE, Kind.WEIGHT)
    return _PURE_TOTAL.fullmatch(label) is not None and not funds


def _rates_execution(fact: Fact) -> bool:
    """Tell whether a figure of the row 年度资金总额 is the rate of execution, or the points for it."""
    if not (fact.total and fact.row_path and _FUNDS.fullmatch(normalise(fact.row_path[-1]))):
        return False
    return fact.kind in (Kind.SCORE, Kind.WEIGHT) or (fact.kind is Kind.RATE and "执行率" in "".join(fact.column_path))


def _names_no_measure(label: str) -> bool:
    """Tell whether a row label is only a year, or the title of its block."""
    return PLAIN.fullmatch(normalise(label)) is not None or _BLOCK_TITLE.search(label.strip()) is not None


#: (table, caption) → the headers of its columns of amounts.
_Beside = dict[tuple[int | None, str], tuple[str, ...]]


def _headers_beside(facts: list[StoredFact]) -> _Beside:
    found: dict[tuple[int | None, str], dict[str, None]] = {}
    for stored in facts:
        fact = stored.fact
        if (
            fact.source.table is not None
            and fact.source.start is None
            and fact.column_path
            and fact.kind is Kind.ACTUAL
        ):
            found.setdefault((fact.source.table, fact.caption), {})[fact.column_path[-1]] = None
    return {key: tuple(headers) for key, headers in found.items()}


def _projects(facts: list[StoredFact]) -> dict[int | None, str]:
    """Return the project that each table of a report is the form of, by its cell 项目名称."""
    found: dict[int | None, str] = {}
    for stored in facts:
        fact = stored.fact
        label = (fact.row_path or fact.column_path or ("",))[-1]
        if fact.form is Form.TEXT and fact.source.table is not None and normalise(label) in ("项目名称", "专项名称"):
            found.setdefault(fact.source.table, fact.raw)
    return {table: name for table, name in found.items() if table is not None}


class _Texts:
    """The texts of a report's paragraphs and cells, read when the first one is asked for."""

    def __init__(self, store: Store, report: str) -> None:
        self.store, self._report = store, report
        self._blocks: dict[int, str] | None = None
        self._cells: dict[tuple[int, int, int], str] | None = None

    def of(self, source: SourceRef) -> str:
        if source.table is None:
            if self._blocks is None:
                self._blocks = {block.number: block.text for block, _ in self.store.blocks(self._report)}
            return self._blocks.get(source.block, "")
        if self._cells is None:
            held = self.store.tables(self._report)
            self._cells = {(t.info.number, c.row, c.column): c.text for t in held for c in t.table.cells}
        return self._cells.get((source.table, source.row or 0, source.column or 0), "")


@dataclass(slots=True)
class _Held:
    """A report's entries, and what is read of the report once it is needed."""

    entries: list[Entry]
    tables: list[StoredTable] | None = None
    _by_pair: dict[str, list[int]] | None = None

    @property
    def by_pair(self) -> dict[str, list[int]]:
        """The places of the entries whose labels have a pair of characters; whole before another visitor sees it."""
        if self._by_pair is None:
            found: dict[str, list[int]] = {}
            for place, entry in enumerate(self.entries):
                labels = (*entry.leaves, *entry.around, *entry.headings)
                for pair in {pair for label in labels for pair in bigrams(label)}:
                    found.setdefault(pair, []).append(place)
            self._by_pair = found
        return self._by_pair

    def sharing(self, wanted: Iterable[str]) -> list[Entry]:
        """Return the entries that have one of some pairs in their labels, in reading order."""
        places: set[int] = set().union(*(self.by_pair.get(pair, ()) for pair in wanted))
        return [self.entries[place] for place in sorted(places)]


class FactIndex:
    """Gives the facts that share words with a question, within a scope."""

    def __init__(self, store: Store, lexicon: Lexicon) -> None:
        self.store = store
        self._lexicon = lexicon
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._generation = -1
        self._loading = threading.Lock()  # visitors of the web page share one index

    def candidates(self, content: str, scope: Scope) -> list[Entry]:
        """Return the entries with at least one bigram in common with ``content``."""
        wanted = set(bigrams(content))
        if wanted and len(scope.reports) <= _IN_MEMORY:
            return [entry for report in scope.reports for entry in self._of(report).sharing(wanted)]
        if len(scope.reports) <= _IN_MEMORY:
            entries = [entry for report in scope.reports for entry in self.of_report(report)]
        else:
            found = self.store.labels(content, _LABELS)
            entries = [self._entry(stored, None, {}) for stored in self.store.facts([key for key, _ in found], scope)]
        wanted = wanted or {content}
        memo: dict[str, bool] = {}

        def shares(label: str) -> bool:
            if label not in memo:
                memo[label] = any(gram in label for gram in wanted)
            return memo[label]

        return [entry for entry in entries if any(map(shares, (*entry.leaves, *entry.around, *entry.headings)))]

    def facts(self, report: str) -> list[StoredFact]:
        """Return every fact of a report, in reading order."""
        return [entry.stored for entry in self.of_report(report)]

    def of_report(self, report: str) -> list[Entry]:
        """Return every entry of a report, in reading order."""
        return self._of(report).entries

    def tables(self, report: str) -> list[StoredTable]:
        """Return a report's tables with their cells."""
        held = self._of(report)
        if held.tables is None:
            held.tables = self.store.tables(report)
        return held.tables

    def _of(self, report: str) -> _Held:
        with self._loading:
            generation = self.store.generation()
            if generation != self._generation:
                self._held.clear()
                self._generation = generation
            if report not in self._held:
                texts = _Texts(self.store, report)
                facts = self.store.all_facts(report)
                beside = _headers_beside(facts)
                projects = _projects(facts)
                self._held[report] = _Held(
                    [self._entry(stored, texts, beside, projects.get(stored.fact.source.table, "")) for stored in facts]
                )
                while len(self._held) > _IN_MEMORY:
                    self._held.popitem(last=False)
            self._held.move_to_end(report)
            return self._held[report]

    def reports_stating(self, sizes: Sequence[Decimal], scope: Scope) -> list[str]:
        """Return the reports of a scope that state a figure of one of some sizes; a few are not narrowed."""
        if len(scope.reports) <= _FEW:
            return list(scope.reports)
        stating = self.store.reports_stating(sizes, scope)
        return [report for report in scope.reports if report in stating]

    def blocks(self, report: str) -> list[tuple[Block, tuple[str, ...]]]:
        """Return a report's paragraphs with their headings."""
        return self.store.blocks(report)

    def labels_of(self, scope: Scope) -> frozenset[str]:
        """Return the leaf labels of a few reports; none of many."""
        if len(scope.reports) > _FEW:
            return frozenset()
        return frozenset(s for report in scope.reports for entry in self.of_report(report) for s in entry.leaves)

    def vocabulary(self, scope: Scope) -> frozenset[str]:
        """Return the pairs of characters in the labels of a few reports; none of many."""
        if len(scope.reports) > _FEW:
            return frozenset()
        found: frozenset[str] = frozenset()
        return found.union(*(self._of(report).by_pair for report in scope.reports))

    def _entry(self, stored: StoredFact, texts: _Texts | None, beside: _Beside, project: str = "") -> Entry:
        fact = stored.fact
        headers = beside.get((fact.source.table, fact.caption), ())
        sentence = ""
        if texts is not None and fact.source.start is not None and fact.source.end is not None:
            text = texts.of(fact.source)
            start, end = sentence_around(text, fact.source.start, fact.source.end)
            sentence = text[start:end]
        return self.entry(stored, headers, sentence, project)

    def entry(self, stored: StoredFact, headers: tuple[str, ...], sentence: str, project: str) -> Entry:
        """Return a fact ready to be matched.

        ``headers`` are those of its table's columns of what was spent, ``sentence`` what it stands in, ``project`` what
        its table is the form of.
        """
        fact = stored.fact
        headers = headers if fact.kind is Kind.CHANGE else ()
        leaves, around = self._labels(fact, self._one_whole(headers))
        headings = tuple(map(self._form, fact.source.heading_path))
        near = tuple(self._form(label) for label in (*around, project) if label)
        made = Entry(stored, tuple(map(self._form, leaves)), near, headings, self._form(sentence) if sentence else "")
        scope = scope_of(made, self._lexicon, headers)
        wholes = scope or self._lexicon.wholes_of(made.leaves)
        return replace(made, around=(*made.around, *wholes), scope=scope)

    def _labels(self, fact: Fact, whole: str = "") -> tuple[list[str], tuple[str, ...]]:
        by_organisation = bool(fact.row_path) and self._form(fact.row_path[-1]) == self._form(fact.organisation)
        leaves = [path[-1] for path in (fact.row_path, fact.column_path) if path]
        pure_total = fact.total and _sums_all(fact)
        if fact.kind is Kind.RATE and fact.row_path and _STAFF.search(fact.row_path[-1]) and "控制率" in leaves[-1]:
            return ["在职人员控制率"], (*leaves, fact.caption)
        named = fact.row_path[-1:] if by_organisation else ()
        if fact.column_path and (by_organisation or pure_total):
            leaves = [fact.column_path[-1]]
        around = (*named, *fact.row_path[:-1], *fact.column_path[:-1], fact.caption)
        if _rates_execution(fact):
            return ["预算执行率", *(leaves[-1:] if fact.kind is not Kind.RATE else [])], (*leaves, *around)
        if pure_total:
            around = (fact.row_path[-1], *around)
            side = next((label for label in map(normalise, fact.column_path) if label in SIDES), "")
            if side and GRAND_TOTAL in fact.row_path[-1]:
                return [side + GRAND_TOTAL], (*leaves, *around)
            whole = whole or self._one_whole((*fact.column_path, fact.caption))
            if (
                whole
                and "小计" not in fact.row_path[-1]
                and fact.kind in (Kind.ACTUAL, Kind.BUDGET)
                and PLAIN.fullmatch(normalise(leaves[-1]))
            ):
                return [
                    whole,
                ], (*leaves, *around)
            if fact.kind is Kind.CHANGE and whole and "小计" not in fact.row_path[-1]:
                return [whole + leaves[-1]], around
            if fact.kind in (Kind.WEIGHT, Kind.RATE) and _POINTS.search(normalise(leaves[-1])):
                return ["总分", leaves[-1]], around
            if fact.kind is Kind.SCORE:  # the sum of all points is the overall score, whatever its row is called
                leaves, around = ["总分"], (*leaves, *around)
        elif len(leaves) > 1 and _names_no_measure(leaves[0]):
            around = (leaves.pop(0), *around)  # a row that is only a year (2021年) or the title of its block
        elif len(leaves) > 1 and PLAIN.fullmatch(normalise(leaves[1])):
            around = (leaves.pop(), *around)  # 实际完成值, 2021年决算数 say kind and year, not the measure
        return leaves, around

    def _one_whole(self, headers: tuple[str, ...]) -> str:
        """Return the one measure that a table's columns of years are of: 2020年基本支出 | 2021年基本支出."""
        found = {part for header in headers for part in self._lexicon.components_in(self._form(header))}
        return found.pop() if len(found) == 1 else ""

    def _form(self, label: str) -> str:
        return self._lexicon.canonical(normalise(label))


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentence that holds ``text[start:end]``."""
    before = max((m.end() for m in re.finditer(r"[。；;！？\n]", text[:start])), default=0)
    after = re.search(r"[。；;！？\n]", text[end:])
    return before, end + after.end() if after else len(text)
