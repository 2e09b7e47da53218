"""What each cell of a table is: a label of what stands below it, a label of what stands right of it, or a value.

A learned guess for tables whose rows and columns the rules don't tell apart: features of the cell, of its neighbours,
of its row and its column, read by gradient-boosted trees (``ingest/data/roles.json`` is their card, trained by
``eval/training/roles.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import log1p

import numpy as np
from numpy.typing import NDArray

from ingest.labels import (
    HEADER_WORD,
    INDEX_HEADER,
    NOTE_HEADER,
    STUB_HEADER,
    VALUE_HEADER,
    is_of_which,
    is_total,
    is_unit,
    rank,
    squeeze,
    unit_in,
)
from ingest.model import Cell, Form, Role
from ingest.trees import Trees
from ingest.view import TableView, is_date, is_year

Matrix = NDArray[np.float32]


_TICKED = re.compile(r"[是否有无√×✓□☑☒✗]{1,3}|□.{1,6}|.{1,6}□.{0,12}")
_SENTENCE = re.compile(r"[。；，,;！？]")
#: Larger tables are lists of data; the rules read them.
_MOST_CELLS = 20_000
_LEAST = 1e-6
#: What a cell's own text says: these many features.
_OWN = 21
#: Of a neighbour's neighbour: blank, figure, short number, tick, length, header word, value word, colon, total.
_FEW = np.array([0, 1, 2, 5, 7, 10, 11, 13, 16])
_PLACE = 15
#: Number of features of a cell.
WIDTH = _PLACE + _OWN + 4 * _OWN + 4 * len(_FEW) + 4 * 3 + 2 * len(_FEW) + 3 * (_OWN + 4) + 2 * (_OWN + 3) + _OWN


@lru_cache(maxsize=65_536)
def _of_text(text: str) -> tuple[float, ...]:
    packed = squeeze(text)
    length = len(packed)
    digits = sum(char.isdigit() for char in packed)
    latin = sum(char.isascii() and char.isalpha() for char in packed)
    return (
        packed.isdigit() and length <= 3, packed.endswith("%"), is_date(packed) or is_year(packed),
        bool(_TICKED.fullmatch(packed)), is_unit(packed) if packed else False, log1p(length),
        digits / max(length, 1), latin / max(length, 1), bool(HEADER_WORD.search(packed)),
        bool(STUB_HEADER.search(packed)), bool(VALUE_HEADER.search(packed)), packed.endswith(("：", ":")),
        bool(NOTE_HEADER.search(packed)), bool(INDEX_HEADER.search(packed)), is_total(packed) if packed else False,
        bool(rank(text)) or is_of_which(text), bool(_SENTENCE.search(packed)), bool(unit_in(text)), not packed,
    )  # fmt: skip


def features(view: TableView) -> tuple[list[Cell], Matrix]:
    """Return a table's cells and a row of ``WIDTH`` features for each.

    Raises ``ValueError`` for a table without cells.
    """
    return _Features(view).all()


class _Features:
    """Gathers features over a whole table at a time: own ones first, neighbours' and sums by their indices."""

    def __init__(self, view: TableView) -> None:
        self.view = view
        self.cells = list(view.table.cells)
        if not self.cells:
            raise ValueError("a table without cells has no features")
        own = [(view.forms[cell] is Form.BLANK, view.is_figure(cell), *_of_text(cell.text)) for cell in self.cells]
        #: One row more than cells: what stands where no cell is.
        self.own = np.full((len(self.cells) + 1, _OWN), -1, dtype=np.float32)
        self.own[:-1] = own
        numbers = {id(cell): number for number, cell in enumerate(self.cells)}
        self.place = np.full((view.table.rows + 2, view.table.columns + 2), -1, dtype=np.int64)
        for row, line in enumerate(view.grid):
            for column, cell in enumerate(line):
                if cell is not None:
                    self.place[row + 1, column + 1] = numbers[id(cell)]
        self.row = np.array([cell.row for cell in self.cells])
        self.column = np.array([cell.column for cell in self.cells])
        self.down = np.array([cell.rowspan for cell in self.cells])
        self.across = np.array([cell.colspan for cell in self.cells])
        texts: dict[str, int] = {}
        self.text = np.array([texts.setdefault(squeeze(cell.text), len(texts)) for cell in self.cells] + [-1])

    def all(self) -> tuple[list[Cell], Matrix]:
        """Return the cells and their features."""
        up, below, left, right = self._beside()
        further = (self._after(up, -1, 0), self._after(right, 0, 1), self._after(left, 0, -1), self._after(below, 1, 0))
        rows, columns = self._rows(), self._columns()
        parts = [
            self._places(), self.own[:-1],
            *(self.own[one] for one in (up, below, left, right)),
            *(self.own[one][:, _FEW] for one in further),
            *(self._spans(one) for one in (up, below, left, right)),
            self.own[self.place[self.row + 1, 1]][:, _FEW], self.own[self.place[1, self.column + 1]][:, _FEW],
            rows[self.row + 1], rows[self.row], rows[self.row + 2],
            columns[self.column + 1], columns[self.column],
            np.broadcast_to(self.own[:-1].mean(axis=0), (len(self.cells), _OWN)),
        ]  # fmt: skip
        return self.cells, np.concatenate(parts, axis=1).astype(np.float32)

    def _at(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
        rows, columns = self.place.shape
        return np.asarray(self.place[np.clip(row + 1, 0, rows - 1), np.clip(column + 1, 0, columns - 1)])

    def _beside(self) -> tuple[NDArray[np.int64], ...]:
        return (
            self._at(self.row - 1, self.column),
            self._at(self.row + self.down, self.column),
            self._at(self.row, self.column - 1),
            self._at(self.row, self.column + self.across),
        )

    def _after(self, neighbour: NDArray[np.int64], down: int, across: int) -> NDArray[np.int64]:
        """Return what stands beyond a neighbour, in the line of the cell itself."""
        row = np.append(self.row, 0)[neighbour]
        column = np.append(self.column, 0)[neighbour]
        height = np.append(self.down, 1)[neighbour]
        width = np.append(self.across, 1)[neighbour]
        own_row = row + (height if down > 0 else down) if down else self.row
        own_column = column + (width if across > 0 else across) if across else self.column
        found = self._at(own_row, own_column)
        return np.where(neighbour < 0, -1, found)

    def _spans(self, neighbour: NDArray[np.int64]) -> Matrix:
        there = neighbour >= 0
        wide = np.where(there, np.append(self.across, 0)[neighbour], -1)
        tall = np.where(there, np.append(self.down, 0)[neighbour], -1)
        same = there & (self.text[neighbour] == self.text[:-1])
        return np.stack([wide, tall, same], axis=1).astype(np.float32)

    def _places(self) -> Matrix:
        table = self.view.table
        counts = np.bincount(self.text[:-1])
        lines = [self.view.cells(row) for row in range(table.rows)]
        orders = [{id(cell): order for order, cell in enumerate(line)} for line in lines]
        before = [orders[cell.row].get(id(cell), 0) for cell in self.cells]  # merges that overlap hide cells
        wide = [len(lines[cell.row]) % 2 for cell in self.cells]
        size = np.ones(len(self.cells))
        return np.stack([
            self.row, self.column, size * table.rows, size * table.columns,
            self.row / max(table.rows - 1, 1), self.column / max(table.columns - 1, 1),
            self.down, self.across, self.down / table.rows, self.across / table.columns,
            np.log(counts[self.text[:-1]]), table.rows - self.row - self.down,
            table.columns - self.column - self.across, before, wide,
        ], axis=1).astype(np.float32)  # fmt: skip

    def _rows(self) -> Matrix:
        """Return sums of every row, with one outside before and after."""
        table = self.view.table
        found = np.full((table.rows + 2, _OWN + 4), -1, dtype=np.float32)
        for row in range(table.rows):
            line = self.place[row + 1, 1:-1]
            numbers = np.unique(line[line >= 0])
            if not len(numbers):
                found[row + 1, _OWN:] = 0
                continue
            found[row + 1, :_OWN] = self.own[numbers].mean(axis=0)
            found[row + 1, _OWN:] = (
                len(numbers), len(np.unique(self.text[numbers])) / len(numbers), (self.row[numbers] == row).mean(),
                self.across[numbers].max() / table.columns,
            )  # fmt: skip
        return found

    def _columns(self) -> Matrix:
        """Return sums of the cells that start in every column, with one outside before."""
        table = self.view.table
        found = np.full((table.columns + 1, _OWN + 3), -1, dtype=np.float32)
        for column in range(table.columns):
            numbers = np.flatnonzero(self.column == column)
            if not len(numbers):
                found[column + 1, _OWN:] = 0
                continue
            found[column + 1, :_OWN] = self.own[numbers].mean(axis=0)
            found[column + 1, _OWN:] = (
                len(numbers), len(np.unique(self.text[numbers])) / len(numbers), self.down[numbers].max() / table.rows,
            )  # fmt: skip
        return found


@dataclass(frozen=True, slots=True)
class Learned:
    """The trained trees, and by how much their reading must be likelier than the rules' to be taken.

    ``margins`` (mean log-likelihood a cell): for a reading by rules that leaves loose ends, and for one that doesn't.
    """

    trees: Trees
    margins: tuple[float, float]

    def odds(self, view: TableView) -> dict[Cell, NDArray[np.float32]]:
        """Return the probability of each role (in their order) for each cell of a table; none for an empty table."""
        if not view.table.cells or len(view.table.cells) > _MOST_CELLS:
            return {}
        cells, rows = features(view)
        return dict(zip(cells, self.trees.scores(rows), strict=True))


@cache
def learned() -> Learned:
    """Return the bundled model.  Raises ``RuntimeError`` when its features aren't this program's."""
    card = json.loads((files("ingest") / "data" / "roles.json").read_text(encoding="utf-8"))
    if card["features"] != WIDTH:
        raise RuntimeError("ingest/data/roles.npz 与程序的特征不一致，请用 jixiao eval train-roles 重新训练。")
    return Learned(Trees.load("ingest", "roles.npz"), (card["margins"]["loose"], card["margins"]["tight"]))


def likelier(odds: Mapping[Cell, NDArray[np.float32]], read: Mapping[Cell, Role]) -> float:
    """Return by how much (mean log-likelihood a filled cell) the likeliest roles are likelier than a reading's."""
    filled = [cell for cell in odds if cell.text.strip()]
    if not filled:
        return 0.0
    given = np.log(np.maximum([odds[cell][read[cell]] for cell in filled], _LEAST))
    best = np.log(np.maximum([odds[cell].max() for cell in filled], _LEAST))
    return float((best - given).mean())
