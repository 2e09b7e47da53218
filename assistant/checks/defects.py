"""What is wrong in one row or sentence by itself: no sum, no ratio, but a contradiction in what is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.defect import Defect
from assistant.checks.relations import Item, Severity
from assistant.checks.scores import unsummed
from assistant.checks.sheet import Sheet
from assistant.checks.wording import notices, unanswered, wrong_grade
from assistant.compose import measure_name, shown
from assistant.model import Entry
from assistant.operands import AT_MOST
from ingest.labels import NOTE_HEADER, kind_of, squeeze
from ingest.model import Fact, Form, Kind
from ingest.numbers import in_base, plain

#: Indicators of which less is better, where no sign says so.
_LESS = re.compile(
    r"控制率|投诉|事故|死亡|发生率|成本|超支|逾期|差错|失误|能耗|排放|缩短|下降|降低|减少|时间|时限|天数|工期"
)
_RATE = re.compile(r"(?:概算|预算)?(?:控制|执行|完成)率$")
_BOTH = 2
_EXCUSE = re.compile(r"偏差|原因|未完成")


def defects(sheet: Sheet) -> Iterator[Defect]:
    """Yield the contradictions inside rows and sentences."""
    yield from _row_defects(sheet)
    yield from _unsummed(sheet)
    yield from notices(sheet)
    yield from unanswered(sheet)
    yield from wrong_grade(sheet)


@dataclass(frozen=True, slots=True)
class _Row:
    """An indicator's row: its entries by what they are, ``None`` where the table has no such column."""

    target: Entry | None = None
    actual: Entry | None = None
    weight: Entry | None = None
    score: Entry | None = None
    reason: Entry | None = None


def _row_defects(sheet: Sheet) -> Iterator[Defect]:
    for band in sheet.bands:
        for number, cells in band.rows.items():
            row = _row(cells, sheet, band.table, number)
            for check in (_unfilled, _over, _full_marks, _no_reason):
                found = check(row, sheet)
                if found is not None:
                    yield found
            yield from _of_nothing(cells, sheet)


def _row(cells: dict[int, Entry], sheet: Sheet, table: int, number: int) -> _Row:
    found: dict[str, Entry] = {}
    for entry in cells.values():
        fact = entry.stored.fact
        label = "".join(fact.column_path[-1:])
        if fact.total:
            return _Row()
        if NOTE_HEADER.search(squeeze(label)):
            if _EXCUSE.search(squeeze(label)):
                found["reason"] = entry
            continue
        kind: Kind = fact.kind if fact.kind is not Kind.RATE else Kind.ACTUAL
        if fact.form is Form.BLANK:
            kind = kind_of((label,)) or kind
        if kind is Kind.WEIGHT and kind.value in found and not _deeper(entry, found[kind.value]):
            continue
        found[kind.value] = found.get(kind.value, entry) if kind is not Kind.WEIGHT else entry
    return _Row(*(found.get(name) for name in ("target", "actual", "weight", "score", "reason")))


def _deeper(entry: Entry, other: Entry) -> bool:
    """Tell whether points are those of a lower level than others of the row: 三级指标 after 一级, 二级."""
    a, b = entry.stored.fact, other.stored.fact
    return (len(a.row_path), a.source.column or 0) > (len(b.row_path), b.source.column or 0)


def _name(row: _Row) -> str:
    entry = row.target or row.weight or row.actual
    if entry is None:
        return ""
    fact = entry.stored.fact
    return measure_name(fact) if len(measure_name(fact)) > 1 else squeeze(fact.measure)


def _aim(fact: Fact) -> str:
    """Return a target with its bound, which may stand in a column of its own."""
    return shown(fact) if fact.hedge in squeeze(fact.raw) else f"{fact.hedge}{shown(fact)}"


def _figure(entry: Entry | None) -> bool:
    return entry is not None and entry.stored.fact.form is Form.FIGURE


def _unfilled(row: _Row, sheet: Sheet) -> Defect | None:
    """Return a target with no actual: the cell is there and isn't filled in, which contradicts nothing."""
    if row.target is None or row.actual is None or not _figure(row.target):
        return None
    fact = row.actual.stored.fact
    if fact.form is not Form.BLANK or kind_of(fact.column_path[-1:]) is not Kind.ACTUAL:
        return None
    goal = _aim(row.target.stored.fact)
    message = f"{_name(row)}有目标值{goal}，“{squeeze(fact.column_path[-1])}”没有填，请补填。"
    return Defect("target", Severity.SUSPECT, 0.9, message, (row.actual.stored, row.target.stored))


def _over(row: _Row, sheet: Sheet) -> Defect | None:
    """More points than there are."""
    weight, score = _item(row.weight, sheet), _item(row.score, sheet)
    if weight is None or score is None or score.value <= weight.value:
        return None
    message = f"{_name(row)}得分{shown(score.fact)}超过分值{shown(weight.fact)}，请核实。"
    return Defect("scores", Severity.ERROR, 0.9, message, (score.entry.stored, weight.entry.stored))


def _full_marks(row: _Row, sheet: Sheet) -> Defect | None:
    """Full marks though the target is missed, or points off though it is reached."""
    weight, score = _item(row.weight, sheet), _item(row.score, sheet)
    if weight is None or score is None or row.target is None or row.actual is None:
        return None
    reached = _reached(row.target, row.actual)
    goal, done = _aim(row.target.stored.fact), shown(row.actual.stored.fact)
    places = (score.entry.stored, row.actual.stored, row.target.stored, weight.entry.stored)
    if reached is False and score.value == weight.value:
        message = f"{_name(row)}目标值{goal}、完成值{done}，没有达到目标却得了满分{shown(score.fact)}，请核实。"
        return Defect("scores", Severity.ERROR, 0.85, message, places)
    if reached and score.value < weight.value and row.reason is not None and not _explained(row):
        message = (
            f"{_name(row)}目标值{goal}、完成值{done}，已达到目标，得分{shown(score.fact)}却低于分值"
            f"{shown(weight.fact)}，也没有写原因，请核实。"
        )
        return Defect("scores", Severity.SUSPECT, 0.7, message, places)
    return None


def _explained(row: _Row) -> bool:
    return row.reason is not None and row.reason.stored.fact.form is not Form.BLANK


def _reached(target: Entry, actual: Entry) -> bool | None:
    """Tell whether an actual reaches its target; ``None`` where that can't be told."""
    aimed, done = target.stored.fact, actual.stored.fact
    if aimed.value is None or done.value is None or done.hedge in AT_MOST:
        return None
    (dimension, goal), (other, value) = in_base(aimed.value, aimed.unit), in_base(done.value, done.unit)
    if dimension != other:
        return None
    if aimed.hedge in AT_MOST:
        return value <= goal
    if not aimed.hedge and _LESS.search(squeeze("".join((*aimed.row_path[-1:], *aimed.column_path[-1:])))):
        return True if value == goal else None
    return value >= goal if "左右" not in aimed.hedge else None


def _no_reason(row: _Row, sheet: Sheet) -> Defect | None:
    """Points off and the cell for the reason left empty; the text may give it elsewhere."""
    weight, score = _item(row.weight, sheet), _item(row.score, sheet)
    if weight is None or score is None or score.value >= weight.value or row.reason is None:
        return None
    if _explained(row) or (row.target and row.actual and _reached(row.target, row.actual)):
        return None
    lost = plain(weight.value - score.value)
    column = squeeze(row.reason.stored.fact.column_path[-1])
    message = f"{_name(row)}分值{shown(weight.fact)}、得分{shown(score.fact)}，扣了{lost}分，“{column}”没有填，请补充。"
    places = (row.reason.stored, score.entry.stored, weight.entry.stored)
    return Defect("reason", Severity.SUSPECT, 0.85, message, places)


def _of_nothing(cells: dict[int, Entry], sheet: Sheet) -> Iterator[Defect]:
    """Yield a rate of 0 ÷ 0, which is 不适用 and no 100 %."""
    items = [item for entry in cells.values() if (item := sheet.item(entry)) is not None]
    for rate in items:
        label = squeeze("".join(rate.fact.column_path[-1:]))
        if rate.dimension != "ratio" or not rate.value or not _RATE.search(label):
            continue
        stem = _RATE.sub("", label)[:2]
        operands = [
            item for item in items
            if item.dimension != "ratio" and item.fact.kind in (Kind.BUDGET, Kind.ACTUAL)
            and stem in squeeze("".join(item.fact.column_path[-1:])) and item.fact.row_path == rate.fact.row_path
        ]  # fmt: skip
        if len({item.fact.kind for item in operands}) == _BOTH and not any(item.value for item in operands):
            zeros = "、".join(f"{squeeze(item.fact.column_path[-1])}为{shown(item.fact)}" for item in operands)
            message = f"{label}写作“{shown(rate.fact)}”，{zeros}，0÷0没有意义，应填“不适用”，请核实。"
            places = (rate.entry.stored, *(item.entry.stored for item in operands))
            yield Defect("ratio", Severity.SUSPECT, 0.7, message, places, "不适用")


def _item(entry: Entry | None, sheet: Sheet) -> Item | None:
    return sheet.item(entry) if entry is not None else None


def _unsummed(sheet: Sheet) -> Iterator[Defect]:
    for items in unsummed(sheet):
        whole = sum((item.value for item in items), Decimal(0))
        message = f"各项分值相加为{plain(whole)}分，既不是100分，也不是扣除预算执行率分值后的90分或80分，请核实。"
        places = tuple(item.entry.stored for item in items)
        yield Defect("scores", Severity.SUSPECT, 0.6, message, places, "100分")
