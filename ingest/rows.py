"""Between the types and the rows of the store's tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, bindparam, delete, insert, select, union

from ingest import fulltext, schema
from ingest.grams import label_id
from ingest.honest import trusted
from ingest.labels import normalise
from ingest.model import (
    Block,
    Bundle,
    Cell,
    Edges,
    Fact,
    Form,
    Kind,
    LedgerEntry,
    Origin,
    Passage,
    Report,
    Scope,
    SourceRef,
    StoredFact,
    StoredPassage,
    StoredTable,
    TableInfo,
)
from ingest.model import Table as Grid

PathOf = Callable[[int], tuple[str, ...]]
_NO_LABEL = 0


def write_bundle(
    connection: Connection, report: str, digest: str, source: str, name: str, pipeline: int, bundle: Bundle
) -> None:
    """Write everything of one report."""
    profile, document = bundle.profile, bundle.document
    facts = trusted(bundle.facts, bundle.ledger)
    warnings = [*document.warnings, *(_unclear(entry) for entry in bundle.ledger if entry.unclear)]
    warnings += [f"正文里有 {bundle.unsaid} 个数没有认出说的是什么"] if bundle.unsaid else []
    connection.execute(
        insert(schema.reports),
        {
            "id": report, "name": name, "source": source, "sha256": digest, "pipeline": pipeline,
            "title": profile.title, "organisation": profile.organisation, "aliases": _json(profile.aliases),
            "year": profile.year, "tables": len(bundle.tables), "facts": len(facts),
            "passages": len(bundle.passages), "warnings": _json(warnings), "apart": _json(document.apart),
        },
    )  # fmt: skip
    _write_blocks(connection, report, bundle)
    _write_facts(connection, report, facts)
    _write_passages(connection, report, profile.year, bundle.passages)
    _many(
        connection,
        schema.short_names,
        [{"report": report, "short": short, "full": full} for short, full in bundle.short_names],
    )


def delete_bundle(connection: Connection, report: str) -> str:
    """Remove everything of one report; return the digest of the file that it came from, empty for none."""
    fulltext.remove_passages(connection, report)
    for table in (
        schema.passages, schema.facts, schema.cells, schema.tables, schema.blocks, schema.label_reports,
        schema.vectors, schema.short_names,
    ):  # fmt: skip
        connection.execute(delete(table).where(table.c.report == report))
    r = schema.reports.c
    digest = connection.execute(select(r.sha256).where(r.id == report)).scalar()
    connection.execute(delete(schema.reports).where(r.id == report))
    return digest or ""


def digests(engine: Engine) -> dict[str, str]:
    """Return the digests of the files that reports came from, by report."""
    r = schema.reports.c
    with engine.connect() as connection:
        return {row.id: row.sha256 for row in connection.execute(select(r.id, r.sha256))}


def _unclear(entry: LedgerEntry) -> str:
    return f"第{entry.table + 1}张表有 {len(entry.unclear)} 格没有读懂"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _many(connection: Connection, table: Table, values: list[dict[str, Any]], *, ignore: bool = False) -> None:
    if values:
        connection.execute(insert(table).prefix_with("OR IGNORE") if ignore else insert(table), values)


def _write_blocks(connection: Connection, report: str, bundle: Bundle) -> None:
    headings = {place.block: place.heading_path for place in bundle.passages}
    infos = {info.number: info for info in bundle.tables}
    accounts = {entry.table: entry for entry in bundle.ledger}
    blocks, tables, cells = [], [], []
    for block in bundle.document.blocks:
        info = infos.get(block.table_number) if block.table_number is not None else None
        heading = info.heading_path if info else headings.get(block.number, ())
        blocks.append(
            {"report": report, "number": block.number, "text": block.text, "level": block.level,
             "table_number": block.table_number, "inside": block.inside, "heading": _json(heading),
             "origin": _json(astuple(block.origin)) if block.origin else None,
             "places": _json(block.places) if block.places else None}
        )  # fmt: skip
        if block.table is None or info is None:
            continue
        entry = accounts[info.number]
        tables.append(
            {"report": report, "number": info.number, "rows": block.table.rows, "columns": block.table.columns,
             "caption": info.caption, "unit": info.unit, "heading": _json(heading),
             "headers": _json(info.header_cells), "understood": entry.understood, "unclear": _json(entry.unclear)}
        )  # fmt: skip
        cells += [
            {"report": report, "table_number": info.number, "row": c.row, "column": c.column,
             "rowspan": c.rowspan, "colspan": c.colspan, "text": c.text}
            for c in block.table.cells
        ]  # fmt: skip
    _many(connection, schema.blocks, blocks)
    _many(connection, schema.tables, tables)
    _many(connection, schema.cells, cells)


def _write_facts(connection: Connection, report: str, facts: tuple[Fact, ...]) -> None:
    labels: dict[int, str] = {}
    paths: dict[int, str] = {}

    @cache
    def label(path: tuple[str, ...]) -> int:
        text = normalise(path[-1]) if path else ""
        if not text:
            return _NO_LABEL
        key = label_id(text)
        labels[key] = text
        return key

    @cache
    def path_key(path: tuple[str, ...]) -> int:
        text = _json(path)
        key = label_id(text)
        paths[key] = text
        return key

    values = [
        {
            "report": report, "row_label": label(f.row_path), "column_label": label(f.column_path),
            "row_path": path_key(f.row_path), "column_path": path_key(f.column_path),
            "heading_path": path_key(f.source.heading_path), "organisation": f.organisation, "period": f.period,
            "kind": f.kind.value, "form": f.form.value, "value": None if f.value is None else str(f.value),
            "unit": f.unit, "raw": f.raw, "hedge": f.hedge, "caption": f.caption, "unit_from": f.unit_from,
            "total": f.total, "block": f.source.block, "table_number": f.source.table, "row": f.source.row,
            "column": f.source.column, "start": f.source.start, "end": f.source.end,
        }
        for f in facts
    ]  # fmt: skip
    _many(connection, schema.facts, values)
    _many(connection, schema.paths, [{"id": key, "path": text} for key, text in paths.items()], ignore=True)
    _write_labels(connection, report, labels)


def _write_labels(connection: Connection, report: str, labels: dict[int, str]) -> None:
    keys = list(labels)
    known: set[int] = set()
    query = select(schema.labels.c.id).where(schema.labels.c.id.in_(bindparam("ids", expanding=True)))
    for start in range(0, len(keys), 500):
        known.update(row.id for row in connection.execute(query, {"ids": keys[start : start + 500]}))
    fresh = [(key, text) for key, text in labels.items() if key not in known]
    _many(connection, schema.labels, [{"id": key, "text": text} for key, text in fresh])
    fulltext.add_labels(connection, fresh)
    _many(connection, schema.label_reports, [{"report": report, "label": key} for key in keys])


def _write_passages(connection: Connection, report: str, year: str, passages: tuple[Passage, ...]) -> None:
    first = (
        connection.execute(select(schema.passages.c.id).order_by(schema.passages.c.id.desc()).limit(1)).scalar() or 0
    ) + 1
    paths: dict[int, str] = {}
    values = []
    for number, passage in enumerate(passages, first):
        text = _json(passage.heading_path)
        key = label_id(text)
        paths[key] = text
        values.append(
            {"id": number, "report": report, "block": passage.block, "table_number": passage.table,
             "row": passage.row, "heading_path": key, "text": passage.text}
        )  # fmt: skip
    _many(connection, schema.passages, values)
    _many(connection, schema.paths, [{"id": key, "path": text} for key, text in paths.items()], ignore=True)
    words = ((n, " ".join((*p.heading_path[-2:], p.text))) for n, p in enumerate(passages, first))
    fulltext.add_passages(connection, report, year, words)


def within(query: Select[Any], table: Table, scope: Scope) -> Select[Any]:
    """Narrow a query to a scope."""
    if scope.reports:
        query = query.where(table.c.report.in_(scope.reports))
    if scope.periods and "period" in table.c:
        query = query.where(table.c.period.in_(scope.periods))
    return query


def report_of(row: Row[Any]) -> Report:
    """Build a ``Report`` from its row."""
    return Report(
        row.id, row.name, row.title, row.organisation, tuple(json.loads(row.aliases)), row.year,
        row.tables, row.facts, row.passages, tuple(json.loads(row.warnings)),
    )  # fmt: skip


def _origin_of(text: str | None) -> Origin | None:
    if not text:
        return None
    page, sheet, row, column, turns, (rows, columns), is_scan = json.loads(text)
    pages = tuple((first, page) for first, page in turns)
    return Origin(page, sheet, row, column, pages, (tuple(rows), tuple(columns)), is_scan)


def block_of(row: Row[Any]) -> Block:
    """Build a ``Block`` from its row, a table's without its grid."""
    return Block(row.number, row.text, row.level, None, row.table_number, row.inside, _origin_of(row.origin))


def edges_in(places: str | None, row: int, column: int) -> Edges | None:
    """Return the edges of a cell among a block's places; none where it hasn't one."""
    for at, across, (left, top, right, bottom) in json.loads(places) if places else ():
        if (at, across) == (row, column):
            return left, top, right, bottom
    return None


def paths_of(connection: Connection, report: str) -> dict[int, tuple[str, ...]]:
    """Return the label paths of a report's facts by their ids, in one query."""
    f = schema.facts.c
    used = union(*(select(column).where(f.report == report) for column in (f.row_path, f.column_path, f.heading_path)))
    query = select(schema.paths).where(schema.paths.c.id.in_(used))
    return {row.id: tuple(json.loads(row.path)) for row in connection.execute(query)}


def fact_of(row: Row[Any], path_of: PathOf) -> StoredFact:
    """Build a ``StoredFact`` from its row."""
    source = SourceRef(
        row.block, path_of(row.heading_path), row.table_number, row.row, row.column, row.start, row.end
    )  # fmt: skip
    fact = Fact(
        path_of(row.row_path), path_of(row.column_path), row.organisation, row.period, Kind(row.kind), Form(row.form),
        None if row.value is None else Decimal(row.value), row.unit, row.raw, source, row.hedge, row.caption,
        row.unit_from, row.total,
    )  # fmt: skip
    return StoredFact(row.id, row.report, fact)


def passage_of(row: Row[Any], path_of: PathOf) -> StoredPassage:
    """Build a ``StoredPassage`` from its row."""
    passage = Passage(row.block, path_of(row.heading_path), row.text, row.table_number, row.row)
    return StoredPassage(row.id, row.report, passage)


def tables_of(connection: Connection, report: str, number: int | None) -> list[StoredTable]:
    """Read a report's tables with their cells, or one of them."""
    t, c, b = schema.tables.c, schema.cells.c, schema.blocks.c
    wanted = select(schema.tables).where(t.report == report).order_by(t.number)
    inside = select(schema.cells).where(c.report == report).order_by(c.table_number, c.row, c.column)
    if number is not None:
        wanted, inside = wanted.where(t.number == number), inside.where(c.table_number == number)
    held: dict[int, list[Cell]] = {}
    for row in connection.execute(inside):
        held.setdefault(row.table_number, []).append(Cell(row.row, row.column, row.rowspan, row.colspan, row.text))
    places = select(schema.blocks.c.table_number, b.number).where(b.report == report, b.table_number.is_not(None))
    block_of = {row.table_number: row.number for row in connection.execute(places)}
    return [
        StoredTable(
            TableInfo(
                row.number, row.caption, row.unit, tuple(json.loads(row.heading)),
                tuple((r, col) for r, col in json.loads(row.headers)),
            ),
            Grid(row.rows, row.columns, tuple(held.get(row.number, ()))),
            block_of[row.number],
            LedgerEntry(
                row.number, row.understood + len(json.loads(row.unclear)), row.understood,
                tuple((r, col, why) for r, col, why in json.loads(row.unclear)),
            ),
        )
        for row in connection.execute(wanted)
    ]  # fmt: skip
