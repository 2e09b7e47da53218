"""Lists: a measure of each unit, the items of a table, those that meet a condition, names alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.citations import Citer
from assistant.frames import asked_of, names_in, names_of, with_figures
from assistant.indicators import (
    NOT_FULL,
    UNMET,
    asks_full,
    level_named,
    marked,
    rows_at_level,
    short_of_target,
    without_full_points,
)
from assistant.lookup import LOCATION, Finder
from assistant.model import Answer, Library, Query, Status
from assistant.operands import operand
from assistant.ranking import UNIT_AXIS
from assistant.rows import (
    Row,
    beside,
    best_group,
    groups,
    item_rows,
    rows_by_unit,
    unit_names,
)
from assistant.slots import all_units
from ingest.labels import squeeze
from ingest.model import Kind, Passage, StoredPassage
from ingest.numbers import UNIT, in_base, unit_name

_CHANGES = re.compile(r"增加|减少|增长|下降|上升|降低")
_OF_UNITS = re.compile(r"的?(?:单位|机构)(?:列|有|是)|的(?:单位|机构)$|哪几家")
_THRESHOLD = re.compile(
    rf"(?P<way>低于|小于|不到|不足|少于|没到|高于|超过|大于|多于)(?P<number>\d+(?:\.\d+)?)(?P<unit>{UNIT})?"
)
_CONDITION = re.compile(rf"(?:为|是)(?:0|零|负数?|正数?)的?|{_THRESHOLD.pattern}的?|赤字")
_ZERO = re.compile(r"没有|为零|为0|是0|没(?=.{0,6}的)")
_BECAME_ZERO = re.compile(r"((?:19|20)\d\d)年?有.{0,8}((?:19|20)\d\d)年?(?:变成|变为|为|是|降为|没有)")
_NAMES_ONLY = re.compile(r"哪些(?!单位).{0,6}(?:指标|项目|科目)|有哪些|设了哪些|有哪几[家个]|哪几家")
_SUBORDINATES = re.compile(
    r"(?:下属|下面|所属|二级|独立核算).{0,10}(?:单位|机构).{0,4}(?:哪|有)|(?:哪).{0,4}(?:下属|独立核算).{0,6}(?:单位|机构)"
)
_UNITS_SAID = re.compile(
    r"[^。\n]{0,60}(?:下属|所属|二级|独立核算)[^。\n]{0,14}(?:单位|机构)[^。\n]{0,12}(?:分别[为是]|包括|[：:]|即)[^。\n]{1,2000}"
)
_MOST = 60


def listed(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer a list: a measure of each unit, the items of a table, those that meet a condition, names alone."""
    packed = squeeze(query.text)
    if _SUBORDINATES.search(packed):
        return _subordinates(query, finder, citer, trace)
    if NOT_FULL.search(packed) or asks_full(packed):
        return without_full_points(query, packed, library, finder, citer, trace)
    flagged = marked(query, packed, finder, citer, trace)
    if flagged is not None:
        return flagged
    if UNMET.search(packed):
        return short_of_target(query, packed, library, finder, citer, trace)
    own = asked_of(query, packed, library, finder)
    if UNIT_AXIS.search(packed) or all_units(packed) or _OF_UNITS.search(packed):
        return _of_units(own, query, packed, finder, citer, trace)
    parts = _parts(own, packed, finder)
    if parts:
        return with_figures(parts, citer, trace, "")
    return _of_items(own, query, packed, finder, citer, trace)


def _of_units(
    own: Query, query: Query, packed: str, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    rows = rows_by_unit(replace(own, units=(), content=_condition_out(own.content, packed)), finder)
    if not rows:
        return None
    test = condition(packed)
    if test is not None:
        return names_of([row for row in rows if test(row)], rows, citer, trace, "符合的")
    names_only = bool(re.search(r"哪[一几]?[些家个]", packed))
    if names_only and _ZERO.search(packed):
        chosen = [row for row in rows if not row.figure.value]
        return names_of(chosen, rows, citer, trace, "为0的")
    if names_only:
        rows = [row for row in rows if row.figure.value]
    return with_figures(rows, citer, trace, "")


def _condition_out(content: str, packed: str) -> str:
    content = _CONDITION.sub("", content)
    return re.sub(r"没有|有(?!限)", "", content) if re.search(r"哪[一几]?[些家个]", packed) else content


def condition(packed: str) -> Callable[[Row], bool] | None:
    """Return the test that a question puts to each row: 为0的, 为负的, 低于95%的; ``None`` for none."""
    if re.search(r"为负|是负|负数|赤字", packed):
        return lambda row: row.figure.value < 0
    if re.search(r"为0|为零|是0(?![.\d])", packed):
        return lambda row: row.figure.value == 0
    match = _THRESHOLD.search(packed)
    if match is None:
        return None
    unit = unit_name(match["unit"])
    unit = unit + "元" if unit in ("万", "亿") else unit
    limit = Decimal(match["number"])
    below = match["way"] in ("低于", "小于", "不到", "不足", "少于", "没到")

    def holds(row: Row) -> bool:
        own, bound = in_base(row.figure.value, row.figure.unit), in_base(limit, unit or row.figure.unit)
        return own[0] == bound[0] and (own[1] < bound[1] if below else own[1] > bound[1])

    return holds


def _parts(own: Query, packed: str, finder: Finder) -> list[Row]:
    """Return the parts of a measure that has parts by definition: 三公经费各项."""
    if not re.search(r"各项|各类|分项", packed) or re.search(r"按|科目|分类|性质", packed):
        return []
    content = finder.lexicon.canonical(own.content)
    whole = next((term for term in finder.lexicon.terms_in(content) if term in finder.lexicon.parts), "")
    if not whole or re.search(r"表|明细", own.content):
        return []
    names = [p for p in finder.lexicon.parts[whole] if p not in finder.lexicon.parts]
    found = [(n, operand(finder, replace(own, content=n, context=whole, kind=own.kind or Kind.ACTUAL))) for n in names]
    return [Row(name, one) for name, one in found if one is not None]


def _of_items(
    own: Query, query: Query, packed: str, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    became = _BECAME_ZERO.search(packed)
    if became:
        return _became_zero(own, became[1], became[2], finder, citer, trace)
    changes = bool(query.against) and bool(_CHANGES.search(packed))
    kinds: tuple[Kind, ...] = (Kind.CHANGE,) if changes else (own.kind or Kind.ACTUAL,)
    names_only = bool(_NAMES_ONLY.search(packed)) and own.kind is None and not changes
    found = groups(finder, own, kinds=None if names_only else kinds)
    group = best_group(finder, own, found, 3 if changes else 2, level_named(packed))
    if group is None:
        return None
    if names_only:
        return names_in(group, citer, trace)
    level = level_named(packed)
    rows = rows_at_level(group, finder, level) if level else item_rows(group, packed)
    test = condition(packed)
    if test is not None:
        kept = [row for row in rows if test(row)]
        return with_figures(kept, citer, trace, "符合的有：") if kept else None
    if not LOCATION.search(packed) and not level:
        rows += [row for other in beside(group, found, finder) for row in item_rows(other)]
    if changes:
        falls = bool(re.search(r"减少|下降|降低", packed))
        rows = [row for row in rows if (row.figure.value < 0 if falls else row.figure.value > 0)]
    return with_figures(rows[:_MOST], citer, trace, "") if rows else None


def _became_zero(
    own: Query, before: str, now: str, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the items with a figure in one year and 0 in another."""
    query = replace(own, content=re.sub(r"有支出|变成0?|有|年", "", own.content), periods=(before,))
    first = best_group(finder, query, groups(finder, query, kinds=(Kind.ACTUAL,)), 3)
    if first is None:
        return None
    column = first.lead.source
    later = {
        entry.stored.fact.row_path: entry
        for entry in finder.index.of_report(first.entries[0].stored.report)
        if entry.stored.fact.source.table == column.table and entry.stored.fact.period == now
        and entry.stored.fact.kind is Kind.ACTUAL
    }  # fmt: skip
    chosen = []
    for row in item_rows(first):
        other = later.get(row.figure.fact.row_path)
        if row.figure.value and other is not None and other.stored.fact.value == 0:
            chosen.append(row)
    return names_of(chosen, chosen, citer, trace, f"{before}年有数、{now}年为0的") if chosen else None


def _subordinates(query: Query, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    for report in finder.scope(query).reports:
        if query.periods and finder.reports[report].year not in query.periods:
            continue
        names = unit_names(finder, report)
        entries = [
            entry for entry in finder.index.of_report(report)
            if entry.stored.fact.organisation in names and entry.stored.fact.source.table is not None
        ]  # fmt: skip
        said = _said_units(report, finder, citer, trace)
        if said is not None:
            return said
        if names:
            for name in names:
                citer.fact(next(e.stored for e in entries if e.stored.fact.organisation == name))
            text = f"报告的表格里列出的下属单位有：{'、'.join(names)}。"
            return Answer(Status.ANSWERED, text, (), tuple(citer.citations), tuple(trace))
    return None


def _said_units(report: str, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Return the sentence that enumerates the units: 下属独立核算单位4家，分别为（1）…；（2）…"""
    for block, heading in finder.index.blocks(report):
        match = _UNITS_SAID.search(block.text)
        if match:
            quote = match.group().strip()
            citer.passage(StoredPassage(0, report, Passage(block.number, heading, block.text)), quote)
            return Answer(Status.ANSWERED, f"报告写道：{quote}", (), tuple(citer.citations), tuple(trace))
    return None
