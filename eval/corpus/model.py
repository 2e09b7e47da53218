"""The types of a synthetic corpus: figures, statements of them, places, faults."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of one organisation in one year.  ``value`` ``None`` is "not filled in".

    ``kind`` is budget, actual, target, score, weight, rate or change; ``stage`` tells 年初 from 全年
    budgets; ``within`` names the narrower list that a figure is a part of (公用经费明细).
    """

    organisation: str
    measure: str
    period: str
    kind: str
    value: Decimal | None
    unit: str
    stage: str = ""
    within: str = ""
    hedge: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two statements statements of the same thing."""
        return (self.organisation, self.measure, self.period, self.kind, self.stage, self.within)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it stands on paper: its text, the value and unit that the text states, a fault's id."""

    text: str
    value: Decimal | None
    unit: str
    hedge: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: a cell (0-based, expanded grid), or the clause of a paragraph that states it."""

    report: str
    table: int | None = None
    row: int | None = None
    column: int | None = None
    clause: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the place as gold questions write it."""
        if self.clause:
            return {"report": self.report, "words": [self.clause]}
        return {"report": self.report, "table": self.table, "row": self.row, "column": self.column}


@dataclass(frozen=True, slots=True)
class Statement:
    """A true fact of a report: what is stated, how it is printed, where, under which labels."""

    figure: Figure
    printed: Printed
    spot: Spot
    row_path: tuple[str, ...] = ()
    column_path: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fact as the truth file has it."""
        f, p = self.figure, self.printed
        return {
            "organisation": f.organisation,
            "measure": f.measure,
            "period": f.period,
            "kind": f.kind,
            "stage": f.stage,
            "within": f.within,
            "value": None if p.value is None else format(p.value, "f"),
            "unit": p.unit,
            "hedge": p.hedge,
            "raw": p.text,
            "row_path": list(self.row_path),
            "column_path": list(self.column_path),
            "place": self.spot.to_json(),
            "fault": p.fault,
        }


@dataclass(frozen=True, slots=True)
class Note:
    """A short text that a report states: a contact, an address, a problem, the reason for a shortfall."""

    organisation: str
    topic: str
    period: str
    text: str
    subject: str = ""
    spot: Spot | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the text as the truth file has it."""
        return {
            "organisation": self.organisation,
            "topic": self.topic,
            "subject": self.subject,
            "period": self.period,
            "text": self.text,
            "place": self.spot.to_json() if self.spot else None,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """An inconsistency put into a report on purpose: what is stated where, and what it should be."""

    id: str
    kind: str
    report: str
    stated: str
    expected: str
    message: str
    spots: tuple[Spot, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fault as the truth file has it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "stated": self.stated,
            "expected": self.expected,
            "message": self.message,
            "places": [spot.to_json() for spot in self.spots],
        }
