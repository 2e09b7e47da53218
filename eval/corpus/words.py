"""Questions answered in words: addresses, people, problems, reasons."""

from __future__ import annotations

from collections.abc import Iterator

from eval.corpus.asking import Asker
from eval.corpus.index import place_of
from eval.corpus.model import Note
from eval.corpus.synthetic import Synthetic
from eval.model import Gold, Place, QuestionKind

_START = 8  # characters of a long passage that show that it was found
_SHORT = 24


def text_questions(asker: Asker, report: Synthetic) -> Iterator[Gold]:
    """Yield a question for every topic that the report has a text on."""
    topics: dict[tuple[str, str], list[Note]] = {}
    for note in report.story.notes:
        topics.setdefault((note.topic, note.subject), []).append(note)
    for (topic, subject), notes in topics.items():
        wordings = asker.words["text"].get(topic)
        if not wordings:
            continue
        context = asker.context(report)
        whose = asker.whose(context, report.plan.ledger.department.name)
        when = "" if context.chosen else asker.when(context, str(report.plan.year))
        question = f"{whose}{when}{asker.rng.choice(wordings).format(subject=subject)}"
        texts = list(dict.fromkeys(note.text for note in notes))
        yield Gold(
            "", QuestionKind.TEXT, (question,), context.reports, places=tuple(map(_place, notes)),
            contains=tuple(_shown(text) for text in texts), length=sum(map(len, texts)),
        )  # fmt: skip


def _place(note: Note) -> Place:
    if note.spot is None:
        raise ValueError(f"a text that stands nowhere: {note}")
    return place_of(note.spot)


def _shown(text: str) -> tuple[str, ...]:
    """Return what shows that a text was found; a grade is a single character, which must stand as the grade."""
    if len(text) > 1:
        return (text if len(text) <= _SHORT else text[:_START],)
    return tuple(form.format(text) for form in ("“{}”", "等级：{}", "等次：{}", "等次为{}", "为{}。"))
