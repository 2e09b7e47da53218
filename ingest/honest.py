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
from ingest.model import Fact, Form, LedgerEntry

_ALIKE = "行名、列名与另一格相同，分不清是哪一个"
_NAMELESS = "没有行名，也没有列名"
_HEADER = "像表头的字被读成了内容"
#: Words that only ever head a column; as the content of a cell under another such word they were misread.
_HEADS = re.compile(
    r"(?:年初|全年|年度|调整后?|本年|上年)?(?:预算|决算|执行|指标|目标|实际完成|完成)(?:数|值)|分值|得分|权重|执行率|完成率"
    r"|[一二三]级指标|行次|栏次|序号|科目编码|科目名称|金额"
)


def honest(reading: Reading) -> Reading:
    """Return a reading with the cells of facts that can't be trusted on its account."""
    doubted = doubts(reading)
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


def doubts(reading: Reading) -> dict[int, str]:
    """Return the ids of the facts of a reading that can't be trusted, with the reason."""
    return {id(fact): why for fact, why in _doubted(reading.facts)}


def _doubted(facts: Iterable[Fact]) -> Iterable[tuple[Fact, str]]:
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
        elif len({(fact.source.row, fact.source.column) for fact in alike}) > 1 and _differ(alike):
            yield from ((fact, _ALIKE) for fact in alike)


def _differ(facts: list[Fact]) -> bool:
    return len({(fact.value, fact.unit, fact.hedge) for fact in facts}) > 1


def _is_head(text: str) -> bool:
    return _HEADS.fullmatch(squeeze(text).strip(":：")) is not None


def _with(ledger: LedgerEntry, places: dict[tuple[int, int], str]) -> LedgerEntry:
    told = {(row, column) for row, column, _ in ledger.unclear}
    fresh = tuple((row, column, why) for (row, column), why in sorted(places.items()) if (row, column) not in told)
    return replace(ledger, understood=ledger.understood - len(fresh), unclear=(*ledger.unclear, *fresh))
