"""Trains how the assistant chooses: which facts and quotes fit, which plan is meant, how sure that is, when to tell.

How people name labels is learned first (``speech``).  Then five ensembles of trees: ``facts`` and ``quotes`` rank what
a question may ask for, ``rank`` the plans over them, ``right`` gives each plan's own odds, ``sure`` the odds of the
first.  Every figure of the card is out of author: the author's questions, and with them that author's reports, took no
part in any of the six (the ``rank``, ``right`` and ``sure`` of an author learn from the others' facts and quotes as
ensembles rank them that didn't know these others).  The older sets are held-in: without them strangers' figures gain a
point or two, but then what the rules are sure of (definitions, lists, sums over departments) is asked back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.choosing.candidates import TOLD, Candidate, Weighed, as_columns, comes_to, gather
from assistant.core import Assistant
from assistant.edge import BROKEN
from assistant.facts.speech import Speech
from assistant.model import Answer
from assistant.weigher import Weigher
from eval.training.ensembles import Lesson, Recipe, classifier, mined_ranker, ranker, sampled
from eval.training.fitting import fact_lessons, quote_lessons
from eval.training.judging import holds_figures, not_too_many, of_its_own, rests_on, sparing
from eval.training.sidebyside import side_by_side
from eval.training.speech import UNHEARD, everyday_words, hear_all, said_of, words_without
from eval.training.tasks import Source, Task

Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]
T = TypeVar("T")

RECIPES = {
    "facts": Recipe(200, 15, 0.06, 20, 0.5),
    "quotes": Recipe(80, 8, 0.08, 15, 0.5, 3.0),
    "rank": Recipe(500, 40, 0.05, 20, 0.3, 5.0, 2),
    "right": Recipe(300, 24, 0.05, 25, 0.4, 5.0, 2),
    "sure": Recipe(250, 6, 0.04, 20, 0.3, 10.0, 4),
}


@dataclass(slots=True)
class Asked:
    """A question with everything that it may mean, which of these is right, and what each comes to.

    ``own`` says which is right by its own figures; what only names the answer beside them ranks after it (as if it were
    right, the first was right for 57 of 100 instead of 64), and nothing is told for it.
    """

    source: str
    task: Task
    candidates: list[Candidate]
    right: list[bool]
    old: Answer
    keys: list[str]
    own: list[bool]


#: Authors are left out by groups of so many folds: each author's figures are of weights that didn't learn from it.
FOLDS = 4


@dataclass(slots=True)
class Classroom:
    """The sources with their questions' lessons; ``weighers`` by name, then by the fold left out ("" for none).

    ``speeches`` has how people name labels, by the fold left out.
    """

    sources: Sequence[Source]
    progress: Progress
    weighers: dict[str, dict[str, Weigher]] = field(default_factory=dict)
    speeches: dict[str, Speech] = field(default_factory=dict)

    @property
    def authors(self) -> list[str]:
        """The names of those whose questions teach."""
        return [source.name for source in self.sources if source.teaches]

    def fold(self, name: str) -> str:
        """Return the fold that an author is left out with; "" for an older set, which takes part in all."""
        return str(self.writers.index(writer_of(name)) % FOLDS) if name in self.authors else ""

    @property
    def writers(self) -> list[str]:
        """Who wrote the sets that teach: g14a, g14b and g14c are of one person."""
        return list(dict.fromkeys(map(writer_of, self.authors)))

    def weigher(self, name: str, source: str) -> Weigher:
        """Return the weigher that didn't learn from an author."""
        return self.weighers[name][self.fold(source)]

    def learn(self, name: str, lessons: Sequence[Lesson], make: Callable[[Sequence[Lesson]], Weigher]) -> None:
        """Teach a weigher without each fold of authors in turn, and one with all."""
        self.weighers[name] = {}
        folds = self.folds
        for number, fold in enumerate([*folds, ""], 1):
            held = [one for one in lessons if not fold or self.fold(one.source) != fold]
            self.weighers[name][fold] = make(held)
            self.progress(f"训练 {name}", number, len(folds) + 1)

    @property
    def folds(self) -> list[str]:
        """The folds that authors are left out by."""
        return sorted({self.fold(author) for author in self.authors})

    def hear(self) -> None:
        """Learn how people name labels, without each fold of authors in turn, and from all."""
        words = everyday_words()
        held = [one for _, found in self.each("读出说法", said_of) for one in found]
        folds = [*self.folds, ""]
        left = [[one for one in held if fold and self.fold(one.source) == fold] for fold in folds]
        lessons = [[one for one in held if not fold or self.fold(one.source) != fold] for fold in folds]
        known = [words_without(words, *pair) for pair in zip(lessons, left, strict=True)]
        heard = hear_all(lessons, known, lambda n: self.progress("训练 speech", n, len(folds)))
        self.speeches = dict(zip(folds, heard, strict=True))

    def each(self, what: str, work: Callable[[Source, Assistant], T]) -> list[tuple[Source, T]]:
        """Do something with each source and an assistant over its documents, two at a time; keeps the order."""

        def informed(source: Source, assistant: Assistant) -> T:
            assistant.chooser.speech = self.speeches.get(self.fold(source.name), UNHEARD)
            return work(source, assistant)

        todo = [(one, informed) for one in self.sources]
        found = side_by_side(todo, lambda n: self.progress(what, n, len(self.sources)))
        return list(zip(self.sources, found, strict=True))


def writer_of(name: str) -> str:
    """Return who wrote a set: g14a, g14b and g14c are of one person."""
    return name.rstrip("abc") if name[-2:-1].isdigit() else name


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a question may mean, by the question's id: what ``Asked`` has beside the question itself."""

    task: str
    candidates: list[Candidate]
    right: list[bool]
    old: Answer
    keys: list[str]
    own: list[bool]


def gathered(source: Source, assistant: Assistant, facts: Weigher, quotes: Weigher) -> list[Gathered]:
    """Return everything that each of a source's questions may mean, judged."""
    return [one for task in source.tasks if (one := _gathered(task, assistant, facts, quotes)) is not None]


def _gathered(task: Task, assistant: Assistant, facts: Weigher, quotes: Weigher) -> Gathered | None:
    library = assistant.library(task.reports)
    history = tuple(task.turns[:-1])
    query, old = assistant.answer_before(task.turns[-1], library, history)
    world = assistant.chooser.world(library)
    if not world.catalogue.entries or BROKEN in old.trace:
        return None
    setting, talk = assistant.chooser.setting(task.turns[-1], history, world, query, old, facts, quotes)
    candidates, right, keys, own, sizes = [], [], [], [], []
    for one in gather(setting, talk):
        answer = old if one.plan is None else assistant.chooser.told(one.plan, world, query)
        if answer is not None and answer.status in TOLD:
            candidates.append(one)
            right.append(not task.silent and task.is_right(answer.to_json()))
            right[-1] = right[-1] and rests_on(one, task, world)
            own.append(right[-1] and of_its_own(one, answer, task))
            sizes.append(len({(value.value, value.unit) for value in answer.values}))
            right[-1] = own[-1] or (right[-1] and holds_figures(one, task))
            keys.append(comes_to(answer))
    fewest = not_too_many(candidates, right, world)
    right, own = [[a and b for a, b in zip(held, fewest, strict=True)] for held in (right, own)]
    own = [a and b for a, b in zip(own, sparing(sizes, own, task), strict=True)]
    return Gathered(task.id, packed(candidates), right, old, keys, own)


def asked_of(source: Source, held: Sequence[Gathered]) -> list[Asked]:
    """Return what was gathered with its questions."""
    tasks = {task.id: task for task in source.tasks}
    return [Asked(source.name, tasks[g.task], g.candidates, g.right, g.old, g.keys, g.own) for g in held]


class Row(Mapping[str, float]):
    """The traits of one candidate as a row of numbers beside the others' names: a hundredth of what a dict takes."""

    __slots__ = ("names", "values_")

    def __init__(self, names: dict[str, int], values: Floats) -> None:
        self.names = names
        self.values_ = values

    def __getitem__(self, name: str) -> float:
        return float(self.values_[self.names[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def packed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with their traits as rows."""
    if not candidates:
        return []
    names = {name: number for number, name in enumerate(candidates[0].traits)}
    return [
        replace(one, traits=Row(names, np.array([one.traits[name] for name in names], dtype=np.float32)))
        for one in candidates
    ]


def columns_of(candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the traits of candidates by name."""
    held = [one.traits for one in candidates if isinstance(one.traits, Row)]
    if len(held) < len(candidates):
        return as_columns(candidates)
    matrix = np.stack([row.values_ for row in held])
    return {name: matrix[:, number] for name, number in held[0].names.items()}


#: Of the wrong candidates of a question so many teach what is right by itself, drawn by chance; it has some hundred.
_WRONG_SHOWN = 45


def plan_lessons(asked: Iterable[Asked]) -> list[Lesson]:
    """Return the candidates of each question as cases."""
    lessons = []
    for one in asked:
        if one.candidates:
            right, own = np.array(one.right, dtype=np.bool_), np.array(one.own, dtype=np.bool_)
            columns = columns_of(one.candidates)
            lessons.append(Lesson(one.source, one.task.id, one.task.type, columns, own, right & ~own))
    return lessons


@dataclass(frozen=True, slots=True)
class Placed:
    """A question's candidates in their order, out of author; which of them are right by their own figures."""

    asked: Asked
    weighed: Weighed
    right: tuple[bool, ...]
    keys: tuple[str, ...]


def placed(one: Asked, rank: Weigher, right: Weigher) -> Placed:
    """Weigh a question's candidates."""
    weighed = Weighed.of(one.candidates, rank, right, columns_of(one.candidates))
    where = {id(candidate): number for number, candidate in enumerate(one.candidates)}
    order = [where[id(candidate)] for candidate in weighed.candidates]
    return Placed(one, weighed, tuple(one.own[n] for n in order), tuple(one.keys[n] for n in order))


def sure_lessons(held: Iterable[Placed]) -> list[Lesson]:
    """Return each question's first candidate as a case."""
    return [
        Lesson(
            one.asked.source, one.asked.task.id, one.asked.task.type,
            {name: np.array([value], dtype=np.float32) for name, value in one.weighed.standing().items()},
            np.array(one.right[:1], dtype=np.bool_),
        )
        for one in held
    ]  # fmt: skip


def odds_of(weigh: Weigher, lesson: Lesson) -> float:
    """Return the odds that a question's first candidate is right."""
    raw = float(weigh(lesson.columns, np.zeros(1, dtype=np.int64))[0])
    return float(1 / (1 + np.exp(-raw)))


def learn(classroom: Classroom) -> tuple[list[Asked], list[Placed], dict[str, float]]:
    """Teach the five, each out of author; return the questions, their candidates in order, the odds of the first."""
    make = {name: _maker(name) for name in RECIPES}
    classroom.hear()
    first = [one for _, held in classroom.each("读出数字", _first_lessons) for one in held]
    classroom.learn("facts", first, lambda lessons: ranker(lessons, replace(RECIPES["facts"], rounds=_FIRST_ROUNDS)))

    def both(source: Source, held: Assistant) -> tuple[list[Lesson], list[Lesson]]:
        if not source.teaches:
            return [], []
        weigh = classroom.weigher("facts", source.name)
        return fact_lessons(source, held, weigh), quote_lessons(source, held, weigh)

    pairs = [held for _, held in classroom.each("读出前文和原文", both)]
    classroom.learn("facts", [one for facts, _ in pairs for one in facts], make["facts"])
    classroom.learn("quotes", [one for _, quotes in pairs for one in quotes], make["quotes"])

    def readings(source: Source, held: Assistant) -> list[Gathered]:
        own = [classroom.weigher(name, source.name) for name in ("facts", "quotes")]
        return gathered(source, held, own[0], own[1])

    asked = [one for source, held in classroom.each("列出读法", readings) for one in asked_of(source, held)]
    return asked, *learn_to_choose(classroom, asked)


def learn_to_choose(classroom: Classroom, asked: Sequence[Asked]) -> tuple[list[Placed], dict[str, float]]:
    """Teach ``rank``, ``right`` and ``sure``; return the questions' candidates in order, and the odds of the first.

    Questions that were put in words for marked figures teach what ranks first; all of them have an answer, so how sure
    that is, is learned from the others alone.
    """
    lessons = plan_lessons(asked)
    classroom.learn("rank", lessons, _maker("rank"))
    worded = {one.task.id for one in asked if one.task.worded}
    plain = [one for one in lessons if one.task not in worded]
    classroom.learn("right", sampled(plain, _WRONG_SHOWN), _maker("right"))
    order = [
        placed(one, classroom.weigher("rank", one.source), classroom.weigher("right", one.source))
        for one in asked
        if one.candidates and not one.task.worded
    ]
    firsts = sure_lessons(order)
    classroom.learn("sure", firsts, _maker("sure"))
    odds = {f"{one.source}/{one.task}": odds_of(classroom.weigher("sure", one.source), one) for one in firsts}
    return order, odds


def _first_lessons(source: Source, held: Assistant) -> list[Lesson]:
    return fact_lessons(source, held, None) if source.teaches else []


#: The turns before are found by a lighter ensemble, which knows nothing of what a turn before came to.
_FIRST_ROUNDS = 80


def _maker(name: str) -> Callable[[Sequence[Lesson]], Weigher]:
    recipe = RECIPES[name]
    if name == "sure":
        return lambda lessons: classifier(lessons, recipe, alike=True)
    if name == "right":
        return lambda lessons: classifier(lessons, recipe)
    if name == "rank":
        return lambda lessons: mined_ranker(lessons, recipe)
    return lambda lessons: ranker(lessons, recipe)
