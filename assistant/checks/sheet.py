"""A report as the checks see it: its figures by cell, by row and by what they measure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.checks.naming import OVERALL, balanced, fund_of, is_grand_total, is_nameless
from assistant.checks.relations import Item, item_of
from assistant.lexicon import Lexicon
from assistant.model import Entry
from assistant.same import STAGES, measure_key, stage_of
from ingest.model import Block, Cell, Fact, Form, Kind, Report, StoredTable

#: (measure, organisation, year, kind) of a figure that is stated for the whole of an organisation.
Key = tuple[str, str, str, str]
_MANY = 40
#: Rows that go up by one before they are taken for a count.
_COUNTED = 4


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of a table under the same headers: row → column → entry, and each column's header path."""

    table: int
    columns: dict[int, tuple[str, ...]]
    captions: dict[int, str]
    rows: dict[int, dict[int, Entry]]

    def column(self, number: int) -> list[Entry]:
        """Return a column's entries from top to bottom, blanks too."""
        return [row[number] for row in self.rows.values() if number in row]


@dataclass(frozen=True)
class Sheet:
    """One report's entries, tables and paragraphs, with what is derived from them once."""

    report: Report
    entries: Sequence[Entry]
    lexicon: Lexicon
    load_tables: Callable[[], list[StoredTable]]
    load_blocks: Callable[[], list[tuple[Block, tuple[str, ...]]]]
    _items: dict[int, Item] = field(default_factory=dict)
    _keys: dict[int, Key] = field(default_factory=dict)

    def item(self, entry: Entry) -> Item | None:
        """Return an entry's figure, the same item every time; ``None`` for a blank, a text or a hedged figure.

        45家以上 is no number to compute with.
        """
        return None if entry.stored.fact.hedge else self.any_item(entry)

    def any_item(self, entry: Entry) -> Item | None:
        """Return an entry's figure even when it is hedged, as targets are."""
        held = self._items.get(id(entry))
        if held is None and id(entry) not in self._counting:
            held = item_of(entry)
            if held is not None:
                self._items[id(entry)] = held
        return held

    @cached_property
    def _counting(self) -> frozenset[int]:
        """The entries that only count the rows or columns: 行次 and 栏次 1, 2, 3 …"""
        lines: dict[tuple[int, str, int], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            source = entry.stored.fact.source
            if source.table is not None and source.column is not None and source.start is None:
                lines[source.table, "column", source.column].append(entry)
                lines[source.table, "row", source.row or 0].append(entry)
        return frozenset(id(entry) for line in lines.values() for entry in _counted(line))

    @cached_property
    def tables(self) -> dict[int, StoredTable]:
        """The tables by number."""
        return {held.info.number: held for held in self.load_tables()}

    @cached_property
    def grids(self) -> dict[int, list[list[Cell | None]]]:
        """The tables' expanded grids by number."""
        return {number: held.table.grid() for number, held in self.tables.items()}

    @cached_property
    def blocks(self) -> list[tuple[Block, tuple[str, ...]]]:
        """The paragraphs in reading order, with their headings."""
        return self.load_blocks()

    @cached_property
    def bands(self) -> list[Band]:
        """The tables cut into runs of rows with the same header over each column."""
        cells: dict[int, dict[int, dict[int, Entry]]] = defaultdict(lambda: defaultdict(dict))
        for entry in self.entries:
            source = entry.stored.fact.source
            if source.table is None or source.row is None or source.column is None or source.start is not None:
                continue
            if entry.stored.fact.form is not Form.TEXT:
                cells[source.table][source.row][source.column] = entry
        return [band for table, rows in sorted(cells.items()) for band in _bands(table, rows)]

    @cached_property
    def amounts(self) -> list[Item]:
        """One figure of each value that the report states, the first."""
        return distinct(item for entry in self.entries if (item := self.item(entry)) is not None)

    @cached_property
    def measures(self) -> dict[Key, list[Item]]:
        """The figures by what they state of a whole organisation; parts of narrower lists are left out."""
        found: dict[Key, list[Item]] = defaultdict(list)
        for entry in self.entries:
            item = self.item(entry)
            if item is None or entry.scope:
                continue
            found[self.key(entry)].append(item)
        return {key: items[:_MANY] for key, items in found.items()}

    def key(self, entry: Entry) -> Key:
        """Return what an entry states: its measure without words of kind and year, and of whom, when, which kind.

        The measure is empty where the labels name none.
        """
        held = self._keys.get(id(entry))
        if held is None:
            held = self._keys[id(entry)] = self._key(entry)
        return held

    def _key(self, entry: Entry) -> Key:
        fact = entry.stored.fact
        kind = "actual" if fact.kind in (Kind.ACTUAL, Kind.RATE) else fact.kind.value
        name, before = measure_key(entry, self.lexicon), self.before(fact)
        measure = "" if is_nameless(entry, name, before) else name.replace("\0", "")
        if fact.kind is Kind.SCORE and f"\0{OVERALL}\0" in name:
            measure = OVERALL  # 部门整体绩效自评得分, 本次评价得分
        if measure:
            measure += fund_of(entry, before)
            measure += "总计" if self._balanced and is_grand_total(fact) else ""
        elif fact.total and fact.kind is Kind.BUDGET:
            measure = "资金总额"
        return (measure, fact.organisation, fact.period, kind + stage_of(fact))

    @cached_property
    def _balanced(self) -> bool:
        return balanced(self.entries)

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {block.number: block.text for block, _ in self.blocks}

    def before(self, fact: Fact) -> str:
        """Return what the sentence of a figure in running text says before it, empty for a whole cell."""
        source = fact.source
        if source.start is None:
            return ""
        text = self._texts.get(source.block, "")
        if source.table is not None:
            grid = self.grids.get(source.table, [])
            cell = grid[source.row or 0][source.column or 0] if (source.row or 0) < len(grid) else None
            text = cell.text if cell is not None else ""
        return re.split(r"[。；;！？\n]", text[: source.start])[-1]

    def stated(self, measure: str, like: Fact, kind: str, period: str = "") -> list[Item]:
        """Return one item of each value stated of a measure for the organisation and year of a fact.

        The value that stands in most places comes first, then the nearest; ``kind`` budget takes every stage.
        """
        kinds = (kind, *(kind + stage for stage in STAGES)) if kind == Kind.BUDGET.value else (kind,)
        keys = [(measure, like.organisation, period or like.period, one) for one in kinds]
        found = [item for key in keys for item in self.measures.get(key, ())]
        found.sort(key=lambda item: _distance(item.fact, like))
        often = Counter((item.dimension, item.value) for item in found)
        return sorted(distinct(found), key=lambda item: -often[item.dimension, item.value])


def _distance(fact: Fact, other: Fact) -> tuple[int, int]:
    a, b = fact.source, other.source
    if (a.table, a.block) == (b.table, b.block):
        return (0, abs((a.row or 0) - (b.row or 0)) + abs((a.start or 0) - (b.start or 0)))
    return (1, abs(a.block - b.block))


def _counted(column: Sequence[Entry]) -> list[Entry]:
    """Return the entries of a column's runs of whole numbers that go up by one from row to row."""
    found: list[Entry] = []
    run: list[Entry] = []
    for entry in column:
        fact = entry.stored.fact
        if run and fact.value == (run[-1].stored.fact.value or 0) + 1 and fact.raw.strip().isdecimal():
            run.append(entry)
            continue
        found += run if len(run) >= _COUNTED else []
        run = [entry] if fact.form is Form.FIGURE and fact.raw.strip().isdecimal() else []
    return found + (run if len(run) >= _COUNTED else [])


def _bands(table: int, rows: dict[int, dict[int, Entry]]) -> list[Band]:
    bands: list[Band] = []
    for row in sorted(rows):
        facts = {column: entry.stored.fact for column, entry in rows[row].items()}
        last = bands[-1] if bands else None
        apart = last is not None and not facts.keys() & last.columns.keys()
        if last is None or apart or any(not _continues(last, column, fact) for column, fact in facts.items()):
            last = Band(table, {}, {}, {})
            bands.append(last)
        for column, fact in facts.items():
            last.columns[column], last.captions[column] = fact.column_path, fact.caption
        last.rows[row] = rows[row]
    return bands


def _continues(band: Band, column: int, fact: Fact) -> bool:
    path, caption = band.columns.get(column, fact.column_path), band.captions.get(column, fact.caption)
    return (path, caption) == (fact.column_path, fact.caption)


def distinct(items: Iterable[Item]) -> list[Item]:
    """Return one item of each value, the first stated."""
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault((item.dimension, item.value), item)
    return list(found.values())
