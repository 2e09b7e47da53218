"""How far the cells of a header row reach, inferred when the file no longer says so."""

from __future__ import annotations

from functools import cache

Row = list[str]
_WIDER_OVER_FIGURES = -2.0
_WIDER_OVER_TEXT = -0.1


def allocate(row: Row, width: int, below: Row | None, numeric: list[bool]) -> list[tuple[int, int]]:
    """Return (column, span) per cell of ``row`` so that together they fill ``width`` columns.

    ``below`` is the header row underneath, already spread over the columns (a merged-away cell is
    ``""``), or ``None`` over the data; ``numeric`` says which data columns hold figures.  Found by
    dynamic programming over the cells; a cell reaches over header cells below it, a merged-away
    one (and one with nothing below) stays one column wide.
    """
    count = len(row)
    if count > width:
        return [(i, 1) for i in range(count)]

    @cache
    def best(cell: int, column: int) -> tuple[float, int]:
        if cell == count:
            return (0.0 if column == width else float("-inf")), 0
        choices = []
        for span in range(1, width - column - (count - cell - 1) + 1):
            rest = best(cell + 1, column + span)[0]
            choices.append((_fit(row[cell], column, span, below, numeric) + rest, -span))
        score, span = max(choices)
        return score, -span

    placed, column = [], 0
    for cell in range(count):
        span = best(cell, column)[1]
        placed.append((column, span))
        column += span
    return placed


def _fit(text: str, column: int, span: int, below: Row | None, numeric: list[bool]) -> float:
    columns = range(column, column + span)
    if not text.strip():
        return 0.0 if span == 1 else -3.0 * span
    if below is None:
        return sum(_WIDER_OVER_FIGURES if numeric[c] else _WIDER_OVER_TEXT for c in columns[1:])
    children = [below[c] for c in columns]
    if span == 1:
        return 1.0 if not children[0].strip() else -1.0
    filled = sum(1.0 if child.strip() else -3.0 for child in children)
    if "其中" in text:
        return filled + 1.0
    return filled + sum(0.5 if set(text) & set(child) else -0.5 for child in children)
