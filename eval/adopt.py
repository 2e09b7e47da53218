"""Feedback from the web page becomes gold: a reviewer's correction is a test case from then on.

One JSON object a line: ``question``, ``history`` (the questions before it), ``reports``, ``answer`` (the
interface's JSON), ``verdict`` ("helpful" or "wrong") and, for a wrong one, what it should have been: a
``note`` that names one figure with its unit, or ``right`` with gold's own fields (``status``, ``values`` …).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.figures import tokens
from eval.goldset import GoldError, gold_of, load_questions, to_json
from eval.model import Gold, GoldValue, Place, QuestionKind

_VERDICTS = ("helpful", "wrong")


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of a feedback file: gold questions, and (line, why) of what a person must complete."""

    gold: tuple[Gold, ...]
    left: tuple[tuple[int, str], ...]


def adopt(lines: Iterable[str]) -> Adopted:
    """Turn feedback into gold.  Raises ``GoldError`` naming a line that isn't of the form."""
    found: dict[str, Gold] = {}
    left: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _entry(line, number)
        if entry["verdict"] == "helpful":
            gold = _confirmed(entry)
        elif entry.get("right") or _noted(entry):
            gold = _corrected(entry, number)
        else:
            left.append((number, f"“{entry['question']}”只说答错了（{entry.get('note') or '没有说明'}），没有正确答案"))
            continue
        found[gold.id] = gold  # the latest word on a question holds
    return Adopted(tuple(found.values()), tuple(left))


def append(path: Path, gold: Iterable[Gold]) -> int:
    """Add questions that the file doesn't have yet; return how many."""
    known = {one.id for one in load_questions(path)} if path.exists() else set()
    fresh = [one for one in gold if one.id not in known]
    with path.open("a", encoding="utf-8") as target:
        target.writelines(json.dumps(to_json(one), ensure_ascii=False) + "\n" for one in fresh)
    return len(fresh)


def _entry(line: str, number: int) -> dict[str, Any]:
    form = '{"question": …, "verdict": "helpful" 或 "wrong", "answer": {…}}'
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise GoldError(f"反馈第 {number} 行不是 JSON，请按 {form} 的样子改好。") from error
    whole = isinstance(entry, dict) and isinstance(entry.get("question"), str) and isinstance(entry.get("answer"), dict)
    if not whole or entry.get("verdict") not in _VERDICTS:
        raise GoldError(f"反馈第 {number} 行缺字段，请按 {form} 的样子改好。")
    return dict(entry)


def _base(entry: dict[str, Any]) -> dict[str, Any]:
    turns = [*entry.get("history", ()), entry["question"]]
    reports = list(entry.get("reports", ()))
    digest = sha256(json.dumps([turns, reports], ensure_ascii=False).encode()).hexdigest()[:10]
    kind = QuestionKind.FOLLOW_UP if len(turns) > 1 else QuestionKind.LOOKUP
    return {"id": f"fb-{digest}", "kind": kind.value, "turns": turns, "reports": reports, "note": entry.get("note", "")}


def _confirmed(entry: dict[str, Any]) -> Gold:
    """Take an answer that was called right as it stands: its figures at its own places."""
    answer, base = entry["answer"], gold_of({**_base(entry), "contains": ["?"]})
    places = {citation["n"]: _place(citation) for citation in answer["citations"]}
    values = tuple(
        GoldValue(Decimal(v["value"]), v["unit"], places=tuple(places[n] for n in v["citations"] if n in places))
        for v in answer["values"]
    )
    silent = answer["status"] in ("not_found", "clarify")
    kind = QuestionKind.ABSENT if silent else QuestionKind.CONFLICT if answer["status"] == "conflict" else base.kind
    quotes = () if values or silent else tuple((c["quote"],) for c in answer["citations"][:1])
    return Gold(
        base.id, kind, base.turns, base.reports, (answer["status"],), values, contains=quotes,
        length=len(quotes[0][0]) if quotes else None, note=base.note,
    )  # fmt: skip


def _place(citation: dict[str, Any]) -> Place:
    if citation.get("table") is None:
        return Place(words=(citation["quote"],))
    return Place("", citation["table"], citation["row"], citation["column"])


def _noted(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the one figure that a note names, as gold has it; nothing where it names none or several."""
    figures = [token for token in tokens(entry.get("note", "")) if token.unit]
    if len(figures) != 1:
        return {}
    return {"values": [{"value": format(figures[0].value, "f"), "unit": figures[0].unit}]}


def _corrected(entry: dict[str, Any], number: int) -> Gold:
    try:
        return gold_of({**_base(entry), **(entry.get("right") or _noted(entry))})
    except (ValueError, KeyError, TypeError) as error:
        raise GoldError(f"反馈第 {number} 行的 right 不合题目格式（{error}），字段见 eval/gold/README.md。") from error
