"""What a store says of all its reports at once: which labels, and which parts of departments, each of them has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from ingest import schema

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
