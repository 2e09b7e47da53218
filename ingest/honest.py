"""What of a table's reading can't be trusted: figures that share their names with others, or have none.

They go on the table's account with the reason, and not into the store: nothing is answered from them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ingest.facts import Reading
from ingest.labels import squeeze
from ingest.model import Cell, Fact, Form, LedgerEntry
from ingest.view import TableView

_ALIKE = "行名、列名与另一格相同，分不清是哪一个"
_NAMELESS = "没有行名，也没有列名"
_HEADER = "像表头的字被读成了内容"
#: Words that only ever head a column; as the content of a cell under another such word they were misread.
_HEADS = re.compile(
    r"(?:年初|全年|年度|调整后?|本年|上年)?(?:预算|决算|执行|指标|目标|实际完成|完成)(?:数|值)|分值|得分|权重|执行率|完成率"
    r"|[一二三]级指标|行次|栏次|序号|科目编码|科目名称|金额"
)


def honest(reading: Reading, view: TableView) -> Reading:
    """Return a reading of a table with the cells of facts that can't be trusted on its account."""
    doubted = doubts(reading, view)
    places = {(f.source.row or 0, f.source.column or 0): doubted[id(f)] for f in reading.facts if id(f) in doubted}
    return replace(reading, ledger=_with(reading.ledger, places)) if places else reading


def trusted(facts: Iterable[Fact], ledgers: Iterable[LedgerEntry]) -> tuple[Fact, ...]:
    """Return the facts but those of cells that are on the account of their table: nothing is answered from these."""
    doubted = {(entry.table, row, column) for entry in ledgers for row, column, _ in entry.unclear}
    return tuple(
        fact
        for fact in facts
        if fact.source.start is not None or (fact.source.table, fact.source.row, fact.source.column) not in doubted
    )


def doubts(reading: Reading, view: TableView, *, by_path: bool = False) -> dict[int, str]:
    """Return the ids of the facts of a reading that can't be trusted, with the reason.

    ``by_path``: figures whose paths are the same are doubted even where other words of their rows tell them apart.
    """
    return {id(fact): why for fact, why in _doubted(reading.facts, view, by_path=by_path)}


def _doubted(facts: Iterable[Fact], view: TableView, *, by_path: bool) -> Iterable[tuple[Fact, str]]:
    named: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.source.start is not None:
            continue
        if fact.form is Form.FIGURE:
            named[fact.row_path, fact.column_path].append(fact)
        elif fact.form is Form.TEXT and not fact.column_path and _is_head(fact.raw) and _is_head(fact.measure):
            yield fact, _HEADER
    for (row, column), alike in named.items():
        if not row and not column:
            yield from ((fact, _NAMELESS) for fact in alike)
        elif len({(f.source.row, f.source.column) for f in alike}) < 2 or not _differ(alike):
            continue
        elif by_path or not _told(alike, view):
            yield from ((fact, _ALIKE) for fact in alike)


def _told(alike: list[Fact], view: TableView) -> bool:
    """Tell whether figures of one name are told apart all the same: by other words of their rows, or as a list.

    A list stands in one row under one header cell that is merged over all of it.
    """
    places = [(fact.source.row or 0, fact.source.column or 0) for fact in alike]
    rows = {row for row, _ in places}
    if len(rows) == len(places):
        return len({_words(view, row) for row in rows}) == len(places)
    if len(rows) > 1:
        return False
    above = {id(_above(view, row, column)) for row, column in places}
    return len(above) == 1 and _above(view, *places[0]) is not None


def _words(view: TableView, row: int) -> tuple[str, ...]:
    return tuple(squeeze(cell.text) for cell in view.cells(row) if not view.is_figure(cell) and cell.text.strip())


def _above(view: TableView, row: int, column: int) -> Cell | None:
    """Return the nearest header cell over a place that is wider than the place's own column."""
    for upper in range(row - 1, -1, -1):
        cell = view.grid[upper][column]
        if cell is not None and not view.is_figure(cell) and cell.text.strip():
            return cell if cell.colspan > 1 else None
    return None


def _differ(facts: list[Fact]) -> bool:
    return len({(fact.value, fact.unit, fact.hedge) for fact in facts}) > 1


def _is_head(text: str) -> bool:
    return _HEADS.fullmatch(squeeze(text).strip(":：")) is not None


def _with(ledger: LedgerEntry, places: dict[tuple[int, int], str]) -> LedgerEntry:
    told = {(row, column) for row, column, _ in ledger.unclear}
    fresh = tuple((row, column, why) for (row, column), why in sorted(places.items()) if (row, column) not in told)
    return replace(ledger, understood=ledger.understood - len(fresh), unclear=(*ledger.unclear, *fresh))
