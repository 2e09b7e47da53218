"""One report's plan: its figures, its wording, and how a form's cells are made of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from eval.corpus.goals import Goals
from eval.corpus.ledger import Ledger
from eval.corpus.model import Figure, Note
from eval.corpus.names import data
from eval.corpus.paper import Paper
from eval.corpus.sheet import Box, stub

_OWN = ("本级机构", "局本级", "机关本级", "本级")
_WHOLE = ("局机关及二级机构汇总", "部门汇总", "汇总")


@dataclass(slots=True)
class Plan:
    """What a report is drawn from.  ``unit`` is the money unit of its annexes."""

    rng: random.Random
    name: str
    ledger: Ledger
    year: int
    goals: Goals
    paper: Paper
    unit: str = "万元"
    _labels: dict[str, str] = field(default_factory=dict)

    def label(self, measure: str) -> str:
        """Return what this report calls a measure; it keeps to it."""
        if measure not in self._labels:
            known = data("measures.json").get(measure)
            self._labels[measure] = self.rng.choice(known["labels"]) if known else measure
        return self._labels[measure]

    def cell(
        self, figure: Figure, *, across: int = 1, unit: str = "", written: bool = False, slot: str = "",
        labels: tuple[tuple[str, ...], tuple[str, ...]] | None = None,
    ) -> Box:  # fmt: skip
        """Return the cell that states a figure."""
        printed = self.paper.figure(figure, unit=unit, written=written, slot=slot)
        return Box(printed.text, across, figure=figure, printed=printed, labels=labels)

    def organisations(self, *, numbered: bool = True) -> list[tuple[str, Box]]:
        """Return the rows of a table by organisation: the sum, the own office, the units, names drifting."""
        department = self.ledger.department
        rows = [(department.name, stub(self.rng.choice(_WHOLE)))]
        names = [self.rng.choice(_OWN), *(self.rng.choice(unit.drifts) for unit in department.units)]
        gap = self.rng.choice(("", "", "  "))
        for number, (organisation, name) in enumerate(zip(self.ledger.names(), names, strict=True), 1):
            rows.append((organisation, stub(f"{gap}{number}、{name}" if numbered else name)))
        return rows

    def note(self, topic: str, text: str, subject: str = "") -> Note:
        """Return a text that the report states, to be put in a cell or a paragraph."""
        return Note(self.ledger.department.name, topic, str(self.year), text, subject)
