"""A question as it is linked: its text, what it says beside the measure, and how much each character names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from assistant.linking.periods import years_in
from assistant.linking.spoken import EverydayWords, Spoken
from assistant.slots import Slots, take_slots
from ingest.grams import bigrams
from ingest.labels import normalise, squeeze
from ingest.model import Kind
from ingest.numbers import UNITS

Floats = NDArray[np.float32]

_LONGEST = 120
#: What a pair of characters counts as asking that stands in no template.
_UNSEEN = 0.3
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Wording:
    """``text`` is what is left of a question to be linked with labels, ``whole`` all of it, both normalised.

    ``naming`` says of each character of ``text``, 0 to 1, how much it names something rather than asks; 0 where it
    names the department.  ``spoken`` has the measures that everyday words in it may mean, ``worths`` how well a
    department (``part_worths``: a part of one) is named, ``owners`` and ``parts`` those named.  ``before`` is the
    question before, if any, ``said`` the question as it was typed, its years taken out, ``asking`` what
    its words of asking call for.
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

    def chain(self) -> Iterator[Wording]:
        """Yield the question and the ones before it, the latest first."""
        one: Wording | None = self
        while one is not None:
            yield one
            one = one.before

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
        packed = squeeze(question)[:_LONGEST]
        slots = take_slots(packed, world.library)
        rest, years = years_in(packed, world.library.periods)
        whole = self.lexicon.canonical(normalise(packed))
        text = self.lexicon.canonical(normalise(rest)) or whole
        worths, part_worths = world.departments.worths(text), world.parts.worths(text)
        owners = world.departments.named(text, worths)
        naming = _naming(text)
        for one in owners:
            naming[one.start : one.end] = 0
        earlier = self(before[-1], world, before[:-1]) if before else None
        return Wording(
            whole, text, rest, Interrogatives.of(rest), naming, slots, tuple(dict.fromkeys((*years, *slots.periods))),
            asked_kind(rest, packed), UNITS.get(slots.unit, ("",))[0], self.everyday.inside(text), worths, part_worths,
            owners, world.parts.named(text, part_worths), earlier,
        )  # fmt: skip


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
