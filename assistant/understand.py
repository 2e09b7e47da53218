"""Understanding a question: its words of asking, organisation, years, kind and unit taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.kinds import asked_kind
from assistant.model import Library, Operation, Query
from ingest.labels import normalise, squeeze
from ingest.model import Kind, Report
from ingest.names import same_unit
from ingest.numbers import UNIT, unit_name

#: Polite openings, and naming the report's own unit as "the company", "our office".
_OPENING = re.compile(
    r"^(?:(?:请问|请告知|请告诉我|你知道|你了解|你清楚|能不能|能否|能|可否|可以|麻烦你?|帮我|我想知道|想知道|我想了解|想了解|想问一?下?|"
    r"问一下|查询?一下|介绍一?下|讲一?下|说一?下)[，,、]?)+|^(?:该|这家?|贵)(?:公司|企业|单位|部门|局)(?:的|在)?|^(?:企业|公司)(?:的|在)"
)
_ASKING = re.compile(
    r"请问一下|请问|请告诉我|告诉我|麻烦|帮我|帮忙|查询?一下|查一查|查查|我想知道|想知道|想问一?下?|你知道|知道|能不能|可以|"
    r"(?:分别)?是?多少(?:钱|呢|啊|呀)?|是(?:什么|几|啥)|有(?:几|多少)|为多少|达到?多少|达到了?几|几何|什么|"
    r"的?时候|时(?=[，,]|$)|总共|一共|共计|到底|究竟|具体|数值|数字|数据|占了?多少|花了|用了|[?？!！。,，]|(?:的|了|呢|吗|吧|啊|呀|嘛|么)(?=$|[^\u4e00-\u9fff])|(?<=.)(?:的|了)|"
    r"^(?:是|有|在|那么?|和|与|的)|(?:是|有|为|达|共|又|呢|吗)$|报告中?(?:里|中|显示)?|单位(?=$)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年度?|(?!\d))(?:的|全年|度)?")
_SHORT_YEAR = re.compile(r"(?<!\d)([12]\d)年度?(?!以|内|来)")
_CHINESE_YEAR = re.compile(r"([一二][〇零○一二三四五六七八九]{3})年度?")
_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_AGAINST_LAST = re.compile(r"(?:同比|(?:比|较|与|和|跟|同)(?:上年|去年|上一年|前一年|上年度)(?:相比|比|同期)?|年度间)")
_LAST_YEAR = re.compile(r"去年|上一?年(?!度?结转|结余)度?|前一年")
_THIS_YEAR = re.compile(r"今年|本年度?(?!收入|支出|度?预算)|当年(?!结余)")
_BEFORE_LAST = re.compile(r"前年")
_CHANGED = re.compile(
    r"(?P<way>增加|减少|下降|上升|增长|提高|降低|降|增|涨|变化|增减|变动|多|少)了?(?:多少|了多少|几)|变化|增减"
)
_UNSUPPORTED = re.compile(
    r"排名|排序|名次|从[高大多]到[低小少]|从[低小少]到[高大多]|最[高低多少大小]|前[一二三四五六七八九十\d]+[名位个项]?|(?<!年)平均(?!增)|人均|"
    r"之和|总和|加起来|加在一起|相差|差多少|差几|倍$|占比?[^率]{0,6}(?:多少|比例|比重|几)|谁的|哪[一]?[个家项年]|哪些(?:单位|指标|项目|部门)|"
    r"比[^上去].{1,12}[多少高低](?:多少|吗|几)?$|各(?:单位|项|部门|机构|科室)|列出"
)
_TEXT = re.compile(
    r"为什么|为何|原因|怎么|如何|哪些|哪里|哪儿|在哪|地址|谁|是否|有没有|存在.{0,6}问题|问题|措施|建议|职责|职能|依据|做法|经验|内容|简介|介绍|概述|方法|原则"
)
_FIGURE = re.compile(r"多少|几[个家项人次台辆]|是多大|金额|总额|率$|率是|数是|数$|合计")
#: 建了多少个…: one verb that labels write otherwise (建设, 新建).
_BARE_VERB = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]了(?=多少|几)")
_ASKED_UNIT = re.compile(rf"(?:多少|几)({UNIT})")
_CONVERT = re.compile(rf"(?:换算?|折算?|转换?|改)(?:成|为)({UNIT})|用({UNIT})(?:表示|作单位|计)")
_FOLLOWS = re.compile(r"^(?:那么?|然后|还有|再|如果是|换成)|呢$|^(?:换算|换成|折合)")
_LOCAL = re.compile(r"本级(?:机构)?|局机关(?!及)|机关本级|机关本身|本部(?!门)")
_KIND_ONLY = re.compile(r"(?:年初|全年|调整)?(?:预算|决算|实际|目标|执行|完成|得分|分值|指标)+(?:数|值|情况|金额)?")
_WHOLE = re.compile(
    r"全部门|整个部门|部门汇总|部门整体|汇总|合起来|(?:本|我|贵|该|这个?)(?:局|单位|部门|委|院|厅|中心)|全局(?=.{2})"
)
_STRANGER = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:委员会|办公室|人民政府|中心|法院|检察院|学院|大学|医院|学校|公司|集团|局|厅)"
)
_ENDS = "局委办厅院中心会所站处校馆队公司集团室科院部行社"


def understand(text: str, library: Library, history: Sequence[str] = (), reports: tuple[str, ...] = ()) -> Query:
    """Understand a question against what is loaded; an elliptical one is completed from ``history``."""
    query = _alone(text, library, reports)
    if history and _depends(query, text):
        earlier = understand(history[-1], library, history[:-1], reports)
        narrowed = earlier.reports if query.reports == reports else query.reports
        return replace(_complete(query, earlier), reports=narrowed)
    return query


def _alone(text: str, library: Library, reports: tuple[str, ...]) -> Query:
    packed = squeeze(text)[:500]
    convert = _CONVERT.search(packed)
    asked = _ASKED_UNIT.search(packed)
    operation = _operation(packed)
    rest = _CONVERT.sub("", packed) if convert else packed
    rest = _ASKED_UNIT.sub("", _BARE_VERB.sub("", rest))
    rest, periods = _periods(rest, library)
    rest, department, narrowed = _department(rest, library)
    rest, named, word = _organisation(rest, library, narrowed)
    if department and not named:
        named, word = tuple(sorted({r.organisation for r in narrowed})), department
    change = _AGAINST_LAST.search(rest)
    rest = _AGAINST_LAST.sub("", rest)
    content = _content(rest, operation)
    return Query(
        text=text.strip(),
        content=content,
        operation=operation,
        organisations=named,
        organisation_word=word,
        unknown_organisation="" if named else _unknown(content),
        periods=periods,
        kind=Kind.CHANGE if change else asked_kind(content),
        unit=unit_name(asked.group(1)) if asked else "",
        convert=unit_name(next(filter(None, convert.groups()), "")) if convert else "",
        reports=tuple(report.id for report in narrowed) if narrowed else reports,
    )


def _operation(packed: str) -> Operation:
    if _AGAINST_LAST.search(packed) and _CHANGED.search(packed):
        return Operation.CHANGE
    if _UNSUPPORTED.search(packed):
        return Operation.UNSUPPORTED
    if _TEXT.search(packed) and not _FIGURE.search(packed):
        return Operation.TEXT
    return Operation.LOOKUP


def _periods(text: str, library: Library) -> tuple[str, tuple[str, ...]]:
    """Take the years out of a question; 去年 and 今年 count from the loaded reports' year."""
    found: list[str] = []

    def take(year: str) -> str:
        found.append(year)
        return ""

    text = _CHINESE_YEAR.sub(lambda m: take("".join(_CHINESE_DIGITS[c] for c in m.group(1))), text)
    text = _YEAR.sub(lambda m: take(m.group(1)), text)
    text = _SHORT_YEAR.sub(lambda m: take("20" + m.group(1)), text)
    years = [report.year for report in library.reports if report.year.isdecimal()]
    if years:
        latest = int(max(years))
        held = _AGAINST_LAST.search(text)
        head, tail = (text[: held.start()], text[held.start() :]) if held else (text, "")
        for pattern, back in ((_LAST_YEAR, 1), (_BEFORE_LAST, 2), (_THIS_YEAR, 0)):
            found += [str(latest - back) for _ in pattern.findall(head)]
            head = pattern.sub("", head)
        text = head + tail
    return text, tuple(dict.fromkeys(found))


def _department(text: str, library: Library) -> tuple[str, str, tuple[Report, ...]]:
    """Take a report's department out of a question; return (the rest, the word, that department's reports)."""
    best = ""
    chosen: tuple[str, ...] = ()
    for report in library.reports:
        for name in (report.organisation, *report.aliases):
            word = _mention(text, name) if len(name) > 2 else ""
            if len(word) > len(best):
                best, chosen = word, (report.organisation,)
            elif word and word == best and report.organisation not in chosen:
                chosen = (*chosen, report.organisation)
    return text.replace(best, "", 1), best, tuple(r for r in library.reports if best and r.organisation in chosen)


def _organisation(text: str, library: Library, narrowed: tuple[Report, ...]) -> tuple[str, tuple[str, ...], str]:
    """Take a part of a department out of a question: its own office (本级), a unit under it, or all of it."""
    local = _LOCAL.search(text)
    if local:
        named = tuple(name for name in library.organisations if _LOCAL.search(name) or "本级" in name)
        if named:
            return text.replace(local.group(), "", 1), named, local.group()
    best, owners = "", set[str]()
    for name in library.organisations:
        word = _mention(text, name) if len(name) > 2 else ""
        if len(word) > len(best):
            best, owners = word, _owners(name, library)
        elif word and word == best:
            owners |= _owners(name, library)
    if best:
        return text.replace(best, "", 1), tuple(sorted(owners)), best
    whole = _WHOLE.search(text)
    if whole:
        owners = {report.organisation for report in narrowed or library.reports}
        return text.replace(whole.group(), "", 1), tuple(sorted(owners)), whole.group()
    return text, (), ""


def _owners(name: str, library: Library) -> set[str]:
    """Return an organisation's names as the reports' tables have them: they drift within one report."""
    return {o for o in library.organisations if same_unit(o, name)} | {name}


def _mention(text: str, name: str) -> str:
    """Return the part of the text that names ``name`` in full or shortened, else ``""``."""
    if name in text:
        return name
    for end in range(len(text), 1, -1):
        if text[end - 1] not in _ENDS:
            continue
        for start in range(max(0, end - len(name) - 4), end - 2):
            if same_unit(text[start:end], name):
                return text[start:end]
    return ""


def _unknown(content: str) -> str:
    """Return a name at the content's start that reads like an organisation; the loaded ones are gone by now."""
    match = _STRANGER.match(content)
    return match.group() if match else ""


def _content(text: str, operation: Operation) -> str:
    content = _CHANGED.sub("", text) if operation is Operation.CHANGE else text
    for _ in range(3):
        shorter = _ASKING.sub("", _OPENING.sub("", content))
        if shorter == content:
            break
        content = shorter
    return normalise(content)


def _depends(query: Query, text: str) -> bool:
    """Tell whether a question leans on the one before it."""
    packed = squeeze(text).rstrip("?？。")
    only_unit = bool(query.convert) and len(query.content) <= 6
    only_slot = not query.content or len(packed) <= 3
    return bool(_FOLLOWS.search(packed)) or only_unit or only_slot


def _complete(query: Query, earlier: Query) -> Query:
    """Fill what a follow-up leaves out from the question before it, saying what was assumed."""
    if query.convert:
        return replace(earlier, text=query.text, convert=query.convert, assumed=(f"沿用上一问：{earlier.text}",))
    content = "" if (query.periods or query.organisations) and len(query.content) < 2 else query.content
    if not content or _KIND_ONLY.fullmatch(content):
        base = earlier.content if content == "" else _without_kind(earlier.content)
        kind = query.kind if content else earlier.kind
        merged = base if content == "" else base + content
        return replace(
            earlier,
            text=query.text,
            content=merged,
            kind=kind,
            periods=query.periods or earlier.periods,
            organisations=query.organisations or earlier.organisations,
            organisation_word=query.organisation_word or earlier.organisation_word,
            unknown_organisation=query.unknown_organisation,
            assumed=(f"沿用上一问：{earlier.text}",),
        )
    return replace(
        query,
        periods=query.periods or earlier.periods,
        organisations=query.organisations or earlier.organisations,
        organisation_word=query.organisation_word or earlier.organisation_word,
        kind=query.kind or earlier.kind,
        operation=earlier.operation if query.operation is Operation.LOOKUP else query.operation,
        assumed=(f"沿用上一问：{earlier.text}",),
    )


def _without_kind(content: str) -> str:
    return re.sub(r"(?:年初|全年|年度)?(?:预算|决算|实际|目标|执行|完成|得分|分值)(?:数|值|情况|金额)?$", "", content)
