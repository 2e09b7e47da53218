"""Points that stand in headings and labels: 产出指标（50分，得45分）, as figures with their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.relations import Item
from assistant.checks.sheet import Sheet
from assistant.model import Entry
from ingest.labels import normalise, rank, without_number
from ingest.model import Fact, Form, Kind, SourceRef, StoredFact
from ingest.numbers import fold

_POINTS = re.compile(
    r"^(?P<name>[^()（）\d][^()（）]{1,24}?)(?:[(（][^()（）\d]{1,6}[)）])?\s*[(（]\s*(?:分值|满分|权重|共)?\s*[:：]?\s*(?P<weight>\d{1,3}(?:\.\d+)?)\s*分"
    r"(?:\s*[,，、;；/]?\s*(?:自评)?得分?\s*[:：]?\s*(?P<score>\d{1,3}(?:\.\d+)?)\s*分)?\s*[)）]$"
)
_LONGEST = 60
POINT_KINDS = (Kind.WEIGHT, Kind.SCORE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A label with points: rows ``top`` to ``bottom`` of a table belong to it, or the paragraphs after it."""

    name: str
    weight: Item
    score: Item | None
    rank: int = 0
    top: int = 0
    bottom: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Headings:
    """A report's labels with points: in paragraphs, in reading order, and in the cells of tables of points."""

    paragraphs: list[Heading]
    tables: dict[int, list[Heading]]

    @classmethod
    def of(cls, sheet: Sheet) -> Headings:
        """Read them once: relations that share a figure must share its item."""
        scored = (entry.stored.fact for entry in sheet.entries if entry.stored.fact.kind in POINT_KINDS)
        tables = sorted({fact.source.table for fact in scored if fact.source.table is not None})
        return cls(_headed_points(sheet), {table: _labelled_points(sheet, table) for table in tables})

    def items(self) -> list[Item]:
        """Return their points, to be held against what is stated elsewhere."""
        every = [*self.paragraphs, *(heading for held in self.tables.values() for heading in held)]
        return [item for heading in every for item in (heading.weight, heading.score) if item is not None]


def _labelled_points(sheet: Sheet, table: int) -> list[Heading]:
    """Return the labels with points in a table's cells, with the rows that they span."""
    held = sheet.tables[table]
    taken = {
        (e.stored.fact.source.row, e.stored.fact.source.column)
        for e in sheet.entries
        if e.stored.fact.source.table == table and e.stored.fact.form is Form.FIGURE
    }
    found = []
    for cell in held.table.cells:
        if "分" not in cell.text or len(cell.text) > _LONGEST or (cell.row, cell.column) in taken:
            continue
        source = SourceRef(held.block, held.info.heading_path, table, cell.row, cell.column)
        heading = _heading(cell.text, source, sheet, cell.row, cell.row + cell.rowspan, cell.column)
        if heading is not None:
            found.append(heading)
    return found


def _headed_points(sheet: Sheet) -> list[Heading]:
    """Return the headings and paragraphs that are nothing but a name and its points, in reading order."""
    found = []
    for block, headings in sheet.blocks:
        if "分" in block.text and len(block.text) <= _LONGEST and block.inside is None and block.table is None:
            source = SourceRef(block.number, headings, start=0, end=len(block.text))
            heading = _heading(block.text, source, sheet)
            if heading is not None:
                found.append(heading)
    return found


def _heading(
    text: str, source: SourceRef, sheet: Sheet, top: int = 0, bottom: int = 0, column: int = 0
) -> Heading | None:
    match = _POINTS.match(re.sub(r"\s+", "", without_number(fold(text).strip())))
    if match is None:
        return None
    weight = _item(match["name"], match["weight"], Kind.WEIGHT, text, source, sheet)
    score = _item(match["name"], match["score"], Kind.SCORE, text, source, sheet) if match["score"] else None
    return Heading(match["name"], weight, score, rank(text), top, bottom, column)


def _item(name: str, digits: str, kind: Kind, text: str, source: SourceRef, sheet: Sheet) -> Item:
    report, value = sheet.report, Decimal(digits)
    fact = Fact(
        (name,), (), report.organisation, report.year, kind, Form.FIGURE, value, "分", text.strip(), source
    )  # fmt: skip
    label = sheet.lexicon.canonical(normalise(name))
    entry = Entry(StoredFact(-1, report.id, fact), (label,), ())
    exponent = value.as_tuple().exponent
    return Item(entry, value, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0), "分")


def under(headings: list[Heading], position: int) -> Iterator[Heading]:
    """Yield the headings of the next deeper rank that follow one, up to the next of its own rank."""
    own = headings[position].rank
    if not own:
        return
    following = []
    for heading in headings[position + 1 :]:
        if not heading.rank or heading.rank <= own:
            break
        following.append(heading)
    deeper = min((heading.rank for heading in following), default=0)
    yield from (heading for heading in following if heading.rank == deeper)
