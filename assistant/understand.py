"""Understanding a question: its slots taken out, its operation and kind told, a follow-up completed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.kinds import asked_kind, explicit
from assistant.lexicon import Lexicon
from assistant.model import Library, Operation, Query
from assistant.operations import operation_of
from assistant.slots import Slots, stranger, take_slots, without_actor
from assistant.words import LIGHT, pattern_of
from ingest.labels import normalise, squeeze
from ingest.model import Kind
from ingest.numbers import UNITS

_LONGEST = 500
_SHORT = 8
_WHY = re.compile(r"为什么|为何|为啥|原因|怎么回事|怎么解释|缘由|缘故|咋回事")
_REASON = re.compile(
    r"没(?:有)?(?:能)?(?:完成|达标|达到|花完|用完|建完|做完|办完)|未(?:能)?(?:完成|达标)|不达标|(?:降|涨|增|减)(?:得)?(?:这么|那么)?[多少]?"
)
#: Naming the report's own unit as "the company" at the start of a question.
_OWN = re.compile(
    r"^(?:(?:请问|在|本期|目前)*)(?:该|这家?|贵|本)?(?:公司|企业|单位|部门|局)(?:的|在|里)?(?!会|与|购|服务|整体|入规)"
)
_MARKS = re.compile(r"[?？!！~～…]+")
_CHANGED = re.compile(
    r"(?:是?增加|减少|压减|节约|节省|下降|上升|增长|提高|降低|增减|变动|变化|上涨|(?<!新)增|降|涨|减|多|少)(?:出|了|的)?(?:多少|几|幅度)(?:是|多少)?|"
    r"(?:变动|变化|增减|升降)(?:幅度|情况|了)?|是?增(?:加)?还?是减(?:少)?"
)
#: A list that says itself what it is of, though no measure: 哪些指标扣分了.
_OWN_SUBJECT = re.compile(r"哪[些几][项个]?(?:[一二三]级)?指标|指标.{0,8}(?:扣分|满分|没完成|未完成|达标)")
_FOLLOWS = re.compile(
    r"^(?:那)?(?:这?两[年个者项]|二者|它们)(?:之间)?(?:相差|差)|^(?:那么?|然后|还有|再|如果是|换成|其中)|呢$|^(?:换算|换成|折合|用.{1,3}表示)"
)
KIND_ONLY = re.compile(
    r"(?:实际支出|实际执行|支出数|那|的|是|数|年初|全年|调整|预算|决算|实际|目标|执行|完成|得分|分值|指标|绩效|值|情况|金额|多少|完成率|呢|又|同比|"
    r"增减|增长|下降|了|百分之)+"
)


def understand(
    text: str, library: Library, lexicon: Lexicon, history: Sequence[str] = (), reports: tuple[str, ...] = ()
) -> Query:
    """Understand a question against what is loaded; an elliptical one is completed from ``history``."""
    if not history:
        return alone(text, library, reports)
    earlier = understand(history[-1], library, lexicon, history[:-1], reports)
    if (again := ordered_again(text, earlier)) is not None:
        own = alone(again, library, earlier.reports or reports)
        return replace(own, reports=earlier.reports, assumed=(f"沿用上一问：{earlier.text}",), before=(earlier,))
    query = alone(text, library, reports, earlier.periods[0] if len(earlier.periods) == 1 else "")
    if not _depends(query, lexicon):
        return _same_department(query, earlier, reports)
    narrowed = earlier.reports if query.reports == reports else query.reports
    return replace(complete(query, earlier, lexicon), reports=narrowed, before=(earlier, *earlier.before[:1]))


#: Units as what a question goes over: the parts of the department asked about before, or else the departments.
_EVERY_UNIT = re.compile(
    r"(?:哪一?[个家些]{0,2}|各个?家?|每[个家]|所有|全部)(?:单位|机构|部门|局)|哪[几一]?家|[一二两三四五六七八九几]家"
)


_KEPT_DEPARTMENT = "沿用上一问的单位和年度："


def stands_alone(query: Query) -> bool:
    """Tell whether a question that took something over may mean none of it, where nothing is found with it.

    One that goes over units; one that only kept the department before; one that names its own.
    """
    named = bool(query.organisations) and query.organisation_word not in ("", *_words_before(query))
    return goes_over_units(query) or named or any(one.startswith(_KEPT_DEPARTMENT) for one in query.assumed)


def _words_before(query: Query) -> tuple[str, ...]:
    return tuple(one.organisation_word for one in query.before)


def goes_over_units(query: Query) -> bool:
    """Tell whether a question goes over units, so that the department asked about before may not be meant."""
    return _EVERY_UNIT.search(query.text) is not None


def _same_department(query: Query, earlier: Query, reports: tuple[str, ...]) -> Query:
    """Keep a short question that names no department with the one asked about before."""
    if query.organisations or query.unknown_organisation or not earlier.organisations:
        return query
    if earlier.reports == reports or len(query.content) > _SHORT:
        return query
    return replace(
        query, reports=earlier.reports, organisations=earlier.organisations, units=earlier.units,
        organisation_word=earlier.organisation_word, periods=query.periods or earlier.periods,
        assumed=(f"{_KEPT_DEPARTMENT}{earlier.text}",),
    )  # fmt: skip


_NUMERAL = r"[一二两三四五六七八九十\d]{1,2}"
_ORDER = (
    rf"最[多少高低大小](?:的)?|倒数第?{_NUMERAL}|前{_NUMERAL}名?|(?:排(?:在|名)?)?第{_NUMERAL}名?|"
    r"[由从][高大多低小少]到[高大多低小少]"
)
_ORDERED = re.compile(_ORDER)
#: Goes on from a ranking with nothing but another order, or another year: 第二呢, 最少的是哪个, 2022年呢.
_OTHER_ORDER = re.compile(
    rf"(?:那么?)?(?P<order>{_ORDER})(?:的)?(?:呢|咧|是?谁|是?哪[一个家]{{0,2}}(?:单位|部门)?)?[?？]?"
)
_OTHER_YEAR = re.compile(r"(?:那么?)?(?P<year>(?:20)?\d\d年度?)(?:的)?(?:呢|咧)?[?？]?")
_YEAR_SAID = re.compile(r"(?:20)?\d\d年度?(?:的)?")


def ordered_again(text: str, earlier: Query) -> str | None:
    """Return a ranking asked again in another order, or of another year; ``None`` for what asks anything else."""
    packed, said = squeeze(text), squeeze(earlier.text)
    if earlier.operation is not Operation.RANK:
        return None
    if (match := _OTHER_ORDER.fullmatch(packed)) and _ORDERED.search(said):
        order = match["order"].removesuffix("的")
        order = f"排{order}" if order.startswith("第") else order
        return _ORDERED.sub(order, said, count=1)
    if (match := _OTHER_YEAR.fullmatch(packed)) is None:
        return None
    year = match["year"]
    return _YEAR_SAID.sub(year, said, count=1) if _YEAR_SAID.search(said) else f"{year}{said}"


def alone(text: str, library: Library, reports: tuple[str, ...] = (), year: str = "") -> Query:
    """Understand a question by itself, but for the ``year`` spoken of before, which 上一年 counts from."""
    packed = squeeze(text)[:_LONGEST]
    slots = take_slots(packed, library, year)
    operation = operation_of(pattern_of("礼貌").sub("", packed), slots)
    content = _content(slots)
    changed = bool(slots.against) or bool(_CHANGED.search(slots.rest))
    named = slots.units[0] if len(slots.units) == 1 else tuple(dict.fromkeys(n for group in slots.units for n in group))
    return Query(
        text=text.strip(),
        content=content,
        operation=operation,
        organisations=named,
        units=slots.units,
        organisation_word=slots.word,
        unknown_organisation="" if named else stranger(content),
        periods=slots.periods,
        against=slots.against,
        kind=Kind.CHANGE if changed else asked_kind(slots.rest, packed),
        unit=slots.unit,
        convert=slots.convert,
        reports=tuple(report.id for report in slots.reports) if slots.reports else reports,
    )


def _content(slots: Slots) -> str:
    """Return what is left to be matched with labels: normalised, polite words gone, words of asking kept.

    Words of asking weigh next to nothing in matching; they stay, as labels may hold them.
    """
    rest = _OWN.sub("", pattern_of("礼貌").sub("", without_actor(slots.rest)))
    if slots.against:
        rest = _CHANGED.sub("", rest)
    return normalise(_MARKS.sub("", pattern_of("问数").sub("", rest)))


def _depends(query: Query, lexicon: Lexicon) -> bool:
    """Tell whether a question leans on the one before it."""
    packed = squeeze(query.text).rstrip("?？。")
    nameless = lexicon.names_nothing(lexicon.canonical(query.content)) and query.operation is not Operation.TEXT
    if asks_reason(query.text):
        nameless = lexicon.names_nothing(lexicon.canonical(_REASON.sub("", query.content)))
    counts = bool(query.organisations) and _counts(query.unit)  # 林业局有多少人: the unit says what is asked for
    nameless = nameless and _OWN_SUBJECT.search(packed) is None and not counts
    only_unit = bool(query.convert) and len(query.content) <= 6
    return bool(_FOLLOWS.search(packed)) or only_unit or nameless or len(packed) <= 3


def _counts(unit: str) -> bool:
    """Tell whether a unit is of things counted or measured, which money, shares and bare numbers are not."""
    return UNITS.get(unit, ("money",))[0] not in ("money", "ratio", "points", "number")


def asks_reason(text: str) -> bool:
    """Tell whether a reason is asked for."""
    return _WHY.search(text) is not None


def complete(query: Query, earlier: Query, lexicon: Lexicon) -> Query:
    """Fill what a follow-up leaves out from the question before it, saying what was assumed."""
    assumed = (f"沿用上一问：{earlier.text}",)
    if query.convert:
        return replace(earlier, text=query.text, convert=query.convert, assumed=assumed)
    own_units = bool(query.organisations)
    filled = replace(
        query,
        periods=query.periods or earlier.periods,
        against=query.against or ("" if query.periods else earlier.against),
        organisations=query.organisations if own_units else earlier.organisations,
        units=query.units if own_units else earlier.units,
        organisation_word=query.organisation_word if own_units else earlier.organisation_word,
        assumed=assumed,
    )
    kind = query.kind if explicit(query.kind) else earlier.kind if explicit(earlier.kind) else query.kind
    operation = earlier.operation if query.operation is Operation.LOOKUP else query.operation
    if _names_nothing(query, lexicon):
        content = earlier.content if query.kind is None else without_kind(earlier.content)
        return replace(
            filled, content=content + query.content, kind=query.kind or earlier.kind, operation=operation,
            unit=query.unit or ("" if query.kind else earlier.unit), context=earlier.context,
        )  # fmt: skip
    unit = query.unit or (earlier.unit if kind is earlier.kind and kind is Kind.SCORE else "")
    context = f"{earlier.context} {earlier.content}".strip()
    return replace(filled, context=context, kind=kind, operation=operation, unit=unit)


def _names_nothing(query: Query, lexicon: Lexicon) -> bool:
    if lexicon.readings(query.content)[:1] == [lexicon.alone.get(_bare(query.content, lexicon), "")]:
        return False  # 支出呢？ means all that was spent
    return KIND_ONLY.fullmatch(query.content) is not None or lexicon.names_nothing(lexicon.canonical(query.content))


def _bare(content: str, lexicon: Lexicon) -> str:
    return "".join(c for c, weight in zip(content, lexicon.weights(content), strict=True) if weight >= LIGHT)


def without_kind(content: str) -> str:
    """Return a content without the words at its end that say only its kind."""
    return re.sub(
        r"(?:年初|全年|年度)?(?:预算|决算|实际|目标|执行|完成|得分|分值|支出|增长|增速)(?:数|值|情况|金额)?(?:花|用)?$",
        "",
        content,
    )


def without_department(query: Query, library: Library) -> str:
    """Return a question without the department that narrows it to reports; parts of one stay, as rows name them."""
    if len(query.reports) == len(library.reports):
        return query.text
    return query.text.replace(query.organisation_word, "", 1) if query.organisation_word else query.text


def known_of(chosen: Sequence[str], library: Library) -> tuple[str, ...]:
    """Return what chosen reports have in common and others lack: the names of their one department, their year."""
    wanted = set(chosen)
    held = [report for report in library.reports if report.id in wanted]
    years = {report.year for report in held}
    found = list(years) if len(years) == 1 and len({report.year for report in library.reports}) > 1 else []
    if len({report.organisation for report in held}) == 1:
        found += [name for report in held for name in (report.organisation, *report.aliases)]
    return tuple(dict.fromkeys(found))
