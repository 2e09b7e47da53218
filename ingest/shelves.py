"""What a store says of all its reports at once: which labels, and which parts of departments, each of them has."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, select

from ingest import rows, schema
from ingest.model import Kind, StoredFact

_CHUNK = 500


def parts_of(connection: Connection) -> list[tuple[str, str]]:
    """Return (report, organisation) for everybody whose figures a report states, each once."""
    facts = schema.facts.c
    query = select(facts.report, facts.organisation).distinct().order_by(facts.report, facts.organisation)
    return [(row.report, row.organisation) for row in connection.execute(query)]


def reports_with(connection: Connection, labels: Sequence[int]) -> dict[int, list[str]]:
    """Return label → the reports that have it."""
    held = schema.label_reports.c
    found: dict[int, list[str]] = {}
    for start in range(0, len(labels), _CHUNK):
        query = select(held.label, held.report).where(held.label.in_(labels[start : start + _CHUNK]))
        for row in connection.execute(query.order_by(held.report)):
            found.setdefault(row.label, []).append(row.report)
    return found


def all_labels(connection: Connection) -> list[str]:
    """Return every distinct label."""
    return [row.text for row in connection.execute(select(schema.labels.c.text).order_by(schema.labels.c.id))]


def labels_by_id(connection: Connection) -> dict[int, str]:
    """Return every distinct label by its id."""
    return {row.id: row.text for row in connection.execute(select(schema.labels))}


def path_finder(connection: Connection) -> Callable[[int], tuple[str, ...]]:
    """Return what gives a label path by its id, each read once, all of them at the first."""
    held = {row.id: row.path for row in connection.execute(select(schema.paths))}
    return cache(lambda key: tuple(json.loads(held[key])) if key in held else ())


@dataclass(frozen=True, slots=True)
class Outline:
    """What a fact says by its labels: enough to tell whether it may answer."""

    id: int
    labels: tuple[int, int]
    paths: tuple[int, int]
    caption: str
    kind: str


def outlines(connection: Connection, labels: Sequence[int]) -> list[Outline]:
    """Return the outlines of all facts whose row or column label is among some, and of all totals."""
    f = schema.facts.c
    columns = (f.id, f.row_label, f.column_label, f.row_path, f.column_path, f.caption, f.kind)
    found: dict[int, Outline] = {}
    chunks = [labels[start : start + _CHUNK] for start in range(0, len(labels), _CHUNK)]
    among = [column.in_(chunk) for chunk in chunks for column in (f.row_label, f.column_label)]
    for condition in (*among, f.total):
        for row in connection.execute(select(*columns).where(condition)):
            labelled, paths = (row.row_label, row.column_label), (row.row_path, row.column_path)
            found[row.id] = Outline(row.id, labelled, paths, row.caption, row.kind)
    return list(found.values())


def facts_by_id(
    connection: Connection, ids: Sequence[int], path_of: Callable[[int], tuple[str, ...]]
) -> list[StoredFact]:
    """Return facts by their ids, in reading order report by report."""
    found = []
    for start in range(0, len(ids), _CHUNK):
        query = select(schema.facts).where(schema.facts.c.id.in_(ids[start : start + _CHUNK]))
        found += [rows.fact_of(row, path_of) for row in connection.execute(query)]
    return sorted(found, key=lambda stored: (stored.report, stored.id))


def texts_at(connection: Connection, places: Collection[tuple[str, int | None]]) -> dict[tuple[str, int | None], str]:
    """Return the texts of paragraphs by (report, block)."""
    b = schema.blocks.c
    numbers: dict[str, list[int]] = {}
    for report, block in places:
        if block is not None:
            numbers.setdefault(report, []).append(block)
    found: dict[tuple[str, int | None], str] = {}
    for report, blocks in numbers.items():
        for start in range(0, len(blocks), _CHUNK):
            query = select(b.number, b.text).where(b.report == report, b.number.in_(blocks[start : start + _CHUNK]))
            found |= {(report, row.number): row.text for row in connection.execute(query)}
    return found


def columns_of_tables(connection: Connection, reports: Sequence[str]) -> list[tuple[str, int, str, int]]:
    """Return (report, table, caption, column path) of the columns of what was spent, in reading order, each once."""
    f = schema.facts.c
    found: dict[tuple[str, int, str, int], None] = {}
    for start in range(0, len(reports), _CHUNK):
        query = select(f.report, f.table_number, f.caption, f.column_path).where(
            f.report.in_(reports[start : start + _CHUNK]), f.kind == Kind.ACTUAL.value, f.table_number.is_not(None),
            f.start.is_(None),
        )  # fmt: skip
        found |= {tuple(row): None for row in connection.execute(query.order_by(f.id))}
    return list(found)


def texts_in(
    connection: Connection, places: Collection[tuple[str, int | None, int | None, int | None]]
) -> dict[tuple[str, int | None, int | None, int | None], str]:
    """Return the texts of cells by (report, table, row, column)."""
    c = schema.cells.c
    tables: dict[str, set[int]] = {}
    for report, table, _, _ in places:
        if table is not None:
            tables.setdefault(report, set()).add(table)
    found: dict[tuple[str, int | None, int | None, int | None], str] = {}
    for report, numbers in tables.items():
        query = select(c.table_number, c.row, c.column, c.text).where(
            c.report == report, c.table_number.in_(sorted(numbers))
        )
        for row in connection.execute(query):
            if (key := (report, row.table_number, row.row, row.column)) in places:
                found[key] = row.text
    return found
