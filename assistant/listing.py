"""A report's tables as they were understood, for the terminal and as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from ingest.labels import one_line
from ingest.model import Cell, Form, StoredFact, StoredTable
from ingest.numbers import plain
from ingest.store import Store

_WIDEST = 30


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
        for line in _rows(held):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        ledger = held.ledger
        console.print(f"格数 {ledger.cells} = 读懂 {ledger.understood} + 没读懂 {len(ledger.unclear)}", highlight=False)
        for row, column, why in ledger.unclear:
            console.print(f"  第{row + 1}行第{column + 1}列：{why}", style="yellow", highlight=False)


def _rows(held: StoredTable) -> Iterator[str]:
    """Write each row on a line, wide cells with the number of columns they span."""
    for row in range(held.table.rows):
        cells = [cell for cell in held.table.cells if cell.row == row]
        yield f"{row + 1:>4}  " + " ｜ ".join(_cell(cell) for cell in cells)


def _cell(cell: Cell) -> str:
    text = one_line(cell.text)
    text = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
    spans = [f"{cell.colspan}列" if cell.colspan > 1 else "", f"{cell.rowspan}行" if cell.rowspan > 1 else ""]
    merged = "×".join(filter(None, spans))
    return f"{text or '□'}⟨{merged}⟩" if merged else text or "□"
