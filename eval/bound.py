"""Are a table's figures bound to the right names?  Counted without truth, and held against truth written by hand.

Without truth: a figure is told apart when its row has a name and no other figure of its table has the same row and
column path.  With truth (``gold/bound_*.jsonl``, written by people who read the reports, not by the program): the
innermost labels of both paths must be the right ones (``bound``), or both whole paths (``whole``).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.labels import normalise
from ingest.model import Bundle, Fact, Form
from ingest.read import read_report

Place = tuple[int, int, int]
Paths = tuple[list[str], list[str]]
#: File of truth → the report that it is of, below the shared folder; ``None``: each line names its own.
TRUTH = {
    "bound_shaquan.jsonl": "bank/a7/docs/沙泉市退役军人事务局2023年度部门决算.docx",
    "bound_fuchuan.jsonl": "bank/a5/docs/滏川市卫健委2023年度部门整体支出绩效自评报告.docx",
    "bound_public.jsonl": None,
}


@dataclass(slots=True)
class Told:
    """Counts over the figures of a report's tables: all, told apart, without a row name, named alike, not read."""

    figures: int = 0
    apart: int = 0
    nameless: int = 0
    alike: int = 0
    unread: int = 0


@dataclass(slots=True)
class Held:
    """Counts over figures with truth, and what was bound wrong."""

    figures: int = 0
    bound: int = 0
    whole: int = 0
    wrong: list[str] = field(default_factory=list)


def told_apart(bundle: Bundle) -> Told:
    """Count how many figures of a report's tables have a name and a path of their own."""
    counts = Told()
    tables: dict[int, list[Fact]] = defaultdict(list)
    for fact in bundle.facts:
        if fact.source.table is not None and fact.form is Form.FIGURE and fact.source.start is None:
            tables[fact.source.table].append(fact)
    for facts in tables.values():
        cells = {(fact.source.row, fact.source.column): fact for fact in facts}
        keys = Counter((fact.row_path, fact.column_path) for fact in cells.values())
        for fact in cells.values():
            alike = keys[fact.row_path, fact.column_path] > 1
            counts.figures += 1
            counts.nameless += not fact.row_path
            counts.alike += bool(fact.row_path) and alike
            counts.apart += bool(fact.row_path) and not alike
    unclear = ((entry.table, row, column) for entry in bundle.ledger for row, column, _ in entry.unclear)
    counts.unread = sum(any(map(str.isdecimal, _text(bundle, *place))) for place in unclear)
    return counts


def _text(bundle: Bundle, table: int, row: int, column: int) -> str:
    grid = next(b.table.grid() for b in bundle.document.blocks if b.table is not None and b.table_number == table)
    cell = grid[row][column]
    return cell.text if cell is not None else ""


def held_against_truth(shared: Path, public: Path) -> Iterator[tuple[str, Held]]:
    """Yield each file of truth with what reading its report came to.

    ``public`` holds the published PDFs as Word files.  Raises ``OSError`` where a report is missing.
    """
    for name, report in TRUTH.items():
        lines = (files("eval") / "gold" / name).read_text(encoding="utf-8").split("\n")
        entries = [json.loads(line) for line in lines if line.strip()]
        if report is not None:
            yield name, _hold(_facts(shared / report), dict(_of_tables(entries)))
            continue
        held = Held()
        for file in sorted({entry["file"] for entry in entries}):
            own = {_place(entry): _paths(entry) for entry in entries if entry["file"] == file}
            _add(held, _hold(_facts(public / f"{Path(file).stem}.docx"), own))
        yield name, held


def _place(entry: dict[str, Any]) -> Place:
    return entry["table"], entry["row"], entry["column"]


def _paths(entry: dict[str, Any]) -> Paths:
    return entry["row_path"], entry["column_path"]


def _of_tables(entries: Iterable[dict[str, Any]]) -> Iterator[tuple[Place, Paths]]:
    """Yield the figures of tables that are written down as row labels × column labels, exceptions by cell."""
    for entry in entries:
        left_out = {tuple(place) for place in entry.get("not_figures", ())}
        for block in (entry, *entry.get("blocks", ())):
            for row, names in block.get("rows", {}).items():
                for column, heads in block.get("columns", {}).items():
                    if (int(row), int(column)) not in left_out:
                        yield (entry["table"], int(row), int(column)), (names, heads)
        for row, column, names, heads in entry.get("cells", ()):
            yield (entry["table"], row, column), (names, heads)


def _facts(report: Path) -> dict[Place, Fact]:
    found: dict[Place, Fact] = {}
    for fact in read_report(report).facts:
        source = fact.source
        if source.table is not None and source.row is not None and source.column is not None and source.start is None:
            found.setdefault((source.table, source.row, source.column), fact)
    return found


def _hold(facts: dict[Place, Fact], truth: dict[Place, Paths]) -> Held:
    held = Held()
    for place, (names, heads) in truth.items():
        fact = facts.get(place)
        if fact is not None and fact.form is Form.BLANK:
            continue  # rows × columns crosses cells that are not filled in
        held.figures += 1
        wanted = _labels(names), _labels(heads)
        read = (_labels(fact.row_path), _labels(fact.column_path)) if fact is not None else ([], [])
        right = fact is not None and wanted[0][-1:] == read[0][-1:] and wanted[1][-1:] == read[1][-1:]
        held.bound += right
        held.whole += right and wanted == read
        if not right:
            held.wrong.append(f"{place} 应为 {names} × {heads}，读成 {read[0]} × {read[1]}")
    return held


def _labels(path: Iterable[str]) -> list[str]:
    return [label for text in path if (label := normalise(text))]


def _add(total: Held, one: Held) -> None:
    total.figures += one.figures
    total.bound += one.bound
    total.whole += one.whole
    total.wrong += one.wrong
