"""A single row without a name, read lying: what its columns are called names its figures."""

from __future__ import annotations

from ingest.columns import Side, header_path, row_labels
from ingest.labels import is_total
from ingest.regions import Region
from ingest.view import TableView

Path = tuple[str, ...]


def lying_paths(
    view: TableView, region: Region, side: Side, headers: dict[int, Path]
) -> dict[int, tuple[Path, Path]]:  # fmt: skip
    """Return row and column path of each value column where a single row without a name is all there is.

    ``headers`` has the header path of each value column.  Where the columns have two levels, one names the figures,
    the other what they are of them (预算数 over 公务接待费: row 公务接待费, column 预算数); a label column without a
    label gives its header: 资金（万元） over a blank cell.  Under a header of one level nothing is turned.
    """
    if len(region.rows) != 1 or row_labels(view, side, region.rows[0]) or not all(headers.values()):
        return {}
    if side.stubs:
        named = header_path(view, region.headers, region.rows, side.stubs[-1])
        return {column: (named[-1:], path) for column, path in headers.items()} if named else {}
    return _turned(headers)


def _turned(headers: dict[int, Path]) -> dict[int, tuple[Path, Path]]:
    """Return row and column path of each column whose header has a level that the others repeat, else nothing.

    预算数 and 决算数 stand over, or under, each of 合计, 公务接待费, …
    """
    for name, of_it in ((slice(1, None), slice(1)), (slice(-1), slice(-1, None))):
        turned = {column: (_named(path[name]), path[of_it]) for column, path in headers.items()}
        kinds = {path for _, path in turned.values()}
        names = {path for path, _ in turned.values()}
        if () not in names and len(kinds) > 1 and len(kinds) * len(names) == len(turned) == len(set(turned.values())):
            return turned
    if not any(len(path) > 1 for path in headers.values()):
        return {}
    return {column: (_named(path[1:] or path), path[:1] if path[1:] else ()) for column, path in headers.items()}


def _named(path: Path) -> Path:
    """Return what a column's figure is called: the 小计 under 公务用车购置及运行维护费 is that."""
    return path[:-1] if len(path) > 1 and is_total(path[-1]) else path
