"""Passages to search: paragraphs under their headings, and each table row written out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ingest.labels import one_line
from ingest.model import Block, Document, Fact, Passage
from ingest.outline import Place, heading_rank
from ingest.view import TableView

_LONGEST = 400


def passages(document: Document, places: list[Place], facts: tuple[Fact, ...]) -> list[Passage]:
    """Cut a document into passages, in reading order; long texts are cut at sentence ends."""
    by_row: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.source.table is not None and fact.source.row is not None and fact.source.start is None:
            by_row[fact.source.table, fact.source.row].append(fact)
    found: list[Passage] = []
    for block, place in zip(document.blocks, places, strict=True):
        if block.table is not None:
            found += _rows(block, place, by_row)
        elif not heading_rank(block):
            found += [Passage(block.number, place.heading_path, part) for part in _cut(block.text.strip())]
    return found


def _rows(block: Block, place: Place, by_row: dict[tuple[int, int], list[Fact]]) -> Iterator[Passage]:
    if block.table is None or block.table_number is None:
        return
    view = TableView(block.table)
    for row in range(block.table.rows):
        own = view.own(row)
        facts = by_row.get((block.table_number, row), [])
        text = _written_out(facts) if facts else " ".join(one_line(cell.text) for cell in own)
        heading = (*place.heading_path, *((place.caption,) if place.caption else ()))
        for part in _cut(text):
            yield Passage(block.number, heading, part, block.table_number, row)


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
