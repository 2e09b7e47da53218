"""The types of an evaluation: gold questions, scored answers, a run.  Behaviour lives in the other modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any


class QuestionKind(StrEnum):
    """What a question asks of the reports."""

    LOOKUP = "lookup"
    NARRATIVE = "narrative"
    COLLOQUIAL = "colloquial"
    FOLLOW_UP = "follow_up"
    COMPUTATION = "computation"
    RANKING = "ranking"
    LIST = "list"
    TEXT = "text"
    CONFLICT = "conflict"
    FALSE_PREMISE = "false_premise"
    ABSENT = "absent"


class Outcome(StrEnum):
    """How an answer stands beside its gold.

    ``MISPLACED``: the right figure with no citation at a place that states it.  ``MISSED``: honestly
    silent, asked back, or answered in part, where the reports do answer.  ``WRONG``: anything else.
    """

    RIGHT = "right"
    MISPLACED = "misplaced"
    WRONG = "wrong"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: a cell (0-based, top-left on the expanded grid), or words of its sentence."""

    report: str = ""
    table: int | None = None
    row: int | None = None
    column: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldValue:
    """A figure that the answer must give; ``unit`` ``None`` leaves the unit unscored.

    ``digits`` rounds a computed figure before it is compared; without it the figures must be equal.
    ``operands`` holds, for each operand of a computation, the places that state it.
    """

    value: Decimal
    unit: str | None = None
    digits: int | None = None
    places: tuple[Place, ...] = ()
    operands: tuple[tuple[Place, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with its answer; ``eval/gold/README.md`` describes every field."""

    id: str
    kind: QuestionKind
    turns: tuple[str, ...]
    reports: tuple[str, ...] = ()
    status: tuple[str, ...] = ("answered",)
    values: tuple[GoldValue, ...] = ()
    alternatives: tuple[tuple[GoldValue, ...], ...] = ()
    ordered: bool = False
    places: tuple[Place, ...] = ()
    contains: tuple[tuple[str, ...], ...] = ()
    excludes: tuple[str, ...] = ()
    length: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Questions over documents; ``truths`` is the folder of their truth files, where there is one."""

    name: str
    documents: tuple[Path, ...]
    questions: tuple[Gold, ...]
    truths: Path | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer scored.  ``citations`` counts (at a gold place, given) for figures that are right."""

    gold: Gold
    outcome: Outcome
    why: str
    answer: dict[str, Any]
    unsupported: tuple[str, ...] = ()
    citations: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class SystemRun:
    """What one system made of one set; ``megabytes`` is the peak of the process that answered."""

    system: str
    scored: tuple[Scored, ...]
    megabytes: float | None = None


@dataclass(frozen=True, slots=True)
class SetRun:
    """One set's answers by the assistant and by the baselines beside it."""

    name: str
    documents: int
    runs: tuple[SystemRun, ...]
    facts: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: when, on what commit, over which sets."""

    date: str
    commit: str
    sets: tuple[SetRun, ...] = field(default=())
