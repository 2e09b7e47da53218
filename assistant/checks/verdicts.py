"""What reviewers said of findings (属实, 误报): kept beside the store, heeded when reports are checked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant.checks.findings import Finding
from assistant.jsonlines import JsonLines

FILE = "verdicts.jsonl"
_LONGEST_NOTE = 2_000


class Verdict(StrEnum):
    """A reviewer's word on a finding; taken back it counts no more."""

    TRUE = "属实"
    FALSE = "误报"
    NONE = ""


class Verdicts:
    """Appends verdicts to a file in the store's folder; the last word on a finding counts."""

    def __init__(self, folder: Path) -> None:
        self._lines = JsonLines(folder / FILE)

    def keep(self, finding: Finding, verdict: Verdict, note: str = "", user: str = "") -> None:
        """Write a verdict down; raises ``StoreError`` with a sentence when the folder can't be written to."""
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"), "finding": finding.id, "report": finding.report,
            "kind": finding.kind, "severity": finding.severity.value, "message": finding.message,
            "verdict": verdict.value, "note": note.strip()[:_LONGEST_NOTE], **({"user": user} if user else {}),
        }  # fmt: skip
        self._lines.append(entry)

    def known(self) -> dict[str, dict[str, Any]]:
        """Return the last verdict on each finding by its id."""
        return {str(entry.get("finding", "")): entry for entry in self._lines.entries()}

    def heeded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings with what was said of them; those called 误报 come last."""
        known = self.known()
        said = [
            replace(one, verdict=str(entry.get("verdict", "")), note=str(entry.get("note", "")))
            if (entry := known.get(one.id)) is not None
            else one
            for one in findings
        ]
        return sorted(said, key=lambda one: one.verdict == Verdict.FALSE)
