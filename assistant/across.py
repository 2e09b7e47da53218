"""Questions over many rows: rankings, the largest, lists by unit or item, those that meet a condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet
from assistant.citations import Citer
from assistant.compose import shown
from assistant.lookup import LOCATION, Finder
from assistant.match import covered, share
from assistant.model import Answer, Library, Query, Status
from assistant.operands import meets, operand, phrase
from assistant.rows import (
    Group,
    Row,
    at_level,
    beside,
    best_group,
    groups,
    item_rows,
    rows_by_department,
    rows_by_unit,
    unit_names,
)
from assistant.slots import all_units, spoken_number
from ingest.labels import normalise, squeeze, without_number
from ingest.model import Fact, Form, Kind, Passage, StoredPassage
from ingest.numbers import UNIT, in_base, plain, unit_name

_NUMBER = r"[一二两三四五六七八九十]|\d+"
_UNIT_AXIS = re.compile(
    r"各家?(?:单位|机构|部门)|哪一?[个家些]{0,2}(?:单位|机构|部门)|哪家|哪一?家单位|[一二两三四五六七八九]家(?:单位)?|的单位|谁的?|本级和下属"
)
_ASCENDING = re.compile(r"[由从][低小少]到|最[低少小差]|倒数|垫底")
_FELL = re.compile(r"(?:降|减|少|下降|减少|降低|压减)(?:得|的|了)?最|减少额?最|降幅最|最大的?降")
_ROSE = re.compile(r"(?:增|涨|增加|增长|上升)(?:得|的|了)?最|增加额?最|增幅最|涨幅最")
_CHANGES = re.compile(r"增加|减少|增长|下降|上升|降低")
_TOP = re.compile(rf"前(?P<n>{_NUMBER})[名位个项家]?|最[多高大少低小]的(?P<m>{_NUMBER})[名位个项家]")
_NTH = re.compile(rf"排(?:在|名)?第?(?P<n>{_NUMBER})(?!下)|第(?P<m>[二三四五])(?:多|大|高|名|位)?的")
_WHOLE_ORDER = re.compile(r"[由从].到|排序|排列|排一下|排名|按大小")
_FRAME = re.compile(
    rf"[由从][高大多低小少]到[高大多低小少]的?(?:顺序)?|排名|排序|排列|排一下|按(?:金额|大小)|按(?=从|由)|名次|"
    rf"(?:花钱?|降|减|增|涨|升|用)?(?:得|的)?(?:最[高低多少大小差好]|垫底)(?:的)?(?:一[项个家类])?|(?:的)?是?哪一?[个家项类种条些样]{{0,2}}(?:单位|机构|部门|指标)?(?:的)?|"
    rf"前(?:{_NUMBER})[名位个项家]?(?:的)?|排(?:在|名)?[第前]?(?:{_NUMBER})[名位]?的?(?:是谁|是哪[个家些])?|(?:所属|下属|二级)?(?:几家|各)?(?:单位|机构)[里中](?=谁|哪|的)?|除合计外|不算合计|不含合计|合计不用|"
    rf"各家?(?:单位|机构|部门|项|类别?|明细)|各自|[，,]?多少钱|[一二两三四五六七八九]家(?:单位)?|谁的?|是什么|列出来?|把(?=各)|分别|列一下|的单位|"
    r"(?:[一二三四五六七八九十几各]个?)?[一二三]级指标|[一二三四五六七八九十几][个项](?:指标)?的?|(?<=指标)[一二三四五六七八九十几][个项]的?|增加额|减少额|减了|降了|本级和下属单位的?|[（(].*?[)）]|一项|占多|有哪些"
)
_NOT_FULL = re.compile(r"没(?:有)?(?:得|拿)?(?:到)?满分|未(?:得|拿)?满分|没(?:有)?拿到?满分|得分低于(?:分值|权重|满分)|失分|被?扣了?分|丢分")
_UNMET = re.compile(r"(?:实际值?)?(?:没(?:有)?|未)(?:能)?(?:完成|达到|达标|实现)(?:的)?(?:年度)?(?:目标值?|任务)?|不达标|实际.{0,3}(?:低于|没到)目标值?")
_OF_UNITS = re.compile(r"的?(?:单位|机构)(?:列|有|是)|的(?:单位|机构)$|哪几家")
_THRESHOLD = re.compile(
    rf"(?P<way>低于|小于|不到|不足|少于|没到|高于|超过|大于|多于)(?P<number>\d+(?:\.\d+)?)(?P<unit>{UNIT})?"
)
_CONDITION = re.compile(rf"(?:为|是)(?:0|零|负数?|正数?)的?|{_THRESHOLD.pattern}的?|赤字")
_ZERO = re.compile(r"没有|为零|为0|是0|没(?=.{0,6}的)")
_BECAME_ZERO = re.compile(r"((?:19|20)\d\d)年?有.{0,8}((?:19|20)\d\d)年?(?:变成|变为|为|是|降为|没有)")
_POSITIVE = re.compile(r"^(?:.*?)有(?!哪)(?=.{2,8}(?:，|,|？|\?|$))")
_ENUMERATED = re.compile(r"(?:[^、，,（）()：:的]{1,14}、)+[^、，,（）()：:]{1,12}")
_KIND_OF_ITEM = re.compile(r"[一二两三四五六七八九][类种](?P<noun>[\u4e00-\u9fff]{2,6}?)(?=中|里|哪|谁|增|按|从|由|的|得|各|分别|最|$)")
_NAMES_ONLY = re.compile(r"哪些(?!单位).{0,6}(?:指标|项目|科目)|有哪些|设了哪些|有哪几[家个]|哪几家")
_SUBORDINATES = re.compile(r"(?:下属|下面|所属|二级|独立核算).{0,10}(?:单位|机构).{0,4}(?:哪|有)|(?:哪).{0,4}(?:下属|独立核算).{0,6}(?:单位|机构)")
_NUMERALS = "零一二三四五六七八九十"
_UNITS_SAID = re.compile(r"[^。\n]*(?:下属|所属|二级|独立核算)[^。\n]{0,14}(?:单位|机构)[^。\n]{0,12}(?:分别[为是]|包括|[：:]|即)[^。\n]+")
_MOST = 60


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
    frame = frame_of(packed)
    rows = _chosen(query, packed, library, finder, frame)
    rows = [row for row in rows if row.figure.fact.form is Form.FIGURE]
    if len(rows) < 2:
        return None
    lost = re.search(r"扣分|失分|丢分", packed) is not None  # in the order of the points lost already
    ordered = rows if lost else sorted(rows, key=lambda row: _size(row.figure), reverse=not frame.ascending)
    if frame.fell:
        ordered = [row for row in ordered if row.figure.value < 0]
    elif frame.rose and ordered[0].figure.fact.kind is Kind.CHANGE:
        ordered = [row for row in ordered if row.figure.value > 0]
    chosen = _cut(ordered, frame)
    if not chosen:
        return None
    return _listing(chosen, citer, [*trace, f"比较：{len(rows)} 行，合计行不算"], _lead(frame, chosen))


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
    own = _own(query, packed, library, finder)
    if _UNIT_AXIS.search(packed) or all_units(packed) or len(query.units) > 1:
        departments = {finder.reports[report].organisation for report in finder.scope(query).reports}
        if len(departments) > 1 and not query.organisations:
            return rows_by_department(own, finder)
        return rows_by_unit(replace(own, units=query.units if len(query.units) > 1 else ()), finder)
    if re.search(r"扣分|失分|丢分", packed):
        return _lost_rows(own, packed, finder)
    kinds = _kinds(own, packed, frame)
    group = best_group(finder, own, groups(finder, own, kinds=kinds), 3, _level(packed)) or best_group(
        finder, own, groups(finder, own, kinds=kinds), 2, _level(packed)
    )
    return item_rows(group, packed) if group else []


def _own(query: Query, packed: str, library: Library, finder: Finder) -> Query:
    """Return what the rows are asked of, without the words of ordering."""
    own = phrase(_FRAME.sub("", packed), query, library, finder.lexicon)
    if query.assumed and finder.lexicon.names_nothing(finder.lexicon.canonical(own.content)):
        own = replace(own, content=query.content)
    return own


def _kinds(own: Query, packed: str, frame: Frame) -> tuple[Kind, ...]:
    if frame.fell or frame.rose:
        return (Kind.CHANGE,)
    if own.kind is not None and own.kind is not Kind.ACTUAL:
        return (own.kind,)
    return (Kind.ACTUAL,)


def _lost_rows(own: Query, packed: str, finder: Finder) -> list[Row]:
    """Return the indicators with their points, those that lost most first to be told apart by the points lost."""
    content = re.sub(r"扣分|失分|丢分|被?扣|[一二三]级|指标", "", own.content)
    pairs = _paired(replace(own, content=content, kind=None), finder, _level(packed), Kind.WEIGHT, Kind.SCORE)
    lost = sorted(pairs, key=lambda pair: pair[1].figure.value - pair[0].figure.value)
    return [score for weight, score in lost if score.figure.value < weight.figure.value]


def _enumerated(query: Query, packed: str, library: Library, finder: Finder) -> list[Row]:
    """Return the rows that a question itself enumerates: 白酒、锰锌、锂电池、两茶四条产业链."""
    match = _ENUMERATED.search(packed)
    if not match:
        return []
    items = match.group().split("、")
    rest = _FRAME.sub("", packed.replace(match.group(), ""))
    noun = _KIND_OF_ITEM.search(items[-1] + packed[match.end() :])
    items[-1] = re.split(r"[一二两三四五六七八九]?[条类项个家种]|中(?:哪|最)|哪|谁|按|从|由|的", items[-1])[0] or items[-1]
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


def listed(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer a list: a measure of each unit, the items of a table, those that meet a condition, names alone."""
    packed = squeeze(query.text)
    if _SUBORDINATES.search(packed):
        return _subordinates(query, finder, citer, trace)
    if _NOT_FULL.search(packed):
        return _not_full(query, packed, library, finder, citer, trace)
    flagged = _flagged(query, packed, finder, citer, trace)
    if flagged is not None:
        return flagged
    if _UNMET.search(packed):
        return _unmet(query, packed, library, finder, citer, trace)
    own = _own(query, packed, library, finder)
    if _UNIT_AXIS.search(packed) or all_units(packed) or _OF_UNITS.search(packed):
        return _of_units(own, query, packed, finder, citer, trace)
    parts = _parts(own, packed, finder)
    if parts:
        return _listing(parts, citer, trace, "")
    return _of_items(own, query, packed, finder, citer, trace)


def _of_units(
    own: Query, query: Query, packed: str, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    rows = rows_by_unit(replace(own, units=(), content=_condition_out(own.content, packed)), finder)
    if not rows:
        return None
    test = condition(packed)
    if test is not None:
        return _named([row for row in rows if test(row)], rows, citer, trace, "符合的")
    names_only = bool(re.search(r"哪[一几]?[些家个]", packed))
    if names_only and _ZERO.search(packed):
        chosen = [row for row in rows if not row.figure.value]
        return _named(chosen, rows, citer, trace, "为0的")
    if names_only:
        rows = [row for row in rows if row.figure.value]
    return _listing(rows, citer, trace, "")


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
    group = best_group(finder, own, found, 3 if changes else 2, _level(packed))
    if group is None:
        return None
    if names_only:
        return _named_group(group, citer, trace)
    rows = item_rows(group, packed)
    test = condition(packed)
    if test is not None:
        kept = [row for row in rows if test(row)]
        return _listing(kept, citer, trace, "符合的有：") if kept else None
    if not LOCATION.search(packed):
        rows += [row for other in beside(group, found, finder) for row in item_rows(other)]
    if changes:
        falls = bool(re.search(r"减少|下降|降低", packed))
        rows = [row for row in rows if (row.figure.value < 0 if falls else row.figure.value > 0)]
    return _listing(rows[:_MOST], citer, trace, "") if rows else None


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
    return _named(chosen, chosen, citer, trace, f"{before}年有数、{now}年为0的") if chosen else None


def _flagged(query: Query, packed: str, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """List the rows that a column of 是 and 否 marks: 是否核心指标."""
    names: dict[str, None] = {}
    for report in finder.scope(query).reports:
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            mark = squeeze(fact.column_path[-1]) if fact.column_path else ""
            asked = mark.startswith("是否") and len(mark) > 3 and mark[2:] in packed
            if asked and squeeze(fact.raw) in ("是", "√", "核心", "Y"):
                names[squeeze(without_number(fact.measure))] = None
                citer.fact(entry.stored)
        if names:
            return Answer(Status.ANSWERED, f"有：{'、'.join(names)}。", (), tuple(citer.citations), tuple(trace))
    return None


def _unmet(
    query: Query, packed: str, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the indicators whose actual figure falls short of the target."""
    own = phrase(_UNMET.sub("", _FRAME.sub("", packed)), query, library, finder.lexicon)
    asked = replace(own, content=re.sub(r"[一二三]级|指标|哪些|目标值?|实际值?|完成|的", "", own.content), kind=None)
    pairs = _paired(asked, finder, _level(packed), Kind.TARGET, Kind.ACTUAL)
    short = [(target, actual) for target, actual in pairs if not meets(target.figure, actual.figure)]
    if not pairs:
        return None
    if not short:
        return Answer(Status.ANSWERED, "没有未完成的指标，有目标值的都达到了目标。", (), (), tuple(trace))
    for target, actual in short:
        citer.fact(target.figure.evidence[0].stored)
        citer.fact(actual.figure.evidence[0].stored)
    names = [f"{t.name}（目标{shown(t.figure.fact)}，实际{shown(a.figure.fact)}）" for t, a in short]
    text = f"没有达到目标的有：{'；'.join(names)}。"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (*trace, f"比较：{len(pairs)} 项指标的目标与实际"))


def _not_full(
    query: Query, packed: str, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]
) -> Answer | None:
    """List the indicators whose points are fewer than what they could get."""
    own = phrase(_NOT_FULL.sub("", _FRAME.sub("", packed)), query, library, finder.lexicon)
    level = _level(packed)
    content = re.sub(r"[一二三]级|指标|哪些", "", own.content)
    asked = replace(own, content=content, kind=None)
    pairs = _paired(asked, finder, level, Kind.SCORE, Kind.WEIGHT)
    if not pairs:
        return None
    lost = [(score, weight) for score, weight in pairs if score.figure.value < weight.figure.value]
    if not lost:
        return Answer(Status.ANSWERED, "没有失分的指标，各项得分都等于分值。", (), (), tuple(trace))
    sheet = Sheet(citer, list(trace))
    names = []
    for score, weight in lost:
        sheet.cite(weight.figure)
        sheet.cite(score.figure)
        names.append(f"{score.name}（得{shown(score.figure.fact)}）")
    sheet.trace.append(f"比较：{len(pairs)} 项指标的得分与分值")
    return Answer(
        Status.ANSWERED, f"没有得满分的有：{'；'.join(names)}。", tuple(sheet.values),
        tuple(citer.citations), tuple(sheet.trace),
    )  # fmt: skip


def _level(packed: str) -> str:
    """Return the level of indicators that a question names."""
    return next((name for name in ("一级", "二级", "三级") if f"{name}指标" in packed), "")


def _paired(query: Query, finder: Finder, level: str, first: Kind, second: Kind) -> list[tuple[Row, Row]]:
    """Return two kinds of figure (points got and possible) of every row of the table that the question means."""
    tables: dict[tuple[str, int | None], dict[tuple[str, ...], dict[Kind, Row]]] = {}
    around: dict[tuple[str, int | None], float] = {}
    for kind in (first, second):
        for group in _all_groups(finder, query, kind):
            if level and not at_level(group, level):
                continue
            key = (group.entries[0].stored.report, group.lead.source.table)
            around[key] = max(around.get(key, 0.0), _cover(query.content, group, finder))
            for entry, row in zip(group.entries, _every_row(group), strict=True):
                tables.setdefault(key, {}).setdefault(entry.stored.fact.row_path, {})[kind] = row
    best = max(tables, key=lambda key: (round(around[key], 2), len(tables[key])), default=None)
    if best is None:
        return []
    return [(one[first], one[second]) for one in tables[best].values() if len(one) == 2]


def _all_groups(finder: Finder, query: Query, kind: Kind) -> list[Group]:
    found: dict[tuple[object, ...], list[Group]] = {}
    singles = []
    for report in finder.scope(query).reports:
        if query.periods and finder.reports[report].year not in query.periods:
            continue
        for entry in finder.index.of_report(report):
            fact = entry.stored.fact
            if fact.kind is kind and fact.form is Form.FIGURE and not fact.total and fact.source.table is not None:
                singles.append(Group((entry,), "\n".join(entry.around)))
    del found
    return singles


def _every_row(group: Group) -> list[Row]:
    from assistant.model import Evidence

    rows = []
    for entry in group.entries:
        name = squeeze(without_number(entry.stored.fact.measure))
        rows.append(Row(name, Operand((Evidence(entry, 1.0, 1.0, 1.0),))))
    return rows


def _cover(content: str, group: Group, finder: Finder) -> float:
    text = finder.lexicon.canonical(content)
    places: set[int] = set()
    for line in group.around.split("\n"):
        places |= covered(text, line)
    return share(finder.lexicon.weights(text), places)


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


def _named(chosen: Sequence[Row], rows: Sequence[Row], citer: Citer, trace: Sequence[str], what: str) -> Answer | None:
    if not chosen:
        return None
    for row in chosen:
        citer.fact(row.figure.evidence[0].stored)
    text = f"{what}有：{'、'.join(row.name for row in chosen)}。"
    return Answer(Status.ANSWERED, text, (), tuple(citer.citations), (*trace, f"比较：{len(rows)} 行"))


def _named_group(group: Group, citer: Citer, trace: Sequence[str]) -> Answer:
    names: list[str] = []
    for entry in group.entries:
        name = squeeze(without_number(entry.stored.fact.measure))
        if name not in names:
            names.append(name)
            citer.fact(entry.stored)
    return Answer(Status.ANSWERED, f"有：{'、'.join(names)}。", (), tuple(citer.citations), tuple(trace))


def _listing(rows: Sequence[Row], citer: Citer, trace: Sequence[str], lead: str) -> Answer:
    """Write rows with their figures, each cited."""
    sheet = Sheet(citer, list(trace))
    written = []
    for row in rows:
        sheet.give(row.figure)
        written.append(f"{row.name}{_said(row.figure.fact)}")
    return Answer(
        Status.ANSWERED, f"{lead}{'；'.join(written)}。", tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace)
    )


def _said(fact: Fact) -> str:
    if fact.kind is Kind.CHANGE and fact.value is not None:
        way = "减少" if fact.value < 0 else "增加"
        return f"{way}{plain(abs(fact.value))}{fact.unit}"
    return f"为{shown(fact)}"
