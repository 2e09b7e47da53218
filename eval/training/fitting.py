"""Which figures and which quotes are right for strangers' questions: the cases that fitting is learned from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.choosing.setting import Setting
from assistant.compose import shown
from assistant.core import Assistant
from assistant.facts.world import World
from assistant.linking.features import Features
from assistant.linking.quoting import features as quote_features
from assistant.linking.quoting import shortlist as quote_shortlist
from assistant.linking.ranking import Ranking, shortlist
from assistant.weigher import Weigher
from eval.bank.score import states
from eval.training.ensembles import Lesson
from eval.training.tasks import Source, Task
from ingest.model import Form

Bools = NDArray[np.bool_]

#: What teaches which facts fit: the questions that ask for figures.
_OF_FIGURES = ("cell", "colloquial", "text-number", "follow", "conflict", "multi", "premise")
#: What teaches which quotes fit.
_OF_WORDS = ("text", "follow", "premise", "colloquial", "list", "text-number")


def fact_lessons(source: Source, assistant: Assistant, weigh: Weigher | None) -> list[Lesson]:
    """Return which facts are right for each of a source's questions; ``weigh`` finds what the turns before came to."""
    world = assistant.chooser.world(assistant.library())
    catalogue, found = world.catalogue, []
    for task, stated in right_of(source, world):
        wording, lead = turns_read(task, assistant, world, weigh)
        columns = Features(wording, catalogue, None if lead is None else world.places[lead]).columns
        places = shortlist(columns)
        right = stated[places]
        if right.any():
            cases = {name: column[places].astype(np.float32) for name, column in columns.items()}
            found.append(Lesson(source.name, task.id, task.type, cases, right))
    return found


def right_of(source: Source, world: World) -> Iterator[tuple[Task, Bools]]:
    """Yield a source's questions after figures, with which facts of its world state what is wanted."""
    values = [shown(e.stored.fact) if e.stored.fact.form is Form.FIGURE else "" for e in world.catalogue.entries]
    for task in source.tasks:
        if task.type in _OF_FIGURES and task.wanted:
            yield task, _in_document(_stated(values, task), task, world)


def turns_read(task: Task, assistant: Assistant, world: World, weigh: Weigher | None) -> tuple[Any, int | None]:
    """Return the last turn's wording and the id of the fact that the turn before came to, if one is known."""
    worder = assistant.chooser.worder
    lead: int | None = None
    for number in range(len(task.turns) - 1):
        if weigh is None:
            break
        ranking = Ranking.of(worder(task.turns[number], world, task.turns[:number]), world, weigh, lead)
        lead = ranking.id_of(ranking.order[0]) if ranking.order else None
    return worder(task.turns[-1], world, task.turns[:-1]), lead


def _stated(values: Sequence[str], task: Task) -> Bools:
    """Return which figures are strings of the gold."""
    wanted = [one for alternative in task.wanted for one in alternative if any(char.isdigit() for char in one)]
    known = {value: bool(value) and any(states(value, one) for one in wanted) for value in dict.fromkeys(values)}
    return np.array([known[value] for value in values], dtype=np.bool_)


def _in_document(right: Bools, task: Task, world: World) -> Bools:
    """Keep the facts of the file that holds the answer, where that is known and has some."""
    stem = task.doc.rpartition(".")[0]
    if not stem:
        return right
    inside = np.array([stem in (report.name.rpartition(".")[0], report.name) for report in world.catalogue.reports])
    kept = right & inside[world.catalogue.report]
    return kept if kept.any() else right


def quote_lessons(source: Source, assistant: Assistant, weigh: Weigher) -> list[Lesson]:
    """Return which quotes hold the words of the gold, for each of a source's questions."""
    world = assistant.chooser.world(assistant.library())
    found = []
    for task in source.tasks:
        if task.type not in _OF_WORDS or not any(any(map(_has_words, one)) for one in task.wanted):
            continue
        wording, lead = turns_read(task, assistant, world, weigh)
        shape = Setting.shape_for(Ranking.of(wording, world, weigh, lead))
        columns = quote_features(wording, world, shape, lead)
        places = quote_shortlist(columns)
        texts = [world.quotes.said[place].text for place in places]
        right = np.array([any(all(states(text, one) for one in a) for a in task.wanted) for text in texts])
        if right.any():
            cases = {name: column[places].astype(np.float32) for name, column in columns.items()}
            found.append(Lesson(source.name, task.id, task.type, cases, right))
    return found


def _has_words(text: str) -> bool:
    return not any(char.isdigit() for char in text)
