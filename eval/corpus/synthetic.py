"""A synthetic report whole: its plan, what it states, its faults, its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.corpus.model import Fault
from eval.corpus.plan import Plan
from eval.corpus.story import Story


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic report: its plan, what it states, its faults and its bytes."""

    plan: Plan
    story: Story
    genre: str
    faults: tuple[Fault, ...]
    content: bytes

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.plan.name

    def truth(self) -> dict[str, Any]:
        """Return the truth file's content."""
        department = self.plan.ledger.department
        names = {department.name: [department.name, *department.aliases], department.own: [department.own]}
        return {
            "file": f"{self.name}.docx",
            "organisation": department.name,
            "names": {**names, **{unit.name: list(unit.drifts) for unit in department.units}},
            "level": department.level,
            "year": str(self.plan.year),
            "genre": self.genre,
            "layouts": self.story.layouts,
            "facts": [statement.to_json() for statement in self.story.statements],
            "texts": [note.to_json() for note in self.story.notes],
            "faults": [fault.to_json() for fault in self.faults],
        }
