"""Reading a table: by rules, and by learned roles where the rules leave its figures unnamed or alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.context import Context
from ingest.continued import Joined
from ingest.facts import Reading, TableReader
from ingest.honest import doubts, honest
from ingest.inside import amount_inside
from ingest.model import Block, Cell, Form, Role, SourceRef, Table
from ingest.outline import Place
from ingest.view import TableView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: A number of so many digits may count the rows.
_SERIAL = 3


def read_table(
    block: Block, view: TableView, place: Place, context: Context, under: Joined | None = None
) -> Reading:  # fmt: skip
    """Read one table's facts; ``under`` is the table with the header that it goes on from, if any.

    ``view`` is that of the block's table.  What can't be told apart is on the account.

    Raises ``ValueError`` for a block without a table.
    """
    if block.table is None or block.table_number is None:
        raise ValueError(f"block {block.number} holds no table")
    if under is not None:
        reading = TableReader(under.view, block.number, block.table_number, place, context).read()
        moved = _moved_up(honest(reading, under.view), under)
        if moved is not None:
            return moved
    reader = TableReader(view, block.number, block.table_number, place, context)
    reading = reader.read()
    loose = looseness(reader, reading)
    return honest(reading if loose is None else _better(reader, reading, loose), view)


def looseness(reader: TableReader, reading: Reading) -> bool | None:
    """Tell whether the rules left loose ends in a table: cells not read, figures without any name or named alike.

    ``None`` where there is nothing to doubt: every figure has a name of its own and a header over it, or the table has
    科目编码, amounts behind their labels, or columns of units and signs: forms that the rules know by law.
    """
    cells = reader.view.table.cells
    if reader.view.codes.columns or not cells or sum(amount_inside(cell.text) for cell in cells) > 1:
        return None
    if any(side.unit is not None or side.sign is not None for region in reader.split for side in region.sides):
        return None
    figures = [fact for fact in reading.facts if fact.source.start is None]
    if reading.ledger.unclear or doubts(reading, reader.view, by_path=True):
        return True
    plain = len(reader.split) == 1 and reading.info.header_cells and all(fact.column_path for fact in figures)
    figured = any(fact.form is Form.FIGURE and fact.row_path for fact in figures)
    pairs = figured and not any(region.headers for region in reader.split)
    return None if plain or pairs else False


def _better(reader: TableReader, reading: Reading, loose: bool) -> Reading:
    """Return the reading by learned roles where these are likelier than the rules' by the margin, else the rules'."""
    from ingest.roles import learned

    model = learned()
    return by_odds(reader, reading, model.odds(reader.view), model.margins[0 if loose else 1])


def by_odds(reader: TableReader, reading: Reading, odds: Mapping[Cell, NDArray[np.float32]], margin: float) -> Reading:
    """Return the reading by the likeliest roles where these are likelier than the rules' by more than a margin."""
    from ingest.rolefacts import RoleReader
    from ingest.roles import likelier

    if not odds or likelier(odds, reader.roles()) <= margin:
        return reading
    roles = as_pairs(reader.view.table, {cell: Role(int(chances.argmax())) for cell, chances in odds.items()})
    return RoleReader(reader, roles).read() if _possible(reader.view, roles) else reading


def as_pairs(table: Table, roles: Mapping[Cell, Role]) -> Mapping[Cell, Role]:
    """Return the roles with a two-column list of labels and values read as that: its first value heads nothing."""
    first = next((cell for cell in roles if (cell.row, cell.column) == (0, 1)), None)
    if table.columns != 2 or first is None or roles[first] is not Role.TOP:
        return roles
    labels = all(role is Role.LEFT for cell, role in roles.items() if cell.column == 0)
    return {**roles, first: Role.VALUE} if labels else roles


def _possible(view: TableView, roles: Mapping[Cell, Role]) -> bool:
    """Tell whether roles can be right: only a number that counts is a label, no words that are a value head figures."""
    for cell, role in roles.items():
        if role is not Role.VALUE and view.is_figure(cell) and not _counts(view, cell, role):
            return False
        words = role is Role.VALUE and not view.is_figure(cell) and bool(cell.text.strip())
        if words and _heads_figures(view, cell) and any(roles[other] is Role.TOP for other in view.own(cell.row)):
            return False
    return True


def _counts(view: TableView, cell: Cell, role: Role) -> bool:
    """Tell whether a figure only counts rows, or the columns in the first row: 1, 2, 3."""
    text = cell.text.strip()
    if not text.isdecimal() or len(text) > _SERIAL:
        return False
    return role is Role.LEFT or (cell.row == 0 and text == str(view.cells(0).index(cell)))


def _heads_figures(view: TableView, cell: Cell) -> bool:
    below = cell.row + cell.rowspan
    under = view.grid[below][cell.column] if below < view.table.rows else None
    return under is not None and under.column == cell.column and view.is_figure(under)


def _moved_up(reading: Reading, under: Joined) -> Reading | None:
    """Count a reading's rows and cells without the header put above them; ``None`` where that wasn't read as one."""
    rows, cells = under.header.rows, len(under.header.cells)
    own = {column: number for number, column in enumerate(under.columns)}
    if any((fact.source.row or 0) < rows for fact in reading.facts):
        return None
    facts = tuple(replace(f, source=_own_place(f.source, rows, own)) for f in reading.facts)
    headers = tuple((row - rows, own[column]) for row, column in reading.info.header_cells if row >= rows)
    ledger = reading.ledger
    unclear = tuple((row - rows, own[column], why) for row, column, why in ledger.unclear if row >= rows)
    return replace(
        reading,
        facts=facts,
        info=replace(reading.info, header_cells=headers),
        ledger=replace(ledger, cells=ledger.cells - cells, understood=ledger.understood - cells, unclear=unclear),
    )


def _own_place(source: SourceRef, rows: int, own: dict[int, int]) -> SourceRef:
    return replace(source, row=(source.row or 0) - rows, column=own[source.column or 0])
