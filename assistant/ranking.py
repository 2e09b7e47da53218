"""Rankings and extremes over all rows, totals left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet
from assistant.citations import Citer
from assistant.frames import FRAME, NUMBER, asked_of, with_figures
from assistant.indicators import asks_full, by_loss, level_named, rows_at_level, with_losses
from assistant.lookup import Finder
from assistant.match import covered
from assistant.model import Answer, Library, Query
from assistant.operands import operand, phrase
from assistant.rows import (
    Row,
    best_group,
    groups,
    item_rows,
    rows_by_department,
    rows_by_unit,
    settled,
)
from assistant.slots import all_units, spoken_number
from ingest.labels import normalise, squeeze
from ingest.model import Form, Kind
from ingest.numbers import in_base

_ANY_INDICATOR = re.compile(r"哪[一几]?[项个些条]{0,2}指标|指标.{0,6}(?:最|哪)")
_SOME_INDICATORS = re.compile(r"(?:数量|质量|时效|成本|效益|满意度|产出|社会|经济|生态)\S{0,2}指标")
_OF_POINTS = re.compile(r"得分率|得分系数")
UNIT_AXIS = re.compile(
    r"各家?(?:单位|机构|部门)|哪一?[个家些几]{0,2}(?:单位|机构|部门|局|委|厅|站|所|中心|街道|镇|乡|院|校)|哪家|哪一?家单位|[一二两三四五六七八九]家(?:单位)?|的单位|谁的?|本级和下属"
)
_ASCENDING = re.compile(r"[由从][低小少]到|最[低少小差]|倒数|垫底")
_FELL = re.compile(r"(?:降|减|少|下降|减少|降低|压减)(?:得|的|了)?最|减少额?最|降幅最|最大的?降")
_ROSE = re.compile(r"(?:增|涨|增加|增长|上升)(?:得|的|了)?最|增加额?最|增幅最|涨幅最")
_TOP = re.compile(rf"前(?P<n>{NUMBER})[名位个项家]?|最[多高大少低小]的(?P<m>{NUMBER})[名位个项家]")
_NTH = re.compile(rf"排(?:在|名)?第?(?P<n>{NUMBER})(?!下)|第(?P<m>[二三四五])(?:多|大|高|名|位)?的")
_WHOLE_ORDER = re.compile(r"[由从].到|排序|排列|排一下|排名|按大小")
_ENUMERATED = re.compile(r"(?:[^、，,（）()：:的]{1,14}、)+[^、，,（）()：:]{1,12}")
_KIND_OF_ITEM = re.compile(
    r"[一二两三四五六七八九][类种](?P<noun>[\u4e00-\u9fff]{2,6}?)(?=中|里|哪|谁|增|按|从|由|的|得|各|分别|最|$)"
)
_NUMERALS = "零一二三四五六七八九十"
_FEW, _STEM = 3, 4
#: So many departments' figures are shown with all that states them.
_SETTLED = 20
_LOST = re.compile(r"扣分|失分|丢分")


@dataclass(frozen=True, slots=True)
class Frame:
    """How rows are to be ordered and cut: ``rank`` the one asked for (第二), ``count`` how many, 0 for all."""

    ascending: bool = False
    count: int = 0
    rank: int = 0
    fell: bool = False
    rose: bool = False


def frame_of(packed: str) -> Frame:
    """Read the order that a question asks for."""
    nth, top = _NTH.search(packed), _TOP.search(packed)
    fell, rose = bool(_FELL.search(packed)), bool(_ROSE.search(packed))
    rank = spoken_number(nth["n"] or nth["m"]) if nth else 0
    count = spoken_number(top["n"] or top["m"]) if top else 0 if rank or _WHOLE_ORDER.search(packed) else 1
    return Frame(bool(_ASCENDING.search(packed)) or fell, count, rank, fell, rose)


def ranked(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer 哪一项降得最多, 各单位从高到低, 前三名: over all rows, totals left out."""
    packed = squeeze(query.text)
    if _names_a_label(packed, finder):
        return None
    frame = frame_of(packed)
    if _LOST.search(packed) and not asks_full(packed):
        return _of_points_lost(query, packed, library, finder, Sheet(citer, list(trace)), frame)
    rows = _chosen(query, packed, library, finder, frame)
    rows = [row for row in rows if row.figure.fact.form is Form.FIGURE]
    if len(rows) < 2:
        return None
    ordered = sorted(rows, key=lambda row: _size(row.figure), reverse=not frame.ascending)
    if frame.fell:
        ordered = [row for row in ordered if row.figure.value < 0]
    elif frame.rose and ordered[0].figure.fact.kind is Kind.CHANGE:
        ordered = [row for row in ordered if row.figure.value > 0]
    chosen = _cut(ordered, frame)
    if not chosen:
        return None
    chosen = settled(chosen, finder) if len(chosen) <= _SETTLED else chosen
    return with_figures(chosen, citer, [*trace, f"比较：{len(rows)} 行，合计行不算"], _lead(frame, chosen))


def _of_points_lost(
    query: Query, packed: str, library: Library, finder: Finder, sheet: Sheet, frame: Frame
) -> Answer | None:
    """Rank indicators by the points that they lost: 扣分最多的是哪项."""
    losses = by_loss(asked_of(query, packed, library, finder), packed, finder)
    losses = losses[::-1] if frame.ascending else losses
    if frame.rank:
        chosen, lead = losses[frame.rank - 1 : frame.rank], f"扣分排第{_NUMERALS[frame.rank]}的是"
    elif frame.count == 1:
        chosen = [one for one in losses if one.points == losses[0].points]
        lead = "扣了分的里面扣得最少的是" if frame.ascending else "扣分最多的是"
    else:
        chosen, lead = losses[: frame.count or None], f"扣了分的从{'少到多' if frame.ascending else '多到少'}："
    return with_losses(chosen, sheet, lead) if chosen else None


def _names_a_label(packed: str, finder: Finder) -> bool:
    """Tell whether the 最 of a question begins a label of the few reports asked: 最大行程 is no superlative."""
    if "最" not in packed or len(finder.reports) > _FEW:
        return False
    entries = (entry for report in finder.reports for entry in finder.index.of_report(report))
    return any(leaf[:1] == "最" and len(leaf) > _STEM and leaf[:_STEM] in packed for e in entries for leaf in e.leaves)


def _chosen(query: Query, packed: str, library: Library, finder: Finder, frame: Frame) -> list[Row]:
    """Return the rows compared: of the list that the question means, only those that it enumerates, if it does."""
    match = _ENUMERATED.search(packed)
    if match is None:
        return _rows(query, packed, library, finder, frame)
    names = [name for name in re.split(r"、", match.group()) if name]
    if "（" in packed or "(" in packed:
        rows = _rows(query, packed, library, finder, frame)
        kept = [row for row in rows if any(_alike(name, row.name) for name in names)]
        if len(kept) == len(names):
            return kept
    return _enumerated(query, packed, library, finder) or _rows(query, packed, library, finder, frame)


def _alike(name: str, label: str) -> bool:
    """Tell whether a name given briefly is that of a row: 个人家庭补助 of 对个人与家庭补助支出."""
    return len(covered(name, label)) >= max(2, len(name) - 1)


def _cut(ordered: list[Row], frame: Frame) -> list[Row]:
    if frame.rank:
        return ordered[frame.rank - 1 : frame.rank]
    if not frame.count:
        return ordered
    kept = ordered[: frame.count]
    ties = [row for row in ordered[frame.count :] if kept and _size(row.figure) == _size(kept[-1].figure)]
    return [*kept, *ties] if frame.count == 1 else kept


def _size(one: Operand) -> Decimal:
    return in_base(one.value, one.unit)[1]


def _lead(frame: Frame, chosen: Sequence[Row]) -> str:
    if frame.rank:
        return f"排第{_NUMERALS[frame.rank]}的是"
    if frame.count == 1:
        way = "降得最多" if frame.fell else "增加最多" if frame.rose else "最少" if frame.ascending else "最多"
        if chosen[0].figure.fact.kind is Kind.RATE or (frame.rose and chosen[0].figure.unit == "%"):
            way = "最低" if frame.ascending else "最高"
        return f"{way}的是"
    return f"从{'低到高' if frame.ascending else '高到低'}："


def _rows(query: Query, packed: str, library: Library, finder: Finder, frame: Frame) -> list[Row]:
    own = asked_of(query, packed, library, finder)
    if UNIT_AXIS.search(packed) or all_units(packed) or len(query.units) > 1:
        departments = {finder.reports[report].organisation for report in finder.scope(query).reports}
        if len(departments) > 1 and not query.organisations:
            return rows_by_department(own, finder)
        return rows_by_unit(replace(own, units=query.units if len(query.units) > 1 else ()), finder)
    found = groups(finder, own, kinds=_kinds(own, packed, frame))
    if "得分率" in packed:  # the rate that was reached is another thing than the rate of points got
        found = [group for group in found if _OF_POINTS.search("".join(group.lead.column_path))]
    level = level_named(packed)
    group = best_group(finder, own, found, 3, level) or best_group(finder, own, found, 2, level)
    if group is None:
        return []
    if (
        not level
        and _ANY_INDICATOR.search(packed)
        and not _SOME_INDICATORS.search(packed)
        and len(group.lead.row_path) > 2
    ):
        level = "三级"  # of all the indicators, not of those under one title
    return rows_at_level(group, finder, level) if level else item_rows(group, packed)


def _kinds(own: Query, packed: str, frame: Frame) -> tuple[Kind, ...]:
    if frame.fell or frame.rose:
        return (Kind.CHANGE,)
    if own.kind is not None and own.kind is not Kind.ACTUAL:
        return (own.kind,)
    return (Kind.ACTUAL,)


def _enumerated(query: Query, packed: str, library: Library, finder: Finder) -> list[Row]:
    """Return the rows that a question itself enumerates: 白酒、锰锌、锂电池、两茶四条产业链."""
    match = _ENUMERATED.search(packed)
    if not match:
        return []
    items = match.group().split("、")
    rest = FRAME.sub("", packed.replace(match.group(), ""))
    noun = _KIND_OF_ITEM.search(items[-1] + packed[match.end() :])
    items[-1] = (
        re.split(r"[一二两三四五六七八九]?[条类项个家种]|中(?:哪|最)|哪|谁|按|从|由|的", items[-1])[0] or items[-1]
    )
    whole = phrase(rest, query, library, finder.lexicon)
    subject = re.sub(r"[一二两三四五六七八九]?[项个条类种].*$|[（(]$", "", packed[: match.start()])
    rows = []
    for item in items:
        own = phrase(subject + item, query, library, finder.lexicon)
        kind = own.kind or whole.kind or (Kind.CHANGE if re.search(r"增速|增幅|涨幅|增长", packed) else None)
        asked = replace(own, context=f"{whole.content} {normalise(packed[match.end() :])}", kind=kind)
        with_noun = replace(asked, content=asked.content + normalise(noun["noun"])) if noun else asked
        found = operand(finder, with_noun) or operand(finder, asked)
        if found is None:
            return []
        rows.append(Row(squeeze(item), found))
    return rows if len(rows) > 1 else []
