"""Answering many questions from a file: one JSON object a line, and one question's failure stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.edge import BROKEN, UNASKED, Asking, answered
from assistant.model import Answer, Status
from ingest.errors import JixiaoError, cant_open

_FORM = '{"id": …, "turns": ["问题", …]}'
#: Marks, in the trace, a line that was no question.
MALFORMED = "这一行不是问题"


def lines_of(source: Path) -> list[str]:
    """Return the lines of a file of questions; raises ``JixiaoError`` with a sentence."""
    try:
        return source.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise cant_open(str(source), error) from error
    except UnicodeDecodeError as error:
        raise JixiaoError(f"“{source}”读不了，请确认它是 UTF-8 的 JSONL 文件。") from error


def answer_lines(assistant: Asking, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Answer the last turn of each line: {"id", "turns": [q1, …], "reports": [R, …]?}; blank lines are passed over.

    A line that isn't of that form, a report that isn't loaded and an error of the program each get an answer that
    says so, in their place.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _parsed(line)
        problem = _problem(entry, number)
        if problem:
            answer = Answer(Status.NOT_FOUND, problem, trace=(MALFORMED,))
        else:
            *earlier, last = entry["turns"]
            answer = answered(assistant, last, earlier, entry.get("reports") or ())
        yield {"id": entry.get("id") if isinstance(entry, dict) else None, **answer.to_json()}


def failed(answer: dict[str, Any]) -> bool:
    """Tell whether an answer stands for a line that was no question, for a report not loaded, or for an error."""
    return not {MALFORMED, BROKEN, UNASKED}.isdisjoint(answer["trace"])


def _parsed(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(word: str) -> None:
    """Refuse NaN and Infinity, which JSON (RFC 8259) doesn't have: written back they would spoil the whole file."""
    raise ValueError(word)


def _problem(entry: Any, number: int) -> str:
    """Say what is wrong with a line's form, empty where nothing is."""
    if not isinstance(entry, dict):
        return f"第 {number} 行不是 JSON 对象，请按 {_FORM} 的样子改好。"
    if "id" not in entry or not _texts(entry.get("turns")) or not entry["turns"]:
        return f"第 {number} 行缺少 id 或 turns，请按 {_FORM} 的样子改好。"
    if not _texts(entry.get("reports") or []):
        return f"第 {number} 行的 reports 应是报告名的列表，请改好。"
    return ""


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
