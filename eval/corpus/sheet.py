"""Drawing a table row by row, merged cells and all, and remembering what each cell states.

A sheet is a grid of narrow columns.  A *region* divides it into wider ones, as the provinces' forms do,
where the visible columns change every few rows.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from eval.corpus.model import Figure, Note, Printed, Spot, Statement

Role = Literal["plain", "header", "stub", "bar"]


@dataclass(frozen=True, slots=True)
class Box:
    """One cell to be drawn: ``across`` columns of its region by ``down`` rows.

    ``under`` are the labels above a stub that indentation or numbering imply; ``labels`` says (row path,
    column path) outright; ``fault`` is the id of a fault that is no figure.
    """

    text: str = ""
    across: int = 1
    down: int = 1
    role: Role = "plain"
    figure: Figure | None = None
    printed: Printed | None = None
    under: tuple[str, ...] = ()
    note: Note | None = None
    nested: Sheet | None = None
    labels: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box at its place on the grid, 0-based, with its spans in grid columns."""

    box: Box
    row: int
    column: int
    rowspan: int
    colspan: int
    region: int


def head(text: str, across: int = 1, down: int = 1) -> Box:
    """Return a column header."""
    return Box(text, across, down, "header")


def stub(text: str, across: int = 1, down: int = 1, under: tuple[str, ...] = ()) -> Box:
    """Return a row label."""
    return Box(text, across, down, "stub", under=under)


@dataclass(slots=True)
class Sheet:
    """A table being drawn; ``columns`` is the number of its grid columns."""

    columns: int
    layout: str
    drawn: list[Drawn] = field(default_factory=list)
    rows: int = 0
    _widths: list[int] = field(default_factory=list)
    _region: int = 0
    _taken: dict[tuple[int, int], bool] = field(default_factory=dict)

    def region(self, widths: Sequence[int]) -> None:
        """Start a region whose columns are that many grid columns wide."""
        if sum(widths) != self.columns:
            raise ValueError(f"a region of {sum(widths)} columns in a sheet of {self.columns}")
        self._widths = list(widths)
        self._region += 1

    def row(self, *boxes: Box) -> None:
        """Draw one row, left to right, past the places that merged cells from above hold."""
        number, column, slot = self.rows, 0, 0
        for box in boxes:
            while self._taken.get((number, column)):
                column += self._widths[slot]
                slot += 1
            wide = sum(self._widths[slot : slot + box.across])
            self.drawn.append(Drawn(box, number, column, box.down, wide, self._region))
            for r in range(number, number + box.down):
                for c in range(column, column + wide):
                    self._taken[r, c] = True
            column += wide
            slot += box.across
        held = sum(1 for c in range(self.columns) if self._taken.get((number, c)))
        if held != self.columns:
            raise ValueError(f"row {number} of layout {self.layout} fills {held} of {self.columns} columns")
        self.rows += 1

    def bar(self, text: str) -> None:
        """Draw a section title over the whole width."""
        self.region([self.columns])
        self.row(Box(text, role="bar"))

    def statements(self, report: str, table: int) -> list[Statement]:
        """Return what the cells state, with the labels that lead to them."""
        found = []
        for drawn in self.drawn:
            box = drawn.box
            if box.figure is not None and box.printed is not None:
                spot = Spot(report, table, drawn.row, drawn.column)
                row_path, column_path = box.labels or (self._row_path(drawn), self._column_path(drawn))
                found.append(Statement(box.figure, box.printed, spot, row_path, column_path))
        return found

    def _row_path(self, cell: Drawn) -> tuple[str, ...]:
        left = [d for d in self.drawn if d.box.role == "stub" and d.column < cell.column and _share_rows(d, cell)]
        left = [d for d in left if d.region == cell.region]
        return tuple(
            label for d in sorted(left, key=lambda d: d.column) for label in (*d.box.under, d.box.text) if label
        )

    def _column_path(self, cell: Drawn) -> tuple[str, ...]:
        above = [
            d for d in self.drawn
            if d.box.role == "header" and d.region == cell.region and d.row < cell.row and _share_columns(d, cell)
        ]  # fmt: skip
        return tuple(d.box.text for d in sorted(above, key=lambda d: d.row) if d.box.text)


def _share_rows(a: Drawn, b: Drawn) -> bool:
    return a.row <= b.row < a.row + a.rowspan


def _share_columns(a: Drawn, b: Drawn) -> bool:
    return a.column <= b.column < a.column + a.colspan


_LEAST = 2  # grid columns: a narrower one can't hold a figure on paper


def compose(rng: random.Random, columns: int, parts: int) -> list[int]:
    """Return ``parts`` widths, each at least two grid columns, that sum to ``columns``, as real forms have them."""
    spare = columns - _LEAST * parts
    cuts = sorted(rng.randint(0, spare) for _ in range(parts - 1))
    return [_LEAST + b - a for a, b in zip([0, *cuts], [*cuts, spare], strict=True)]
