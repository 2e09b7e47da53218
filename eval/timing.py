"""Timing one piece of work, and what python-docx needs for a file's tables, for the benchmarks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from docx import Document


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds of each of ``rounds`` runs, after one that isn't counted."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times


def walk_with_python_docx(path: Path) -> int:
    """Read every cell of every table with python-docx; return the number of characters."""
    return sum(len(cell.text) for table in Document(str(path)).tables for row in table.rows for cell in row.cells)
