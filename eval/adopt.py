"""Feedback from the web page becomes gold: a reviewer's correction is a test case from then on.

One JSON object a line: ``question``, ``history`` (the questions before it), ``reports``, ``answer`` (the
interface's JSON), ``verdict`` ("helpful" or "wrong") and, for a wrong one, what it should have been: a
``note`` that says 应为 and one figure with its unit, or ``right`` with gold's own fields (``status``, ``values`` …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
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
    left: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _entry(line, number)
        if entry["verdict"] == "helpful":
            gold = _made(_confirmed, entry, number)
        elif entry.get("right") or _noted(entry):
            gold = _made(_corrected, entry, number)
        else:
            why = f"“{entry['question']}”只说答错了（{entry.get('note') or '没有说明'}），没有正确答案"
            left[_base(entry)["id"]] = (number, why)
            continue
        found[gold.id] = gold  # the latest word on a question holds
        left.pop(gold.id, None)
    return Adopted(tuple(found.values()), tuple(left.values()))


def append(path: Path, gold: Iterable[Gold]) -> int:
    """Write questions into a gold file, in place of earlier ones of the same id; return how many changed."""
    held = {one.id: one for one in load_questions(path)} if path.exists() else {}
    changed = [one for one in gold if held.get(one.id) != one]
    held |= {one.id: one for one in changed}
    lines = (json.dumps(to_json(one), ensure_ascii=False) + "\n" for one in held.values())
    path.write_text("".join(lines), encoding="utf-8")
    return len(changed)


def _made(make: Callable[[dict[str, Any]], Gold], entry: dict[str, Any], number: int) -> Gold:
    """Make a question and hold it to the schema; raises ``GoldError`` naming the line."""
    try:
        return gold_of(to_json(make(entry)))
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise GoldError(f"反馈第 {number} 行变不成题（{error}），字段见 eval/gold/README.md。") from error


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
        return Place(citation["report"], words=(citation["quote"],))
    return Place(citation["report"], citation["table"], citation["row"], citation["column"])


_SHOULD = re.compile(r"(?:应为|应是|应当是|正确的是|正确值[是为]|实际[是为])(?P<right>[^，。；;]*)")
_FALLS = re.compile(r"下降|减少|降低|少")


def _noted(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the one figure that a note says it should be, as gold has it; nothing where that is not plain."""
    said = _SHOULD.search(str(entry.get("note", "")))
    figures = [token for token in tokens(said["right"]) if token.unit] if said else []
    if said is None or len(figures) != 1:
        return {}
    value = -abs(figures[0].value) if _FALLS.search(said["right"]) else figures[0].value
    return {"values": [{"value": format(value, "f"), "unit": figures[0].unit}]}


def _corrected(entry: dict[str, Any]) -> Gold:
    return gold_of({**_base(entry), **(entry.get("right") or _noted(entry))})
