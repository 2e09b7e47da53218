"""A contradiction that is no sum, ratio or repetition."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.checks.relations import Severity
from ingest.model import StoredFact


@dataclass(frozen=True, slots=True)
class Defect:
    """A contradiction inside one row or sentence: the places that state it and one sentence about it."""

    kind: str
    severity: Severity
    sure: float
    message: str
    stated: tuple[StoredFact, ...]
    recomputed: str = ""
