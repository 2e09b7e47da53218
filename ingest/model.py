"""The types that flow from a file to the store.  Behaviour lives in the other modules.

Rows and columns count from 0 on a table's expanded grid, tables from 0 in reading order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What a figure is: the budget, what was really spent, what was aimed at, …"""

    BUDGET = "budget"
    ACTUAL = "actual"
    TARGET = "target"
    SCORE = "score"
    WEIGHT = "weight"
    RATE = "rate"
    CHANGE = "change"


class Form(StrEnum):
    """How a cell is filled.  ``BLANK`` (empty, ——, /, 无) is "not filled in" and never 0."""

    FIGURE = "figure"
    BLANK = "blank"
    TEXT = "text"


class Role(IntEnum):
    """What a cell of a table is: a value, a label over values below it, a label left of values."""

    VALUE = 0
    TOP = 1
    LEFT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell at its top-left place on the expanded grid, with its text as it stands.

    A cell is itself alone: two cells with the same text and place in two tables are not equal.
    """

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table on its expanded grid.  Places that no cell covers (short rows) are gaps."""

    rows: int
    columns: int
    cells: tuple[Cell, ...]

    def grid(self) -> list[list[Cell | None]]:
        """Return rows × columns of the cell that covers each place, ``None`` for a gap."""
        grid: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            for r in range(cell.row, min(cell.row + cell.rowspan, self.rows)):
                for c in range(cell.column, min(cell.column + cell.colspan, self.columns)):
                    grid[r][c] = cell
        return grid


#: A rectangle on a page: left, top, right, bottom in points from its upper left corner, as its text stands upright.
Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person finds a block in the original: its page, from 1, or its sheet and its first cell there, from 0."""

    page: int | None = None
    sheet: str = ""
    row: int = 0
    column: int = 0
    turns: tuple[tuple[int, int], ...] = ()  # (first row, page) of the pages that a table goes on over
    left_out: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())  # hidden rows and columns of the sheet in between
    is_scan: bool = False  # its characters were recognised from a picture

    def page_of(self, row: int | None) -> int | None:
        """Return the page of a table's row; of the block for none."""
        over = [page for first, page in self.turns if row is not None and first <= row]
        return over[-1] if over else self.page

    def cell_of(self, row: int | None, column: int | None) -> str:
        """Return the address (B7) on its sheet of a table's place; of the block for none, empty for none on a sheet."""
        if not self.sheet:
            return ""
        down = _past(self.row, row or 0, self.left_out[0])
        across = _past(self.column, column or 0, self.left_out[1])
        letters = ""
        while across >= 0:
            across, letter = across // 26 - 1, across % 26
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{down + 1}"


def _past(first: int, count: int, left_out: tuple[int, ...]) -> int:
    """Return the number ``count`` after ``first``, those left out not counted."""
    place = first + count
    for number in left_out:
        place += number <= place
    return place


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table in reading order.

    ``level`` is 0 for body text, else the rank of a heading (1 is the highest).
    ``number`` counts blocks from 0; ``table_number`` counts tables from 0.
    """

    number: int
    text: str = ""
    level: int = 0
    table: Table | None = None
    table_number: int | None = None
    inside: int | None = None  # the number of the table whose cell holds this one
    origin: Origin | None = None
    #: Where a table's cells lie on their pages: (row, column, edges) each; of a paragraph (0, 0, edges).  The store
    #: gives it by itself (``Store.edges``).
    places: tuple[tuple[int, int, Edges], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it reads: its blocks in order, and what stands apart from the text."""

    name: str
    blocks: tuple[Block, ...]
    apart: tuple[str, ...] = ()  # headers, footers, footnotes
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a figure stands.  ``start``/``end`` are offsets in the block's or cell's text."""

    block: int
    heading_path: tuple[str, ...]
    table: int | None = None
    row: int | None = None
    column: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure (or a blank, or a short text) with everything that says what it means.

    ``value`` is in ``unit`` exactly as printed (no conversion) and ``None`` unless ``form`` is
    ``FIGURE``.  A fall is negative: 下降24.10% has the value −24.10 and the raw text 下降24.10%.
    ``hedge`` keeps ≥, ≤, 以上, 左右 and the like.
    """

    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    organisation: str
    period: str
    kind: Kind
    form: Form
    value: Decimal | None
    unit: str
    raw: str
    source: SourceRef
    hedge: str = ""
    caption: str = ""
    unit_from: str = ""
    total: bool = False

    @property
    def measure(self) -> str:
        """The label that names the measure best: the last of the row path, else of the column's."""
        return self.row_path[-1] if self.row_path else self.column_path[-1] if self.column_path else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text to search: a paragraph under its headings, or one row of a table."""

    block: int
    heading_path: tuple[str, ...]
    text: str
    table: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a report is about as a whole."""

    title: str
    organisation: str
    aliases: tuple[str, ...]
    year: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One table's account: cells in the file = read = understood + shown as not understood."""

    table: int
    cells: int
    understood: int
    unclear: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one report brings to the store, written in a single transaction."""

    document: Document
    profile: Profile
    facts: tuple[Fact, ...]
    passages: tuple[Passage, ...]
    tables: tuple[TableInfo, ...] = ()
    ledger: tuple[LedgerEntry, ...] = field(default=())
    short_names: tuple[tuple[str, str], ...] = ()
    unsaid: int = 0  # figures in running text of which nothing says what they are


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table's caption and unit as they were understood, and its header cells."""

    number: int
    caption: str
    unit: str
    heading_path: tuple[str, ...]
    header_cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: report ids and years; empty means everywhere."""

    reports: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A loaded report as the store lists it."""

    id: str
    name: str
    title: str
    organisation: str
    aliases: tuple[str, ...]
    year: str
    tables: int
    facts: int
    passages: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as it comes out of the store."""

    id: int
    report: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it comes out of the store."""

    id: int
    report: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table as it comes out of the store, with what was understood of it."""

    info: TableInfo
    table: Table
    block: int
    ledger: LedgerEntry
