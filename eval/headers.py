"""Held against a public table-QA set: is each gold cell read under the header cells that the set names for it?

The set gives per gold cell a row path and a column path.  A cell counts as found when every label of the set
stands in the reader's path of the same side, and the reader adds none that is no cell of that row or column.
Where the set's own convention differs from what a reader of the table would say, the rule is written down:

- a serial number as row label (the row is "2") is met by the name in the same row;
- in a row of pairs (机高 | 20.78米 | 载重量 | 213吨) the set counts the labels of the pairs before;
  only the cell's own label is asked for;
- in a two-column table the set takes the first row's value for a header over the values below it;
  read as labels and values, these have no column path, which is counted apart (``paired``);
- a table's title (a bar across it) may stand in the caption;
- a gold cell that is itself a header or a row label is looked up among the labels: those of the reading itself
  (its header cells, the names of its facts' rows), or those that the rules divide the table by.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.figures import folded
from ingest.columns import header_path
from ingest.context import Context
from ingest.facts import Reading, TableReader
from ingest.model import Cell, Fact, Role, Table
from ingest.outline import Place
from ingest.read import read_report
from ingest.regions import Region, regions
from ingest.view import TableView

Labels = tuple[str, ...]


@dataclass(slots=True)
class HeaderTally:
    """Counts of gold cells by table type: ``cells``, ``right``, of these ``paired``; and what was wrong."""

    by_type: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: list[str] = field(default_factory=list)

    def add(self, table_type: str, found: str, example: str) -> None:
        """Count one gold cell: ``right``, ``paired`` (right as a label–value pair) or ``wrong``."""
        counts = self.by_type[table_type]
        counts["cells"] += 1
        counts["right"] += found in ("right", "paired")
        counts["paired"] += found == "paired"
        if found == "wrong":
            self.examples.append(example)


def measure_headers(folder: Path, tally: HeaderTally) -> Iterator[int]:
    """Read every document of the set and hold its gold cells against ``tally``; yield how many are done.

    Raises ``OSError`` when the folder holds no ``questions.jsonl``.
    """
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n")
    cells: dict[str, dict[tuple[int, int], dict[str, Any]]] = defaultdict(dict)
    types: dict[str, str] = {}
    for entry in map(json.loads, filter(str.strip, lines)):
        types[entry["doc"]] = entry["table_type"]
        cells[entry["doc"]].update({(cell["row"], cell["col"]): cell for cell in entry["gold_cells"]})
    for done, (document, gold) in enumerate(sorted(cells.items()), 1):
        bundle = read_report(folder / document)
        table = next(block.table for block in bundle.document.blocks if block.table is not None)
        held = _Held(table, bundle.facts, bundle.tables[0].header_cells)
        for cell in gold.values():
            wanted = _labels(cell["row_path"]), _labels(cell["col_path"])
            place = (cell["row"], cell["col"])
            found = held.judge(place, *wanted)
            tally.add(types[document], found, f"{types[document]} {document} {place} {wanted} {held.shown(place)}")
        yield done


@dataclass(frozen=True, slots=True)
class Marked:
    """A table of the set's training part: the role of every cell as the set marks it, and the places asked about."""

    name: str
    kind: str
    table: Table
    roles: dict[Cell, Role]
    asked: tuple[tuple[int, int], ...]

    def judge(self, tally: HeaderTally, choose: Callable[[TableReader, Reading], Reading]) -> None:
        """Hold the places asked about against the reading that ``choose`` makes of the rules' one."""
        reader = TableReader(TableView(self.table), 0, 0, Place(), Context("", ""))
        reading = choose(reader, reader.read())
        held = _Held(self.table, reading.facts, reading.info.header_cells)
        for place in self.asked:
            wanted = self._left(place), self._above(place)
            found = held.judge(place, *wanted)
            tally.add(self.kind, found, f"{self.kind} {self.name} {place} {wanted} {held.shown(place)}")

    def _above(self, place: tuple[int, int]) -> Labels:
        own = self._cell(place)
        return _labels([
            cell.text for cell, role in self.roles.items() if role is Role.TOP and cell.row < own.row
            and cell.column < own.column + own.colspan and own.column < cell.column + cell.colspan
        ])  # fmt: skip

    def _left(self, place: tuple[int, int]) -> Labels:
        own = self._cell(place)
        return _labels([
            cell.text for cell, role in self.roles.items() if role is Role.LEFT and cell.column < own.column
            and cell.row < own.row + own.rowspan and own.row < cell.row + cell.rowspan
        ])  # fmt: skip

    def _cell(self, place: tuple[int, int]) -> Cell:
        row, column = place
        return next(
            cell for cell in self.roles
            if cell.row <= row < cell.row + cell.rowspan and cell.column <= column < cell.column + cell.colspan
        )  # fmt: skip


def marked_tables(folder: Path) -> Iterator[Marked]:
    """Yield the tables of the set's training part (``tables.jsonl``, ``questions.jsonl``).

    The set marks attributes and index cells; both are labels, those of columns above and those of rows left.
    """
    asked: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for line in filter(str.strip, (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n")):
        question = json.loads(line)
        asked[question["table"]].update((row, column) for row, column, _ in question["answers"])
    for line in filter(str.strip, (folder / "tables.jsonl").read_text(encoding="utf-8").split("\n")):
        held = json.loads(line)
        cells = tuple(Cell(*cell) for cell in held["cells"])
        above = {tuple(place) for key in ("column_attribute", "column_index") for place in held[key]}
        left = {tuple(place) for key in ("row_attribute", "row_index") for place in held[key]}
        roles = dict.fromkeys(cells, Role.VALUE)
        roles |= {cell: Role.LEFT for cell in cells if (cell.row, cell.column) in left}
        roles |= {cell: Role.TOP for cell in cells if (cell.row, cell.column) in above}
        table = Table(max(c.row + c.rowspan for c in cells), max(c.column + c.colspan for c in cells), cells)
        yield Marked(held["id"], held["type"], table, roles, tuple(sorted(asked[held["id"]])))


def _labels(texts: list[str] | Labels) -> Labels:
    return tuple(label for text in texts if (label := folded(text)))


class _Held:
    """One document's first table as it was read."""

    def __init__(self, table: Table, facts: Iterable[Fact], headers: Iterable[tuple[int, int]]) -> None:
        self.table = table
        self.headers = set(headers)
        self.view = TableView(table)
        self.regions = regions(self.view)
        self.facts: dict[tuple[int, int], list[Fact]] = defaultdict(list)
        for fact in facts:
            if fact.source.table == 0 and fact.source.row is not None and fact.source.column is not None:
                self.facts[fact.source.row, fact.source.column].append(fact)

    def shown(self, place: tuple[int, int]) -> str:
        """Return the paths that were read for a cell, for the list of failures."""
        return " ".join(f"{fact.row_path} × {fact.column_path}" for fact in self.facts[place][:2]) or "—"

    def judge(self, place: tuple[int, int], rows: Labels, columns: Labels) -> str:
        """Return ``right``, ``paired`` or ``wrong`` for one gold cell."""
        readings = [(_labels(f.row_path), _labels(f.column_path), _labels((f.caption,))) for f in self.facts[place]]
        if not readings:
            label = self._is_read_label(place, rows, columns) or any(
                self._is_label(place, rows, columns, region) for region in self.regions
            )
            return "right" if label else "wrong"
        verdicts = {self._judge(place, rows, columns, *reading) for reading in readings}
        return next((verdict for verdict in ("right", "paired") if verdict in verdicts), "wrong")

    def _judge(
        self,
        place: tuple[int, int],
        rows: Labels,
        columns: Labels,
        own_rows: Labels,
        own_columns: Labels,
        title: Labels,
    ) -> str:
        if not self._rows_agree(place, rows, own_rows, paired=not own_columns):
            return "wrong"
        if set(own_columns) <= self._above(place) and set(columns) <= {*own_columns, *title, *self._bars(place)}:
            return "right"
        first = folded(self.view.grid[0][-1].text) if self.table.columns == 2 and self.view.grid[0][-1] else ""
        return "paired" if not own_columns and columns == (first,) else "wrong"

    def _rows_agree(self, place: tuple[int, int], rows: Labels, own: Labels, *, paired: bool) -> bool:
        beside = {folded(cell.text) for cell in self.view.cells(place[0]) if cell.column < place[1]}
        named = tuple(label for label in rows if not (label.isdecimal() and label in beside))
        if paired and named:
            named = named[-1:]
        elif len(named) > 1 and own and named[-1] == own[-1]:
            named = tuple(label for label in named if label in own or not self._before_figure(place, label, own[-1]))
        return set(named) <= set(own) and set(own) <= self._left(place) and (bool(own) or not rows)

    def _before_figure(self, place: tuple[int, int], label: str, leaf: str) -> bool:
        """Tell whether a figure stands between two labels of a row: another pair's label, another side's."""
        between = False
        for cell in self.view.cells(place[0]):
            text = folded(cell.text)
            if text == leaf:
                return between
            between = between or self.view.is_figure(cell)
            if text == label:
                between = False
        return False

    def _left(self, place: tuple[int, int]) -> set[str]:
        """Return the texts that may lead a row: cells left of the place in its row or above it, and bars."""
        return {
            folded(text) for c in self.table.cells if c.row <= place[0] and (c.column < place[1] or self._is_bar(c))
            for text in (c.text, c.text.replace("：", ":").rpartition(":")[0])
        }  # fmt: skip

    def _above(self, place: tuple[int, int]) -> set[str]:
        return {
            folded(c.text) for c in self.table.cells if c.row < place[0] and c.column <= place[1] < c.column + c.colspan
        }

    def _bars(self, place: tuple[int, int]) -> set[str]:
        return {folded(c.text) for c in self.table.cells if c.row < place[0] and self._is_bar(c)}

    def _is_bar(self, cell: Cell) -> bool:
        return cell.colspan == self.table.columns

    def _is_read_label(self, place: tuple[int, int], rows: Labels, columns: Labels) -> bool:
        """Tell whether a cell was read as a header, or names a fact of its rows, under the gold's labels."""
        cell = self.view.grid[place[0]][place[1]]
        if cell is None:
            return False
        span = range(cell.row, cell.row + cell.rowspan)
        text = folded(cell.text)
        named = any(
            text in _labels(fact.row_path) for (row, column), facts in self.facts.items() for fact in facts
            if row in span and column > cell.column
        )  # fmt: skip
        if not named and (cell.row, cell.column) not in self.headers:
            return False
        over = {
            folded(head.text) for head in self.table.cells
            if (head.row, head.column) in self.headers and head.row < cell.row
            and head.column <= place[1] < head.column + head.colspan
        }  # fmt: skip
        beside = {folded(other.text) for other in self.view.cells(cell.row) if other.column < cell.column}
        return set(columns) <= {*over, *self._bars(place)} and set(rows) <= beside

    def _is_label(self, place: tuple[int, int], rows: Labels, columns: Labels, region: Region) -> bool:
        """Tell whether a cell without a fact was read as a header or label under the gold's labels."""
        row, column = place
        if row not in (*region.headers, *region.rows):
            return False
        beside = {folded(cell.text) for cell in self.view.cells(row) if cell.column < column}
        if row in region.headers:
            upper = tuple(header for header in region.headers if header < row)
            over = _labels(header_path(self.view, upper, region.rows, column))
            return set(columns) <= {*over, *self._bars(place)} and set(rows) <= beside
        stub = any(column in side.stubs for side in region.sides)
        over = _labels(header_path(self.view, region.headers, region.rows, column))
        return stub and set(columns) <= {*over, *self._bars(place)} and set(rows) <= beside
