"""The types of a bank's run.  Behaviour lives in the other modules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Verdict(StrEnum):
    """How an answer stands beside a stranger's gold.

    ``HELPED``: asked back, and one of at most three readings offered holds the answer.  ``MISSED``: silent or asked
    back without it, where the reports do answer.  ``WRONG``: anything else.
    """

    RIGHT = "right"
    WRONG = "wrong"
    HELPED = "helped"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a bank: ``gold`` lists alternatives, each the strings that must all stand in the answer.

    ``gold`` ``None``: the right thing is to refuse or ask back.  ``bad``: strings that make an answer wrong.
    """

    id: str
    type: str
    turns: tuple[str, ...]
    gold: tuple[tuple[str, ...], ...] | None
    bad: tuple[str, ...] = ()
    doc: str = ""  # the file that the answer stands in, where it is one


@dataclass(frozen=True, slots=True)
class Author:
    """One author's reports and questions; all the reports are loaded at once."""

    name: str
    documents: tuple[Path, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer with its verdict; ``unsupported`` are its figures that no source bears out."""

    question: Question
    verdict: Verdict
    answer: dict[str, Any]
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorRun:
    """What the assistant made of one author's questions."""

    author: str
    documents: int
    judged: tuple[Judged, ...]
