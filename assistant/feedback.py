"""What visitors say of answers: kept beside the store, one JSON object a line, for ``jixiao eval adopt``."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
        self._path = folder / FILE
        self._writing = threading.Lock()

    def keep(self, asked: Asked, *, helpful: bool, note: str = "", names: dict[str, str] | None = None) -> None:
        """Write a verdict down; ``names`` gives the file names by which reports stay known (id → name)."""
        line = json.dumps(_entry(asked, helpful, note, names or {}), ensure_ascii=False)
        with self._writing, self._path.open("a", encoding="utf-8") as target:
            target.write(line + "\n")


def _entry(asked: Asked, helpful: bool, note: str, names: dict[str, str]) -> dict[str, Any]:
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
    }


def _named(reports: Sequence[str], names: dict[str, str]) -> list[str]:
    return [names.get(report, report) for report in reports]
