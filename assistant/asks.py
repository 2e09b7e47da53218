"""Questions that ask several things at once: 编制、在职、控制率分别是多少？ 完成多少，同比增长多少？"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.kinds import explicit
from assistant.lexicon import Lexicon
from assistant.lookup import LOCATION
from assistant.model import Answer, Citation, Library, Operation, Query, Status, Value
from assistant.slots import without_comparison
from assistant.understand import alone, without_kind
from assistant.words import one_sided
from ingest.labels import normalise, squeeze

_ASKS = re.compile(
    r"多少|百分之几|(?<![一二三四五六七八九十加])几(?![加乎])|是什么|呢$|有多|何时|说一下$|说说$|列一下$|(?:比例|金额|增幅|幅度)呢"
)
_CLAUSE = re.compile(r"[，,；;？?。]+")
_AFTER_ASKING = re.compile(r"(?<=[^\d])(?:、|和|又|以及)(?=[^、，]{2})")
_RESTATES = re.compile(r"^(?:就是|即|也就是|指的是|我是说|我说的是)|(?:那个数|那个|这个数|这一项|那一项)$")
_SUMMED = re.compile(r"加起来|合起来|之和|相加|加总|总和")
_EACH = re.compile(r"各|分别|都")
_JOINTS = re.compile(r"、|以及|和|与|及|跟")
_NOT_JOINTS = re.compile(r"(?:个人和家庭|商品和服务|结转和结余|购置和运行|存在的问题和|及其|以及其)")
_KIND_ONLY = re.compile(
    r"(?:同比|增长|增幅|增速|降幅|增减|变动|幅度|比例|完成率|得分率?|分值|预算|决算|目标|实际|数|值|额|率|是|多少|的|\?)+"
)
_WITHIN = re.compile(
    r"^(?P<whole>.{2,}?)(?:之中|其中|当中|项下|中的?|里面的?|里的?|下面的?|(?<=费)下的?)(?P<own>[^中里]{2,})$"
)
_MOST = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things asked: its own words, the words around it that may help, and what it hangs on.

    ``base`` is what the question says before it asks; ``last`` the last of the parts listed with this one.
    """

    text: str
    context: str = ""
    base: str = ""
    last: str = ""
    within: str = ""


def asks(
    query: Query, library: Library, lexicon: Lexicon, is_label: Callable[[str], bool], found: Callable[[Query], bool]
) -> list[Query]:
    """Return the single queries of a question; one that asks one thing comes back alone.

    ``is_label`` tells whether a text with a joint in it (个人和家庭) stands in a label as it is, ``found``
    whether a query finds a fact: a list that nothing marks as one (甲与乙的余额) is split only when the
    whole finds none and each part does.
    """
    summed = _SUMMED.search(query.text) is not None
    if summed or query.operation not in (Operation.LOOKUP, Operation.CHANGE, Operation.LIST):
        return [query]
    packed = _held_together(without_comparison(squeeze(query.text)), query.organisation_word)
    parts = _loosened(split(packed, is_label))
    if len(parts) > 1:
        singles = _singles(parts, query, library, lexicon)
        return singles or [query]
    whole = by_slot(query)
    loose = _loosened(split(packed, is_label, marked=False))
    if len(loose) > 1 and query.operation is not Operation.CHANGE and not all(map(found, whole)):
        singles = _singles(loose, query, library, lexicon)
        if singles and all(map(found, singles)):
            return singles
    return whole


#: Joints inside a name (林业和草原局, 疾控中心) are written with these while a question is split.
_INSIDE = str.maketrans("和与及跟、中里", "\ue000\ue001\ue002\ue003\ue004\ue005\ue006")
_OUTSIDE = str.maketrans("\ue000\ue001\ue002\ue003\ue004\ue005\ue006", "和与及跟、中里")


def _held_together(packed: str, names: str) -> str:
    for name in filter(None, (names, *names.split("、"))):
        packed = packed.replace(name, name.translate(_INSIDE))
    return packed


def _loosened(parts: Sequence[Part]) -> list[Part]:
    fields = ("text", "context", "base", "last", "within")
    return [Part(*(getattr(part, field).translate(_OUTSIDE) for field in fields)) for part in parts]


def _singles(parts: Sequence[Part], query: Query, library: Library, lexicon: Lexicon) -> list[Query]:
    """Return the queries of a question's parts, none when a part asks for nothing."""
    singles: list[Query] = []
    for part in parts:
        own = alone(part.text, library, query.reports)
        singles += by_slot(_filled(own, part, query, singles[0] if singles else None, library, lexicon))
    return singles[:_MOST] if all(one.content for one in singles) else []


def _filled(own: Query, part: Part, whole: Query, first: Query | None, library: Library, lexicon: Lexicon) -> Query:
    """Give a part what the question says once for all of its parts."""
    content, context = own.content, normalise(part.context)
    if lexicon.names_nothing(lexicon.canonical(content)):
        content = (without_kind(first.content) if first else normalise(part.base)) + content
    listed = alone(part.last, library, own.reports) if part.last else own
    return replace(
        own,
        text=whole.text,
        content=content,
        context=context,
        within=part.within,
        operation=Operation.LOOKUP if own.operation is Operation.TEXT else own.operation,
        periods=own.periods or whole.periods,
        against=own.against or whole.against,
        organisations=own.organisations or whole.organisations,
        units=own.units or whole.units,
        organisation_word=own.organisation_word or whole.organisation_word,
        kind=own.kind or (listed.kind if explicit(listed.kind) else None),
        unit=own.unit or (listed.unit if own.kind is listed.kind or explicit(listed.kind) else ""),
        reports=own.reports or whole.reports,
        assumed=whole.assumed,
    )


def by_slot(query: Query) -> list[Query]:
    """Ask for each year and each part of the department that a question names."""
    if query.against:
        return [query]
    found = [query]
    if len(query.periods) > 1:
        found = [replace(one, periods=(year,)) for one in found for year in query.periods]
    if len(query.units) > 1:
        found = [replace(one, units=(group,), organisations=group) for one in found for group in query.units]
    return [replace(one, content=content) for one in found for content in one_sided(one.content)]


def split(packed: str, is_label: Callable[[str], bool], *, marked: bool = True) -> list[Part]:
    """Split a squeezed question where it asks again, and where it lists what it asks for.

    ``marked`` takes for a list only what says so: 分别, 各, several joints.
    """
    clauses = [clause for clause in _CLAUSE.split(packed) if clause]
    asking = [clause for clause in clauses if _ASKS.search(clause)]
    asking = asking or clauses[-1:]
    told = "".join(clause for clause in clauses if clause not in asking)
    pieces: list[str] = []
    for clause in asking:
        pieces += _again(clause)
    found: list[Part] = []
    for number, piece in enumerate(pieces):
        context = told + "".join(pieces[:1] if number else ())
        listed = _listed(piece, is_label, marked)
        if len(listed) == 1:
            found.append(Part(piece if number else told + piece, context))
            continue
        inside = _WITHIN.match(listed[0])
        whole = inside["whole"] if inside else told if LOCATION.search(told) else ""
        if inside:
            listed = [inside["own"], *listed[1:]]
        for one in listed:
            others = "".join(other for other in listed if other is not one)
            found.append(Part(one, context + others, told, listed[-1], whole))
    return found if len(found) > 1 else [Part(packed)]


def _again(clause: str) -> list[str]:
    """Split a clause where one asking ends and another begins: 有几个项目多少、投资总额多少."""
    pieces, start = [], 0
    for joint in _AFTER_ASKING.finditer(clause):
        if _ASKS.search(clause[start : joint.start()]) and _ASKS.search(clause[joint.end() :]):
            pieces.append(clause[start : joint.start()])
            start = joint.end()
    return [*pieces, clause[start:]]


def _listed(piece: str, is_label: Callable[[str], bool], marked: bool) -> list[str]:
    """Split a piece that lists what it asks for; each part but the last is asked for like the last."""
    held = [match.span() for match in _NOT_JOINTS.finditer(piece)]
    cuts = [
        joint
        for joint in _JOINTS.finditer(piece)
        if 0 < joint.start() < len(piece) - 2
        and not any(start <= joint.start() < end for start, end in held)
        and not is_label(normalise(piece[joint.start() - 2 : joint.end() + 2]))
    ]
    if not cuts:
        return [piece]
    tail = piece[cuts[-1].end() :]
    if marked and not (_EACH.search(tail) or len(cuts) > 1 or piece.endswith("呢") or _KIND_ONLY.fullmatch(tail)):
        return [piece]
    parts, start = [], 0
    for cut in cuts:
        parts.append(piece[start : cut.start()])
        start = cut.end()
    parts.append(_EACH.sub("", piece[start:]))
    return parts if all(map(len, parts)) else [piece]


def restatements(query: Query, library: Library) -> list[Query]:
    """Return a question by each of the ways that it says again what is meant, the rest of it as context.

    In brackets, or in a clause of its own that asks nothing: 账上家底有多少？就是固定资产.
    """
    packed = squeeze(query.text)
    clauses = [clause for clause in _CLAUSE.split(re.sub(r"[（(].{0,80}?[)）]", "", packed)) if clause]
    said = [match[1] for match in re.finditer(r"[（(](.{2,12}?)[)）]", packed)]
    if len(clauses) > 1:
        said += [clause for clause in clauses if _RESTATES.search(clause) and not _ASKS.search(clause)]
    found = []
    for text in said:
        own = alone(_RESTATES.sub("", text), library, query.reports)
        if own.content and own.operation is Operation.LOOKUP:
            found.append(
                replace(
                    own, text=query.text, context=query.content, periods=own.periods or query.periods,
                    organisations=own.organisations or query.organisations, units=own.units or query.units,
                    organisation_word=own.organisation_word or query.organisation_word, unit=query.unit,
                    assumed=(*query.assumed, f"按“{text}”理解"),
                )
            )  # fmt: skip
    return found


def _once(answers: Sequence[Answer]) -> list[Answer]:
    """Drop an answer that another part of the question got already, from the same places."""

    def same(a: Answer, b: Answer) -> bool:
        return a.text == b.text and {_place(c) for c in a.citations} == {_place(c) for c in b.citations}

    return [a for n, a in enumerate(answers) if not any(same(a, b) for b in answers[:n])]


def _place(citation: Citation) -> tuple[object, ...]:
    return citation.report, citation.table, citation.row, citation.column, citation.block, citation.start


def answer_each(answers: Sequence[Answer]) -> Answer | None:
    """Join the answers to the parts of a question, ``None`` when none of them was answered."""
    good = [a for a in answers if a.status in (Status.ANSWERED, Status.CONFLICT)]
    if not good:
        return None
    if len(answers) == 1:
        return answers[0]
    citations: list[Citation] = []
    values: list[Value] = []
    trace: list[str] = []
    answers = _once(answers)
    for answer in answers:
        shift = len(citations)
        citations += [replace(c, n=c.n + shift) for c in answer.citations]
        values += [replace(v, citations=tuple(n + shift for n in v.citations)) for v in answer.values]
        trace += answer.trace
    text = "".join(answer.text if answer.text.endswith("。") else answer.text + "。" for answer in answers)
    status = Status.CONFLICT if any(a.status is Status.CONFLICT for a in answers) else Status.ANSWERED
    return Answer(status, text, tuple(values), tuple(citations), tuple(trace))
