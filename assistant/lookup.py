"""Finding the facts a question asks for, best first, and telling one answer from several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.index import FactIndex
from assistant.kinds import asked_kind
from assistant.lexicon import Lexicon
from assistant.match import covered, leaves_out, share
from assistant.model import Entry, Evidence, Library, Query
from assistant.same import of_total, rivals
from assistant.typos import corrected
from assistant.words import contradicts
from ingest.labels import normalise
from ingest.model import Fact, Form, Kind, Report, Scope
from ingest.numbers import COUNTS, UNITS

#: A fact must cover this share of the question's words, and have this share of its own label asked for.
_LEAST_RECALL = 0.72
_LEAST_PRECISION = 0.45
_LEAST_TO_WEIGH = 0.3
#: Facts this close to the best are the same answer, or disagree with it.
_TIE = 0.055
#: Another report answers too when its best fact is this close to the best of all.
_OTHER_REPORT = 0.2
#: What words of another part of the question, or of the one before, add where a fact has them.
_CONTEXT = 0.15
#: What a word of a fact's label counts that stands only in such other words.
_HELPED = 0.8
_AGAINST_CONTEXT = 0.08
_LONG_LABEL = 14.0
#: How much less a word counts that stands around a fact, or only in its sentence, than one in its label.
_AROUND, _HEADING, _SENTENCE = 0.1, 0.2, 0.3

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
_KIND_WORDS = {
    Kind.BUDGET: re.compile(r"(?:年初|全年)?预算数?(?:金额)?|批复"),
    Kind.ACTUAL: re.compile(r"(?:全年)?(?:决算|实际|执行|完成)+数?(?:值|情况|支出)?"),
    Kind.TARGET: re.compile(r"(?:绩效|年度)?目标值?|指标值|预期|计划"),
    Kind.SCORE: re.compile(r"自评得分|得分|扣分"),
    Kind.WEIGHT: re.compile(r"分值|权重|满分"),
    Kind.CHANGE: re.compile(r"增减额?|增长|下降|降低|减少|增加|提高|变动|变化|增速|增幅|降幅|涨幅|涨"),
}
#: What a rate is given in.
_RATIOS = ("ratio", "points")
#: What "几个" may count.
COUNTED = frozenset((*COUNTS, "人"))
_SHARE = re.compile(r"占|完成.{0,4}(?:预算|任务|目标)")
_PART = re.compile(r"占比|比重|占.{0,6}比例")
_INSIDE = re.compile(r"(?<=.{2})(?:之中|其中|当中|项下|中的|里的|下的|中(?=.{2})|里(?=.{2})|(?<=费)下(?=.{2}))")
#: Where a question says that the figure stands.
LOCATION = re.compile(r"附[件表][一二三四五六七八九十\d]+|[\u4e00-\u9fff]{2}表(?=里|中|上|的|下)")
_RATIO_WORDS = re.compile(r"(?<=.{2})(?:百分比|比例|比率)")
#: Ends of names that a label may leave out.
_CLASS, _MONEY = "类量", "费款"
_STAGES = {"年初": re.compile("年初"), "全年": re.compile("全年|调整")}


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up gave: the best evidence (all that ties), the runners-up, and how it was read."""

    best: tuple[Evidence, ...] = ()
    near: tuple[Evidence, ...] = ()
    reading: str = ""


class Finder:
    """Looks facts up for a query, within a library of reports."""

    def __init__(self, library: Library, index: FactIndex, lexicon: Lexicon) -> None:
        self.library = library
        self.index = index
        self.lexicon = lexicon
        self.reports = {report.id: report for report in library.reports}
        self._found: dict[tuple[Query, str], tuple[Evidence, ...]] = {}

    def look_up(self, query: Query) -> Found:
        """Return the facts that fit the question best; ``best`` is empty when none fits well enough.

        The words are read as they stand, then with everyday words as terms, then with typing errors mended.
        """
        near: list[Evidence] = []
        for number, content in enumerate(self.readings(query)):
            ranked = self.ranked(query, content)
            fitting = [evidence for evidence in ranked if fits(evidence, content, query, self.lexicon)]
            if fitting:
                fitting = of_total(_of_stage(fitting, content), query.text)
                best = _located(rivals(_best(fitting), fitting, self.index.of_report, self.lexicon), content)
                return Found(best, tuple(ranked[:8]), content if number else "")
            near += ranked[:8]
        near.sort(key=lambda evidence: -evidence.score)
        return Found((), tuple(near[:8]))

    def fitting_reports(self, query: Query) -> set[str]:
        """Return the reports whose facts would answer, without looking for what contradicts them."""
        for content in self.readings(query):
            fitting = [e for e in self.ranked(query, content) if fits(e, content, query, self.lexicon)]
            if fitting:
                return {evidence.stored.report for evidence in _best(fitting)}
        return set()

    def readings(self, query: Query) -> Iterable[str]:
        """Yield what a query's words may mean: as they stand, everyday words as terms, typing errors mended."""
        main = self.lexicon.canonical(query.content)
        seen = {main}
        if query.within:
            inside = self.lexicon.canonical(f"{normalise(query.within)}里{query.content}")
            seen.add(inside)
            yield inside
        yield main
        mended = corrected(query.content, self.lexicon, self.index.vocabulary(self.scope(query)))
        for text in filter(None, (query.content, mended)):
            for reading in (text, *self.lexicon.readings(text)):
                content = self.lexicon.canonical(reading)
                if content and content not in seen:
                    seen.add(content)
                    yield content

    def scope(self, query: Query) -> Scope:
        """Return the reports that a query looks into."""
        return Scope(query.reports or tuple(self.reports), ())

    def ranked(self, query: Query, content: str) -> tuple[Evidence, ...]:
        """Return every fact that shares enough with the content, best first; looked for once a question."""
        if (query, content) not in self._found:
            self._found[query, content] = self._ranked(query, content)
        return self._found[query, content]

    def _ranked(self, query: Query, content: str) -> tuple[Evidence, ...]:
        asked = replace(query, kind=query.kind or asked_kind(content))
        context = self.lexicon.canonical(normalise(query.context)) if query.context else ""
        entries = self.index.candidates(content, self.scope(query))
        found = filter(None, (self._weigh(entry, content, context, asked) for entry in entries))
        return tuple(sorted(found, key=lambda evidence: -evidence.score))

    def _weigh(self, entry: Entry, content: str, context: str, query: Query) -> Evidence | None:
        fact = entry.stored.fact
        if query.periods and fact.period not in query.periods:
            return None
        if query.organisations and fact.organisation not in query.organisations:
            return None
        leaves = _positions(content, entry.leaves)
        if not leaves:
            return None
        scale, head = self.lexicon.weights(content), _head(content)
        own = leaves | _by_kind(content, fact, query)
        near = own | _positions(content, entry.around)
        under = near | _positions(content, entry.headings)
        every = under | covered(content, entry.sentence) if entry.sentence else under
        every = every | _class_words(content, every, entry) | _unit_words(content, fact.unit)
        recall = (
            share(scale, every)
            - _AROUND * share(scale, near - own)
            - _HEADING * share(scale, under - near)
            - _SENTENCE * share(scale, every - under)
        )
        if recall < _LEAST_TO_WEIGH:
            return None
        precision = self._precision(entry, content, context)
        score = 0.6 * recall + 0.4 * precision - self._penalty(entry, content, query)
        if context:
            score += _CONTEXT * self._helped(entry, context)
            if contradicts(context, "".join((*fact.row_path, *fact.column_path))):
                score -= _AGAINST_CONTEXT
        complete = (
            not leaves_out(scale, every)
            and not self._names_another(entry, content, own | _class_words(content, own, entry))
            and self._has_terms(entry, content)
            and (
                not head
                or not leaves_out(
                    scale[head:], {p - head for p in under | _class_words(content, under, entry) if p >= head}
                )
            )
        )
        return Evidence(entry, recall, precision, score, complete)

    def _has_terms(self, entry: Entry, content: str) -> bool:
        """Tell whether each measure that the content names stands as a whole in a label: not 支出 here, 合计 there."""
        texts = (*entry.leaves, *entry.around, *entry.headings, entry.sentence)
        return all(
            any(term in text or (term[-1] in _MONEY and text.endswith(term[:-1])) for text in texts)
            for term in self.lexicon.terms_in(content)
        )

    def _helped(self, entry: Entry, context: str) -> float:
        places = _positions(context, (*entry.leaves, *entry.around, *entry.headings))
        if entry.sentence:
            places |= covered(context, entry.sentence)
        return share(self.lexicon.weights(context), places)

    def _precision(self, entry: Entry, content: str, context: str) -> float:
        whole = matched = 0.0
        for label in entry.leaves:
            scale = self.lexicon.label_weights(label)
            own = covered(label, content)
            helped = covered(label, context) - own if context else frozenset()
            named = sum(scale[p] for p in own) + _HELPED * sum(scale[p] for p in helped)
            size = min(sum(scale), max(named, _LONG_LABEL))  # a label as long as a sentence is named by a part of it
            whole += size
            matched += named
        return matched / whole if whole else 0.0

    def _names_another(self, entry: Entry, content: str, own: set[int]) -> bool:
        """Tell whether both sides are left with words of their own: 基本支出 is not 基本工资."""
        scale = self.lexicon.weights(content)
        over = any(weight == 1.0 and p not in own for p, weight in enumerate(scale))
        return over and any(leaves_out(self.lexicon.weights(label), covered(label, content)) for label in entry.leaves)

    def _penalty(self, entry: Entry, content: str, query: Query) -> float:
        fact = entry.stored.fact
        report: Report = self.reports[entry.stored.report]
        cost = 0.0
        if query.kind is not None and fact.kind is not query.kind:
            cost += _COMPATIBLE.get((query.kind, fact.kind), 0.3)
        elif query.kind is None:
            cost += _OTHER_KIND.get(fact.kind, 0.0)
        if not query.periods and fact.period != report.year:
            cost += 0.12
        if not query.organisations and fact.organisation != report.organisation:
            cost += 0.15
        if query.unit and not unit_fits(query.unit, fact.unit):
            cost += 0.3
        cost += {Form.FIGURE: 0.0, Form.BLANK: 0.06, Form.TEXT: 0.12}[fact.form]
        if fact.source.start is not None:
            cost += 0.01
        if self._loosely(query.content) != self._loosely("".join(map(normalise, fact.row_path[-1:]))):
            cost += 0.12
        return cost + self._narrowing(entry, content)

    def _loosely(self, raw: str) -> bool:
        return any(word in raw for word in self.lexicon.loose)

    def _narrowing(self, entry: Entry, content: str) -> float:
        """Return the cost of a label above the fact that the question doesn't name: a part of something else.

        公务接待费 under 公用经费 is a narrower thing than 公务接待费; under 三公经费, whose part it is by
        definition, it is the thing itself.
        """
        fact = entry.stored.fact
        if not fact.row_path or not entry.leaves:
            return 0.0
        cost = 0.0
        parts = self.lexicon.parts
        for label in (*fact.row_path[:-1], fact.caption):
            name = self.lexicon.canonical(normalise(label))
            owners = [measure for measure in parts if measure in name]
            measures = [term for term in self._measures_in(name) if term not in content]
            if measures and not any(entry.name in parts[owner] for owner in owners):
                cost += 0.07
        return min(cost, 0.14)

    def _measures_in(self, name: str) -> Iterable[str]:
        if name in self.lexicon.terms:
            return [name]
        return [part for part in self.lexicon.components if part in name]


def _positions(text: str, labels: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for label in labels:
        found |= covered(text, label)
    return found


def _head(content: str) -> int:
    """Return where the measure itself begins in 三公经费里的公务接待费: its words must stand in the labels."""
    return max((inside.end() for inside in _INSIDE.finditer(content)), default=0)


def _by_kind(content: str, fact: Fact, query: Query) -> set[int]:
    """Return the positions of words that say a kind which the fact has."""
    pattern = _KIND_WORDS.get(fact.kind)
    if pattern is None or (query.kind is not None and query.kind is not fact.kind):
        return set()
    return {p for match in pattern.finditer(content) for p in range(match.start(), match.end())}


def _class_words(content: str, held: set[int] | frozenset[int], entry: Entry) -> set[int]:
    """Return the positions of words that only say of what class the thing before is: 工程类, the 费 of 公务接待费."""
    money = UNITS.get(entry.stored.fact.unit, ("",))[0] == "money"
    allowed = _CLASS + _MONEY if money else _CLASS
    return {
        p for p, char in enumerate(content)
        if char in allowed and p not in held and p - 1 in held and p - 2 in held
        and any(char in _CLASS or leaf.endswith(content[p - 2 : p]) for leaf in entry.leaves)
    }  # fmt: skip


def _unit_words(content: str, unit: str) -> set[int]:
    """Return the positions of words that name a thing by what it is counted in: 赛事活动的场次."""
    if unit == "%":
        return {p for match in _RATIO_WORDS.finditer(content) for p in range(match.start(), match.end())}
    place = content.find(unit) if len(unit) > 1 and unit in COUNTS else -1
    return set(range(place, place + len(unit))) if place >= 0 else set()


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


def _located(best: tuple[Evidence, ...], content: str) -> tuple[Evidence, ...]:
    """Keep what stands in the annex or table that the question names, where the best does."""
    places = LOCATION.findall(content)

    def stands(evidence: Evidence) -> bool:
        around = "".join((*evidence.entry.around, *evidence.entry.headings))
        return all(place in around for place in places)

    return tuple(e for e in best if stands(e)) if places and best and stands(best[0]) else best


def _of_stage(fitting: list[Evidence], content: str) -> list[Evidence]:
    """Keep the budgets that say the stage asked for (年初, 全年), where there are any."""
    asked = [name for name, pattern in _STAGES.items() if pattern.search(content)]
    told = [
        e for e in fitting if asked and _STAGES[asked[0]].search("".join((*e.fact.row_path[-1:], *e.fact.column_path)))
    ]
    return told or fitting


def unit_fits(asked: str, own: str) -> bool:
    """Tell whether a unit measures what is asked for; 万 and 亿 may be of money."""
    if asked == own or not own or (asked == "个" and own in COUNTED):
        return True
    a, b = UNITS.get(asked, (asked,))[0], UNITS.get(own, (own,))[0]
    return a == b or {a, b} == {"number", "money"} or {a, b} == {"points", "ratio"}


def _kind_fits(query: Query, fact: Fact, content: str, entry: Entry) -> bool:
    """Tell whether a fact's kind can answer the kind asked for; a budget never answers for what was spent."""
    kind = query.kind or asked_kind(content)
    if kind is None:  # a change is no answer to how much something was
        return fact.kind is not Kind.CHANGE or fact.unit in ("%", "‰", "个百分点")
    if fact.kind is kind:
        return True
    pattern = _KIND_WORDS.get(kind)
    labels = "".join((*entry.leaves, *entry.around, *entry.headings))
    said = [match.group() for match in pattern.finditer(content)] if pattern else []
    if said and all(word in labels for word in said):
        return True  # the word is part of the measure's name: 公允价值变动收益
    if kind is Kind.RATE and fact.kind is Kind.CHANGE and not _KIND_WORDS[Kind.CHANGE].search(content):
        return False  # how far a thing was done is not how much it grew: 完成率 is no 增长
    if kind is Kind.CHANGE:
        return bool(_KIND_WORDS[Kind.CHANGE].search("".join((*fact.row_path[-1:], *fact.column_path[-1:]))))
    return (kind, fact.kind) in _COMPATIBLE


def _stage_fits(content: str, fact: Fact) -> bool:
    """Tell whether a budget is of the stage asked for: 年初预算 is never answered with 全年预算."""
    if fact.kind is not Kind.BUDGET:
        return True
    own = "".join(map(normalise, (*fact.row_path[-1:], *fact.column_path)))
    asked = [pattern for pattern in _STAGES.values() if pattern.search(content)]
    told = [pattern for pattern in _STAGES.values() if pattern.search(own)]
    return not asked or not told or bool(set(asked) & set(told))


def fits(evidence: Evidence, content: str, query: Query, lexicon: Lexicon) -> bool:
    """Tell whether a fact answers: kind, stage and unit agree, and nothing that is named is left over."""
    fact = evidence.fact
    if not evidence.complete or evidence.recall < _LEAST_RECALL or evidence.precision < _LEAST_PRECISION:
        return False
    if not _stage_fits(content, fact) or not _kind_fits(query, fact, content, evidence.entry):
        return False
    if query.unit and not unit_fits(query.unit, fact.unit):
        return False
    if query.kind is Kind.RATE and fact.form is Form.FIGURE and UNITS.get(fact.unit or "%", ("",))[0] not in _RATIOS:
        return False
    labels = "".join(map(normalise, (*fact.row_path, *fact.column_path)))
    if contradicts(content, labels):
        return False
    if fact.row_path and _SHARE.search(fact.row_path[-1]) and not _SHARE.search(content):
        return False
    if fact.kind is Kind.CHANGE and _PART.search(content) and not _PART.search(labels):
        return False  # how much of the whole it is, is not how much it changed
    strange = query.unknown_organisation
    return not strange or strange in labels or lexicon.names_nothing(lexicon.canonical(strange))
