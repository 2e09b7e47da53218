"""What holds for a whole report while its parts are read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """The report's department and year: what a figure belongs to unless something nearer says so.

    ``codes`` has the names that its tables give the 科目编码.
    """

    organisation: str
    year: str
    codes: dict[str, str] = field(default_factory=dict)
