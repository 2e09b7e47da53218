"""A report's tables as they were understood, for the terminal and as JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table as Drawn

from ingest.model import Form, StoredFact, StoredTable
from ingest.numbers import plain
from ingest.store import Store

_WIDEST = 24


def tables_json(store: Store, report: str) -> list[dict[str, Any]]:
    """Return a report's tables as the interface has them; rows and columns count from 0."""
    facts: dict[int, list[StoredFact]] = defaultdict(list)
    for stored in store.all_facts(report):
        if stored.fact.source.table is not None and stored.fact.form is Form.FIGURE:
            facts[stored.fact.source.table].append(stored)
    return [
        {
            "table": held.info.number,
            "caption": held.info.caption,
            "unit": held.info.unit,
            "heading": " › ".join(held.info.heading_path),
            "shape": [held.table.rows, held.table.columns],
            "cells": [[c.row, c.column, c.rowspan, c.colspan, c.text] for c in held.table.cells],
            "facts": [fact_json(stored) for stored in facts[held.info.number]],
            "ledger": {
                "cells": held.ledger.cells,
                "understood": held.ledger.understood,
                "unclear": [list(entry) for entry in held.ledger.unclear],
            },
        }
        for held in store.tables(report)
    ]


def fact_json(stored: StoredFact) -> dict[str, Any]:
    """Return a fact as JSON, its value a plain string."""
    fact = stored.fact
    return {
        "row": fact.source.row,
        "column": fact.source.column,
        "row_path": list(fact.row_path),
        "column_path": list(fact.column_path),
        "heading_path": list(fact.source.heading_path),
        "measure": fact.measure,
        "organisation": fact.organisation,
        "period": fact.period,
        "kind": fact.kind.value,
        "value": None if fact.value is None else plain(fact.value),
        "unit": fact.unit,
        "unit_from": fact.unit_from,
        "hedge": fact.hedge,
        "raw": fact.raw,
    }


def print_tables(store: Store, report: str) -> None:
    """Print a report's tables for a person."""
    console = Console()
    for held in store.tables(report):
        info = held.info
        title = " › ".join(filter(None, (*info.heading_path, info.caption))) or "（无标题）"
        unit = f"  单位：{info.unit}" if info.unit else ""
        console.print(f"\n第{info.number + 1}张表  {title}{unit}", style="bold", highlight=False, markup=False)
        console.print(_drawn(held))
        ledger = held.ledger
        console.print(f"格数 {ledger.cells} = 读懂 {ledger.understood} + 没读懂 {len(ledger.unclear)}", highlight=False)
        for row, column, why in ledger.unclear:
            console.print(f"  第{row + 1}行第{column + 1}列：{why}", style="yellow", highlight=False)


def _drawn(held: StoredTable) -> Drawn:
    starts = sorted({cell.column for cell in held.table.cells})
    drawn = Drawn(show_header=False, show_lines=True, expand=False)
    for _ in starts:
        drawn.add_column(overflow="fold", max_width=_WIDEST)
    texts: list[list[str]] = [["" for _ in starts] for _ in range(held.table.rows)]
    for cell in held.table.cells:
        text = cell.text.strip()
        texts[cell.row][starts.index(cell.column)] = text if len(text) <= 80 else text[:79] + "…"
    for row in texts:
        drawn.add_row(*(text.replace("[", "\\[") for text in row))
    return drawn
