"""Rates and changes recomputed from the figures printed beside them, in a table's row or in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.checks.identities import comparable, identities, key_of, quotient
from assistant.checks.naming import spent_of
from assistant.checks.relations import Item, Quotient, Relation, Severity, Sum
from assistant.checks.sheet import Band, Sheet, distinct
from assistant.model import Entry
from assistant.same import STAGES, stage_of
from ingest.labels import FALL, RISE, is_total, normalise, squeeze
from ingest.model import Fact, Kind

_EXECUTED = re.compile(r"(?:执行|完成|控制)率$")
_SCORED = re.compile(r"得分率|得分系数")
_SHARE = re.compile(r"^(?P<part>.{2,16})占(?P<whole>.{2,12}?)(?:的)?(?:总额)?(?:比重|比例|百分比|比)?$")
_SHARED = re.compile(r"占比|比重|所占比例|构成比")
_PERCENT = Decimal("0.01")
_LAST = re.compile(r"上年|去年")
_WORDED = re.compile(f"{RISE}|{FALL}")
_FEWEST = 2
#: What is spent is held against the budget as adjusted, then as approved.
_STAGE_ORDER = {STAGES[1]: 0, "": 1, STAGES[0]: 2}


def rates(sheet: Sheet) -> Iterator[Relation]:
    """Yield every rate and change with its operands."""
    for band in sheet.bands:
        yield from _agreed(_row_rates(band, sheet))
        yield from _agreed(_row_changes(band, sheet))
        yield from _agreed(_row_shares(band, sheet))
    named = {key_of(one.result, sheet.lexicon) for one in identities() if one.bottoms}
    for entry in sheet.entries:
        item = sheet.item(entry)
        if item is None or (item.fact.source.table is not None and item.fact.source.start is None):
            continue
        made: Relation | None = None
        if item.fact.kind is Kind.CHANGE:
            made = _said_change(item, sheet)
        elif item.dimension == "ratio" and item.fact.kind in (Kind.RATE, Kind.ACTUAL):
            made = _share(item, sheet) or _said_rate(item, named, sheet)
        if made is not None:
            yield made


def _agreed(made: Iterable[Relation]) -> Iterator[Relation]:
    """Yield a column's relations when most rows bear them out; a column that fails throughout means another thing."""
    by_name: dict[tuple[str, int | None], list[Relation]] = {}
    for one in made:
        by_name.setdefault((one.name, one.result.fact.source.column), []).append(one)
    for column in by_name.values():
        if len(column) <= _FEWEST or sum(one.holds for one in column) * 2 >= len(column):
            yield from column


def _row_rates(band: Band, sheet: Sheet) -> Iterator[Relation]:
    for row in band.rows.values():
        for entry in row.values():
            result = sheet.item(entry)
            if result is None or result.dimension != "ratio" or result.fact.kind is Kind.CHANGE:
                continue
            label = squeeze("".join(result.fact.column_path[-1:]))
            kinds = _operand_kinds(label)
            if kinds is None:
                continue
            tops, bottoms = (_in_row(row, kind, result, sheet) for kind in kinds)
            tops = [item for item in tops if "调整" not in "".join(item.fact.column_path[-1:])] or tops
            bottoms.sort(key=lambda item: _STAGE_ORDER[stage_of(item.fact)])
            pairs = [(top, bottom) for top in tops for bottom in bottoms if comparable(top, bottom)]
            if pairs:
                name = f"{label}＝{_words(pairs[0][0].fact)}÷{_words(pairs[0][1].fact)}"
                more = [pair for pair in _elsewhere(pairs[0], sheet) if pair not in pairs]
                yield quotient(name, "ratio", result, [*pairs, *more], Severity.ERROR, 0.9)


def _row_shares(band: Band, sheet: Sheet) -> Iterator[Relation]:
    """Yield the shares of a column 占比 against the amount left of it and the total of that column."""
    for column, path in band.columns.items():
        if not path or not _SHARED.search(squeeze(path[-1])):
            continue
        left = [c for c in band.columns if c < column and _is_money(band, c, sheet)]
        tried = [list(_shares_of(band, column, amounts, sheet)) for amounts in left]
        yield from max(tried, key=lambda made: sum(one.holds for one in made), default=[])


def _shares_of(band: Band, column: int, amounts: int, sheet: Sheet) -> Iterator[Relation]:
    """Yield the shares of a column as those of the amounts in another one; it isn't said which one is meant."""
    cells = [item for entry in band.column(amounts) if (item := sheet.item(entry)) is not None]
    whole = next((item for item in reversed(cells) if item.fact.total and is_total(item.fact.measure)), None)
    if whole is None or not whole.value:
        return
    name = f"{squeeze(band.columns[column][-1])}＝{_words(whole.fact)}÷{squeeze(whole.fact.measure)}"
    for row in band.rows.values():
        result, part = (sheet.item(row[one]) if one in row else None for one in (column, amounts))
        if result is not None and part is not None and part is not whole and result.dimension in ("ratio", ""):
            yield quotient(name, "ratio", _as_percent(result), [(part, whole)], Severity.ERROR, 0.9)


def _is_money(band: Band, column: int, sheet: Sheet) -> bool:
    items = [item for entry in band.column(column) if (item := sheet.item(entry)) is not None]
    return bool(items) and all(item.dimension == "money" and item.fact.kind is not Kind.CHANGE for item in items)


def _as_percent(item: Item) -> Item:
    """Return a figure of a column whose header says 占比（%） as a percentage, where it has no unit of its own."""
    if item.dimension == "ratio":
        return item
    return replace(item, value=item.value * _PERCENT, step=item.step * _PERCENT, dimension="ratio")


def _operand_kinds(label: str) -> tuple[tuple[Kind, ...], tuple[Kind, ...]] | None:
    if _SCORED.search(label):
        return (Kind.SCORE,), (Kind.WEIGHT,)
    if _EXECUTED.search(label):
        return (Kind.ACTUAL,), (Kind.BUDGET,)
    return None


def _words(fact: Fact) -> str:
    return squeeze(re.sub(r"[(（].{0,80}?[)）]", "", (fact.column_path or fact.row_path or ("",))[-1]))


def _in_row(row: dict[int, Entry], kinds: tuple[Kind, ...], like: Item, sheet: Sheet) -> list[Item]:
    held = [sheet.item(entry) for entry in row.values()]
    return [
        item for item in held
        if item is not None and item.fact.kind in kinds and item.fact.period == like.fact.period
        and item.dimension != "ratio" and item.fact.row_path[:1] == like.fact.row_path[:1]
    ]  # fmt: skip


def _elsewhere(pair: tuple[Item, Item], sheet: Sheet) -> list[tuple[Item, Item]]:
    """Return the same division with what the report states for its operands in other places."""
    others = [_same_measure(item, sheet) for item in pair]
    return [(top, bottom) for top in others[0] for bottom in others[1] if comparable(top, bottom)]


def _same_measure(item: Item, sheet: Sheet) -> list[Item]:
    key = sheet.key(item.entry)
    return distinct([item, *(sheet.measures.get(key, []) if key[0] else [])])


def _row_changes(band: Band, sheet: Sheet) -> Iterator[Relation]:
    """Yield 增减额 and 增减% of each row against the two years beside them."""
    for row in band.rows.values():
        for entry in row.values():
            result = sheet.item(entry)
            if result is None or result.fact.kind is not Kind.CHANGE or not result.fact.period.isdecimal():
                continue
            now, before = (_of_year(row, result, back, sheet) for back in (0, 1))
            now = [item for item in now if before and item.dimension == before[0].dimension]
            if len(now) == len(before) == 1:
                yield from _change(result, [(now[0], before[0])])


def _of_year(row: dict[int, Entry], result: Item, back: int, sheet: Sheet) -> list[Item]:
    year = str(int(result.fact.period) - back)
    held = [sheet.item(entry) for entry in row.values()]
    return [
        item for item in held
        if item is not None and item.fact.kind is Kind.ACTUAL and item.fact.period == year
        and item.dimension != "ratio" and item.fact.row_path == result.fact.row_path
    ]  # fmt: skip


def _change(result: Item, pairs: Sequence[tuple[Item, Item]]) -> Iterator[Relation]:
    if result.dimension == pairs[0][0].dimension:
        readings = tuple(((1, a), (-1, b)) for a, b in pairs)
        yield Sum("增减额＝本年数－上年数", "change", Severity.ERROR, 0.9, result, readings)
    elif result.dimension == "ratio":
        divisible = [pair for pair in pairs if pair[1].value != 0]
        if divisible:
            name = "增减率＝（本年数－上年数）÷上年数"
            yield quotient(name, "change", result, divisible, Severity.ERROR, 0.9, growth=True)


def _said_change(result: Item, sheet: Sheet) -> Relation | None:
    """Return a change said in words against both years' figures, wherever the report states them."""
    fact = result.fact
    if result.entry.scope or not fact.period.isdecimal():
        return None
    measure = sheet.key(result.entry)[0]
    last = str(int(fact.period) - 1)
    now = sheet.stated(measure, fact, "actual") if measure else []
    before = sheet.stated(measure, fact, "actual", last) if measure else []
    pairs = [(a, b) for a in now for b in before if a.dimension == b.dimension != "ratio"]
    pairs = pairs or _said_before(result, last, sheet)
    return next(_change(result, pairs), None) if pairs else None


def _said_before(result: Item, last: str, sheet: Sheet) -> list[tuple[Item, Item]]:
    """Return both years' figures that the sentence names before a change: X万元，较上年Y万元，减少Z万元."""
    fact, sentence = result.fact, result.entry.sentence
    start = fact.source.start or 0
    if fact.source.table is not None or not _WORDED.search(squeeze(fact.raw)):
        return []
    said = [
        item for entry in sheet.entries
        if entry.stored.fact.source.block == fact.source.block and entry.stored.fact.source.table is None
        and entry.sentence == sentence and (entry.stored.fact.source.start or 0) < start
        and (item := sheet.item(entry)) is not None and item.dimension == "money"
    ]  # fmt: skip
    places = [n for n, item in enumerate(said) if n and _is_last_years(item, last)]
    if not places or said[places[-1] - 1].fact.kind is not Kind.ACTUAL:
        return []
    now, before, after = said[places[-1] - 1], said[places[-1]], said[places[-1] + 1 :]
    clear = now.fact.period == fact.period and len(after) < _FEWEST and all(i.fact.kind is Kind.CHANGE for i in after)
    return [(now, before)] if clear else []


def _is_last_years(item: Item, last: str) -> bool:
    """Tell whether a figure in a sentence is last year's level: 2020年…, or 较上年… without a word of change."""
    fact = item.fact
    if fact.kind is Kind.ACTUAL:
        return fact.period == last
    name = squeeze("".join(fact.row_path[-1:]))
    return fact.kind is Kind.CHANGE and bool(_LAST.search(name)) and not _WORDED.search(squeeze(fact.raw) + name)


def _share(result: Item, sheet: Sheet) -> Quotient | None:
    """Return a share said in words: 基本支出占支出合计的34.20%."""
    match = _SHARE.match(result.entry.name)
    if not match:
        return None
    tops, bottoms = (sheet.stated(_marked(match[name], sheet), result.fact, "actual") for name in ("part", "whole"))
    pairs = [(top, bottom) for top in tops for bottom in bottoms if comparable(top, bottom)]
    if not pairs:
        return None
    name = f"占比＝{match['part']}÷{match['whole']}"
    return quotient(name, "ratio", result, pairs, Severity.ERROR, 0.9)


def _marked(measure: str, sheet: Sheet) -> str:
    """Return a measure's key; what was spent of a grant is another figure than the grant."""
    return key_of(measure, sheet.lexicon) + spent_of(measure)


def _said_rate(result: Item, named: set[str], sheet: Sheet) -> Quotient | None:
    """Return a rate of a measure that no identity names, against that measure's own budget and actual."""
    key = sheet.key(result.entry)[0]
    label = normalise("".join(result.fact.row_path[-1:]))
    if key in named or result.entry.scope or not _EXECUTED.search(label):
        return None
    stem = key_of(_EXECUTED.sub("", label), sheet.lexicon)
    tops, bottoms = (sheet.stated(stem, result.fact, kind) for kind in ("actual", "budget"))
    pairs = [(top, bottom) for top in tops for bottom in bottoms if comparable(top, bottom)]
    if not stem or not pairs:
        return None
    return quotient(f"{label}＝实际数÷预算数", "ratio", result, pairs, Severity.ERROR, 0.85)
