"""Passages to search: paragraphs under their headings, and each table row written out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from ingest.labels import one_line, squeeze
from ingest.model import Block, Cell, Document, Fact, Passage, TableInfo
from ingest.outline import Place, heading_rank
from ingest.view import TableView

_LONGEST = 400
_LONGEST_LABEL = 40


def passages(
    document: Document, places: list[Place], facts: tuple[Fact, ...], tables: Sequence[TableInfo], title: str
) -> list[Passage]:
    """Cut a document into passages, in reading order; long texts are cut at sentence ends.

    A row of a table stands under its own headings, those inside the table too; rows that are only headers or
    titles are no passages, since their words stand in those of the rows below; nor is the report's ``title``.
    """
    by_row: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.source.table is not None and fact.source.row is not None and fact.source.start is None:
            by_row[fact.source.table, fact.source.row].append(fact)
    infos = {info.number: info for info in tables}
    found: list[Passage] = []
    for block, place in zip(document.blocks, places, strict=True):
        if block.table is not None and block.table_number is not None:
            rows = {row: held for (table, row), held in by_row.items() if table == block.table_number}
            found += _rows(block, place, rows, infos[block.table_number])
        elif not heading_rank(block) and squeeze(block.text) != title:
            found += [Passage(block.number, place.heading_path, part) for part in _cut(block.text.strip())]
    return found


def _rows(block: Block, place: Place, by_row: dict[int, list[Fact]], info: TableInfo) -> Iterator[Passage]:
    if block.table is None:
        return
    view = TableView(block.table)
    headers = set(info.header_cells)
    titles = {title for facts in by_row.values() for title in (*facts[0].source.heading_path, facts[0].caption)}
    heading = (*place.heading_path, *((place.caption,) if place.caption else ()))
    for row in range(block.table.rows):
        own = view.own(row)
        facts = by_row.get(row, [])
        if facts:
            inside = (*facts[0].source.heading_path, *((facts[0].caption,) if facts[0].caption else ()))
            heading = tuple(dict.fromkeys(inside)) or heading
        elif all((cell.row, cell.column) in headers for cell in own) or one_line(own[0].text) in titles:
            continue
        yield from _row(block, row, heading, own, facts)


def _row(block: Block, row: int, heading: tuple[str, ...], own: list[Cell], facts: list[Fact]) -> Iterator[Passage]:
    """Yield a row's passages: its facts written out, or its cells; each part of a long text under its label."""
    text = _written_out(facts) if facts else " ".join(one_line(cell.text) for cell in own)
    label = one_line(own[0].text) if own else ""
    parts = list(_cut(text))
    for number, part in enumerate(parts):
        goes_on = number and 0 < len(label) <= _LONGEST_LABEL
        yield Passage(block.number, (*heading, label) if goes_on else heading, part, block.table_number, row)


def _written_out(facts: list[Fact]) -> str:
    """Write a row as 'row path: column path value unit；…'."""
    head = " › ".join(facts[0].row_path)
    parts = []
    for fact in facts:
        unit = "" if fact.unit in fact.raw else fact.unit  # 90%以上 has its unit
        own = "" if fact.row_path == facts[0].row_path else " › ".join(fact.row_path) + " "
        parts.append(f"{own}{' › '.join(fact.column_path)} {' '.join(fact.raw.split())}{unit}".strip())
    return f"{head}: " + "；".join(parts) if head else "；".join(parts)


def _cut(text: str) -> Iterator[str]:
    """Cut a text into parts of at most about 400 characters, at line or sentence ends."""
    part = ""
    for line in text.splitlines():
        for sentence in line.replace("。", "。\0").split("\0"):
            if part and len(part) + len(sentence) > _LONGEST:
                yield part
                part = ""
            part += sentence
        part = part + "\n" if part else part
    if part.strip():
        yield part.strip()
