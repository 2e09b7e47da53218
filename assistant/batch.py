"""Answering many questions from a file: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.core import Assistant
from ingest.errors import JixiaoError


def answer_lines(assistant: Assistant, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Answer the last turn of each line: {"id", "turns": [q1, …], "reports": [R, …]?}.

    Raises ``JixiaoError`` naming the line that isn't of that form.
    """
    for number, line in enumerate(lines, 1):
        entry = _entry(line, number)
        *earlier, last = entry["turns"]
        answer = assistant.ask(last, history=earlier, reports=entry.get("reports") or ())
        yield {"id": entry["id"], **answer.to_json()}


def _entry(line: str, number: int) -> dict[str, Any]:
    form = '{"id": …, "turns": ["问题", …]}'
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise JixiaoError(f"第 {number} 行不是 JSON，请按 {form} 的样子改好。") from error
    turns = entry.get("turns") if isinstance(entry, dict) else None
    if not isinstance(turns, list) or not turns or "id" not in entry or not all(isinstance(t, str) for t in turns):
        raise JixiaoError(f"第 {number} 行缺少 id 或 turns，请按 {form} 的样子改好。")
    checked: dict[str, Any] = entry
    return checked
