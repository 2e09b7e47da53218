"""Finding the facts a question asks for, best first, and telling one answer from several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.index import Entry, FactIndex
from assistant.kinds import asked_kind
from assistant.lexicon import Lexicon
from assistant.match import covered, leaves_a_word_out, names_another, share, weights
from assistant.model import Evidence, Library, Query
from ingest.labels import normalise
from ingest.model import Fact, Form, Kind, Report, Scope
from ingest.numbers import UNITS, same_value

#: A fact must cover this share of the question's words, and have this share of its own label asked for.
_LEAST_RECALL = 0.72
_LEAST_PRECISION = 0.45
#: Facts this close to the best are the same answer, or disagree with it.
_TIE = 0.055
#: Another report answers too when its best fact is this close to the best of all.
_OTHER_REPORT = 0.08

_OTHER_KIND = {Kind.BUDGET: 0.08, Kind.TARGET: 0.1, Kind.SCORE: 0.14, Kind.WEIGHT: 0.16, Kind.CHANGE: 0.12}
#: What another kind than the asked one costs, where it can still be meant; 0.3 elsewhere.
_COMPATIBLE = {
    (Kind.RATE, Kind.ACTUAL): 0.0,  # a rate's 实际完成值
    (Kind.ACTUAL, Kind.RATE): 0.02,
    (Kind.CHANGE, Kind.ACTUAL): 0.08,
    (Kind.CHANGE, Kind.RATE): 0.08,
    (Kind.RATE, Kind.CHANGE): 0.08,
    (Kind.TARGET, Kind.BUDGET): 0.08,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up gave: the best evidence (all that ties), the runners-up, and how it was read."""

    best: tuple[Evidence, ...] = ()
    near: tuple[Evidence, ...] = ()
    reading: str = ""


def look_up(query: Query, library: Library, index: FactIndex, lexicon: Lexicon) -> Found:
    """Return the facts that fit the question best; ``best`` is empty when none fits well enough."""
    scope = Scope(query.reports or tuple(report.id for report in library.reports), ())
    main = lexicon.canonical(query.content)
    readings = [main, *(lexicon.canonical(reading) for reading in lexicon.readings(query.content))]
    defaults = {report.id: report for report in library.reports}
    near: list[Evidence] = []
    for number, content in enumerate(dict.fromkeys(filter(None, readings))):
        query = replace(query, kind=query.kind or asked_kind(content))
        ranked = []
        for entry in index.candidates(content, scope):
            evidence = _weigh(entry, content, query, defaults, lexicon)
            if evidence is not None:
                ranked.append(evidence)
        ranked.sort(key=lambda evidence: -evidence.score)
        fitting = [evidence for evidence in ranked if _fits(evidence, content, query)]
        if fitting:
            return Found(_best(fitting), tuple(ranked[:8]), content if number else "")
        near += ranked[:8]
    near.sort(key=lambda evidence: -evidence.score)
    return Found((), tuple(near[:8]))


def _best(fitting: list[Evidence]) -> tuple[Evidence, ...]:
    """Return what ties for the best: in each report for itself, where it is nearly as good as the best of all."""
    tops: dict[str, float] = {}
    for evidence in fitting:
        tops.setdefault(evidence.stored.report, evidence.score)
    least = fitting[0].score - _OTHER_REPORT
    return tuple(
        evidence
        for evidence in fitting
        if tops[evidence.stored.report] >= least and evidence.score >= tops[evidence.stored.report] - _TIE
    )


def _weigh(entry: Entry, content: str, query: Query, defaults: dict[str, Report], lexicon: Lexicon) -> Evidence | None:
    fact = entry.stored.fact
    if query.periods and fact.period not in query.periods:
        return None
    if query.organisations and fact.organisation not in query.organisations:
        return None
    in_leaves: set[int] = set()
    for label in entry.leaves:
        in_leaves |= covered(content, label)
    positions = in_leaves | _by_kind(content, fact, query)
    around: set[int] = set()
    for label in entry.around:
        around |= covered(content, label)
    recall = share(content, positions | around) - 0.1 * share(content, around - positions)
    precision = _precision(entry, content)
    if not in_leaves or recall < 0.3:
        return None
    score = 0.6 * recall + 0.4 * precision - _penalty(entry, content, query, defaults, lexicon)
    missed = leaves_a_word_out(content, positions | around)
    other = names_another(content, positions, entry.leaves)
    return Evidence(entry.stored, recall, precision, score, not missed and not other)


def _precision(entry: Entry, content: str) -> float:
    whole = matched = 0.0
    for label in entry.leaves:
        scale = weights(label)
        whole += sum(scale)
        matched += sum(scale[p] for p in covered(label, content))
    return matched / whole if whole else 0.0


_KIND_WORDS = {
    Kind.BUDGET: re.compile(r"(?:年初|全年)?预算数?(?:金额)?"),
    Kind.ACTUAL: re.compile(r"(?:全年)?(?:决算|实际|执行|完成)+数?(?:值|情况|支出)?"),
    Kind.TARGET: re.compile(r"(?:绩效|年度)?目标值?|指标值|预期"),
    Kind.SCORE: re.compile(r"自评得分|得分"),
    Kind.WEIGHT: re.compile(r"分值|权重"),
    Kind.CHANGE: re.compile(r"增减额?|增长|下降|降低|减少|增加|提高|变动|变化|增速|增幅|降幅"),
}


def _by_kind(content: str, fact: Fact, query: Query) -> set[int]:
    """Return the positions of words that say a kind which the fact has."""
    pattern = _KIND_WORDS.get(fact.kind)
    if pattern is None or (query.kind is not None and query.kind is not fact.kind):
        return set()
    return {p for match in pattern.finditer(content) for p in range(match.start(), match.end())}


def _penalty(entry: Entry, content: str, query: Query, defaults: dict[str, Report], lexicon: Lexicon) -> float:
    fact = entry.stored.fact
    report = defaults[entry.stored.report]
    cost = 0.0
    if query.kind is not None and fact.kind is not query.kind:
        cost += _COMPATIBLE.get((query.kind, fact.kind), 0.3)
    elif query.kind is None:
        cost += _OTHER_KIND.get(fact.kind, 0.0)
    if not query.periods and fact.period != report.year:
        cost += 0.12
    if not query.organisations and fact.organisation != report.organisation:
        cost += 0.15
    if query.unit and not _unit_fits(query.unit, fact.unit):
        cost += 0.3
    cost += {Form.FIGURE: 0.0, Form.BLANK: 0.06, Form.TEXT: 0.12}[fact.form]
    if fact.source.start is not None:
        cost += 0.01
    return cost + _narrowing(entry, content, lexicon)


def _unit_fits(asked: str, own: str) -> bool:
    if asked == own or not own:
        return True
    return UNITS.get(asked, (asked,))[0] == UNITS.get(own, (own,))[0]


def _narrowing(entry: Entry, content: str, lexicon: Lexicon) -> float:
    """Return the cost of a label above the fact that the question doesn't name: a part of something else.

    公务接待费 under 公用经费 is a narrower thing than 公务接待费; under 三公经费, whose part it is by
    definition, it is the thing itself.
    """
    fact = entry.stored.fact
    if not fact.row_path or not entry.leaves:
        return 0.0
    cost = 0.0
    for label in (*fact.row_path[:-1], fact.caption):
        name = lexicon.canonical(normalise(label))
        owners = [measure for measure in lexicon.parts if measure in name]
        measures = [term for term in _measures_in(name, lexicon) if term not in content]
        if measures and not any(entry.leaves[0] in lexicon.parts[owner] for owner in owners):
            cost += 0.07
    return min(cost, 0.14)


def _measures_in(name: str, lexicon: Lexicon) -> Iterable[str]:
    return [name] if name in set(lexicon.synonyms.values()) else [part for part in lexicon.components if part in name]


_SHARE = re.compile(r"占|完成.{0,4}(?:预算|任务|目标)")
_CHANGE_WORD = re.compile(r"[增降减升涨]|变[动化]|提高|回落")


def _kind_fits(query: Query, fact: Fact) -> bool:
    """Tell whether a fact's kind can answer the kind asked for; a budget never answers for what was spent."""
    if query.kind is None or fact.kind is query.kind:
        return True
    if query.kind is Kind.CHANGE:
        return bool(_CHANGE_WORD.search("".join((*fact.row_path[-1:], *fact.column_path[-1:]))))
    return (query.kind, fact.kind) in _COMPATIBLE


_STAGES = {"年初": re.compile("年初"), "全年": re.compile("全年|调整")}


def _stage_fits(content: str, fact: Fact) -> bool:
    """Tell whether a budget is of the stage asked for: 年初预算 is never answered with 全年预算."""
    if fact.kind is not Kind.BUDGET:
        return True
    own = "".join(map(normalise, (*fact.row_path[-1:], *fact.column_path)))
    asked = [pattern for pattern in _STAGES.values() if pattern.search(content)]
    told = [pattern for pattern in _STAGES.values() if pattern.search(own)]
    return not asked or not told or bool(set(asked) & set(told))


def _fits(evidence: Evidence, content: str, query: Query) -> bool:
    fact = evidence.stored.fact
    if not _stage_fits(content, fact):
        return False
    if not _kind_fits(query, fact) or (query.unit and not _unit_fits(query.unit, fact.unit)):
        return False
    if fact.row_path and _SHARE.search(fact.row_path[-1]) and not _SHARE.search(content):
        return False
    if not evidence.complete or evidence.recall < _LEAST_RECALL or evidence.precision < _LEAST_PRECISION:
        return False
    return not (
        query.unknown_organisation
        and query.unknown_organisation not in "".join(map(normalise, (*fact.row_path, *fact.column_path)))
    )


def distinct_values(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """Group evidence by equal value, in order of first appearance; blanks and texts by their text."""
    groups: list[list[Evidence]] = []
    for one in evidence:
        for group in groups:
            if _agree(one.stored.fact, group[0].stored.fact):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _agree(a: Fact, b: Fact) -> bool:
    if a.value is None or b.value is None:
        return a.value is b.value and a.raw == b.raw
    if not a.unit or not b.unit:
        return a.value == b.value
    return same_value((a.value, a.unit), (b.value, b.unit))
