"""What holds for a whole report while its parts are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """The report's department and year: what a figure belongs to unless something nearer says so."""

    organisation: str
    year: str
