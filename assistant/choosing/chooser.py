"""From a question to the answer that is told, asked back, or not given: the new middle beside the old way.

link → propose → run → weigh → decide → write; the old way's answer is one more proposal.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from assistant.answers.offer import asked_in_full, offered
from assistant.answers.parts import measures_left, measures_named, years_left
from assistant.answers.tell import told
from assistant.attributes import attributes_asked
from assistant.choices import MOST as MOST_CHOICES
from assistant.choosing.candidates import TOLD, Candidate, Weighed, comes_to, gather
from assistant.choosing.decide import MOST_OFFERED, Decision, Judgement, decide
from assistant.choosing.setting import Setting
from assistant.citations import Citer
from assistant.codes import with_names
from assistant.facts.owners import MOST_SEEN
from assistant.facts.speech import Speech
from assistant.facts.world import Twins, World
from assistant.gate import unsupported
from assistant.index import FactIndex
from assistant.indicators import NOT_FULL, UNMET, asks_full
from assistant.lexicon import Lexicon
from assistant.linking.interrogatives import Interrogatives
from assistant.linking.ranking import Ranking
from assistant.linking.wording import Worder
from assistant.model import GROUNDS, Answer, Choice, Library, Operation, Query, Status
from assistant.perreport import meant
from assistant.plans.counterparts import Talk
from assistant.plans.language import Plan, facts_of, kind_of
from assistant.premise import REFUTES
from assistant.refuse import FIGURE
from assistant.texts import Texts
from assistant.understand import asks_reason, goes_over_units
from assistant.weigher import Weigher
from ingest.labels import squeeze
from ingest.model import Report
from ingest.names import twins
from ingest.numbers import in_base
from ingest.store import Store

#: As many reports at once as the odds were learned with: of more the rules answer, unless they are narrowed.
MOST_REPORTS = 12
#: Of fewer figures the odds say too little: everything is the best of its kind there.
LEAST_FACTS = 20
_WORLDS = 8
_MOST_TURNS = 4
#: Refusals that say what is missing stand, whatever else may be near.
SURE_REFUSALS = ("未收录", "未填列")


def sure_refusal(answer: Answer) -> bool:
    """Tell whether an answer says what is missing; it stands, with readings of loaded departments beside it."""
    return answer.status is Status.NOT_FOUND and answer.text.startswith(SURE_REFUSALS)


#: A cell that is there and isn't filled in was found by its own labels.
_BLANK = "未填列"
#: Ends a question that means what the rules find for it, as a choice that was taken does.
AS_READ = "（照字面查到的）？"
#: So many readings that were offered are remembered.
_OFFERS = 4_096
_MARKS_ASKED = "？?。！! "
_LISTED = "比较："  # the line of a trace whose answer lists rows: no reason
_ASKS_BACK = "拿不准问的是哪一项，没有直接作答。"
_YEARS = re.compile(r"(?:19|20)\d\d年")


#: The store as it is, the reports, and whether others are loaded beside them.
_Key = tuple[int, tuple[str, ...], bool]


@dataclass(slots=True)
class Chooser:
    """Weighs everything that a question may mean, within the reports of a library.

    ``speech`` says how people name labels, in place of what comes with the package; ``twins`` is as a world has it.
    """

    store: Store
    index: FactIndex
    texts: Texts
    lexicon: Lexicon
    speech: Speech | None = None
    twins: Twins = lambda _: {}
    _worder: Worder | None = None
    _worlds: OrderedDict[_Key, World] = field(default_factory=OrderedDict)
    #: The plans of the readings that were offered last, by the question that each is asked by.
    _offered: OrderedDict[tuple[_Key, str], Plan] = field(default_factory=OrderedDict)

    def choose(self, question: str, history: Sequence[str], library: Library, query: Query, old: Answer) -> Answer:
        """Return the answer that is most likely right, a question asked back, or the old answer's refusal."""
        if len(library.reports) > MOST_REPORTS:
            return old
        if (taken := self._taken(question, library, query)) is not None:
            return taken
        once = _each_once(library)
        if old.status in TOLD and (_BLANK in old.text or _by_rule(query, once, old)):
            return old
        world = self.world(once)
        if len(world.catalogue.entries) < LEAST_FACTS:
            return old
        before = history if query.assumed else ()
        setting, talk = self.setting(question, before, world, query, old)
        candidates = gather(setting, talk)
        if not candidates:
            return old
        judgement = Judgement.load()
        weighed = Weighed.of(candidates, judgement.rank, judgement.right)
        in_full = self._in_full(question, weighed, world, query)
        if in_full is not None or old.status is Status.CLARIFY:  # which report is meant is asked with all of them
            return in_full or old
        return self._written(decide(weighed, judgement), world, query, old, talk)

    def _taken(self, question: str, library: Library, query: Query) -> Answer | None:
        """Answer by a reading that was offered under the very question, as whoever takes it expects."""
        held = _each_once(library)
        plan = self._offered.get((self._key(held), question))
        return None if plan is None else self.told(plan, self.world(held), query)

    def _key(self, library: Library) -> _Key:
        return self.store.generation(), tuple(report.id for report in library.reports), library.beside

    def offered_within(self, question: str) -> tuple[str, ...]:
        """Return the ids of the reports among which a question was offered as a reading; none where it wasn't."""
        now = self.store.generation()
        held = (
            ids for (at, ids, beside), asked in reversed(self._offered) if beside and (at, asked) == (now, question)
        )
        return next(held, ())

    def _is_taken(self, plan: Plan | None, choice: Choice, world: World, beside: Iterable[Choice]) -> bool:
        """Tell whether another reading is offered under the same question; this one is remembered under it if not."""
        key = (self._key(world.library), choice.question)
        if any(choice.question == other.question for other in beside) or self._offered.get(key, plan) != plan:
            return True
        if plan is not None:
            self._offered[key] = plan
            while len(self._offered) > _OFFERS:
                self._offered.popitem(last=False)
        return False

    def _in_full(self, question: str, weighed: Weighed, world: World, query: Query) -> Answer | None:
        """Answer a question that is a reading in full, as an offered one is."""
        for one in weighed.candidates if question.endswith("？") else ():
            if one.plan is not None and asked_in_full(one.plan, world) == question:
                return self.told(one.plan, world, query)
        return None

    def world(self, library: Library) -> World:
        """Return the world of a library, kept while the store stays as it is."""
        key = self._key(library)
        if key not in self._worlds:
            self._worlds[key] = World.of(
                library, self.index.of_report, self.texts.pieces, self.lexicon, self.speech, self.twins
            )
            while len(self._worlds) > _WORLDS:
                self._worlds.popitem(last=False)
        self._worlds.move_to_end(key)
        return self._worlds[key]

    @property
    def worder(self) -> Worder:
        """What makes wordings, loaded when first needed."""
        if self._worder is None:
            self._worder = Worder.of(self.lexicon)
        return self._worder

    def setting(
        self, question: str, history: Sequence[str], world: World, query: Query, old: Answer | None,
        weigh: Weigher | None = None, quoting: Weigher | None = None,
    ) -> tuple[Setting, Talk]:  # fmt: skip
        """Return what the plans of a question share, and the figures that the questions before came to."""
        reports = tuple(report.id for report in world.library.reports)
        turns = [with_names(turn, self.store, reports) for turn in (*history[-_MOST_TURNS:], question)]
        leads: list[int] = []
        lead: int | None = None
        for number in range(len(turns)):
            wording = self.worder(turns[number], world, turns[:number])
            ranking = Ranking.of(wording, world, weigh, lead)
            if ranking.order:
                lead = ranking.id_of(ranking.order[0])
                leads.append(lead)
        return Setting.of(ranking, old, query.operation, quoting), Talk(tuple(leads[:-1]))

    def _written(self, decision: Decision, world: World, query: Query, old: Answer, talk: Talk) -> Answer:
        sure = sure_refusal(old)
        if not sure and len(world.library.reports) == 1 and decision.weighed.exact(_HALF):
            return old
        first = decision.weighed.candidates[0]
        if old.status in TOLD and _stands(decision, world, query, old):
            return old
        if not sure and _tells(decision, world, query):
            answer = old if first.plan is None or _same(first, old) else self.told(first.plan, world, query)
            if answer is not None and _leaves_more(answer, old, query, world):
                return old
            if answer is not None:
                return answer if answer is old else replace(answer, trace=(*_said(decision), *answer.trace))
        choices = self._choices(decision, world, query, old, frozenset(talk.leads))
        if old.status in TOLD and [one.answer for one in choices] == [old.text[:_LONGEST_OLD]]:
            return old  # there is nothing else that it could be
        if not choices:
            return old if old.status not in TOLD else _unsure(old)
        if sure and not (decision.asks and decision.weighed.named):
            return old
        if not decision.asks or old.status is Status.NOT_FOUND:
            refused = old if old.status not in TOLD else _unsure(old)
            near = (*refused.choices, *choices) if sure else (*choices, *refused.choices)
            return replace(refused, choices=near[:MOST_CHOICES])
        return Answer(Status.CLARIFY, _asking_back(choices), trace=tuple(_said(decision)), choices=choices)

    def told(self, plan: Plan, world: World, query: Query) -> Answer | None:
        """Write a plan; ``None`` where it can't be, or where a figure has no source."""
        citer = Citer(self.store, {report.id: report for report in world.library.reports})
        answer = told(plan, world, query, citer)
        if answer is None or answer.status not in TOLD or unsupported(answer, query.text):
            return None
        return _naming_left(answer, query)

    def _choices(
        self, decision: Decision, world: World, query: Query, old: Answer, talk: frozenset[int]
    ) -> tuple[Choice, ...]:
        found: dict[str, Choice] = {}
        for one in decision.readings:
            if one.plan is not None and not query.before and talk & set(facts_of(one.plan)):
                continue  # a whole question takes nothing over from the one before
            answer = old if one.plan is None else self.told(one.plan, world, query)
            if answer is None or (key := comes_to(answer)) in found:
                continue
            choice = _as_before(old, query) if one.plan is None else offered(one.plan, answer, world)
            if self._is_taken(one.plan, choice, world, found.values()):
                continue  # nobody could tell the two apart
            found[key] = choice
            if len(found) == MOST_OFFERED:
                break
        return tuple(found.values())


_CLAUSES = re.compile(r"[，,；;。？?！!]+")


def _naming_left(answer: Answer, query: Query) -> Answer:
    """Name the part of a question that asks for a reason where figures alone answer it."""
    clauses = [one for one in _CLAUSES.split(query.text) if one.strip()]
    left = [one for one in clauses if asks_reason(one)]
    if len(clauses) < 2 or not left or not answer.values:
        return answer
    return replace(answer, text=f"{answer.text}\n没有作答的部分：“{left[0].strip()[:_LONGEST_ASKED]}”，请单独再问。")


def _leaves_more(answer: Answer, old: Answer, query: Query, world: World) -> bool:
    """Tell whether a reading leaves out measures or years that a question enumerates and that the rules answer."""
    if old.status not in TOLD:
        return False
    named = measures_named(query, world.catalogue.known)
    left, by_rules = ([*measures_left(one, named), *years_left(one, query)] for one in (answer, old))
    return len(left) > len(by_rules)


def _of_anybody(decision: Decision, world: World, query: Query) -> bool:
    """Tell whether a question names nobody, nor all, among more departments than a person looks over."""
    many = len(world.library.reports) > MOST_SEEN
    return many and not decision.weighed.named and not goes_over_units(query)


def _stands(decision: Decision, world: World, query: Query, old: Answer) -> bool:
    """Tell whether what the rules answer is told though the odds don't reach.

    It is where one report alone is loaded and the likeliest reading is the same or its figures refute what is taken for
    granted, where a department of many is named and nearly all explained, or where the rules found the one that has it.
    """
    alone = len(world.library.reports) == 1
    refutes = any(line.startswith(REFUTES) for line in old.trace)
    agreed = alone and (refutes or decision.weighed.is_old(decision.weighed.candidates[0]))
    named = world.library.named and decision.weighed.left_by_old < _EXPLAINED
    return named or (agreed and not decision.firm) or _of_anybody(decision, world, query)


#: Of many departments' reports what the rules find for one that is named in full stands where it leaves less than this
#: unexplained.  Of 1, 1.5, 2, 2.5, 3 and 4 characters the least that keeps the generated questions, which name what
#: they ask, at their record; the ones of strangers go wrong the oftener the larger it is.
_EXPLAINED = 4.0


def _tells(decision: Decision, world: World, query: Query) -> bool:
    """Tell whether the first reading is told; where one report alone is loaded, near misses are many: firm odds then.

    Among many departments none is taken for the one meant.
    """
    if _of_anybody(decision, world, query):
        return False
    return decision.firm if len(world.library.reports) == 1 else decision.tells


#: Of a question that names its measure exactly less than half a character is left unexplained.
_HALF = 0.5


def _same(one: Candidate, old: Answer) -> bool:
    """Tell whether a reading comes to nothing but figures of the old answer, which names what it lacks."""
    known = {in_base(value.value, value.unit) for value in old.values}
    return old.status in TOLD and bool(one.amounts) and one.amounts <= known


def _by_rule(query: Query, library: Library, old: Answer) -> bool:
    """Tell whether a rule fixes what is asked: definitions, units, what lost most points, and of one report alone more.

    Of one report these are what its forms name themselves and the rows that fall short: of several the rules are wrong
    with a third of those, the odds with a tenth.
    """
    packed = squeeze(query.text)
    if query.convert or query.operation is Operation.DEFINE:
        return True
    if len(library.reports) > 1:
        lost = NOT_FULL.search(packed) is not None and query.operation is Operation.RANK
        return lost and len(meant(query, library)) == 1
    listed = query.operation is Operation.LIST
    short = NOT_FULL.search(packed) or UNMET.search(packed) or (listed and asks_full(packed))
    no_list = not asks_reason(query.text) or not any(line.startswith(_LISTED) for line in old.trace)
    whole = 0 < len(attributes_asked(query)) >= Interrogatives.of(query.text).count  # not where more is asked
    return bool(whole or (short and no_list))


def _each_once(library: Library) -> Library:
    """Return a library with a report that is loaded twice once: its figures don't contradict their own copies."""
    kept: list[Report] = []
    doubled = twins(library.reports)
    for report in library.reports:
        if not any(report.name in doubled.get(other.id, ()) for other in kept):
            kept.append(report)
    return library if len(kept) == len(library.reports) else replace(library, reports=tuple(kept))


_LONGEST_OLD = 160


def _as_before(old: Answer, query: Query) -> Choice:
    """Return what the rules found as a choice: its one figure by name, anything else as what the question finds."""
    if len(old.values) != 1:
        label = f"“{query.text[:_LONGEST_ASKED]}”查到的"
        return Choice(label, f"{query.text.rstrip(_MARKS_ASKED)}{AS_READ}", answer=old.text[:_LONGEST_OLD])
    first = old.values[0]
    when = f"{first.period}年" if first.period else ""
    label = f"{first.organisation}{when}{first.name}"
    return Choice(label, f"{label}是多少？", answer=old.text[:_LONGEST_OLD])


_LONGEST_ASKED = 40


def _asking_back(choices: Sequence[Choice]) -> str:
    """Write a question asked back: the readings by name, those that hold a figure only as choices."""
    named = dict.fromkeys(one.label for one in choices if not FIGURE.search(_YEARS.sub("", one.label)))
    listed = f"最接近的有：{'；'.join(named)}。" if named else ""
    return f"{_ASKS_BACK}{listed}请选一个，或换个说法再问。"


#: The kinds of plan, as a person reads them.
_KINDS = {
    "cell": "一个数",
    "each": "几个数并排",
    "difference": "两数之差",
    "share": "占比",
    "quotient": "平均到每个",
    "change": "比上期的变化",
    "total": "合计",
    "mean": "平均",
    "rank": "排名",
    "before": "倒推上期",
    "where": "按条件挑",
    "short": "差多少",
    "adds": "各行加总核对",
    "line": "整行",
    "names": "名单",
    "quote": "引原文",
    "words": "格里的文字",
}


def _said(decision: Decision) -> list[str]:
    """Return the lines of the trace that say what was weighed."""
    first = decision.weighed.candidates[:MOST_OFFERED]
    kinds = [_KINDS[kind_of(one.plan)] if one.plan is not None else "规则查到的" for one in first]
    return [f"另想过：{len(decision.weighed.candidates)}种读法，前几种是{'、'.join(kinds)}"]


def _unsure(old: Answer) -> Answer:
    """Return a refusal in place of an answer that is not likely right."""
    text = "没听懂：报告里有相近的内容，但拿不准是不是问的这一项；请写明单位、年度和指标名称再问。"
    kept = tuple(line for line in old.trace if not line.startswith(GROUNDS))  # nothing is put forward, no sum either
    return Answer(Status.NOT_FOUND, text, trace=(*kept, "把握不够：没有作答"))
