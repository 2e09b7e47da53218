"""Sums, what they are held against, and figures that should agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.arithmetic import (
    Operand,
    Sheet,
    comparable,
    difference,
    name_of,
    total,
)
from assistant.asks import by_slot, split
from assistant.desk import Desk, as_difference, full_name, write
from assistant.model import Answer, Query, Status
from assistant.operands import of_kind, operand, operands
from assistant.rows import groups, item_rows, rows_by_department, under, units_of
from assistant.same import parallel
from assistant.slots import all_units, spoken_number
from assistant.verdict import AGREES, agreement
from ingest.labels import normalise
from ingest.model import Kind
from ingest.numbers import plain

_LOST = re.compile(r"被?扣(?:掉|了|去)?(?:了)?(?:多少|几)分?|丢了?(?:多少|几)分|失了?(?:多少|几)分")
_EQUAL, _EQUAL_TO = (
    re.compile(
        rf"^(?P<a>.{{1,80}}?)[，,]?(?:{words})(?P<b>.{{1,80}}?)[，,]?(?:两份报告|两处|前后)?(?:里|的)?(?:数)?(?:一致不一致|一致吗|是否一致|是不是一致|一样吗|"
        r"是不是一样|对得上吗|对得上不|相等吗|是不是相等|等不等|吻合吗|吗)"
    )
    for words in ("和|跟|与|同", "跟|与|同(?!比)")
)
_ADDED = re.compile(r"加上|加(?!起|总|班)|\+")
_SOURCES = re.compile(r"各[个项]?(?:来源|部分|构成|渠道)|各[项类](?!分值|得分|.{0,12}[（(])")
_SOME = re.compile(r"[（(](?P<items>[^（）()]+、[^（）()、]+?)等(?P<n>[一二三四五六七八九十]|\d+)?[项类个种]?[）)]")
_SUM = re.compile(
    r"相加等于|的?总和|总共|加起来|合起来|加在一起|之和|总和|相加|加总|一共|合计(?:是)?多少|总共|合计是不是|共多少"
)
_COMPARED = re.compile(r"[，,]?和?(?:它的?)?.{0,8}对得上吗.*|是不是.*|等不等于.*")
_ROUNDING = Decimal("0.02")
_SAID = re.compile(r"\d{1,3}|[一二两三四五六七八九十]")
#: The figures of more departments than this are written beside their names.
_FEW = 3
_EACH_FORM = re.compile(r"[一二两三四五六七八九十几]个项目(?:里|的|中)?")
FAMILY = re.compile(
    r"(?:所有|全部|各[个家]?|每[个家])的?(?:单位|部门|局)(?!整体)(?:的)?|"
    r"(?:[一二两三四五六七八九十]|\d{1,3})家(?:二级|下属)?(?:单位|机构)?|"
    r"(?:[一二两三四五六七八九十]|\d{1,3})个(?=二级|下属|单位|机构)(?:二级|下属)?(?:单位|机构)?"
)
MEAN = re.compile(r"(?:的)?平均(?:分(?!钟|配)|数|值|是|为)?|均值")
NO_OWN = re.compile(
    r"(?:不算|不含|不包括)(?:局|厅|委|机关)?本级|除(?:了)?本级(?:以外|之外|外)|(?:二级|下属|所属)(?:单位|机构)?|[，,]"
)


def agree(desk: Desk) -> Answer | None:
    """Say whether two figures agree, or a sum and a figure: 基本支出加上项目支出，等于支出合计吗."""
    if not AGREES.search(desk.packed):
        return None
    text = re.sub(r"(?:是不是)?等于", "跟", desk.packed) if _ADDED.search(desk.packed) else desk.packed
    match = _EQUAL_TO.search(text) or _EQUAL.search(text)
    if not match:
        return None
    terms = [part for part in _ADDED.split(match["a"]) if part]
    first = desk.phrase(terms[0])
    queries = [first, *(desk.phrase(part, first) for part in terms[1:])]
    other = desk.phrase(match["b"], first)
    found = operands(desk.finder, (*queries, other))
    if not found or not all(comparable(found[0], one) for one in found):
        return None
    if len({id(one.evidence[0].entry) for one in found}) < len(found):
        return None
    *parts, stated = found
    sheet = desk.sheet()
    if len(parts) > 1:
        value, unit = total(parts, sheet)
        return _held_against(value, unit, parts, stated, sheet, desk)
    apart, unit = difference(parts[0], stated, sheet)
    for one in found:
        sheet.give(one)
    here, there = (f"{full_name(x)}（{x.fact.period}年）{x.shown}" for x in (parts[0], stated))
    text = f"{here}{agreement(apart, there)}"
    answer = write(text, sheet, found)
    return answer if abs(apart) <= _ROUNDING else replace(answer, status=Status.CONFLICT)


def summed(desk: Desk) -> Answer | None:
    """Add up what the question names, and hold the sum against the total that the report states where it asks."""
    if not sums_units(desk.packed) and not _SUM.search(desk.packed):
        return None
    queries = _summands(desk)
    found: Sequence[Operand] | None
    found = _parts(desk) if _SOURCES.search(desk.packed) else _of_departments(desk)
    if found:
        pass
    elif len(queries) > 1:
        found = operands(desk.finder, queries) or operands(desk.finder, _summands(desk, apart=True))
    elif not all_units(desk.packed):
        found = _enumerated(desk) or _children(desk) or each_form(desk)
    else:
        own = desk.phrase(NO_OWN.sub("", FAMILY.sub("", _SUM.sub("", re.sub(r"[（(].{0,80}?[)）]", "", desk.packed)))))
        found = units_of(replace(own, units=(), organisations=()), desk.packed, desk.finder)
    if not found or len(found) < 2 or not all(comparable(found[0], one) for one in found):
        return None
    if len({id(one.evidence[0].entry) for one in found}) < len(found):
        return None  # one cell for two of the things asked: 水费、电费
    sheet = desk.sheet()
    value, unit = total(found, sheet)
    stated = (_stated_whole(desk, found) or _stated_points(desk, found)) if AGREES.search(desk.packed) else None
    if stated is not None:
        return _held_against(value, unit, found, stated, sheet, desk)
    measures = {name_of(one) for one in found}
    if len(measures) == 1 and len({one.fact.organisation for one in found}) == len(found) > _FEW:
        names = f"各单位{measures.pop().removesuffix('合计')}"
        parts = [f"{one.fact.organisation}{one.shown}" for one in found]
    else:
        names = "、".join(dict.fromkeys(_summand_name(one, found) for one in found))
        parts = [one.shown for one in found]
    sheet.result(value, unit, f"{names}合计", found)
    return write(f"{names}合计{plain(value)}{unit}：{' + '.join(parts)}", sheet, found)


def sums_units(packed: str) -> bool:
    """Tell whether a question adds up over departments or units: 两家单位三公经费合计."""
    family = FAMILY.search(packed)
    tail = packed.rstrip("?？").endswith("合计") and family is not None and _SAID.match(family.group()) is not None
    return family is not None and (_SUM.search(packed) is not None or tail)  # 各单位的支出合计 is a measure of each


def _of_departments(desk: Desk) -> list[Operand]:
    """Return the figure of each department where several are loaded and none is named, if they are as many as said.

    Where departments are meant, the units inside one of them are not: of those nothing is added up.
    """
    said = FAMILY.search(desk.packed)
    reports = desk.finder.scope(desk.query).reports
    departments = {desk.finder.reports[report].organisation for report in reports}
    if said is None or len(departments) < 2 or desk.query.organisations or not sums_units(desk.packed):
        return []
    count = _SAID.match(said.group())
    if count and spoken_number(count.group()) != len(departments):
        return []
    own = desk.phrase(re.sub(r"合计$", "", FAMILY.sub("", _SUM.sub("", desk.packed.rstrip("?？")))))
    rows = rows_by_department(replace(own, units=(), organisations=()), desk.finder)
    one_year = len({row.figure.fact.period for row in rows}) < 2  # several years add up to nothing
    return [row.figure for row in rows] if one_year else []


def _stated_whole(desk: Desk, found: Sequence[Operand]) -> Operand | None:
    """Return the total that the report states for what was summed, which a question holds the sum against."""
    fact = found[0].fact
    report = found[0].evidence[0].stored.report
    own = desk.phrase(_COMPARED.sub("", NO_OWN.sub("", FAMILY.sub("", _SUM.sub("", desk.packed)))))
    names = [own.content, *(whole for whole in desk.finder.lexicon.wholes_of(found[0].evidence[0].entry.leaves))]
    for content in dict.fromkeys(names):
        department = (desk.finder.reports[report].organisation,)
        whose = (fact.organisation,) if len({one.fact.organisation for one in found}) == 1 else department
        query = replace(own, content=content, kind=fact.kind, organisations=whose, units=(), reports=(report,))
        one = operand(desk.finder, query)
        if one is not None and all(one.evidence[0].entry is not part.evidence[0].entry for part in found):
            return one
    return None


def _stated_points(desk: Desk, found: Sequence[Operand]) -> Operand | None:
    """Return the points that the report states for the indicator whose parts were summed."""
    fact = found[0].fact
    for label in reversed(fact.row_path[:-1]):
        query = replace(desk.query, content=re.sub(r"[(（].*", "", label), kind=fact.kind, unit="分", context="")
        one = operand(desk.finder, query)
        if one is not None and all(one.evidence[0].entry is not part.evidence[0].entry for part in found):
            return one
    return None


def points_lost(desk: Desk) -> Answer | None:
    """Return how many points an indicator lost: what it could get less what it got."""
    if not _LOST.search(desk.packed):
        return None
    own = desk.phrase(_LOST.sub("", re.sub(r"总共|一共|共", "", desk.packed)))
    found = operands(desk.finder, (of_kind(own, Kind.WEIGHT, "分"), of_kind(own, Kind.SCORE, "分")))
    if found is not None:
        return as_difference(found, desk, lambda way, size: f"{name_of(found[1])}扣了{size}")
    possible = [Operand((e,)) for e in under(desk.finder, own, desk.packed, Kind.WEIGHT)]
    got = [Operand((e,)) for e in under(desk.finder, own, desk.packed, Kind.SCORE)]
    if not possible or len(possible) != len(got):
        return None
    sheet = desk.sheet()
    whole, unit = total(possible, sheet)
    held, _ = total(got, sheet)
    sheet.formula(f"{plain(whole)} − {plain(held)}", whole - held, unit)
    sheet.result(whole - held, unit, "扣分", (*possible, *got))
    return write(
        f"一共扣了{plain(whole - held)}{unit}：分值合计{plain(whole)}{unit}，得分合计{plain(held)}{unit}", sheet, got
    )


def _held_against(
    value: Decimal, unit: str, found: Sequence[Operand], stated: Operand, sheet: Sheet, desk: Desk
) -> Answer:
    """Write a sum beside the total that the report states, and whether they agree."""
    sheet.result(value, unit, "各项之和", found)
    sheet.give(stated)
    apart, own = difference(stated, replace_value(found, value), sheet)
    text = f"各项之和为{plain(value)}{unit}{agreement(apart, f'{name_of(stated)}{stated.shown}')}"
    if abs(apart) > _ROUNDING and "差" in desk.packed:
        sheet.result(apart, own, "相差", (*found, stated))
    if abs(apart) > _ROUNDING:
        text += f"，相差{plain(abs(apart))}{own}"
    answer = write(text, sheet, found)
    return replace(answer, status=Status.CONFLICT) if abs(apart) > _ROUNDING else answer


def replace_value(found: Sequence[Operand], value: Decimal) -> Operand:
    """Return the first operand with a sum in place of its value, to compute on with."""
    lead = found[0].evidence[0]
    entry = replace(lead.entry, stored=replace(lead.stored, fact=replace(lead.fact, value=value)))
    return Operand((replace(lead, entry=entry),))


def each_form(desk: Desk) -> list[Operand]:
    """Return the same cell of each of a report's forms: 三个项目的中央资金."""
    own = desk.phrase(_EACH_FORM.sub("", _SUM.sub("", MEAN.sub("", desk.packed))))
    best = desk.finder.look_up(own).best
    if len(best) < 2 or not all(parallel(best[0].entry, e.entry) for e in best[1:]):
        return []
    return [Operand((evidence,)) for evidence in best]


def _parts(desk: Desk) -> list[Operand]:
    """Return the parts that a measure has by definition, those that the report fills in: 收入各来源."""
    own = desk.phrase(_COMPARED.sub("", _SOURCES.sub("", _SUM.sub("", desk.packed))))
    text = desk.finder.lexicon.canonical(own.content)
    whole = next(
        (m for m in sorted(desk.finder.lexicon.parts, key=len) if m in text or m.removesuffix("合计") in text), ""
    )
    queries = [
        replace(own, content=part, context=whole, kind=Kind.ACTUAL) for part in desk.finder.lexicon.parts.get(whole, ())
    ]
    found = [operand(desk.finder, query) for query in queries]
    held = [one for one in found if one is not None]
    place = held[0].evidence[0].stored.report if held else ""
    return [one for one in held if one.evidence[0].stored.report == place]


def _enumerated(desk: Desk) -> list[Operand]:
    """Return the items of the list of which the question names some: 各类支出（一般公共服务、教育等七项）."""
    match = _SOME.search(desk.packed)
    if match is None:
        return []
    named = [normalise(item) for item in match["items"].split("、")]
    count = spoken_number(match["n"] or "")
    for group in groups(desk.finder, desk.query, kinds=(desk.query.kind or Kind.ACTUAL,)):
        rows = item_rows(group)
        if (not count or len(rows) == count) and all(
            any(name in normalise(row.name) for row in rows) for name in named
        ):
            return [row.figure for row in rows]
    return []


def _children(desk: Desk) -> list[Operand]:
    """Return the points of every indicator under the one that the question names: 产出指标下面各项分值."""
    kind = Kind.WEIGHT if "分值" in desk.packed else Kind.SCORE if "得分" in desk.packed else None
    if kind is None:
        return []
    own = replace(desk.query, kind=kind)
    return [Operand((evidence,)) for evidence in under(desk.finder, own, desk.packed, kind)]


def _summand_name(one: Operand, found: Sequence[Operand]) -> str:
    name = name_of(one)
    several = len({other.fact.organisation for other in found}) > 1
    return f"{one.fact.organisation}{name}" if several else name


def _summands(desk: Desk, *, apart: bool = False) -> list[Query]:
    """Return what is summed; ``apart`` takes every 、 to part two things, though some label holds both."""
    if len(desk.query.units) > 1:
        own = desk.phrase(FAMILY.sub("", _SUM.sub("", re.sub(r"[（(].{0,80}?[)）]", "", desk.packed))))
        return by_slot(replace(own, units=desk.query.units, organisations=desk.query.organisations))
    if all_units(desk.packed):
        return []
    text = _SUM.sub("分别", desk.packed)
    labels = () if apart else desk.finder.index.labels_of(desk.finder.scope(desk.query))
    parts = split(re.sub(r"[（(].{0,80}?[)）]", "", text), lambda words: any(words in label for label in labels))
    if len(parts) < 2:
        own = desk.phrase(_SUM.sub("", re.sub(r"[（(].{0,80}?[)）]", "", desk.packed)))
        return by_slot(replace(own, units=desk.query.units, organisations=desk.query.organisations))
    found: list[Query] = []
    for part in parts:
        one = desk.phrase(part.text, found[0] if found else None)
        last = desk.phrase(part.last) if part.last else one
        found.append(replace(one, kind=one.kind or last.kind, context=part.context, within=part.within))
    return found
