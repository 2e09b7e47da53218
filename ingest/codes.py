"""Columns of 科目编码: which cells of a table hold codes, and the code of every row.

The classification of budget items is law (政府收支分类科目): three digits a 类, five a 款, seven a 项, and a code
starts with its parent's.  Published tables print it in one column or in one each for 类, 款 and 项, where what is
blank goes on from the row above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.labels import one_line, squeeze
from ingest.model import Cell, Table

#: The header of a column of codes, or of a part of them.
_HEADED = re.compile(r"(?:科目|分类)?(?:编码|代码)(?:\(.{1,12}\))?|(?:功能|经济)(?:分类)?科目(?:编码|代码)?|[类款项]")
_PARTS = ("类", "款", "项")
_DIGITS = re.compile(r"\d{1,7}")
#: A whole code as the classifications have it: 1 income, 2 functions, 3 and 5 economic classes.
_WHOLE = re.compile(r"[1235]\d{2}(?:\d{2}){0,2}")
_NAMED = re.compile(r"\[?([1235]\d{2}(?:\d{2}){0,2})\]?[-\s、.]*(?=[一-鿿“])")
#: A table without a header over its codes shows them in so many rows at least.
_LEAST_UNHEADED = 2
_MOST_NAMES = 1_000
#: A name stands at most so many columns right of its code.
_FURTHEST = 6

Grid = list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Codes:
    """A table's codes: the cells that hold them, their columns, and the words that head them.

    ``by_row`` gives a row's code for the first column of each block of code columns.
    """

    cells: frozenset[Cell] = frozenset()
    columns: frozenset[int] = frozenset()
    marks: frozenset[Cell] = frozenset()
    by_row: dict[tuple[int, int], str] = field(default_factory=dict)

    def of(self, row: int, columns: Sequence[int]) -> str:
        """Return the code of a row in a block of code columns, ``""`` where it has none."""
        return next((code for column in columns if (code := self.by_row.get((row, column), ""))), "")


def find_codes(table: Table, grid: Grid) -> Codes:
    """Find the codes of a table.  Raises nothing: a table without codes has none."""
    digits = {cell: text for cell in table.cells if (text := _code_text(cell.text))}
    if not digits:
        return Codes()
    columns = [c for c in sorted({cell.column for cell in digits}) if _is_code_column(grid, c, digits)]
    whole = {cell.column for cell, text in digits.items() if _WHOLE.fullmatch(text)}
    columns = [c for c in columns if c in whole or c - 1 in columns]  # 款 and 项 stand right of a 类
    among = {cell for cell in digits if cell.column in columns}
    cells = frozenset(cell for cell in among if _is_named(grid, cell, digits))
    columns = _with_empty_parts(table, sorted({cell.column for cell in cells}))
    marked = (cell for cell in table.cells if cell.column in columns and _HEADED.fullmatch(squeeze(cell.text)))
    return Codes(cells, frozenset(columns), frozenset(marked), _by_row(grid, columns, cells))


def _with_empty_parts(table: Table, columns: list[int]) -> list[int]:
    """Add the columns of 款 and 项 that no row fills, its codes being whole and merged over them."""
    parts = {cell.column for cell in table.cells if squeeze(cell.text) in _PARTS}
    found = set(columns)
    for column in sorted(parts):
        if column - 1 in found:
            found.add(column)
    return sorted(found)


def _code_text(text: str) -> str:
    packed = text.strip()
    return packed if len(packed) <= 7 and packed.isascii() and _DIGITS.fullmatch(packed) else ""


def _is_code_column(grid: Grid, column: int, digits: dict[Cell, str]) -> bool:
    """Tell whether a column's digits are codes: under a header that says so, or without a header by their form."""
    headed, found, words = False, [], False
    for row in range(len(grid)):
        cell = grid[row][column]
        if cell is None or cell.column != column or cell.row != row or not cell.text.strip():
            continue
        if cell in digits:
            found.append(cell)
        elif _HEADED.fullmatch(squeeze(cell.text)):
            headed = True
        elif not found and not _spans_whole_row(grid, row, cell):
            words = True
        elif any(char.isdecimal() for char in cell.text):
            return False
    if not found:
        return False
    if headed:
        return all(_fits_header(cell, digits) for cell in found)
    return not words and len(found) >= _LEAST_UNHEADED and _unheaded(grid, column, found, digits)


def _fits_header(cell: Cell, digits: dict[Cell, str]) -> bool:
    return len(digits[cell]) <= 2 or _WHOLE.fullmatch(digits[cell]) is not None


def _unheaded(grid: Grid, column: int, found: list[Cell], digits: dict[Cell, str]) -> bool:
    """Tell codes without a header: whole ones, or pairs of digits right of such; a name follows."""
    named = sum(_name_follows(grid, cell, digits) for cell in found)
    if named < len(found):
        return False
    if all(_WHOLE.fullmatch(digits[cell]) for cell in found):
        return True
    left = [grid[cell.row][column - 1] for cell in found if column]
    return all(len(digits[cell]) == 2 for cell in found) and bool(left) and all(
        cell is None or not cell.text.strip() or cell in digits for cell in left
    ) and any(cell in digits for cell in left if cell is not None)  # fmt: skip


def _name_follows(grid: Grid, cell: Cell, digits: dict[Cell, str]) -> bool:
    """Tell whether the next cell of a row that is no part of a code holds words."""
    after = cell.column + cell.colspan
    for other in grid[cell.row][after : after + _FURTHEST]:
        if other is None or other is cell or not other.text.strip():
            continue
        if other in digits and len(digits[other]) <= 2:
            continue
        return _is_name(other)
    return False


def _is_named(grid: Grid, cell: Cell, digits: dict[Cell, str]) -> bool:
    """Tell whether a code has a name right of it, or a whole code one left of it."""
    if _name_follows(grid, cell, digits):
        return True
    left = grid[cell.row][cell.column - 1] if cell.column else None
    return left is not None and _is_name(left) and _WHOLE.fullmatch(digits[cell]) is not None


def _is_name(cell: Cell) -> bool:
    return not any(map(str.isdecimal, cell.text)) or re.search(r"[一-鿿]{2}", cell.text) is not None


def _spans_whole_row(grid: Grid, row: int, cell: Cell) -> bool:
    return all(other is None or other is cell for other in grid[row])


def _by_row(grid: Grid, columns: list[int], cells: frozenset[Cell]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for block in blocks_of(columns):
        parts: list[str] = []
        for row in range(len(grid)):
            parts = _row_parts(grid[row], block, cells, parts)
            if any(cell is not None and cell in cells for c in block if (cell := grid[row][c]) is not None):
                found[row, block[0]] = "".join(parts)
    return found


def blocks_of(columns: Iterable[int]) -> list[list[int]]:
    """Group columns that stand side by side."""
    blocks: list[list[int]] = []
    for column in sorted(columns):
        if blocks and column == blocks[-1][-1] + 1:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    return blocks


def _row_parts(row: list[Cell | None], block: list[int], cells: frozenset[Cell], above: list[str]) -> list[str]:
    """Return a row's 类, 款 and 项; what is blank left of a filled part goes on from the row above."""
    own = {
        place: cell.text.strip().zfill(2)  # a spreadsheet takes 05 for 5
        for place, column in enumerate(block)
        if (cell := row[column]) is not None and cell in cells and cell.column == column
    }
    if not own:
        return above
    parts: list[str] = []
    for place in range(max(own) + 1):
        text = own.get(place, above[place] if place < len(above) else "")
        joined = "".join(parts)
        if len(text) > 2 and (not joined or text.startswith(joined)):
            parts = [*([""] * place), text]
        else:
            parts.append(text)
    return parts


def named_code(text: str) -> tuple[str, str]:
    """Split a code from the name after it in one cell (2080501行政单位离退休); ``""`` and the text without one."""
    match = _NAMED.match(text.strip())
    return (match.group(1), text.strip()[match.end() :]) if match else ("", text)


def code_names(tables: Iterable[tuple[Grid, Codes]]) -> dict[str, str]:
    """Return what a report's tables call each code, the commonest name first: parents may stand on the page before."""
    votes: dict[str, Counter[str]] = {}
    for grid, codes in tables:
        for (row, column), code in codes.by_row.items():
            name = _name_right_of(grid[row], column, codes)
            if name and _WHOLE.fullmatch(code):
                votes.setdefault(code, Counter())[name] += 1
    return {code: names.most_common(1)[0][0] for code, names in votes.items()}


def _name_right_of(row: list[Cell | None], column: int, codes: Codes) -> str:
    for cell in row[column:]:
        if cell is not None and cell.text.strip() and cell not in codes.cells and cell not in codes.marks:
            return "" if re.fullmatch(r"[\d.,\s-]+", cell.text) else one_line(cell.text)
    return ""


def ancestors_of(code: str, names: dict[str, str]) -> tuple[str, ...]:
    """Return the names of the codes above a code, the 类 first; those that the report never names are left out."""
    return tuple(names[code[:length]] for length in (3, 5) if length < len(code) and code[:length] in names)


def coded_names(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (code, name) for each code of a report; a name that several codes share goes with its parent's."""
    shared = Counter(names.values())
    return tuple(
        (code, name if shared[name] == 1 else "".join((*ancestors_of(code, names)[-1:], name)))
        for code, name in list(names.items())[:_MOST_NAMES]
    )
