"""The types that flow from a question to its answer.  Behaviour lives in the other modules."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ingest.model import Fact, Kind, Report, StoredFact

#: What begins a line of a trace that grounds the answer's figures: a formula with its operands, a finding.
FORMULA, FOUND = GROUNDS = ("公式：", "勾稽：")


class Status(StrEnum):
    """How a question was answered."""

    ANSWERED = "answered"
    CONFLICT = "conflict"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"


class Operation(StrEnum):
    """What is to be done with the figures that are found."""

    LOOKUP = "lookup"
    CHANGE = "change"
    RANK = "rank"
    LIST = "list"
    TEXT = "text"
    DEFINE = "define"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    ``content`` is what remains to be matched with labels once the words of asking, the organisation
    and the years are taken out; ``context`` holds words of other parts of the question, or of the one
    before, that may help but needn't be matched, ``within`` the whole that is named once
    for several parts (公用经费下的会议费、培训费).  ``units`` has one group of names for each part of a
    department named, ``organisations`` all of them.  ``against`` is the year compared with (``上年``: the
    one before), ``unit`` the unit asked for, ``convert`` the one to answer in.  ``before`` has the questions
    that a follow-up leans on, the latest first.
    """

    text: str
    content: str
    context: str = ""
    within: str = ""
    operation: Operation = Operation.LOOKUP
    organisations: tuple[str, ...] = ()
    units: tuple[tuple[str, ...], ...] = ()
    organisation_word: str = ""
    unknown_organisation: str = ""
    periods: tuple[str, ...] = ()
    against: str = ""
    kind: Kind | None = None
    unit: str = ""
    convert: str = ""
    reports: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    before: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A fact with its labels in matching form: leaves first, then what stands around them, then the headings.

    ``sentence`` is the sentence that a figure in running text stands in, where it is held; ``scope`` the
    wholes that it is a part of, other than by definition (公用经费 of a 公务接待费 listed under it).
    """

    stored: StoredFact
    leaves: tuple[str, ...]
    around: tuple[str, ...]
    headings: tuple[str, ...] = ()
    sentence: str = ""
    scope: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Its first leaf label, empty for a figure that no label names."""
        return self.leaves[0] if self.leaves else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact with how well it fits the question: recall of its words, precision of the label's.

    ``complete`` tells whether every word of the question that names something is accounted for.
    """

    entry: Entry
    recall: float
    precision: float
    score: float
    complete: bool = True

    @property
    def stored(self) -> StoredFact:
        """The fact as the store has it."""
        return self.entry.stored

    @property
    def fact(self) -> Fact:
        """The fact itself."""
        return self.entry.stored.fact


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of an answer; ``value`` is in ``unit``, ``raw`` stands so in the report."""

    value: Decimal
    unit: str
    raw: str
    measure: str
    organisation: str
    period: str
    basis: str
    citations: tuple[int, ...]
    kind: str = ""  # 预算数, 目标值 …, where the measure's name doesn't say it; no part of the interface

    @property
    def name(self) -> str:
        """The measure with its kind: 公务接待费预算数."""
        return self.measure + self.kind

    def to_json(self) -> dict[str, Any]:
        """Return the value as the interface has it, the ``Decimal`` as a plain string."""
        found = {**asdict(self), "value": format(self.value, "f"), "citations": list(self.citations)}
        del found["kind"]
        return found


@dataclass(frozen=True, slots=True)
class Citation:
    """Where something stands: ``row``/``column`` on the expanded grid, everything from 0.

    ``block`` and ``start``/``end`` place a sentence in a paragraph or in a cell's text.  ``page`` counts from 1;
    ``sheet`` is that of a workbook, ``cell`` the address on it (B7).
    """

    n: int
    report: str
    place: str
    quote: str
    table: int | None = None
    row: int | None = None
    column: int | None = None
    block: int | None = None
    start: int | None = None
    end: int | None = None
    page: int | None = None
    sheet: str = ""
    cell: str = ""
    scan: bool = False

    @property
    def where(self) -> str:
        """The place with the page or the sheet and cell of the original before it, where it has them."""
        if self.page is not None:
            return f"第{self.page}页{'（扫描件）' if self.scan else ''} › {self.place}"
        return f"工作表“{self.sheet}”{self.cell} › {self.place}" if self.sheet else self.place

    def quoted(self, most: int = sys.maxsize) -> str:
        """Return what stands there in quotation marks, cut to so many characters; a blank cell is said to be one."""
        words = " ".join(self.quote.split())
        if not words:
            return "（空白格）"
        return f"“{words}”" if len(words) <= most else f"“{words[: most - 1]}…”"

    def to_json(self) -> dict[str, Any]:
        """Return the citation as the interface has it; ``page``, ``sheet``, ``cell``, ``scan`` where it has them."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: held for name, held in found.items() if held or name not in ("page", "sheet", "cell", "scan")}


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be asked instead: a short label, the question in full, and the reports that narrow it, if any.

    ``answer`` is what the reading comes to and where that stands, where it is known.
    """

    label: str
    question: str
    reports: tuple[str, ...] = ()
    answer: str = ""

    @property
    def shown(self) -> str:
        """The choice as a button shows it: with what it comes to, where that is known."""
        return f"{self.label}：{self.answer}" if self.answer else self.label

    def to_json(self) -> dict[str, str]:
        """Return the choice as the interface has it."""
        return {"label": self.label, "question": self.question, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its evidence; ``ms`` is how long it took, in milliseconds.

    ``choices`` go with a question asked back and with a refusal.
    """

    status: Status
    text: str
    values: tuple[Value, ...] = ()
    citations: tuple[Citation, ...] = ()
    trace: tuple[str, ...] = ()
    ms: float = 0.0
    choices: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the answer as the interface has it."""
        return {
            "status": self.status.value,
            "text": self.text,
            "values": [value.to_json() for value in self.values],
            "citations": [citation.to_json() for citation in self.citations],
            "choices": [choice.to_json() for choice in self.choices],
            "trace": list(self.trace),
            "ms": round(self.ms, 1),
        }


@dataclass(frozen=True, slots=True)
class Library:
    """What is loaded, as understanding needs it: the reports and the names and years in them.

    ``beside`` says that others are loaded, too, that a question is not about: an answer names its department.
    ``named`` says that it names the departments of all these.
    """

    reports: tuple[Report, ...]
    organisations: tuple[str, ...] = ()
    periods: frozenset[str] = field(default_factory=frozenset)
    beside: bool = False
    named: bool = False
