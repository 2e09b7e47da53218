"""What visitors say of answers: kept beside the store, one JSON object a line, for ``jixiao eval adopt``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.jsonlines import JsonLines
from assistant.model import Answer

FILE = "feedback.jsonl"
_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was put, with its answer: what a visitor's verdict is about."""

    question: str
    history: tuple[str, ...]
    reports: tuple[str, ...]
    answer: Answer


class Feedback:
    """Appends verdicts to a file; visitors of the web page share it."""

    def __init__(self, folder: Path) -> None:
        self._lines = JsonLines(folder / FILE)

    def keep(
        self, asked: Asked, *, helpful: bool, note: str = "", names: dict[str, str] | None = None, user: str = ""
    ) -> None:
        """Write a verdict down; ``names`` gives the file names by which reports stay known (id → name)."""
        self._lines.append(_entry(asked, helpful, note, names or {}, user))

    def entries(self) -> list[dict[str, Any]]:
        """Return the verdicts kept, oldest first, the last word on each answer only."""
        found: dict[tuple[object, ...], dict[str, Any]] = {}
        for entry in self._lines.entries():
            answer = entry.get("answer", {})
            if isinstance(answer, dict):
                key = (
                    entry.get("question"),
                    *map(str, (entry.get("history"), entry.get("user"), {**answer, "ms": 0})),
                )
                found.pop(key, None)
                found[key] = entry
        return list(found.values())

    def raw(self) -> bytes:
        """Return the file as it is, for ``jixiao eval adopt``."""
        return self._lines.path.read_bytes() if self._lines.path.exists() else b""


def _entry(asked: Asked, helpful: bool, note: str, names: dict[str, str], user: str) -> dict[str, Any]:
    answer = asked.answer.to_json()
    for citation in answer["citations"]:
        citation["report"] = names.get(citation["report"], citation["report"])
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "question": asked.question,
        "history": list(asked.history),
        "reports": _named(asked.reports, names),
        "answer": answer,
        "verdict": "helpful" if helpful else "wrong",
        "note": note.strip()[:_LONGEST_NOTE],
        **({"user": user} if user else {}),
    }


def _named(reports: Sequence[str], names: dict[str, str]) -> list[str]:
    return [names.get(report, report) for report in reports]
