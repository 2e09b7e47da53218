"""The reader against the truth: which true facts are found, with everything that says what they mean."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.corpus.names import data
from eval.figures import equal, folded
from ingest.model import Bundle, Fact, Form
from ingest.read import read_report

#: What makes a found fact right: a cell's header paths, a sentence's words for the measure.
ASPECTS = ("value", "unit", "period", "organisation", "kind", "hedge", "measure", "paths")
_NUMBERING = re.compile(
    r"^(?:其中[:：]|[（(]?[一二三四五六七八九十\d]+[）)、.．])+|[:：]$|[（(](?:万元|元|%|㎡|人|分)[）)]"
)


@dataclass(slots=True)
class FactTally:
    """Counts over reports: true facts, those found whole, what each lacked, facts that are not true."""

    true: int = 0
    right: int = 0
    false: int = 0
    read: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    by_layout: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the counts, for the run's file."""
        return {
            "true": self.true,
            "right": self.right,
            "read": self.read,
            "false": self.false,
            "lacking": dict(self.lacking.most_common()),
            "by_layout": {layout: dict(counts) for layout, counts in sorted(self.by_layout.items())},
            "examples": self.examples[:200],
        }


def measure_reader(reports: Iterable[Path], truths: Path, tally: FactTally) -> Iterable[int]:
    """Read each report and hold it against its truth file, adding to ``tally``; yield how many are done."""
    for number, path in enumerate(reports, 1):
        truth = json.loads((truths / f"{path.stem}.json").read_text(encoding="utf-8"))
        hold_against(read_report(path), truth, tally)
        yield number


def hold_against(bundle: Bundle, truth: Mapping[str, Any], tally: FactTally) -> None:
    """Compare a report as it was read with everything that is true of it."""
    texts = {block.number: folded(block.text) for block in bundle.document.blocks}
    figures = [fact for fact in bundle.facts if fact.form is not Form.TEXT]
    spots: dict[tuple[int, int, int], list[Fact]] = defaultdict(list)
    said: list[Fact] = []
    for fact in figures:
        s = fact.source
        if s.table is not None and s.row is not None and s.column is not None:
            spots[s.table, s.row, s.column].append(fact)
        else:
            said.append(fact)
    borne: set[int] = set()
    for true in truth["facts"]:
        place = true["place"]
        if "words" in place:
            clause = folded(place["words"][0])
            near = [fact for fact in said if clause in texts[fact.source.block]]
        else:
            near = spots[place["table"], place["row"], place["column"]]
        borne |= _hold(true, near, truth, tally)
    filled = [fact for fact in figures if fact.form is Form.FIGURE]
    tally.read += len(filled)
    for fact in filled:
        if id(fact) not in borne:
            tally.false += 1
            tally.examples.append(
                f"{truth['file']} 多出：{fact.raw!r} {fact.row_path} {fact.column_path} {_where(fact)}"
            )


def _where(fact: Fact) -> str:
    s = fact.source
    return f"表{s.table} 行{s.row} 列{s.column}" if s.table is not None else f"第{s.block}段"


def _hold(true: Mapping[str, Any], near: list[Fact], truth: Mapping[str, Any], tally: FactTally) -> set[int]:
    """Score one true fact; return the fact that states it best, if any: a second one there is not true."""
    table = true["place"].get("table")
    layout = "narrative" if table is None else truth["layouts"][table]
    tally.true += 1
    tally.by_layout[layout]["true"] += 1
    same = [fact for fact in near if _same_value(true, fact)]
    ranked = sorted(((_lacking(true, fact, truth), fact) for fact in same), key=lambda pair: len(pair[0]))
    lacking = ranked[0][0] if ranked else ["missing"]
    if not lacking:
        tally.right += 1
        tally.by_layout[layout]["right"] += 1
    else:
        tally.lacking.update(lacking)
        tally.by_layout[layout].update(lacking)
        shown = "; ".join(
            f"{f.row_path}/{f.column_path} {f.organisation} {f.period} {f.kind} {f.unit}" for f in same[:1]
        )
        tally.examples.append(
            f"{truth['file']} 布局{layout} 缺{lacking}：{true['measure']} {true['raw']!r} 应为 {true['row_path']}/"
            f"{true['column_path']} {true['organisation']} {true['period']} {true['kind']} {true['unit']}；读成 {shown}"
        )
    return {id(fact) for _, fact in ranked[:1]}


def _same_value(true: Mapping[str, Any], fact: Fact) -> bool:
    if true["value"] is None:
        return fact.form is Form.BLANK
    return fact.value is not None and abs(fact.value) == abs(Decimal(true["value"]))


def _lacking(true: Mapping[str, Any], fact: Fact, truth: Mapping[str, Any]) -> list[str]:
    blank = true["value"] is None
    value = Decimal(true["value"] or 0)
    checks = {
        "value": blank or fact.value == value,
        "unit": blank or equal((abs(fact.value or Decimal(0)), fact.unit), (abs(value), true["unit"])),
        "period": fact.period == true["period"],
        "organisation": _same_organisation(fact.organisation, true, truth["names"]),
        "kind": fact.kind.value == true["kind"] or _carries(true, fact),
        "hedge": blank or fact.hedge == true["hedge"],
        "measure": "words" not in true["place"] or _same_measure(true["measure"], fact),
        "paths": "words" in true["place"] or _same_paths(true, fact),
    }
    return [aspect for aspect in ASPECTS if not checks[aspect]]


def _carries(true: Mapping[str, Any], fact: Fact) -> bool:
    """Tell whether the kinds are actual and rate: an achieved ratio is both."""
    return {fact.kind.value, true["kind"]} == {"actual", "rate"}


def _same_organisation(found: str, true: Mapping[str, Any], names: Mapping[str, list[str]]) -> bool:
    wanted = names.get(true["organisation"], [true["organisation"]])
    if true["organisation"].endswith("本级"):
        return "本级" in found or found in wanted
    return found in wanted


def _same_measure(measure: str, fact: Fact) -> bool:
    """Tell whether a sentence's fact is named as its measure is, in one of the measure's names."""
    base = measure.removesuffix("增减率").split("占")[0]
    names = {
        base,
        *data("measures.json").get(base, {}).get("labels", ()),
        *data("measures.json").get(base, {}).get("ask", ()),
    }
    said = folded("".join(fact.row_path))
    return any(_bare(name) in said for name in names)


def _bare(name: str) -> str:
    return folded(name).replace("”", "").replace("“", "").removesuffix("总分").removeprefix("完成")


def _same_paths(true: Mapping[str, Any], fact: Fact) -> bool:
    """Hold both paths; where a row has no name, which of its column's labels names the figure is the reader's choice.

    A 小计 under another label is that label's figure, said or unsaid.
    """
    if not true["row_path"] and fact.row_path:
        said = set(_labels(true["column_path"])), set(_labels((*fact.row_path, *fact.column_path)))
        return said[0] - said[1] <= {"小计"} and said[1] <= said[0]
    return _labels(true["row_path"]) == _labels(fact.row_path) and _labels(true["column_path"]) == _labels(
        fact.column_path
    )


def _labels(path: Iterable[str]) -> list[str]:
    """Return a path without numbering, units in brackets and connecting 其中："""
    found = [_NUMBERING.sub("", folded(label)) for label in path]
    return [label for label in found if label and label not in ("其中", "其中:")]
