"""Reading gold questions: JSONL as ``eval/gold/README.md`` describes it, checked line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from eval.model import Gold, GoldSet, GoldValue, Place, QuestionKind
from ingest.errors import JixiaoError

_FIELDS = set(Gold.__dataclass_fields__)
_VALUE_FIELDS = set(GoldValue.__dataclass_fields__)
_PLACE_FIELDS = set(Place.__dataclass_fields__)
_STATUSES = {"answered", "conflict", "clarify", "not_found"}


class GoldError(JixiaoError):
    """A gold file that doesn't keep to its schema; says which line and what is wrong."""


def load_set(path: Path, documents: Path, name: str = "") -> GoldSet:
    """Read a gold file and the documents that its questions are about (a file, or a folder of .docx)."""
    files = sorted(documents.glob("*.docx")) if documents.is_dir() else [documents]
    if not files or not all(file.is_file() for file in files):
        raise GoldError(f"“{documents}”里没有报告（.docx），请用 --documents 写明题目所问的报告在哪里。")
    return GoldSet(name or path.stem, tuple(files), tuple(load_questions(path)))


def load_questions(path: Path) -> list[Gold]:
    """Read a JSONL file.  Raises ``GoldError`` naming the line that doesn't keep to the schema."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"题目文件“{path}”读不了，请确认它是 UTF-8 的 JSONL 文件。") from error
    questions: list[Gold] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            gold = gold_of(json.loads(line))
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            raise GoldError(f"{path.name} 第 {number} 行不合格式（{error}），字段见 eval/gold/README.md。") from error
        if gold.id in seen:
            raise GoldError(f"{path.name} 第 {number} 行的编号 {gold.id} 重复，请改成没有用过的编号。")
        seen.add(gold.id)
        questions.append(gold)
    return questions


def gold_of(entry: dict[str, Any]) -> Gold:
    """Return one question from its JSON object.  Raises ``ValueError`` or ``KeyError`` with what is wrong."""
    _known(entry, _FIELDS)
    gold = Gold(
        id=str(entry["id"]),
        kind=QuestionKind(entry["kind"]),
        turns=_texts(entry["turns"]),
        reports=_texts(entry.get("reports", ())),
        status=_texts(entry.get("status", ("answered",))),
        values=_values(entry.get("values", ())),
        alternatives=tuple(map(_values, entry.get("alternatives", ()))),
        ordered=bool(entry.get("ordered", False)),
        places=tuple(map(_place, entry.get("places", ()))),
        contains=tuple((one,) if isinstance(one, str) else _texts(one) for one in entry.get("contains", ())),
        excludes=_texts(entry.get("excludes", ())),
        length=entry.get("length"),
        note=str(entry.get("note", "")),
    )
    if not gold.turns or not set(gold.status) <= _STATUSES or not gold.status:
        raise ValueError("turns 或 status")
    if "answered" in gold.status and not (gold.values or gold.alternatives or gold.contains):
        raise ValueError("既没有 values 也没有 contains，无从评起")
    return gold


def _known(entry: dict[str, Any], fields: set[str]) -> None:
    unknown = set(entry) - fields
    if unknown:
        raise ValueError(f"多出的字段 {'、'.join(sorted(unknown))}")


def _texts(value: Iterable[Any]) -> tuple[str, ...]:
    found = tuple(value)
    if isinstance(value, str) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"应为字符串的列表：{value}")
    return found


def _values(entries: Iterable[dict[str, Any]]) -> tuple[GoldValue, ...]:
    return tuple(map(_value, entries))


def _value(entry: dict[str, Any]) -> GoldValue:
    _known(entry, _VALUE_FIELDS)
    if not isinstance(entry["value"], str):
        raise ValueError("value 应为字符串")
    return GoldValue(
        Decimal(entry["value"]),
        entry.get("unit"),
        entry.get("digits"),
        tuple(map(_place, entry.get("places", ()))),
        tuple(tuple(map(_place, operand)) for operand in entry.get("operands", ())),
    )


def _place(entry: dict[str, Any]) -> Place:
    _known(entry, _PLACE_FIELDS)
    words = _texts(entry.get("words", ()))
    cell = tuple(entry.get(key) for key in ("table", "row", "column"))
    if not words and not all(isinstance(number, int) for number in cell):
        raise ValueError("places 的一项既没有 words 也没有 table、row、column")
    return Place(entry.get("report", ""), cell[0], cell[1], cell[2], words)


def to_json(gold: Gold) -> dict[str, Any]:
    """Return a question as its JSON object, defaults left out."""
    whole: dict[str, Any] = {"id": gold.id, "kind": gold.kind.value, "turns": list(gold.turns)}
    if gold.reports:
        whole["reports"] = list(gold.reports)
    if gold.status != ("answered",):
        whole["status"] = list(gold.status)
    if gold.values:
        whole["values"] = [_value_json(value) for value in gold.values]
    if gold.alternatives:
        whole["alternatives"] = [[_value_json(value) for value in values] for values in gold.alternatives]
    if gold.ordered:
        whole["ordered"] = True
    if gold.places:
        whole["places"] = [_place_json(place) for place in gold.places]
    if gold.contains:
        whole["contains"] = [one[0] if len(one) == 1 else list(one) for one in gold.contains]
    if gold.excludes:
        whole["excludes"] = list(gold.excludes)
    if gold.length is not None:
        whole["length"] = gold.length
    if gold.note:
        whole["note"] = gold.note
    return whole


def _value_json(value: GoldValue) -> dict[str, Any]:
    found: dict[str, Any] = {"value": format(value.value, "f")}
    if value.unit is not None:
        found["unit"] = value.unit
    if value.digits is not None:
        found["digits"] = value.digits
    if value.places:
        found["places"] = [_place_json(place) for place in value.places]
    if value.operands:
        found["operands"] = [[_place_json(place) for place in places] for places in value.operands]
    return found


def _place_json(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"report": place.report} if place.report else {}
    if place.words:
        return {**found, "words": list(place.words)}
    return {**found, "table": place.table, "row": place.row, "column": place.column}
