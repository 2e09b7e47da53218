"""Questions whose answer is computed: differences, shares, per head, and on from the question before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.arithmetic import (
    comparable,
    name_of,
)
from assistant.citations import Citer
from assistant.desk import Desk, as_difference, as_percent, as_quotient, full_name
from assistant.lookup import Finder
from assistant.means import mean_of
from assistant.model import Answer, Library, Query
from assistant.operands import WHOLE_ONLY, of_kind, operand, operands
from assistant.slots import without_periods
from assistant.sums import agree, points_lost, summed
from assistant.understand import alone
from ingest.labels import normalise, squeeze
from ingest.model import Kind
from ingest.numbers import UNITS

_HOW_MUCH = r"(?:百分之几|百分之多少|比重|比例|百分比|份额|占比|多大比例|多少比例|几成)"
_SHARE = re.compile(
    rf"^(?P<a>.{{1,80}}?)占(?:了|到)?(?:其|它自己的?|它的?|自己的?)?(?P<b>.{{0,80}}?)的?(?:{_HOW_MUCH}|多少[？?]?$)"
)
_DIVIDED = re.compile(r"(?P<a>[^（(，,]{2,60}?)(?:除以|÷|/)(?P<b>[^）)，,？?]{2,60})")
_MINUS = re.compile(
    r"(?P<a>.{2,30}?)(?:减去?|扣除|扣掉)(?P<b>[^，,？?几百多]{2,30}?)(?=[，,？?]|是多少|等于|还剩|有多少|$)"
)
_MORE = re.compile(
    r"^(?P<a>.{2,80}?)(?:比|较)(?P<b>.{2,80}?)(?:多出?了?|少了?|高出?了?|低了?|超出?过?了?|增加了?|减少了?|相差|差了?|省下?来?了?|节约了?|节省了?)(?:了)?"
    r"(?:多少|几|百分之几)"
)
_APART = re.compile(
    r"^(?P<a>.{2,80}?)(?:和|与|跟)(?P<b>.{2,80}?)(?:之间)?(?:相差|差|差额|差距|相减)(?:是|为|了|有)?(?:多少|几)?"
)
_EXCEEDS = re.compile(r"(?:(?:超过|高于|超出|超额?)了?.{0,40}?目标值?的?|超额?完成了?|多完成了?)(?:多少|几)")
_LEFT = re.compile(
    r"(?:还)?(?:剩|余|有)(?:下|余)?多少.{0,4}(?:没用|没花|未用|没执行|未执行|没使用|额度)|"
    r"(?:没|未)(?:执行|用|花|使用)完?的?.{0,2}(?:是|有)?多少|还剩多少预算"
)
_VACANT = re.compile(r"空编|缺编|还能进多少人|空缺编制")
_FOLLOW_APART = re.compile(
    r"^(?:那)?(?:这?两[年个者项]|二者|它们|两者)?(?:之间)?(?:相差|差)(?:了|距|额)?(?:是|有)?多少"
)
#: A budget called by its stage alone: 比年初增加了多少.
_STAGE = ("年初", "全年", "期初")
_FOLLOW_SHARE = re.compile(rf"^(?:那|它)?占(?:了)?(?P<b>.{{1,80}}?)的?(?:{_HOW_MUCH}|多少)")
_FOLLOW_MORE = re.compile(
    r"^(?:那|它)?(?:比|较)(?P<b>(?!上年|去年|(?:19|20)\d\d).{2,80}?)(?:多|增加|少|减少|高|低|增|减)(?:出|了)*(?:多少|几|百分)"
)
_EACH_OF = re.compile(r"^(?P<a>.{0,80}?)平均(?:每|到每|一)?(?P<per>[个家笔项人名户批次条辆]+)(?P<rest>.*)$")
_PER_HEAD = re.compile(r"人均|平均每个?(?:在职|职工|在编)?(?:人员?|职工|员工)|每人")


def computed(query: Query, library: Library, finder: Finder, citer: Citer, trace: Sequence[str]) -> Answer | None:
    """Answer a question by a formula over printed figures, ``None`` when it asks for none or lacks an operand."""
    desk = Desk(query, squeeze(query.text), library, finder, citer)
    if query.before:  # a follow-up holds its measure in the question before
        made = _follow(desk) or _again(desk)
        return replace(made, trace=(*trace, *made.trace)) if made else None
    made = _by_words(desk)
    return replace(made, trace=(*trace, *made.trace)) if made else None


def _by_words(desk: Desk) -> Answer | None:
    """Compute what the words of the question ask for."""
    ways: tuple[Callable[[Desk], Answer | None], ...] = (
        _share, _division, _vacancy, _left, _per_head, _each_of,
        mean_of, _beyond_target, points_lost, agree, summed, _minus,
    )  # fmt: skip
    return next((answer for way in ways if (answer := way(desk)) is not None), None)


def _again(desk: Desk) -> Answer | None:
    """Compute what the question before did, for another year: 会议费和培训费一共多少, 那2020年呢."""
    query, last = desk.query, desk.query.before[0]
    own = alone(query.text, desk.library)
    if not own.periods or own.organisations or not desk.finder.lexicon.names_nothing(own.content):
        return None
    text = without_periods(squeeze(last.text), desk.library)
    again = replace(last, text=text, periods=own.periods, against="", before=(), assumed=query.assumed)
    return _by_words(replace(desk, query=again, packed=text))


def _follow(desk: Desk) -> Answer | None:
    """Compute on from the questions before: 两年相差多少, 占全局的比例, 比年初增加了多少."""
    last = desk.query.before[0]
    desk = replace(desk, query=replace(desk.query, reports=last.reports or desk.query.reports))
    share, more = _FOLLOW_SHARE.search(desk.packed), _FOLLOW_MORE.search(desk.packed)
    if _FOLLOW_APART.search(desk.packed) and len(desk.query.before) > 1:
        found = operands(desk.finder, (last, desk.query.before[1]))
        return as_difference(found, desk, lambda way, size: f"两者相差{size}") if found else None
    if share:
        whole = desk.phrase(share["b"], last)
        if WHOLE_ONLY.fullmatch(normalise(share["b"])):  # of all the department, not of the unit asked about before
            whole = replace(whole, organisations=(), units=())
        found = operands(desk.finder, (last, whole))
        return as_percent(found, desk, lambda x, y: f"{full_name(x)}占{full_name(y)}的") if found else None
    if more:
        other = desk.phrase(more["b"] + "预算" * (more["b"] in _STAGE), last)
        found = operands(desk.finder, (last, replace(other, kind=other.kind or last.kind)))
        if found and found[0].evidence[0].entry is not found[1].evidence[0].entry:
            return as_difference(found, desk, lambda way, size: f"{full_name(found[0])}比{more['b']}{way}{size}")
    return None


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
    return as_percent(found, desk, lambda x, y: f"{name_of(x)}占{name_of(y)}的") if found else None


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
        return as_percent(found, desk, lambda x, y: f"{name_of(x)}与{name_of(y)}之比为")
    return as_quotient(found, desk, "每单位")


def _kind_word(query: Query) -> str:
    return {Kind.BUDGET: "预算", Kind.TARGET: "目标"}.get(query.kind or Kind.ACTUAL, "实际")


def _minus(desk: Desk) -> Answer | None:
    match = _MORE.search(desk.packed) or _APART.search(desk.packed) or _MINUS.search(desk.packed)
    if not match:
        return None
    a = desk.phrase(match["a"])
    b = desk.phrase(match["b"], a)
    if re.search(
        r"省下|省了|节约|节省", match.group()[match.end("b") - match.start() :] if "b" in match.groupdict() else ""
    ):
        a, b = b, a  # what was saved is the budget less what was spent
    if a.kind is not None and b.kind is None and b.content == without_own_kind(a):
        b = replace(b, kind=Kind.ACTUAL)
    if (a.content, a.kind, a.organisations, a.periods) == (b.content, b.kind, b.organisations, b.periods):
        return None
    found = operands(desk.finder, (a, b))
    if not found or found[0].evidence[0].entry is found[1].evidence[0].entry:
        return None
    x, y = found
    return as_difference(found, desk, lambda way, size: f"{full_name(x)}比{full_name(y)}{way}{size}")


def without_own_kind(query: Query) -> str:
    """Return a query's content without its kind."""
    return of_kind(query, Kind.ACTUAL).content


def _left(desk: Desk) -> Answer | None:
    if not _LEFT.search(desk.packed):
        return None
    text = _LEFT.sub("", desk.packed).replace("预算", "")
    own = desk.phrase(text)
    found = operands(desk.finder, (of_kind(own, Kind.BUDGET), of_kind(own, Kind.ACTUAL)))
    return as_difference(found, desk, lambda way, size: f"{name_of(found[1])}还有{size}预算没有执行") if found else None


def _vacancy(desk: Desk) -> Answer | None:
    if not _VACANT.search(desk.packed):
        return None
    places, staff = desk.phrase("编制人数"), desk.phrase("在职人数")
    found = operands(desk.finder, (places, staff))
    return as_difference(found, desk, lambda way, size: f"编制比在职人数{way}{size}") if found else None


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
    return as_difference([actual, target], desk, lambda way, size: f"{name_of(actual)}比目标值{way}{size}")


def _per_head(desk: Desk) -> Answer | None:
    match = _PER_HEAD.search(desk.packed)
    if not match:
        return None
    text = re.sub(
        r"按.{0,20}?算[，,]?|花了|用了|[，,].{0,8}口径", "", desk.packed[: match.start()] + desk.packed[match.end() :]
    )
    found = operands(desk.finder, (desk.phrase(text), desk.phrase("在职人数")))
    return as_quotient(found, desk, "人均") if found else None


def _each_of(desk: Desk) -> Answer | None:
    match = _EACH_OF.search(desk.packed)
    if not match:
        return None
    rest = re.sub(r"多少(?:万?元|钱|万)?|花了?|是", "", match["rest"])
    subject = desk.phrase(match["a"] or rest)
    amount = replace(desk.phrase(rest or match["a"], subject), context=subject.content, unit=_amount_unit(desk))
    count = replace(subject, unit=match["per"] if match["per"] in UNITS else match["per"][-1], context=amount.content)
    found = operands(desk.finder, (amount, count))
    return as_quotient(found, desk, f"平均每{match['per']}") if found else None


def _amount_unit(desk: Desk) -> str:
    """Return the unit of money where money is asked for by the piece."""
    return "元" if re.search(r"元|钱|万", desk.packed) else ""
