"""Facts ready to be matched: a few reports' facts held in memory, many reports' fetched by label."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

from assistant.lexicon import Lexicon
from ingest.grams import bigrams
from ingest.labels import normalise
from ingest.model import Fact, Kind, Scope, StoredFact
from ingest.store import Store

_IN_MEMORY = 40
_LABELS = 200
#: A row label that says only that the row is a total; 人员经费小计 names its measure.
_PURE_TOTAL = re.compile(
    r"(?:总|共|合)计(?:数|金额)?|小计|总分|总得分|.*汇总|(?:年度)?资金(?:总额|合计)|得分合计|分值合计"
)
#: A label that heads a block of a form rather than its one row: 财政供养人员情况.
_BLOCK_TITLE = re.compile(r"情况(?:[(（][^()（）]*[)）])?$")
_PLAIN = re.compile(
    r"(?:(?:19|20)\d\d|年初|全年|年度|年末|年|本年|上年|预算|决算|执行|实际|完成|目标|绩效|指标|预期|计划|金额|数|值|情况|安排|批复|调整)+"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact with its labels in matching form: leaves first, then what stands around them."""

    stored: StoredFact
    leaves: tuple[str, ...]
    around: tuple[str, ...]


def _sums_all(fact: Fact) -> bool:
    """Tell whether a total's label says nothing but that; points of 年度资金总额 are not the total points."""
    label = normalise(fact.row_path[-1])
    funds = "资金" in label and fact.kind in (Kind.SCORE, Kind.WEIGHT)
    return _PURE_TOTAL.fullmatch(label) is not None and not funds


def _names_no_measure(label: str) -> bool:
    """Tell whether a row label is only a year, or the title of its block."""
    return _PLAIN.fullmatch(normalise(label)) is not None or _BLOCK_TITLE.search(label.strip()) is not None


class FactIndex:
    """Gives the facts that share words with a question, within a scope."""

    def __init__(self, store: Store, lexicon: Lexicon) -> None:
        self._store = store
        self._lexicon = lexicon
        self._held: OrderedDict[str, list[Entry]] = OrderedDict()
        self._generation = -1
        self._loading = threading.Lock()  # visitors of the web page share one index

    def candidates(self, content: str, scope: Scope) -> list[Entry]:
        """Return the entries with at least one bigram in common with ``content``."""
        if len(scope.reports) <= _IN_MEMORY:
            entries = [entry for report in scope.reports for entry in self._of_report(report)]
        else:
            found = self._store.labels(content, _LABELS)
            entries = [self._entry(stored) for stored in self._store.facts([key for key, _ in found], scope)]
        wanted = set(bigrams(content)) or {content}
        memo: dict[str, bool] = {}

        def shares(label: str) -> bool:
            if label not in memo:
                memo[label] = any(gram in label for gram in wanted)
            return memo[label]

        return [entry for entry in entries if any(map(shares, entry.leaves)) or any(map(shares, entry.around))]

    def facts(self, report: str) -> list[StoredFact]:
        """Return every fact of a report, in reading order."""
        return [entry.stored for entry in self._of_report(report)]

    def _of_report(self, report: str) -> list[Entry]:
        with self._loading:
            generation = self._store.generation()
            if generation != self._generation:
                self._held.clear()
                self._generation = generation
            if report not in self._held:
                self._held[report] = [self._entry(stored) for stored in self._store.all_facts(report)]
                while len(self._held) > _IN_MEMORY:
                    self._held.popitem(last=False)
            self._held.move_to_end(report)
            return self._held[report]

    def _entry(self, stored: StoredFact) -> Entry:
        fact = stored.fact
        by_organisation = bool(fact.row_path) and self._form(fact.row_path[-1]) == self._form(fact.organisation)
        leaves = [path[-1] for path in (fact.row_path, fact.column_path) if path]
        pure_total = fact.total and _sums_all(fact)
        if fact.column_path and (by_organisation or pure_total):
            leaves = [fact.column_path[-1]]
        around = (*fact.row_path[:-1], *fact.column_path[:-1], fact.caption, *fact.source.heading_path[-2:])
        if pure_total:
            around = (fact.row_path[-1], *around)
            if fact.kind is Kind.SCORE:  # the sum of all points is the overall score, whatever its row is called
                leaves, around = ["总分"], (*leaves, *around)
        elif len(leaves) > 1 and _names_no_measure(leaves[0]):
            around = (leaves.pop(0), *around)  # a row that is only a year (2021年) or the title of its block
        elif len(leaves) > 1 and _PLAIN.fullmatch(normalise(leaves[1])):
            around = (leaves.pop(), *around)  # 实际完成值, 2021年决算数 say kind and year, not the measure
        return Entry(stored, tuple(map(self._form, leaves)), tuple(self._form(label) for label in around if label))

    def _form(self, label: str) -> str:
        return self._lexicon.canonical(normalise(label))
