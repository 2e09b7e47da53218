"""Trains how the assistant chooses: which facts and quotes fit, which plan is meant, how sure that is, when to tell.

Five ensembles of trees: ``facts`` and ``quotes`` rank what a question may ask for, ``rank`` the plans over them,
``right`` gives each plan's own odds, ``sure`` the odds of the first.  Every figure of the card is out of author: the
author's questions, and with them that author's reports, took no part in any of the five (the ``rank``, ``right`` and
``sure`` of an author learn from the others' facts and quotes as ensembles rank them that didn't know these others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.choosing.candidates import TOLD, Candidate, Weighed, as_columns, gather
from assistant.core import Assistant
from assistant.edge import BROKEN
from assistant.linking.ranking import Weigher
from assistant.model import Answer
from eval.training.ensembles import Lesson, Recipe, classifier, ranker
from eval.training.fitting import fact_lessons, quote_lessons
from eval.training.tasks import Source, Task

Progress = Callable[[str, int, int], None]

RECIPES = {
    "facts": Recipe(200, 15, 0.06, 20, 0.5),
    "quotes": Recipe(80, 8, 0.08, 15, 0.5, 3.0),
    "rank": Recipe(150, 12, 0.06, 20, 0.4, 5.0, 3),
    "right": Recipe(250, 12, 0.05, 25, 0.4, 5.0, 2),
    "sure": Recipe(120, 8, 0.04, 20, 0.3, 10.0, 4),
}


@dataclass(slots=True)
class Asked:
    """A question with everything that it may mean, and which of these is right."""

    source: str
    task: Task
    candidates: list[Candidate]
    right: list[bool]
    old: Answer
    texts: list[str]


@dataclass(slots=True)
class Classroom:
    """The sources with their questions' lessons; ``weighers`` by name, then by the author left out ("" for none)."""

    sources: Sequence[Source]
    progress: Progress
    weighers: dict[str, dict[str, Weigher]] = field(default_factory=dict)

    @property
    def authors(self) -> list[str]:
        """The names of those whose questions teach."""
        return [source.name for source in self.sources if source.teaches]

    def weigher(self, name: str, author: str) -> Weigher:
        """Return the weigher that didn't learn from an author."""
        held = self.weighers[name]
        return held.get(author, held[""])

    def learn(self, name: str, lessons: Sequence[Lesson], make: Callable[[Sequence[Lesson]], Weigher]) -> None:
        """Teach a weigher without each author in turn, and one with all."""
        self.weighers[name] = {}
        for number, author in enumerate([*self.authors, ""]):
            self.weighers[name][author] = make([one for one in lessons if one.source != author])
            self.progress(f"训练 {name}", number + 1, len(self.authors) + 1)

    def each(self, what: str) -> Iterable[tuple[Source, Assistant]]:
        """Give each source with an assistant over its documents."""
        for number, source in enumerate(self.sources, 1):
            with source.assistant() as assistant:
                yield source, assistant
            self.progress(what, number, len(self.sources))


def gathered(source: Source, assistant: Assistant, facts: Weigher, quotes: Weigher) -> list[Asked]:
    """Return everything that each of a source's questions may mean, judged."""
    return [one for task in source.tasks if (one := _asked(source, task, assistant, facts, quotes)) is not None]


def _asked(source: Source, task: Task, assistant: Assistant, facts: Weigher, quotes: Weigher) -> Asked | None:
    library = assistant.library(task.reports)
    history = tuple(task.turns[:-1])
    query, old = assistant.answer_before(task.turns[-1], library, history)
    world = assistant.chooser.world(library)
    if not world.catalogue.entries or BROKEN in old.trace:
        return None
    setting, talk = assistant.chooser.setting(task.turns[-1], history, world, query, old, facts, quotes)
    candidates, right, texts = [], [], []
    for one in gather(setting, talk):
        answer = old if one.plan is None else assistant.chooser.told(one.plan, world, query)
        if answer is not None and answer.status in TOLD:
            candidates.append(one)
            right.append(not task.silent and task.is_right(answer.to_json()))
            texts.append(answer.text)
    return Asked(source.name, task, candidates, right, old, texts)


def plan_lessons(asked: Iterable[Asked]) -> list[Lesson]:
    """Return the candidates of each question as cases."""
    return [
        Lesson(one.source, one.task.id, one.task.type, as_columns(one.candidates), np.array(one.right, dtype=np.bool_))
        for one in asked
        if one.candidates
    ]


@dataclass(frozen=True, slots=True)
class Placed:
    """A question's candidates in their order, out of author; ``right`` and ``texts`` in the same order."""

    asked: Asked
    weighed: Weighed
    right: tuple[bool, ...]
    texts: tuple[str, ...]


def placed(one: Asked, rank: Weigher, right: Weigher) -> Placed:
    """Weigh a question's candidates."""
    weighed = Weighed.of(one.candidates, rank, right)
    where = {id(candidate): number for number, candidate in enumerate(one.candidates)}
    order = [where[id(candidate)] for candidate in weighed.candidates]
    return Placed(one, weighed, tuple(one.right[n] for n in order), tuple(one.texts[n] for n in order))


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
    first = [
        one for source, held in classroom.each("读出数字") if source.teaches for one in fact_lessons(source, held, None)
    ]
    classroom.learn("facts", first, lambda lessons: ranker(lessons, replace(RECIPES["facts"], rounds=_FIRST_ROUNDS)))
    facts, quotes = [], []
    for source, held in classroom.each("读出前文和原文"):
        if source.teaches:
            weigh = classroom.weigher("facts", source.name)
            facts += fact_lessons(source, held, weigh)
            quotes += quote_lessons(source, held, weigh)
    classroom.learn("facts", facts, make["facts"])
    classroom.learn("quotes", quotes, make["quotes"])
    asked: list[Asked] = []
    for source, held in classroom.each("列出读法"):
        asked += gathered(
            source, held, classroom.weigher("facts", source.name), classroom.weigher("quotes", source.name)
        )
    lessons = plan_lessons(asked)
    classroom.learn("rank", lessons, make["rank"])
    classroom.learn("right", lessons, make["right"])
    order = [
        placed(one, classroom.weigher("rank", one.source), classroom.weigher("right", one.source))
        for one in asked
        if one.candidates
    ]
    firsts = sure_lessons(order)
    classroom.learn("sure", firsts, make["sure"])
    odds = {f"{one.source}/{one.task}": odds_of(classroom.weigher("sure", one.source), one) for one in firsts}
    return asked, order, odds


#: The turns before are found by a lighter ensemble, which knows nothing of what a turn before came to.
_FIRST_ROUNDS = 80


def _maker(name: str) -> Callable[[Sequence[Lesson]], Weigher]:
    recipe = RECIPES[name]
    if name == "sure":
        return lambda lessons: classifier(lessons, recipe, alike=True)
    if name == "right":
        return lambda lessons: classifier(lessons, recipe)
    return lambda lessons: ranker(lessons, recipe)
