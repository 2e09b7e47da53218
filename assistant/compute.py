"""Questions whose answer is computed: differences, shares, sums, means, per head, rates that are not printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.arithmetic import (
    Operand,
    Sheet,
    comparable,
    difference,
    growth,
    mean,
    name_of,
    percentage,
    quotient,
    total,
)
from assistant.asks import by_slot, split
from assistant.citations import Citer
from assistant.formulas import Formula, formulas_for
from assistant.lookup import Finder
from assistant.model import Answer, Library, Query, Status
from assistant.operands import of_kind, operand, operands, phrase
from assistant.rows import groups, item_rows, under, units_of
from assistant.same import parallel
from assistant.slots import all_units, spoken_number
from assistant.verdict import AGREES, agreement
from ingest.labels import normalise, squeeze
from ingest.model import Kind
from ingest.numbers import UNITS, plain

_HOW_MUCH = r"(?:百分之几|百分之多少|比重|比例|百分比|份额|占比|多大比例|多少比例|几成)"
_SHARE = re.compile(rf"^(?P<a>.+?)占(?:了|到)?(?:其|它自己的?|它的?|自己的?)?(?P<b>.*?)的?(?:{_HOW_MUCH}|多少[？?]?$)")
_DIVIDED = re.compile(r"(?P<a>[^（(，,]{2,}?)(?:除以|÷|/)(?P<b>[^）)，,？?]{2,})")
_MINUS = re.compile(r"(?P<a>.{2,}?)(?:减去?|扣除|扣掉)(?P<b>[^，,？?几百多]{2,}?)(?=[，,？?]|是多少|等于|还剩|有多少|$)")
_MORE = re.compile(
    r"^(?P<a>.{2,}?)(?:比|较)(?P<b>.{2,}?)(?:多出?了?|少了?|高出?了?|低了?|超出?过?了?|增加了?|减少了?|相差|差了?|省下?来?了?|节约了?|节省了?)(?:了)?"
    r"(?:多少|几|百分之几)"
)
_APART = re.compile(r"^(?P<a>.{2,}?)(?:和|与|跟)(?P<b>.{2,}?)(?:之间)?(?:相差|差|差额|差距|相减)(?:是|为|了|有)?(?:多少|几)?")
_EXCEEDS = re.compile(r"(?:超过|高于|超出|超额?)(?:了)?(?P<b>.*?)目标值?(?:的)?(?:多少|几)")
_LEFT = re.compile(r"(?:还)?(?:剩|余|有)(?:下|余)?多少.{0,4}(?:没用|没花|未用|没执行|未执行|没使用|额度)|(?:没|未)(?:执行|用|花|使用)完?的?.{0,2}(?:是|有)?多少|"
                   r"还剩多少预算")  # fmt: skip
_LOST = re.compile(r"被?扣(?:掉|了|去)?(?:了)?(?:多少|几)分?|丢了?(?:多少|几)分|失了?(?:多少|几)分")
_EQUAL, _EQUAL_TO = (re.compile(
    rf"^(?P<a>.+?)[，,]?(?:{words})(?P<b>.+?)[，,]?(?:两份报告|两处|前后)?(?:里|的)?(?:数)?(?:一致不一致|一致吗|是否一致|是不是一致|一样吗|"
    r"是不是一样|对得上吗|对得上不|相等吗|是不是相等|等不等|吻合吗|吗)"
) for words in ("和|跟|与|同", "跟|与|同(?!比)"))
_ADDED = re.compile(r"加上|加(?!起|总|班)|\+")
_SOURCES = re.compile(r"各[个项]?(?:来源|部分|构成|渠道)|各[项类](?!分值|得分|.{0,12}[（(])")
_SOME = re.compile(r"[（(](?P<items>[^（）()]+、[^（）()、]+?)等(?P<n>[一二三四五六七八九十]|\d+)?[项类个种]?[）)]")
_VACANT = re.compile(r"空编|缺编|还能进多少人|空缺编制")
_SUM = re.compile(r"相加等于|的?总和|总共|加起来|合起来|加在一起|之和|总和|相加|加总|一共|合计(?:是)?多少|总共|合计是不是|共多少")
_COMPARED = re.compile(r"[，,]?和?(?:它的?)?.{0,8}对得上吗.*|是不是.*|等不等于.*")
_ROUNDING = Decimal("0.02")
_EACH_FORM = re.compile(r"[一二两三四五六七八九十几]个项目(?:里|的|中)?")
_FOLLOW_APART = re.compile(r"^(?:那)?(?:这?两[年个者项]|二者|它们|两者)?(?:之间)?(?:相差|差)(?:了|距|额)?(?:是|有)?多少")
#: A budget called by its stage alone: 比年初增加了多少.
_STAGE = ("年初", "全年", "期初")
_FOLLOW_SHARE = re.compile(rf"^(?:那|它)?占(?:了)?(?P<b>.+?)的?(?:{_HOW_MUCH}|多少)")
_FOLLOW_MORE = re.compile(r"^(?:那|它)?(?:比|较)(?P<b>(?!上年|去年|(?:19|20)\d\d).{2,}?)(?:多|增加|少|减少|高|低|增|减)(?:出|了)*(?:多少|几|百分)")
_FAMILY = re.compile(r"[一二两三四五六七八九十]家(?:二级|下属)?(?:单位|机构)?|[一二两三四五六七八九十]个(?=二级|下属|单位|机构)(?:二级|下属)?(?:单位|机构)?")
_EACH_OF = re.compile(r"^(?P<a>.*?)平均(?:每|到每|一)?(?P<per>[个家笔项人名户批次条辆]+)(?P<rest>.*)$")
_PER_HEAD = re.compile(r"人均|平均每个?(?:在职|职工|在编)?(?:人员?|职工|员工)|每人")
_MEAN = re.compile(r"(?:的)?平均(?:分(?!钟|配)|数|值|是|为)?|均值")
_YEARS = re.compile(r"近?([两二三])年")
_NO_OWN = re.compile(r"(?:不算|不含|不包括)(?:局|厅|委|机关)?本级|除(?:了)?本级(?:以外|之外|外)|(?:二级|下属|所属)(?:单位|机构)?|[，,]")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a computation works with."""

    query: Query
    packed: str
    library: Library
    finder: Finder
    citer: Citer

    def phrase(self, text: str, other: Query | None = None) -> Query:
        """Understand a part of the question."""
        return phrase(text, self.query, self.library, self.finder.lexicon, other)

    def sheet(self) -> Sheet:
        """Return a fresh sheet."""
        return Sheet(self.citer)


def computed(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer a question by a formula over printed figures, ``None`` when it asks for none or lacks an operand."""
    desk = Desk(query, squeeze(query.text), library, finder, citer)
    if query.before:  # a follow-up holds its measure in the question before
        made = _follow(desk)
        return replace(made, trace=(*trace, *made.trace)) if made else None
    ways: tuple[Callable[[Desk], Answer | None], ...] = (
        _share, _division, _vacancy, _left, _per_head, _each_of, _mean, _beyond_target, _lost_points, _equal, _sum, _minus,
    )  # fmt: skip
    for way in ways:
        answer = way(desk)
        if answer is not None:
            return replace(answer, trace=(*trace, *answer.trace))
    return None


def _follow(desk: Desk) -> Answer | None:
    """Compute on from the questions before: 两年相差多少, 占全局的比例, 比年初增加了多少."""
    last = desk.query.before[0]
    desk = replace(desk, query=replace(desk.query, reports=last.reports or desk.query.reports))
    share, more = _FOLLOW_SHARE.search(desk.packed), _FOLLOW_MORE.search(desk.packed)
    if _FOLLOW_APART.search(desk.packed) and len(desk.query.before) > 1:
        found = operands(desk.finder, (last, desk.query.before[1]))
        return _difference(found, desk, lambda way, size: f"两者相差{size}") if found else None
    if share:
        found = operands(desk.finder, (last, desk.phrase(share["b"], last)))
        return _percent(found, desk, lambda x, y: f"{_full(x)}占{_full(y)}的") if found else None
    if more:
        other = desk.phrase(more["b"] + "预算" * (more["b"] in _STAGE), last)
        found = operands(desk.finder, (last, replace(other, kind=other.kind or last.kind)))
        if found and found[0].evidence[0].entry is not found[1].evidence[0].entry:
            return _difference(found, desk, lambda way, size: f"{_full(found[0])}比{more['b']}{way}{size}")
    return None


def _answer(text: str, sheet: Sheet, used: Sequence[Operand]) -> Answer:
    """Write a computed answer; operands that the report states differently elsewhere are said to be so."""
    disputed = [name_of(one) for one in used if one.disputed]
    note = f"（报告里“{'、'.join(disputed)}”另有不同的写法，请核对）" if disputed else ""
    return Answer(Status.ANSWERED, text + note + "。", tuple(sheet.values), tuple(sheet.citer.citations), tuple(sheet.trace))


def _share(desk: Desk) -> Answer | None:
    match = _SHARE.search(desk.packed)
    if not match:
        return None
    part, whole = match["a"], match["b"]
    if not whole:  # 项目支出中，对企业补助占了百分之几
        head, _, tail = re.sub(r"[，,]", "", part).rpartition("中")
        part, whole = (tail, head) if head else (part, "")
    if not whole:
        return None
    printed = desk.finder.look_up(desk.query).best
    if any("占" in leaf for evidence in printed for leaf in evidence.entry.leaves):
        return None  # the report prints it
    a = desk.phrase(part)
    b = desk.phrase(whole, a)
    if b.content == a.content and b.kind == a.kind and b.organisations == a.organisations:
        return None
    found = operands(desk.finder, (a, b))
    return _percent(found, desk, lambda x, y: f"{name_of(x)}占{name_of(y)}的") if found else None


def _percent(found: list[Operand], desk: Desk, says: Callable[[Operand, Operand], str]) -> Answer | None:
    a, b = found
    if not comparable(a, b):
        return None
    sheet = desk.sheet()
    value = percentage(a, b, sheet)
    if value is None:
        return None
    lead = says(a, b)
    sheet.result(value, "%", lead.rstrip("的为"), found)
    return _answer(f"{lead}{plain(value)}%：{a.shown} ÷ {b.shown}", sheet, found)


def _division(desk: Desk) -> Answer | None:
    match = _DIVIDED.search(desk.packed)
    if not match:
        return None
    a = desk.phrase(match["a"])
    context = desk.packed[: match.start()]
    a = replace(a, context=a.context + context)
    b = replace(desk.phrase(match["b"], a), context=a.context)
    found = operands(desk.finder, (a, b))
    if not found:
        return None
    if comparable(*found):
        return _percent(found, desk, lambda x, y: f"{name_of(x)}与{name_of(y)}之比为")
    return _quotient(found, desk, "每单位")


def _quotient(found: list[Operand], desk: Desk, per: str) -> Answer | None:
    sheet = desk.sheet()
    result = quotient(found[0], found[1], sheet)
    if result is None:
        return None
    value, unit = result
    name = f"{per}{name_of(found[0])}"
    sheet.result(value, unit, name, found)
    return _answer(f"{name}为{plain(value)}{unit}：{found[0].shown} ÷ {found[1].shown}", sheet, found)


def _difference(found: list[Operand], desk: Desk, says: Callable[[str, str], str]) -> Answer | None:
    a, b = found
    if not comparable(a, b):
        return None
    sheet = desk.sheet()
    value, unit = difference(a, b, sheet)
    sheet.result(value, unit, f"{name_of(a)}与{name_of(b)}之差", found)
    way = "少" if value < 0 else "多"
    return _answer(f"{says(way, f'{plain(abs(value))}{unit}')}：{a.shown} − {b.shown}", sheet, found)


def _kind_word(query: Query) -> str:
    return {Kind.BUDGET: "预算", Kind.TARGET: "目标"}.get(query.kind or Kind.ACTUAL, "实际")


def _minus(desk: Desk) -> Answer | None:
    match = _MORE.search(desk.packed) or _APART.search(desk.packed) or _MINUS.search(desk.packed)
    if not match:
        return None
    a = desk.phrase(match["a"])
    b = desk.phrase(match["b"], a)
    if re.search(r"省下|省了|节约|节省", match.group()[match.end("b") - match.start() :] if "b" in match.groupdict() else ""):
        a, b = b, a  # what was saved is the budget less what was spent
    if a.kind is not None and b.kind is None and b.content == without_own_kind(a):
        b = replace(b, kind=Kind.ACTUAL)
    if (a.content, a.kind, a.organisations, a.periods) == (b.content, b.kind, b.organisations, b.periods):
        return None
    found = operands(desk.finder, (a, b))
    if not found or found[0].evidence[0].entry is found[1].evidence[0].entry:
        return None
    x, y = found
    return _difference(found, desk, lambda way, size: f"{_full(x)}比{_full(y)}{way}{size}")


def without_own_kind(query: Query) -> str:
    """Return a query's content without its kind."""
    return of_kind(query, Kind.ACTUAL).content


def _full(one: Operand) -> str:
    fact = one.fact
    kind = {Kind.BUDGET: "预算", Kind.TARGET: "目标值"}.get(fact.kind, "")
    name = name_of(one)
    return name if kind and kind in name else name + kind


def _left(desk: Desk) -> Answer | None:
    if not _LEFT.search(desk.packed):
        return None
    text = _LEFT.sub("", desk.packed).replace("预算", "")
    own = desk.phrase(text)
    found = operands(desk.finder, (of_kind(own, Kind.BUDGET), of_kind(own, Kind.ACTUAL)))
    return _difference(found, desk, lambda way, size: f"{name_of(found[1])}还有{size}预算没有执行") if found else None


def _vacancy(desk: Desk) -> Answer | None:
    if not _VACANT.search(desk.packed):
        return None
    places, staff = desk.phrase("编制人数"), desk.phrase("在职人数")
    found = operands(desk.finder, (places, staff))
    return _difference(found, desk, lambda way, size: f"编制比在职人数{way}{size}") if found else None


def _beyond_target(desk: Desk) -> Answer | None:
    match = _EXCEEDS.search(desk.packed)
    if not match:
        return None
    own = desk.phrase(desk.packed[: match.start()])
    target = operand(desk.finder, of_kind(own, Kind.TARGET))
    if target is None:
        return None
    scoped = replace(own, reports=(target.evidence[0].stored.report,), unit=target.unit)
    actual = operand(desk.finder, replace(scoped, kind=None)) or operand(desk.finder, of_kind(scoped, Kind.ACTUAL))
    if actual is None or actual.fact.kind is Kind.TARGET:
        return None
    return _difference([actual, target], desk, lambda way, size: f"{name_of(actual)}比目标值{way}{size}")


def _per_head(desk: Desk) -> Answer | None:
    match = _PER_HEAD.search(desk.packed)
    if not match:
        return None
    text = re.sub(r"按.*?算[，,]?|花了|用了|[，,].{0,8}口径", "", desk.packed[: match.start()] + desk.packed[match.end() :])
    found = operands(desk.finder, (desk.phrase(text), desk.phrase("在职人数")))
    return _quotient(found, desk, "人均") if found else None


def _each_of(desk: Desk) -> Answer | None:
    match = _EACH_OF.search(desk.packed)
    if not match:
        return None
    rest = re.sub(r"多少(?:万?元|钱|万)?|花了?|是", "", match["rest"])
    subject = desk.phrase(match["a"] or rest)
    amount = replace(desk.phrase(rest or match["a"], subject), context=subject.content, unit=_amount_unit(desk))
    count = replace(subject, unit=match["per"] if match["per"] in UNITS else match["per"][-1], context=amount.content)
    found = operands(desk.finder, (amount, count))
    return _quotient(found, desk, f"平均每{match['per']}") if found else None


def _amount_unit(desk: Desk) -> str:
    """Return the unit of money where money is asked for by the piece."""
    return "元" if re.search(r"元|钱|万", desk.packed) else ""


def _mean(desk: Desk) -> Answer | None:
    if not _MEAN.search(desk.packed) or re.search(r"平均增|年均", desk.packed):
        return None
    spoken = _YEARS.search(desk.packed)
    own = desk.phrase(_MEAN.sub("", _YEARS.sub("", desk.packed)))
    years = own.periods or desk.query.periods
    if spoken and len(years) < 2:
        last = max((r.year for r in desk.library.reports if r.id in own.reports or not own.reports), default="")
        count = {"两": 2, "二": 2, "三": 3}[spoken[1]]
        years = tuple(str(int(last) - back) for back in range(count)) if last.isdecimal() else ()
    if len(years) < 2:
        return _mean_of_rows(desk)
    found = operands(desk.finder, [replace(own, periods=(year,), kind=own.kind or Kind.ACTUAL) for year in years])
    if not found:
        return None
    sheet = desk.sheet()
    value, unit = mean(found, sheet)
    name = f"{name_of(found[0])}{'、'.join(years)}年平均"
    sheet.result(value, unit, name, found)
    return _answer(f"{name}为{plain(value)}{unit}：{'、'.join(one.shown for one in found)}", sheet, found)


def _equal(desk: Desk) -> Answer | None:
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
    text = f"{_full(parts[0])}（{parts[0].fact.period}年）{parts[0].shown}{agreement(apart, '', f'{_full(stated)}（{stated.fact.period}年）{stated.shown}')}"
    answer = _answer(text, sheet, found)
    return answer if abs(apart) <= _ROUNDING else replace(answer, status=Status.CONFLICT)


def _mean_of_rows(desk: Desk) -> Answer | None:
    """Return the mean over a department's parts, or over a report's forms."""
    if all_units(desk.packed) or re.search(r"\d+个单位|[一二两三四五六七八九十]+[个家](?:预算)?单位", desk.packed):
        text = re.sub(r"\d+个单位|[一二两三四五六七八九十]+[个家](?:预算)?单位", "", _MEAN.sub("", desk.packed))
        own = desk.phrase(_NO_OWN.sub("", _FAMILY.sub("", text)))
        found = units_of(replace(own, units=(), organisations=()), desk.packed, desk.finder) or []
    else:
        found = _forms(desk)
    if len(found) < 2:
        return None
    sheet = desk.sheet()
    value, unit = mean(found, sheet)
    name = f"{name_of(found[0])}平均"
    sheet.result(value, unit, name, found)
    return _answer(f"{name}为{plain(value)}{unit}（各数之和除以个数）", sheet, found)


def _sum(desk: Desk) -> Answer | None:
    if not _SUM.search(desk.packed):
        return None
    queries = _summands(desk)
    found: Sequence[Operand] | None
    found = _parts(desk) if _SOURCES.search(desk.packed) else None
    if found:
        pass
    elif len(queries) > 1:
        found = operands(desk.finder, queries) or operands(desk.finder, _summands(desk, apart=True))
    elif not all_units(desk.packed):
        found = _enumerated(desk) or _children(desk) or _forms(desk)
    else:
        own = desk.phrase(_NO_OWN.sub("", _FAMILY.sub("", _SUM.sub("", re.sub(r"[（(].*?[)）]", "", desk.packed)))))
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
    names = "、".join(dict.fromkeys(_summand_name(one, found) for one in found))
    sheet.result(value, unit, f"{names}合计", found)
    text = f"{names}合计{plain(value)}{unit}：{' + '.join(one.shown for one in found)}"
    return _answer(text, sheet, found)


def _stated_whole(desk: Desk, found: Sequence[Operand]) -> Operand | None:
    """Return the total that the report states for what was summed, which a question holds the sum against."""
    fact = found[0].fact
    report = found[0].evidence[0].stored.report
    own = desk.phrase(_COMPARED.sub("", _NO_OWN.sub("", _FAMILY.sub("", _SUM.sub("", desk.packed)))))
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


def _lost_points(desk: Desk) -> Answer | None:
    """Return how many points an indicator lost: what it could get less what it got."""
    if not _LOST.search(desk.packed):
        return None
    own = desk.phrase(_LOST.sub("", re.sub(r"总共|一共|共", "", desk.packed)))
    found = operands(desk.finder, (of_kind(own, Kind.WEIGHT, "分"), of_kind(own, Kind.SCORE, "分")))
    if found is not None:
        return _difference(found, desk, lambda way, size: f"{name_of(found[1])}扣了{size}")
    possible = [Operand((e,)) for e in under(desk.finder, own, desk.packed, Kind.WEIGHT)]
    got = [Operand((e,)) for e in under(desk.finder, own, desk.packed, Kind.SCORE)]
    if not possible or len(possible) != len(got):
        return None
    sheet = desk.sheet()
    whole, unit = total(possible, sheet)
    held, _ = total(got, sheet)
    sheet.formula(f"{plain(whole)} − {plain(held)}", whole - held, unit)
    sheet.result(whole - held, unit, "扣分", (*possible, *got))
    return _answer(f"一共扣了{plain(whole - held)}{unit}：分值合计{plain(whole)}{unit}，得分合计{plain(held)}{unit}", sheet, got)


def _held_against(
    value: Decimal, unit: str, found: Sequence[Operand], stated: Operand, sheet: Sheet, desk: Desk
) -> Answer:
    """Write a sum beside the total that the report states, and whether they agree."""
    sheet.result(value, unit, "各项之和", found)
    sheet.give(stated)
    apart, own = difference(stated, replace_value(found, value), sheet)
    text = f"各项之和为{plain(value)}{unit}{agreement(apart, '', f'{name_of(stated)}{stated.shown}')}"
    if abs(apart) > _ROUNDING and "差" in desk.packed:
        sheet.result(apart, own, "相差", (*found, stated))
    if abs(apart) > _ROUNDING:
        text += f"，相差{plain(abs(apart))}{own}"
    answer = _answer(text, sheet, found)
    return replace(answer, status=Status.CONFLICT) if abs(apart) > _ROUNDING else answer


def replace_value(found: Sequence[Operand], value: Decimal) -> Operand:
    """Return the first operand with a sum in place of its value, to compute on with."""
    lead = found[0].evidence[0]
    entry = replace(lead.entry, stored=replace(lead.stored, fact=replace(lead.fact, value=value)))
    return Operand((replace(lead, entry=entry),))


def _forms(desk: Desk) -> list[Operand]:
    """Return the same cell of each of a report's forms: 三个项目的中央资金."""
    own = desk.phrase(_EACH_FORM.sub("", _SUM.sub("", _MEAN.sub("", desk.packed))))
    best = desk.finder.look_up(own).best
    if len(best) < 2 or not all(parallel(best[0].entry, e.entry) for e in best[1:]):
        return []
    return [Operand((evidence,)) for evidence in best]


def _parts(desk: Desk) -> list[Operand]:
    """Return the parts that a measure has by definition, those that the report fills in: 收入各来源."""
    own = desk.phrase(_COMPARED.sub("", _SOURCES.sub("", _SUM.sub("", desk.packed))))
    text = desk.finder.lexicon.canonical(own.content)
    whole = next((m for m in sorted(desk.finder.lexicon.parts, key=len) if m in text or m.removesuffix("合计") in text), "")
    queries = [replace(own, content=part, context=whole, kind=Kind.ACTUAL) for part in desk.finder.lexicon.parts.get(whole, ())]
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
        if (not count or len(rows) == count) and all(any(name in normalise(row.name) for row in rows) for name in named):
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
        own = desk.phrase(_FAMILY.sub("", _SUM.sub("", re.sub(r"[（(].*?[)）]", "", desk.packed))))
        return by_slot(replace(own, units=desk.query.units, organisations=desk.query.organisations))
    if all_units(desk.packed):
        return []
    text = _SUM.sub("分别", desk.packed)
    labels = () if apart else desk.finder.index.labels_of(desk.finder.scope(desk.query))
    parts = split(re.sub(r"[（(].*?[)）]", "", text), lambda words: any(words in label for label in labels))
    if len(parts) < 2:
        own = desk.phrase(_SUM.sub("", re.sub(r"[（(].*?[)）]", "", desk.packed)))
        return by_slot(replace(own, units=desk.query.units, organisations=desk.query.organisations))
    found: list[Query] = []
    for part in parts:
        one = desk.phrase(part.text, found[0] if found else None)
        last = desk.phrase(part.last) if part.last else one
        found.append(replace(one, kind=one.kind or last.kind, context=part.context, within=part.within))
    return found


def rate(query: Query, finder: Finder, library: Library, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Compute a rate that the report does not print from its definition: 政府采购执行率 = 实际 ÷ 预算."""
    desk = Desk(query, squeeze(query.text), library, finder, citer)
    if query.kind not in (None, Kind.RATE):
        return None
    made = (_by_formula(formula, desk) for formula in formulas_for(finder.lexicon.canonical(query.content)))
    answer = next((one for one in made if one is not None), None)
    return replace(answer, trace=(*trace, *answer.trace)) if answer else None


def _by_formula(formula: Formula, desk: Desk) -> Answer | None:
    query, finder = desk.query, desk.finder
    rest = {"periods": query.periods, "organisations": query.organisations, "units": query.units}
    tops = [
        replace(desk.phrase(measure), kind=formula.top.kind, **rest)
        for measure in (formula.top.measure or formula.stem).split("−")
    ]
    bottom = replace(desk.phrase(formula.bottom.measure or formula.stem), kind=formula.bottom.kind, **rest)
    found = operands(finder, (*tops, bottom))
    if not found or any(one.unit == "%" for one in found):
        return None
    if len(tops) > 1:
        return _relative_change(formula, found, desk)
    answer = _percent(found, desk, lambda x, y: f"{formula.name if formula.top.measure else name_of(x) + formula.suffix}为")
    if answer is None:
        return None
    note = f"报告没有直接写{formula.name}，按定义计算：{formula.text}"
    return replace(answer, trace=(note, *answer.trace))


def _relative_change(formula: Formula, found: Sequence[Operand], desk: Desk) -> Answer | None:
    """Compute (a − b) ÷ b: 预算调整率."""
    after, before, _ = found
    if not comparable(after, before):
        return None
    sheet = desk.sheet()
    value = growth(after, before, sheet)
    if value is None:
        return None
    sheet.result(value, "%", formula.name, (after, before))
    text = f"{formula.name}为{plain(value)}%：（{after.shown} − {before.shown}）÷ {before.shown}"
    answer = _answer(text, sheet, (after, before))
    return replace(answer, trace=(f"报告没有直接写{formula.name}，按定义计算：{formula.text}", *answer.trace))
