"""Questions that take something for granted: what the figures refute is corrected with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.arithmetic import Operand, Sheet, name_of
from assistant.change import change_of
from assistant.citations import Citer
from assistant.lookup import Finder
from assistant.model import Answer, Library, Query, Status
from assistant.operands import AT_MOST, meets, of_kind, operand, operands, phrase
from ingest.labels import squeeze
from ingest.model import Kind
from ingest.numbers import in_base, plain

_OVER = re.compile(r"超(?:出|过)?了?预算|超支|超出预算|花超|突破了?预算|预算(?:不够|超)")
_GREW = re.compile(r"(?:大幅|明显|持续|大量)?(?:上涨|增加|增长|上升|增多|涨|变多|提高|多花)(?:了)?")
_SHRANK = re.compile(r"(?:大幅|明显|持续)?(?:下滑|下降|减少|降低|下跌|缩减|变少|回落|降)(?:了)?")
_UNMET = re.compile(r"没(?:有)?(?:完成|达到|达标|实现)|未(?:能)?(?:完成|达到|达标|实现)|不达标|差多少才")
_LOST = re.compile(r"被?扣了?\d*分|失分|没(?:有)?得满分|没拿满分|丢分")
_MET = re.compile(r"(?:都|已经)?超额完成了?|都完成了")
_UNSPENT = re.compile(r"(?:的?钱)?没(?:有)?(?:用|花|执行)完|没花光")
_NONE = re.compile(r"没有(?=.{2,12}(?:是吧|对吧|是不是|对不对))|是吧|对吧")
_FULL = re.compile(r"得了?满分|拿了?满分|满分\d*分?")
_SPENT = re.compile(
    r"新买|购置了|买了|出租给|租给|租出去|(?:花|用|投)[在到](?:了)?(?:哪些?|什么)(?:项目|方面|地方|事情?)?(?:上)?(?:了)?|给谁"
)
_REASON = re.compile(
    r"(?:的)?(?:主要)?(?:原因|理由)(?:是|有|在于)?(?:什么|哪些)?|为什么|为何|为啥|怎么解释|如何解释|怎么回事|报告怎么说的?|"
    r"怎么|依据是什么|增加的钱用在哪了|扣在哪儿?|差在哪里?|差多少|多少|还要整改|既然|是什么|哪些|吗|呢|[，,？?]"
)
_ASKS_WHY = re.compile(r"为什么|为何|为啥|原因|解释|怎么|依据|给谁|哪|既然|用在|差")

_Check = Callable[[Query, Finder, Sheet, str], str | None]


#: What the line of the trace begins with that says that a premise is false.
REFUTES = "前提核对"


def refuted(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Return the correction of a false premise, ``None`` where the question has none or it holds.

    What one of several departments states refutes nothing of the others.
    """
    packed = squeeze(query.text)
    if query.assumed or len({finder.reports[one].organisation for one in finder.scope(query).reports}) > 1:
        return None
    for pattern, check in _CHECKS:
        match = pattern.search(packed)
        if not match:
            continue
        left = packed[: match.start()] + packed[match.end() :]
        own = phrase(_subject(left), query, library, finder.lexicon)
        own = replace(own, reports=query.reports)
        for report in finder.scope(own).reports:
            sheet = Sheet(citer, list(trace))
            text = check(replace(own, reports=(report,)), finder, sheet, packed)
            if text:
                sheet.trace.append(f"{REFUTES}：问题里的说法与报告的数不符")
                return Answer(Status.ANSWERED, text, tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace))
    return None


def _subject(text: str) -> str:
    """Return what a premise is about: the question without its claim and its asking."""
    head = re.split(r"[，,]", text)
    subject = next((part for part in head if len(_REASON.sub("", part)) > 1), text)
    return re.sub(r"比上年|比去年|同比|较上年", "", _REASON.sub("", subject))


def _over_budget(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    found = operands(finder, (of_kind(query, Kind.BUDGET), of_kind(query, Kind.ACTUAL)))
    if not found:
        return None
    budget, actual = found
    if _base(actual) > _base(budget) or in_base(budget.value, budget.unit)[0] != in_base(actual.value, actual.unit)[0]:
        return None
    for one in found:
        sheet.give(one)
    name = name_of(actual)
    return f"{name}并没有超预算：预算{budget.shown}，实际{actual.shown}（{actual.fact.period}年）。"


def _base(one: Operand) -> Decimal:
    return in_base(one.value, one.unit)[1]


def _changed(falls: bool) -> _Check:
    def check(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
        if not _ASKS_WHY.search(packed):
            return None
        report = finder.reports[query.reports[0]]
        change = change_of(replace(query, against="", kind=None), report, finder)
        if change.fell is None or change.fell is falls:
            return None
        claimed, real = ("下降", "增加") if falls else ("增加", "减少")
        now, before = change.now, change.before
        if change.computable and now is not None and before is not None:
            sheet.give(now)
            sheet.give(before)
            when = f"{now.fact.period}年{now.shown}，{before.fact.period}年{before.shown}"
            return f"{name_of(now)}并没有{claimed}，而是{real}了：{when}。"
        for one in (*change.percents, *change.amounts)[:1]:
            sheet.give(one)
            return f"{_bare(name_of(one))}并没有{claimed}，而是{real}{plain(abs(one.value))}{one.unit}。"
        return None

    return check


def _bare(name: str) -> str:
    return re.sub(r"(?:增长|增加|减少|下降|降低|提高|增速|增幅|降幅|增减额)$", "", name)


def _unmet(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    target = operand(finder, of_kind(query, Kind.TARGET))
    if target is None:
        return None
    actual = operand(finder, replace(of_kind(query, Kind.ACTUAL), unit=target.unit))
    if actual is None or actual.fact.kind in (Kind.TARGET, Kind.BUDGET):
        return None
    if not meets(target, actual):
        return None
    at_most = target.fact.hedge in AT_MOST
    sheet.give(target)
    sheet.give(actual)
    limit = "不超过" if at_most else ""
    return f"并非如此，{name_of(actual)}已完成目标：目标{limit}{target.shown}，实际{actual.shown}。"


def _lost(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    found = operands(finder, (of_kind(query, Kind.WEIGHT, "分"), of_kind(query, Kind.SCORE, "分")))
    if not found or found[0].value != found[1].value:
        return None
    for one in found:
        sheet.give(one)
    return f"{name_of(found[1])}没有被扣分：分值{found[0].shown}，得分{found[1].shown}。"


def _full(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    found = operands(finder, (of_kind(query, Kind.WEIGHT, "分"), of_kind(query, Kind.SCORE, "分")))
    if not found or found[1].value >= found[0].value:
        return None
    for one in found:
        sheet.give(one)
    return f"{name_of(found[1])}并没有得满分：分值{found[0].shown}，得分{found[1].shown}。"


def _nothing(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    one = operand(finder, replace(query, kind=Kind.ACTUAL, unit=""))
    if one is None or one.value != 0:
        return None
    sheet.give(one)
    part = one.fact.organisation if one.fact.organisation != finder.reports[query.reports[0]].organisation else ""
    return f"{part}没有{name_of(one)}：报告里为{one.shown}（{one.fact.period}年）。"


def _unspent(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    found = operands(finder, (of_kind(query, Kind.BUDGET), of_kind(query, Kind.ACTUAL)))
    if not found or _base(found[1]) != _base(found[0]):
        return None
    for one in found:
        sheet.give(one)
    return f"{name_of(found[1])}并没有剩下：预算{found[0].shown}，实际{found[1].shown}，都用完了。"


def _claimed_met(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    target = operand(finder, of_kind(query, Kind.TARGET))
    actual = operand(finder, replace(of_kind(query, Kind.ACTUAL), unit=target.unit)) if target else None
    if target is None or actual is None or actual.fact.kind in (Kind.TARGET, Kind.BUDGET) or meets(target, actual):
        return None
    sheet.give(target)
    sheet.give(actual)
    return f"{name_of(actual)}并没有完成目标：目标{target.shown}，实际{actual.shown}。"


def _claimed_none(query: Query, finder: Finder, sheet: Sheet, packed: str) -> str | None:
    one = operand(finder, replace(query, kind=Kind.ACTUAL, unit=""))
    if one is None:
        return None
    sheet.give(one)
    return f"{name_of(one)}为{one.shown}。" if one.value == 0 else f"并非没有，{name_of(one)}为{one.shown}。"


_CHECKS: tuple[tuple[re.Pattern[str], _Check], ...] = (
    (_OVER, _over_budget),
    (_UNMET, _unmet),
    (_MET, _claimed_met),
    (_UNSPENT, _unspent),
    (_NONE, _claimed_none),
    (_LOST, _lost),
    (_FULL, _full),
    (_SPENT, _nothing),
    (_SHRANK, _changed(True)),
    (_GREW, _changed(False)),
)
