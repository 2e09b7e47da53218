"""Parts and totals that a table's own layout lays down: 合计 and 小计 rows, 其中 rows and columns, 汇总 of units.

A layout may be read in more than one way (are the 小计 added, or what they add up?); a sum fails only when it does
in every reading.  And what looks like a sum is taken for one only where the table bears it out: it holds in
another column or row, or is off by little — a list that isn't meant to be complete is off by much everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.headers import parted_columns
from assistant.checks.identities import key_of
from assistant.checks.relations import Item, Relation, Severity, Sum
from assistant.checks.sheet import Band, Sheet
from assistant.model import Entry
from ingest.labels import is_of_which, is_total, normalise, squeeze, without_number
from ingest.model import Fact, Kind

_SUMMED = (Kind.ACTUAL, Kind.BUDGET, Kind.CHANGE)
_SUBTOTAL = re.compile(r"小计|^本年(?:收入|支出)?合计")
_BY = re.compile(r"^按.{1,8}(?:分|分类|性质|构成)$")
#: An analysis of the funds by source, which may leave out what was carried over.
_BY_INCOME, _CARRIED = re.compile(r"收入性质|资金来源|收入来源"), "上年结转"
_CODE = re.compile(r"[1-9]\d{2}(?:\d{2}){0,3}")
#: A list with an item for whatever is left is complete.
_REST = re.compile(r"^(?:其他|其它)")
_NEAR = Decimal("0.15")
_FEWEST = 2
_MOST_PARTS = 8
#: How sure a sum is, and one of which some parts are dashes.
_SURE, _UNSURE = 0.95, 0.75


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a column: its labels, whether it is a total, its figure (``None``: not filled in)."""

    number: int
    path: tuple[str, ...]
    total: bool
    item: Item | None
    empty: bool
    code: str = ""

    @property
    def label(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class _Group:
    """A total and the readings of which lines make it up, by row number; ``whole`` when it is complete by its words."""

    total: int
    readings: tuple[tuple[int, ...], ...]
    whole: bool
    name: str


def table_sums(sheet: Sheet) -> list[Relation]:
    """Return the sums that the tables' rows and columns lay down, held or not."""
    found: list[Relation] = []
    for band in _joined(sheet.bands):
        found += _down(band, sheet)
    for band in sheet.bands:
        found += _across(band, sheet)
    return found


def _joined(bands: Sequence[Band]) -> Iterator[Band]:
    """Join a table's last band with the first of the next one that goes on under the same headers (续表)."""
    kept: list[Band] = []
    for band in bands:
        last = kept[-1] if kept else None
        if last is not None and last.table + 1 == band.table and last.columns == band.columns and not _ended(last):
            shift = max(last.rows) + 1
            rows = {**last.rows, **{row + shift: cells for row, cells in band.rows.items()}}
            kept[-1] = Band(band.table, band.columns, band.captions, rows)
        else:
            kept.append(band)
    yield from kept


def _ended(band: Band) -> bool:
    """Tell whether a run of rows closes with its 合计: what follows is another list."""
    last = next(iter(band.rows[max(band.rows)].values())).stored.fact
    return last.total and not _SUBTOTAL.search(squeeze(last.measure))


def _down(band: Band, sheet: Sheet) -> Iterator[Relation]:
    """Yield the sums down the columns of a band."""
    columns = {number: _lines(band, number, sheet) for number in band.columns}
    columns = {number: lines for number, lines in columns.items() if _summable(lines)}
    by_structure: dict[tuple[tuple[int, tuple[str, ...]], ...], list[int]] = {}
    for number, lines in columns.items():
        by_structure.setdefault(tuple((line.number, line.path) for line in lines), []).append(number)
    for numbers in by_structure.values():
        groups: dict[tuple[int, str], list[Sum]] = {}
        whole: dict[tuple[int, str], bool] = {}
        for number in numbers:
            for group in _groups(columns[number]):
                made = _sum(group, columns[number], sheet)
                if made is not None:
                    groups.setdefault((group.total, group.name), []).append(made)
                    whole[group.total, group.name] = group.whole
        for key, sums in groups.items():
            if _borne_out(sums, whole[key]):
                yield from sums


def _lines(band: Band, column: int, sheet: Sheet) -> list[_Line]:
    found = []
    for number, row in band.rows.items():
        entry = row.get(column)
        if entry is not None:
            fact = entry.stored.fact
            item, code = sheet.item(entry), _code(sheet, entry)
            found.append(_Line(number, fact.row_path, fact.total, item, is_open(entry, sheet), code))
    return found


def _code(sheet: Sheet, entry: Entry) -> str:
    """Return the code of a row's subject (类 201, 款 20103, 项 2010301), empty where it has none."""
    source = entry.stored.fact.source
    grid, row = sheet.grids[source.table or 0], source.row or 0
    first = next((cell for cell in grid[row] if cell is not None), None) if row < len(grid) else None
    text = squeeze(first.text) if first is not None else ""
    return text if _CODE.fullmatch(text) else ""


def is_open(entry: Entry, sheet: Sheet) -> bool:
    """Tell whether a cell may hide an amount: left empty, or hedged.  A dash says that there is none."""
    fact = entry.stored.fact
    return sheet.item(entry) is None and bool(fact.hedge or not fact.raw.strip())


def _summable(lines: Sequence[_Line]) -> bool:
    items = [line.item for line in lines if line.item is not None]
    kinds = {item.fact.kind for item in items}
    dimensions = {item.dimension for item in items}
    return (
        len(items) > _FEWEST and len(kinds) == 1 and kinds <= set(_SUMMED) and len(dimensions) == 1
        and not dimensions & {"ratio", "分", "points"} and not any(_is_mean(item.fact) for item in items)
    )  # fmt: skip


#: What is so much for each, or of the middle of them: such figures of the parts add up to nothing.
_MEAN = re.compile(r"平均|[人户亩台件次村班校车床日]均(?!衡)|均[价值]|单价|年龄|密度|单位成本")


def _is_mean(fact: Fact) -> bool:
    labels = "".join(squeeze(label) for label in (*fact.row_path[-1:], *fact.column_path))
    return _MEAN.search(re.sub(r"[(（][^()（）]{0,12}[)）]", "", labels)) is not None or "/" in fact.unit


def _groups(lines: Sequence[_Line]) -> Iterator[_Group]:
    """Yield the totals of a column and what they are made up of."""
    for position, line in enumerate(lines):
        if _is_pure_total(line):
            yield from _of_total(lines, position)
        else:
            yield from _of_parent(lines, position)


def _is_pure_total(line: _Line) -> bool:
    return line.total and is_total(line.label)


def _of_parent(lines: Sequence[_Line], position: int) -> Iterator[_Group]:
    """Yield a row with the rows under it: 一、三公经费 of its items, 公用经费 of 其中：办公费 …"""
    yield from _of_code(lines, position)
    path = lines[position].path
    under = []
    for line in lines[position + 1 :]:
        if line.path[: len(path)] != path or len(line.path) == len(path):
            break
        under.append(line)
    children = [line for line in under if line.path[:-1] == path and not line.total]
    if path and len(children) >= _FEWEST:
        opened = any(is_of_which(line.label) for line in children)
        rest = any(_REST.search(normalise(line.label)) for line in children)
        name = f"{without_number(path[-1])}＝所列各项之和"
        yield _Group(lines[position].number, (_numbers(children),), rest or not opened, name)


def _of_code(lines: Sequence[_Line], position: int) -> Iterator[_Group]:
    """Yield a 类 or 款 with the 款 or 项 under it, by their codes."""
    own = lines[position].code
    under = [line for line in lines if own and line.code.startswith(own) and len(line.code) > len(own)]
    nearest = min((len(line.code) for line in under), default=0)
    children = [line for line in under if len(line.code) == nearest]
    if len(children) >= _FEWEST:
        yield _Group(lines[position].number, (_numbers(children),), True, f"{own}＝下级科目之和")


def _of_total(lines: Sequence[_Line], position: int) -> Iterator[_Group]:
    line = lines[position]
    scope, first = _scope(lines, position)
    if not scope:
        return
    label = squeeze(without_number(line.label))
    name = f"{label}＝各单位之和" if "汇总" in label else f"{label}＝各项之和"
    parents = _by_parent(scope)
    if parents:
        for parent, group in parents.items():
            yield _Group(line.number, (_numbers(group),), True, f"{label}＝{squeeze(parent).rstrip('：:')}各项之和")
        return
    if _SUBTOTAL.search(label) and not first:
        yield _Group(line.number, tuple(_readings(_after_total(scope))), True, name)
        return
    readings = tuple(dict.fromkeys(_readings(scope)))
    if readings:
        yield _Group(line.number, readings, True, name)


def _scope(lines: Sequence[_Line], position: int) -> tuple[Sequence[_Line], bool]:
    """Return the lines that a total is over: those above it, or below a total that comes first."""

    def closes(line: _Line) -> bool:
        return _is_pure_total(line) and not _SUBTOTAL.search(squeeze(line.label))

    before = [n for n in range(position) if closes(lines[n])]
    start = before[-1] + 1 if before else 0
    if start < position:
        return lines[start:position], False
    after = next((n for n in range(position + 1, len(lines)) if closes(lines[n])), len(lines))
    return lines[position + 1 : after], True


def _by_parent(scope: Sequence[_Line]) -> dict[str, list[_Line]]:
    """Return the lines by the analysis they belong to where a total is analysed in several ways: 按收入性质分 …"""
    found: dict[str, list[_Line]] = {}
    for line in scope:
        above = next((label for label in line.path[:-1] if _BY.search(normalise(label))), "")
        if above:
            found.setdefault(above, []).append(line)
    return found


def _after_total(scope: Sequence[_Line]) -> Sequence[_Line]:
    last = max((n for n, line in enumerate(scope) if _is_pure_total(line)), default=-1)
    return scope[last + 1 :]


def _readings(scope: Sequence[_Line]) -> Iterator[tuple[int, ...]]:
    """Yield the sets of lines that a total may add up: the highest rows, the subtotals and what follows, the leaves."""
    details = [line for line in scope if not _is_pure_total(line)]
    filled = [line for line in details if line.item is not None or line.empty]
    roots = [line for line in filled if not any(_is_above(other, line) for other in filled)]
    leaves = [line for line in filled if not any(_is_above(line, other) for other in filled)]
    yield _numbers(roots)
    outer = _without_parts(roots)
    if len(outer) != len(roots):
        yield _numbers(outer)
    subtotals = [line for line in scope if _is_pure_total(line)]
    if subtotals:
        last = scope.index(subtotals[-1])
        yield _numbers([*subtotals, *(line for line in roots if scope.index(line) > last)])
        yield _numbers([subtotals[-1], *(line for line in roots if scope.index(line) > last)])
    if len(leaves) != len(roots):
        yield _numbers(leaves)
    plain = [line for line in roots if not is_of_which(line.label)]
    if len(plain) != len(roots):
        yield _numbers(plain)


def _without_parts(lines: Sequence[_Line]) -> list[_Line]:
    """Return lines without those that another one right above adds up, though nothing marks them as its parts."""
    kept: list[_Line] = []
    skip = 0
    for position, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        kept.append(line)
        run = Decimal(0)
        for count, other in enumerate(lines[position + 1 : position + 1 + _MOST_PARTS], 1):
            run += other.item.value if other.item is not None else 0
            if line.item is not None and line.item.value and run == line.item.value:
                skip = count
                break
    return kept


def _is_above(line: _Line, other: _Line) -> bool:
    if line.code and len(line.code) < len(other.code) and other.code.startswith(line.code):
        return True
    return len(line.path) < len(other.path) and other.path[: len(line.path)] == line.path


def _numbers(lines: Iterable[_Line]) -> tuple[int, ...]:
    return tuple(line.number for line in lines)


def _sum(group: _Group, lines: Sequence[_Line], sheet: Sheet) -> Sum | None:
    by_number = {line.number: line for line in lines}
    total = by_number[group.total].item
    if total is None:
        return None
    readings = []
    empty = False
    for numbers in group.readings:
        parts = [by_number[number] for number in numbers]
        items = [line.item for line in parts if line.item is not None]
        empty = empty or any(line.empty for line in parts)
        if len(items) >= _FEWEST:
            readings.append(tuple((1, item) for item in items))
    if not readings:
        return None
    if _BY_INCOME.search(group.name):
        carried = sheet.stated(key_of(_CARRIED, sheet.lexicon), total.fact, "actual")
        if not carried:
            return None  # 上年结转 may be left out of such an analysis, and nothing says how much it was
        readings += [(*readings[0], (1, item)) for item in carried]
    whose = {item.fact.organisation for _, item in readings[0]}
    kind = "units" if len(whose) == len(readings[0]) and total.fact.organisation not in whose else "parts"
    sure = (
        _SURE if all(line.item is not None for number in group.readings[0] if (line := by_number[number])) else _UNSURE
    )
    made = Sum(group.name, kind, Severity.ERROR, sure, total, tuple(readings))
    if empty and total.value > made.total:
        return None  # what isn't filled in may be the difference
    return made


def _borne_out(sums: Sequence[Sum], whole: bool) -> bool:
    """Tell whether the table itself bears a structure out."""
    telling = [one for one in sums if one.result.value or any(item.value for item in one.items[1:])]
    return any(one.holds for one in telling) or (whole and any(map(_near, telling)))


def _near(one: Sum) -> bool:
    return abs(one.off()) <= _NEAR * abs(one.result.value)


def _across(band: Band, sheet: Sheet) -> Iterator[Relation]:
    """Yield the sums across the columns of a band: 收入合计 of its sources, 支出 = 基本 + 项目."""
    for total, parts, name, said in parted_columns(band, sheet):
        sums = []
        for row in band.rows.values():
            made = _row_sum(row, total, parts, name, sheet)
            if made is not None:
                sums.append(made)
        if _borne_out(sums, said) if said else _mostly(sums):
            yield from sums


def _mostly(sums: Sequence[Sum]) -> bool:
    """Tell whether most rows bear out what only the order of the columns suggests."""
    telling = [one for one in sums if sum(1 for item in one.items if item.value) > _FEWEST]
    held = sum(one.holds for one in telling)
    return held >= _FEWEST and held * 2 > len(telling)


def _row_sum(row: dict[int, Entry], total: int, parts: Sequence[int], name: str, sheet: Sheet) -> Sum | None:
    entry = row.get(total)
    result = sheet.item(entry) if entry is not None else None
    if result is None or _is_mean(result.fact):
        return None
    held = [row[column] for column in parts if column in row]
    empty = any(is_open(one, sheet) for one in held)
    items = [item for one in held if (item := sheet.item(one)) is not None]
    alike = [item for item in items if _same_kind(item.fact, result.fact) and item.dimension == result.dimension]
    if len(alike) < _FEWEST or len(alike) < len(items):
        return None
    made = Sum(name, "across", Severity.ERROR, 0.95, result, (tuple((1, item) for item in alike),))
    if empty and result.value > made.total:
        return None  # what isn't filled in may be the difference
    return made


def _same_kind(fact: Fact, other: Fact) -> bool:
    return (fact.kind, fact.period) == (other.kind, other.period)
