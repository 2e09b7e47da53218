"""Which columns of a table are parts of which, by its header cells: 其中 to the right of a total, 合计 among others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.checks.sheet import Band, Sheet
from ingest.labels import is_of_which, is_total, squeeze, without_number
from ingest.model import Cell

_FEWEST = 2
#: total column, part columns, the sum in words, whether the headers say so
Parted = tuple[int, tuple[int, ...], str, bool]


def parted_columns(band: Band, sheet: Sheet) -> Iterator[Parted]:
    """Yield every total column of a band with the columns that make it up."""
    chains = _chains(band, sheet)
    seen: set[int] = set()
    said = [(total, parts, True) for total, parts in (*_of_which(chains), *_among_others(band))]
    for total, parts, clear in (*said, *((total, parts, False) for total, parts in _side_by_side(band))):
        if total not in seen and len(parts) >= _FEWEST:
            seen.add(total)
            name = f"{_label(band, total)}＝{'＋'.join(_label(band, part) for part in parts)}"
            yield total, tuple(parts), name, clear


def _label(band: Band, column: int) -> str:
    path = [squeeze(without_number(label)) for label in band.columns[column]]
    return "".join(path[-2:]) if path and is_total(path[-1]) and len(path) > 1 else (path[-1] if path else "")


def _chains(band: Band, sheet: Sheet) -> dict[int, list[Cell]]:
    """Return the header cells over each of a band's columns, from the top down."""
    grid = sheet.grids[band.table]
    header = set(sheet.tables[band.table].info.header_cells)
    found: dict[int, list[Cell]] = {}
    for column in sorted(band.columns):
        first = next(row for row, cells in band.rows.items() if column in cells)
        top = first
        while top > 0 and any(cell is not None and (cell.row, cell.column) in header for cell in grid[top - 1]):
            top -= 1
        above = (grid[row][column] for row in range(top, first) if column < len(grid[row]))
        found[column] = list(dict.fromkeys(cell for cell in above if cell is not None))
    return found


def _of_which(chains: dict[int, list[Cell]]) -> Iterator[tuple[int, list[int]]]:
    """Yield the column left of each 其中 with the columns under it, save those under a 其中 further down."""
    openers = dict.fromkeys(cell for chain in chains.values() for cell in chain if _opens(cell))
    for opener in openers:
        under = [column for column, chain in chains.items() if opener in chain]
        left = [column for column in chains if column < opener.column]
        if not under or not left or opener in chains[left[-1]]:
            continue
        total = left[-1]
        if not any(cell.row <= opener.row < cell.row + cell.rowspan for cell in chains[total]):
            continue
        yield total, [c for c in under if not any(_opens(cell) and cell.row > opener.row for cell in chains[c])]


def _opens(cell: Cell) -> bool:
    return squeeze(cell.text).rstrip("：:") == "其中" or (is_of_which(cell.text) and cell.colspan > 1)


def _among_others(band: Band) -> Iterator[tuple[int, list[int]]]:
    """Yield each 合计 column with its siblings, a sibling that is parted itself by its own 小计."""
    paths = {column: path for column, path in band.columns.items() if path}
    for total, path in paths.items():
        if not is_total(path[-1]) or len(path) < _FEWEST:
            continue
        siblings: dict[str, list[int]] = {}
        for column, other in paths.items():
            if column != total and other[: len(path) - 1] == path[:-1] and len(other) >= len(path):
                siblings.setdefault(other[len(path) - 1], []).append(column)
        yield total, [column for group in siblings.values() for column in _heads(group, paths)]


def _side_by_side(band: Band) -> Iterator[tuple[int, list[int]]]:
    """Yield each 合计 column without a header over it, with the columns to its right up to the next total."""
    paths = dict(sorted((column, path) for column, path in band.columns.items() if len(path) == 1))
    for total, path in paths.items():
        if is_total(path[-1]):
            right = [column for column in paths if column > total]
            stop = next((n for n, column in enumerate(right) if is_total(paths[column][-1])), len(right))
            yield total, right[:stop]


def _heads(group: Sequence[int], paths: dict[int, tuple[str, ...]]) -> Sequence[int]:
    subtotals = [column for column in group if is_total(paths[column][-1])]
    return subtotals[:1] or group
