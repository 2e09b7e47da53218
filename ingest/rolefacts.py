"""Facts of a table whose cells' roles are known: labels above and left of a value are its column and row path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ingest.facts import Reading, TableReader
from ingest.labels import is_organisation, is_total, one_line, squeeze, unit_in
from ingest.model import Cell, Fact, Form, Role, TableInfo
from ingest.regions import Region
from ingest.unit_rules import Hints

#: A further form's header has so many labels side by side; fewer are a pair in passing.
_LEAST_HEADER = 3
Path = tuple[str, ...]
Roles = Mapping[Cell, Role]


class RoleReader(TableReader):
    """Reads one table by the roles of its cells, that a reader by rules had before.

    ``given`` has a role for every cell of its view's table.
    """

    def __init__(self, reader: TableReader, given: Roles) -> None:
        super().__init__(reader.view, reader.block, reader.number, reader.place, reader.context)
        self.given = given

    def read(self) -> Reading:
        """Return what the table gave."""
        facts = tuple(self._facts())
        tops = [cell for cell, role in self.given.items() if role is Role.TOP]
        headers = tuple(sorted((cell.row, cell.column) for cell in tops))
        self.labels.update(tops)
        unit = self.place.unit or next(filter(None, map(unit_in, self._bars.values())), "") or self.place.money
        caption = self.place.caption or next(iter(self._bars.values()), "")
        info = TableInfo(self.number, caption, unit, self.place.heading_path, headers)
        return Reading(facts, info, self._ledger([]), None)

    @cached_property
    def _bars(self) -> dict[int, str]:
        """Return the rows that are one cell across the table, a title or a section, with their texts."""
        bars = {row: self.view.bar(row) for row in range(self.view.table.rows)}
        return {row: text for row, text in bars.items() if text and self._is_label(row)}

    def _is_label(self, row: int) -> bool:
        return self.given[self.view.cells(row)[0]] is not Role.VALUE

    def _facts(self) -> Iterator[Fact]:
        values = [cell for cell, role in self.given.items() if role is Role.VALUE]
        self.labels.update(cell for cell, role in self.given.items() if role is Role.LEFT)
        tops = self._tops()
        units = Hints.of_columns(
            tuple(dict.fromkeys(tops.values())), self.place.unit, self.place.caption, self.place.money
        )
        rows = {cell: self._before(cell) for cell in values}
        by_org = self._by_organisation({path[-1] for path in rows.values() if path})
        for cell in values:
            row_path, column_path = rows[cell], tops.get(cell, ())
            if not cell.text.strip() and not (row_path and column_path):
                self.values.add(cell)
                continue
            region = Region((), (), (), self._section[cell.row])
            hints = units.for_cell(column_path, self._before(cell, nearest=True), "")
            org = self._organisation(row_path if by_org else (), ()) if by_org else ""
            yield from self.value_facts(cell, row_path, column_path, hints, region, org, bool(row_path))

    def _by_organisation(self, names: set[str]) -> bool:
        named = [name for name in names if not is_total(name)]
        return len(named) > 1 and sum(map(is_organisation, named)) * 4 >= 3 * len(named)

    @cached_property
    def _section(self) -> list[Path]:
        """Return for each row the title row above it that is nearest."""
        found: list[Path] = []
        above: Path = ()
        for row in range(self.view.table.rows):
            found.append(above)
            above = (self._bars[row],) if row in self._bars else above
        return found

    def _tops(self) -> dict[Cell, Path]:
        """Return the labels over each value, outermost first, titles across the table left out; one walk down."""
        over: list[dict[Cell, None]] = [{} for _ in range(self.view.table.columns)]
        found: dict[Cell, Path] = {}
        for row in range(self.view.table.rows):
            if row in self._bars:
                continue
            if self._starts_anew(row, over):
                over = [{} for _ in over]
            for cell in (one for one in self.view.cells(row) if one.row == row):
                columns = range(cell.column, cell.column + cell.colspan)
                if self.given[cell] is Role.VALUE:
                    above = dict.fromkeys(top for column in columns for top in over[column])
                    found[cell] = tuple(one_line(top.text) for top in sorted(above, key=_row) if top.text.strip())
                elif self.given[cell] is Role.TOP:
                    for column in columns:
                        over[column][cell] = None
        return found

    def _starts_anew(self, row: int, over: list[dict[Cell, None]]) -> bool:
        """Tell whether a row is the header of a further form below: labels only, over columns that gave values."""
        own = [cell for cell in self.view.cells(row) if cell.row == row]
        tops = [cell for cell in own if self.given[cell] is Role.TOP]
        if len(tops) < _LEAST_HEADER or any(self.given[cell] is Role.VALUE for cell in own):
            return False
        upper = row - 1
        return (
            upper >= 0
            and any(self.given[cell] is Role.VALUE for cell in self.view.cells(upper))
            and all(over[cell.column] for cell in tops)
        )

    def _before(self, cell: Cell, *, nearest: bool = False) -> Path:
        """Return the labels left of a cell in its rows, as far as a figure: what stands left of that names that.

        Numbers that count the rows are no labels beside words; alone they give way to the row's first words.
        ``nearest`` leaves out the labels of pairs of words before, too.
        """
        found: list[Cell] = []
        rows = range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column - 1, -1, -1):
            line = self._down(column, rows)
            labels = [other for other in line if self._names(other, cell) and other not in found]
            if found and not labels and any(self._ends_labels(other, nearest) for other in line):
                break
            found = [*labels, *found]
        texts = [one_line(other.text) for other in found if other.text.strip()]
        worded = [text for text in texts if not squeeze(text).isdecimal()]
        return tuple(worded or (self._words_before(cell) if texts else ()) or texts)

    def _down(self, column: int, rows: range) -> list[Cell]:
        """Return the cells of a column in some rows, each once: what a tall one covers is passed over."""
        found: list[Cell] = []
        row = rows.start
        while row < rows.stop:
            cell = self.view.grid[row][column]
            if cell is not None and cell not in found[-1:]:
                found.append(cell)
            row = max(row + 1, cell.row + cell.rowspan if cell is not None else 0)
        return found

    def _names(self, other: Cell, cell: Cell) -> bool:
        """Tell whether a cell left of another names it: a label, or a header that reaches down to its row."""
        return self.given[other] is Role.LEFT or (self.given[other] is Role.TOP and other.row < cell.row)

    def _ends_labels(self, other: Cell, nearest: bool) -> bool:
        value = self.given[other] is Role.VALUE and bool(other.text.strip())
        return value and (nearest or self.view.is_figure(other))

    def _words_before(self, cell: Cell) -> list[str]:
        words = [other for other in self.view.cells(cell.row) if other.column < cell.column]
        named = [other for other in words if self.view.forms[other] is Form.TEXT and not self.view.is_figure(other)]
        return [one_line(named[0].text)] if named else []


def _row(cell: Cell) -> int:
    return cell.row
