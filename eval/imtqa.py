"""The public table-QA set (IM-TQA's dev split as Word files) as gold questions: one table a document."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.figures import folded
from eval.model import Gold, GoldSet, GoldValue, Place, QuestionKind

_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?P<unit>%)?")


def load_imtqa(folder: Path) -> GoldSet:
    """Load the set from its folder (``questions.jsonl``, ``docs/``); figures are scored with their cells."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n")
    entries = [json.loads(line) for line in lines if line.strip()]
    documents = sorted({folder / entry["doc"] for entry in entries})
    return GoldSet("imtqa_dev", tuple(documents), tuple(map(_gold, entries)))


def _gold(entry: dict[str, Any]) -> Gold:
    report = Path(entry["doc"]).stem
    figures: list[GoldValue] = []
    words: list[tuple[str, ...]] = []
    for cell in entry["gold_cells"]:
        text = folded(cell["value"])
        match = _NUMBER.fullmatch(text)
        place = Place(report, 0, cell["row"], cell["col"])
        if match is None:
            words.append((text,))
            continue
        value = Decimal(text.rstrip("%").replace(",", "").replace("−", "-"))
        figures.append(GoldValue(value, "%" if match["unit"] else None, places=(place,)))
    return Gold(
        id=entry["id"],
        kind=QuestionKind.LOOKUP if entry["single_cell"] else QuestionKind.LIST,
        turns=(entry["question"],),
        reports=(report,),
        values=tuple(figures),
        contains=tuple(dict.fromkeys(words)),
        length=None if figures else sum(len(one[0]) for one in words),
        note=entry["table_type"],
    )
