"""A question as it is linked: its text, what it says beside the measure, and how much each character names."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.facts.owners import Named
from assistant.facts.world import World
from assistant.kinds import asked_kind
from assistant.lexicon import Lexicon
from assistant.linking.interrogatives import Interrogatives
from assistant.linking.periods import recent_in, years_in
from assistant.linking.spoken import EverydayWords, Spoken
from assistant.slots import Slots, in_digits, take_slots
from ingest.grams import bigrams
from ingest.labels import normalise, squeeze
from ingest.model import Kind
from ingest.numbers import UNITS

Floats = NDArray[np.float32]

_LONGEST = 120
#: What a pair of characters counts as asking that stands in no template.
_UNSEEN = 0.3
_HALF = 0.5
#: What parts a question into things beside or against each other, and so many of these.
PARTING = re.compile(r"以及|还有|除以|加上?|减去?|[占比和与跟、,，及除对]")
_CLAUSES = re.compile(rf"{PARTING.pattern}|平均|[多几]少|几多|好多|摊到?|[每；;。？?：:]")
_FEWEST_CLAUSES, _MOST_CLAUSES, _MOST_PARTS = 2, 6, 12
_SHORTEST = 2
#: A part of a question names something if its characters name as much as one does.
LEAST_NAMING = 1.0


@dataclass(frozen=True, slots=True)
class Wording:
    """``text`` is what is left of a question to be linked with labels, ``whole`` all of it, both normalised.

    ``naming`` says of each character of ``text``, 0 to 1, how much it names something rather than asks; 0 where it
    names the department.  ``spoken`` has the measures that everyday words in it may mean, ``worths`` how well a
    department (``part_worths``: a part of one) is named, ``owners`` and ``parts`` those named.  ``before`` is the
    question before, if any, ``said`` the question as it was typed, its years taken out, ``asking`` what
    its words of asking call for.  ``clauses`` are its parts that name something, or a year or a kind, each as a
    question of its own: it takes over the owners, the years and the kind that it doesn't name itself.
    """

    whole: str
    text: str
    said: str
    asking: Interrogatives
    naming: Floats
    slots: Slots
    years: tuple[str, ...]
    kind: Kind | None
    dimension: str
    spoken: tuple[Spoken, ...]
    worths: Mapping[str, Named]
    part_worths: Mapping[str, Named]
    owners: tuple[Named, ...]
    parts: tuple[Named, ...]
    before: Wording | None = None
    clauses: tuple[Wording, ...] = ()

    def chain(self) -> Iterator[Wording]:
        """Yield the question and the ones before it, the latest first."""
        one: Wording | None = self
        while one is not None:
            yield one
            one = one.before

    @property
    def names(self) -> bool:
        """Tell whether the text names anything beside a year: a single character names nothing."""
        return len(self.said) >= _SHORTEST and float(self.naming.sum()) >= LEAST_NAMING

    def clause_spans(self) -> Iterator[tuple[int, int]]:
        """Yield where the clauses that name something stand in the text."""
        place = 0
        for one in self.clauses:
            at = self.text.find(one.text, place) if one.names else -1
            if at >= 0:
                place = at + len(one.text)
                yield at, place

    @property
    def plain(self) -> str:
        """The text without the departments that it names."""
        return self._kept([not any(o.start <= n < o.end for o in self.owners) for n in range(len(self.text))])

    @property
    def named(self) -> str:
        """The characters of the text that name something rather than ask."""
        return self._kept([share > _HALF for share in self.naming])

    def _kept(self, held: Sequence[bool]) -> str:
        return "".join(char for char, stays in zip(self.text, held, strict=True) if stays) or self.text

    @property
    def pairs(self) -> list[str]:
        """The pairs of characters of the text, in order."""
        return bigrams(self.text)


@dataclass(frozen=True, slots=True)
class Worder:
    """Makes wordings: what is known of words whatever is loaded."""

    lexicon: Lexicon
    everyday: EverydayWords

    @classmethod
    def of(cls, lexicon: Lexicon) -> Self:
        """Load the everyday words beside a lexicon."""
        return cls(lexicon, EverydayWords.load(lexicon))

    def __call__(self, question: str, world: World, before: Sequence[str] = ()) -> Wording:
        """Return a question ready to be linked with a world, with the ones before it, oldest first."""
        packed = in_digits(squeeze(question)[:_LONGEST], world.library.periods)
        earlier = self(before[-1], world, before[:-1]) if before else None
        year = earlier.years[0] if earlier is not None and len(earlier.years) == 1 else ""
        one = self._of(packed, world, year)
        return replace(one, before=earlier, clauses=tuple(self._clauses(packed, one, world, year)))

    def _clauses(self, packed: str, whole: Wording, world: World, year: str) -> Iterator[Wording]:
        """Yield the parts of a question that name something; what they take over stands nowhere in their own text."""
        parts = _parted(packed, world.catalogue.postings)
        if len(parts) < _FEWEST_CLAUSES:
            return
        made = [self._of(part, world, year) for part in parts[:_MOST_PARTS]]
        made = [one for one in made if one.names or one.years or one.kind is not None]
        for one in made[:_MOST_CLAUSES] if len(made) >= _FEWEST_CLAUSES else ():
            yield replace(
                one, years=one.years or whole.years, kind=one.kind or whole.kind,
                worths=one.worths if one.owners else whole.worths, owners=one.owners or _elsewhere(whole.owners),
                part_worths=one.part_worths if one.parts else whole.part_worths,
                parts=one.parts or _elsewhere(whole.parts),
            )  # fmt: skip

    def _of(self, packed: str, world: World, year: str = "") -> Wording:
        slots = take_slots(packed, world.library, year)
        rest, years = years_in(packed, world.library.periods)
        if not years:
            last = max((report.year for report in world.library.reports), default="")
            rest, years = recent_in(rest, last, world.library.periods)
        whole = self.lexicon.canonical(normalise(packed))
        text = self.lexicon.canonical(normalise(rest)) or whole
        worths, part_worths = world.departments.worths(text), world.parts.worths(text)
        owners = world.departments.named(text, worths)
        naming = _naming(text)
        for one in owners:
            naming[one.start : one.end] = 0
        return Wording(
            whole, text, rest, Interrogatives.of(rest), naming, slots, tuple(dict.fromkeys((*years, *slots.periods))),
            asked_kind(rest, packed), UNITS.get(slots.unit, ("",))[0], self.everyday.inside(text), worths, part_worths,
            owners, world.parts.named(text, part_worths),
        )  # fmt: skip


def _parted(packed: str, known: Container[str]) -> list[str]:
    """Return the parts of a question, cut where no label of the reports goes on: 和 of 资源和社会保障 parts nothing."""
    parts, start = [], 0
    for match in _CLAUSES.finditer(packed):
        around = packed[max(match.start() - 1, 0) : match.start() + 1], packed[match.end() - 1 : match.end() + 1]
        if not any(len(pair) > 1 and pair in known for pair in around):
            parts.append(packed[start : match.start()])
            start = match.end()
    return [part for part in (*parts, packed[start:]) if part]


def _elsewhere(named: Iterable[Named]) -> tuple[Named, ...]:
    """Return who is named, in another text than the one at hand."""
    return tuple(replace(one, start=0, end=0) for one in named)


def _naming(text: str) -> Floats:
    """Return how much each character names: the mean of what the pairs that it stands in do."""
    shares = _asking()
    pairs = [shares.get(pair, _UNSEEN) for pair in bigrams(text)]
    if not pairs:
        return np.ones(len(text), dtype=np.float32)
    before, after = [pairs[0], *pairs], [*pairs, pairs[-1]]
    mean = (np.array(before, dtype=np.float32) + np.array(after, dtype=np.float32)) / np.float32(2)
    return np.asarray(1 - mean, dtype=np.float32)


@cache
def _asking() -> dict[str, float]:
    """Return pair of characters → its share of asking (``eval/training/asking.py``)."""
    found: dict[str, float] = json.loads((files("assistant") / "data" / "asking.json").read_text(encoding="utf-8"))
    return found
