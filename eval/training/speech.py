"""Trains how people say what labels name: vectors of pairs of characters that bring a question to the cell it meant.

The loss of a question is that of a softmax over the labels of the cells that share most with it, the right ones taken
together (contrastive learning against hard negatives); beside it everyday words stand against the terms they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.core import Assistant
from assistant.facts.catalogue import COLUMN, LEAF
from assistant.facts.speech import Speech, rows_of, term_model
from assistant.lexicon import Lexicon
from assistant.linking.features import Features
from assistant.linking.ranking import shortlist
from assistant.linking.spoken import EverydayWords
from eval.training.fitting import right_of, turns_read
from eval.training.tasks import Source
from ingest.labels import normalise

Bools = NDArray[np.bool_]

ROWS = 16_384
SAYINGS = Path(str(files("eval") / "gold" / "sayings"))
_EPOCHS, _BATCH, _RATE, _SEED = 6, 16, 0.01, 7
#: The softmax's inverse temperature begins here, as its logarithm.
_SHARP = 2.5
#: So many everyday words take part in a step, counting as much as the questions: of shares 0.3 and 1.0, and of 64 and
#: 128 words, what brought unseen authors' questions to the right label most often.
_WORDS, _SHARE = 128, 1.0
#: The most labels that a question is held against.
_MOST = 150
#: What is known before anything is learned: the term model alone.
UNHEARD = Speech(np.zeros((1, term_model().dimension), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Said:
    """What a question says, the labels of the cells that may be meant, and which of them are right."""

    source: str
    text: str
    labels: tuple[str, ...]
    right: Bools


def said_of(source: Source, assistant: Assistant) -> list[Said]:
    """Return what each of a source's questions after a figure says, with the labels that share most with it."""
    if not source.teaches:
        return []
    world = assistant.chooser.world(assistant.library())
    catalogue, found = world.catalogue, []
    for task, right in right_of(source, world):
        wording, _ = turns_read(task, assistant, world, None)
        places = shortlist(Features(wording, catalogue).columns)
        held: dict[str, bool] = {}
        for place in places:
            leaf, column = catalogue.slots[place, LEAF], catalogue.slots[place, COLUMN]
            label = f"{catalogue.labels[leaf]} {catalogue.labels[column]}"
            held[label] = held.get(label, False) or bool(right[place])
        labels = tuple(held)[:_MOST]
        marks = np.array([held[label] for label in labels], dtype=np.bool_)
        if marks.any():
            found.append(Said(source.name, wording.plain, labels, marks))
    return found


def everyday_words() -> list[tuple[str, str]]:
    """Return the everyday words with the terms that they mean: those that the package knows, and what people wrote.

    ``gold/sayings`` has a label a line with ways to say it, by people who saw neither the program nor its questions.
    """
    held = EverydayWords.load(Lexicon.load())
    known = [(word, term) for word, terms in held.terms.items() for term in terms]
    written = [
        (word, term)
        for path in sorted(SAYINGS.glob("*.tsv"))
        for term, words in (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
        for word in words.split("|")
    ]
    return known + written


def words_without(
    words: Sequence[tuple[str, str]], kept: Sequence[Said], left: Sequence[Said]
) -> list[tuple[str, str]]:
    """Return everyday words without those for names that only the reports left out have.

    Many of ``SAYINGS`` were written for the labels of the very reports; nobody knows those of new ones.
    """
    known, unknown = ("\n".join({label for one in held for label in one.labels}) for held in (kept, left))
    lexicon = Lexicon.load()
    folded = {term: lexicon.canonical(normalise(term)) for _, term in words}  # as labels are
    return [pair for pair in words if (term := folded[pair[1]]) in known or term not in unknown]


def hear_all(
    lessons: Sequence[Sequence[Said]], words: Sequence[Sequence[tuple[str, str]]], advance: Any
) -> list[Speech]:
    """Learn from each of several sets of lessons with its everyday words, two at a time; keeps the order."""
    found: dict[int, Speech] = {}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        waiting = {pool.submit(hear, *pair): n for n, pair in enumerate(zip(lessons, words, strict=True))}
        for done in as_completed(waiting):
            found[waiting[done]] = done.result()
            advance(len(found))
    return [found[number] for number in range(len(lessons))]


def hear(lessons: Sequence[Said], words: Sequence[tuple[str, str]]) -> Speech:
    """Learn from lessons and everyday words; the same ones give the same vectors on the same machine."""
    import torch

    torch.manual_seed(_SEED)
    torch.set_num_threads(1)
    texts = _Texts()
    table = torch.nn.Parameter(torch.zeros(ROWS, texts.dimension))
    sharp = torch.nn.Parameter(torch.tensor(_SHARP))
    adam = torch.optim.Adam([{"params": [table], "lr": _RATE}, {"params": [sharp], "lr": 0.01}])
    draw = np.random.default_rng(_SEED)
    for _ in range(_EPOCHS):
        order = draw.permutation(len(lessons))
        for start in range(0, len(order), _BATCH):
            loss = _of_questions([lessons[n] for n in order[start : start + _BATCH]], texts, table, sharp)
            if words:
                loss = loss + _SHARE * _of_words(
                    [words[n] for n in draw.integers(0, len(words), _WORDS)], texts, table, sharp
                )
            adam.zero_grad()
            loss.backward()
            adam.step()
    return Speech(_rounded(table.detach().numpy()))


class _Texts:
    """Texts as the term model's vectors and the rows that they are hashed to, each read once."""

    def __init__(self) -> None:
        self.dimension = term_model().dimension
        self._held: dict[str, tuple[Any, Any]] = {}

    def vectors(self, texts: Sequence[str], table: Any) -> Any:
        """Return the unit vectors of texts under a table that is being learned."""
        import torch

        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        for text, vector in zip(new, term_model().passages(new), strict=True) if new else ():
            self._held[text] = (torch.from_numpy(np.array(vector)), torch.from_numpy(rows_of(text, ROWS)))
        held = [self._held[text] for text in texts]
        starts = np.cumsum([0, *(len(rows) for _, rows in held)])[:-1]
        means = torch.nn.functional.embedding_bag(
            torch.cat([rows for _, rows in held]), table, torch.from_numpy(starts), mode="mean"
        )
        return torch.nn.functional.normalize(torch.stack([vector for vector, _ in held]) + means, dim=1)


def _of_questions(batch: Sequence[Said], texts: _Texts, table: Any, sharp: Any) -> Any:
    import torch

    labels = texts.vectors([label for one in batch for label in one.labels], table)
    asked = texts.vectors([one.text for one in batch], table)
    losses, start = [], 0
    for number, one in enumerate(batch):
        near = (labels[start : start + len(one.labels)] @ asked[number]) * sharp.exp()
        start += len(one.labels)
        losses.append(torch.logsumexp(near, 0) - torch.logsumexp(near[torch.from_numpy(one.right)], 0))
    return torch.stack(losses).mean()


def _of_words(pairs: Sequence[tuple[str, str]], texts: _Texts, table: Any, sharp: Any) -> Any:
    import torch

    words = texts.vectors([word for word, _ in pairs], table)
    terms = texts.vectors([term for _, term in pairs], table)
    return torch.nn.functional.cross_entropy(words @ terms.T * sharp.exp(), torch.arange(len(pairs)))


def _bytes(table: Any) -> tuple[Any, Any]:
    scale = np.abs(table).max(axis=1) / 127
    held = np.round(table / np.where(scale > 0, scale, 1)[:, None])
    return held.astype(np.int8), scale.astype(np.float32)


def _rounded(table: Any) -> Any:
    """Return a table as it is once it was written."""
    held, scale = _bytes(table)
    return held.astype(np.float32) * scale[:, None]


def save(speech: Speech, path: Path) -> None:
    """Write the vectors: bytes with a scale for each row."""
    table, scale = _bytes(speech.table)
    np.savez_compressed(path, table=table, scale=scale)
