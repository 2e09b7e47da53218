"""Facts from tables: every filled value cell with its paths, unit, period, organisation and kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.codes import ancestors_of, named_code
from ingest.columns import Side, header_path, row_labels
from ingest.context import Context, kind_in
from ingest.continued import Header, header_of
from ingest.hierarchy import Hierarchy, opens_section
from ingest.inside import amount_inside
from ingest.labels import (
    INDEX_HEADER,
    is_of_which,
    is_organisation,
    is_scope,
    is_total,
    is_unit,
    kind_of,
    one_line,
    squeeze,
    unit_in,
    without_number,
    year_of_label,
)
from ingest.lying import lying_paths
from ingest.model import Cell, Fact, Form, Kind, LedgerEntry, Role, SourceRef, TableInfo
from ingest.numbers import UNITS, find_figures, read_cell, unit_name
from ingest.outline import Place
from ingest.regions import Region, regions
from ingest.sentences import Statement, statements
from ingest.unit_rules import Hints, bind
from ingest.view import TableView

Path = tuple[str, ...]
#: Columns of money, whatever the row's things are counted in.
_MONEY_HEAD = re.compile(r"金额|单价|总价|经费|资金|支出|收入|拨款")
_SHORT = 15
#: A total of the whole table, whatever section's rows stand above it; 小计 is the section's own.
_GRAND_TOTALS = ("合计", "总计", "共计")
#: Columns that say how points are given, not what was achieved.
_CRITERIA = re.compile(r"评[价分](?:标准|办法|细则|依据)|指标(?:说明|解释)|计分|计算公式")
#: A word of a unit column that no list of units has: 卷, 个工作日, 元/平方米.
_UNIT_WORD = re.compile(r"[一-鿿a-zA-Z²³°℃/·]{1,8}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one table gave: its facts, its description, its account."""

    facts: tuple[Fact, ...]
    info: TableInfo
    ledger: LedgerEntry
    header: Header | None = None


class TableReader:
    """Reads one table by rules: its regions, each with its label and value columns."""

    def __init__(self, view: TableView, block: int, number: int, place: Place, context: Context) -> None:
        self.view = view
        self.block = block
        self.number = number
        self.place = place
        self.context = context
        self.labels: set[Cell] = set()
        self.values: set[Cell] = set()
        self.split: list[Region] = []

    def read(self) -> Reading:
        """Return what the table gave."""
        split = self.split = regions(self.view)
        facts = [fact for region in split for fact in self._region(region)]
        headers = tuple(sorted((c.row, c.column) for r in split for row in r.headers for c in self.view.own(row)))
        unit = self.place.unit or next((region.unit for region in split if region.unit), "") or self.place.money
        captions = {region.caption for region in split if region.caption}
        caption = self.place.caption or (captions.pop() if len(captions) == 1 else "")  # a stacked form has several
        info = TableInfo(self.number, caption, unit, self.place.heading_path, headers)
        return Reading(tuple(facts), info, self._ledger(split), header_of(self.view, split))

    def _ledger(self, split: list[Region]) -> LedgerEntry:
        cells = self.view.table.cells
        headers = {c for r in split for row in r.headers for c in self.view.cells(row)}
        bars = {c for row in range(self.view.table.rows) if self._says_of_all(row) for c in self.view.cells(row)}
        known = headers | bars | self.labels | self.values | self.view.codes.cells | self.view.codes.marks
        unclear = [c for c in cells if c not in known and c.text.strip()]
        rows = [(c.row, c.column, "没有认出这一格的行名和列名") for c in unclear]
        return LedgerEntry(self.number, len(cells), len(cells) - len(unclear), tuple(rows))

    def roles(self) -> dict[Cell, Role]:
        """Return what each cell was read as, after ``read``."""
        over = {c for region in self.split for row in region.headers for c in self.view.cells(row)}
        over |= {c for row in range(self.view.table.rows) if self._says_of_all(row) for c in self.view.cells(row)}
        beside = self.labels | self.view.codes.cells
        return {c: Role.TOP if c in over else Role.LEFT if c in beside else Role.VALUE for c in self.view.table.cells}

    def _says_of_all(self, row: int) -> bool:
        return self.view.bar(row) is not None or self.view.note(row) is not None

    def _region(self, region: Region) -> Iterator[Fact]:
        if not region.sides:
            yield from self._form(region)
            return
        for row in region.rows:  # index columns (序号) are read, and carry no fact
            self.labels.update(c for c in self.view.cells(row) if self._is_index(region, c))
        for side in region.sides:
            yield from self._side(region, side)

    def _is_index(self, region: Region, cell: Cell) -> bool:
        if any(cell.column in side.values for side in region.sides):
            return False
        path = header_path(self.view, region.headers, region.rows, cell.column)
        return bool(path) and bool(INDEX_HEADER.search(squeeze(path[-1])))

    def _side(self, region: Region, side: Side) -> Iterator[Fact]:
        headers = {c: header_path(self.view, region.headers, region.rows, c) for c in side.values}
        lying = lying_paths(self.view, region, side, headers)
        stub_header = header_path(self.view, region.headers, region.rows, side.stubs[-1]) if side.stubs else ()
        by_org = self._rows_are_organisations(region, side, stub_header)
        orgs_across = _columns_are_organisations(headers)
        units = Hints.of_columns(
            tuple(headers.values()),
            _unit_of_stub(stub_header) or region.unit or self.place.unit,
            self.place.caption,
            self.place.money,
        )
        hierarchy = Hierarchy()
        seen: set[Cell] = set()
        for row in region.rows:
            labels = row_labels(self.view, side, row)
            self.labels.update(labels)
            row_path = self._row_path(region, side, row, labels, hierarchy, by_org)
            unit_cell = self._unit_beside(side, row)
            sign = self._sign_beside(side, row)
            for label in labels:
                yield from self._inline(label, row_path)
            for column in side.values:
                cell = self.view.grid[row][column]
                if cell is None or cell in seen or cell in self.labels or not self._begins(cell, row, region):
                    continue
                seen.add(cell)
                amount = any(_MONEY_HEAD.search(squeeze(head)) for head in headers[column])
                counted = amount and UNITS.get(unit_cell, ("money",))[0] != "money"  # 5辆 at an amount of 100
                hints = units.for_cell(headers[column], row_path, "" if counted else unit_cell, cell.text)
                org = self._organisation(row_path if by_org else (), headers[column] if orgs_across else ())
                own_label = bool(labels) and labels[-1].row == row
                paths = lying.get(column, (row_path, headers[column]))
                for fact in self.value_facts(cell, *paths, hints, region, org, own_label):
                    if fact.form is Form.BLANK and side.stubs and not row_path:
                        continue  # an empty row
                    yield replace(fact, hedge=fact.hedge or sign) if fact.kind is Kind.TARGET else fact

    def _begins(self, cell: Cell, row: int, region: Region) -> bool:
        """Tell whether a value belongs to a row: it starts there, or in the header rows and reaches down to it."""
        from_header = row == region.rows[0] and cell.row in region.headers[1:] and cell.rowspan > 1
        return cell.row == row or (from_header and len(region.rows) > 1)

    def _rows_are_organisations(self, region: Region, side: Side, stub_header: tuple[str, ...]) -> bool:
        header = squeeze(stub_header[-1]) if stub_header else ""
        texts = [labels[-1].text for row in region.rows if (labels := row_labels(self.view, side, row))]
        named = [text for text in texts if not is_total(text) or is_scope(text)]
        hits = sum(is_organisation(text) for text in named)
        if any(word in header for word in ("机构", "单位名称", "部门名称", "预算单位", "部门")):
            return hits * 3 >= len(named) > 0
        return len(named) > 1 and hits * 4 >= 3 * len(named) and "指标" not in header and "项目" not in header

    def _row_path(
        self, region: Region, side: Side, row: int, labels: tuple[Cell, ...], hierarchy: Hierarchy, by_org: bool
    ) -> tuple[str, ...]:
        texts = [one_line(label.text) for label in labels]
        sections = region.sections.get(row, ())
        if not texts:
            return sections
        if squeeze(texts[-1]) in _GRAND_TOTALS:
            sections = ()
        last = labels[-1].text
        blank = all(
            read_cell(cell.text).form is Form.BLANK for c in side.values if (cell := self.view.grid[row][c]) is not None
        )
        code = self._code(side, row, last)
        if code:
            return (*sections, *texts[:-1], *ancestors_of(code, self.context.codes), texts[-1])
        above = () if by_org else hierarchy.ancestors(last, opens_section=opens_section(last, blank))
        above = tuple(one_line(text) for text in above)
        return (*sections, *texts[:-1], *above, texts[-1])

    def _code(self, side: Side, row: int, label: str) -> str:
        """Return the 科目编码 of a row: from its columns of codes, or from before its name."""
        return self.view.codes.of(row, side.codes) or named_code(label)[0]

    def _unit_beside(self, side: Side, row: int) -> str:
        """Return the unit that a 度量单位 column gives for the row's figures."""
        cell = self.view.grid[row][side.unit] if side.unit is not None else None
        if cell is None:
            return ""
        self.labels.add(cell)
        word = squeeze(cell.text)
        if is_unit(cell.text):
            return unit_name(word)
        return word if _UNIT_WORD.fullmatch(word) else ""  # the column says that it is one, known or not

    def _sign_beside(self, side: Side, row: int) -> str:
        """Return the sign that a 性质 column gives for the row's target: ≥, ≤; words (定性) are none."""
        cell = self.view.grid[row][side.sign] if side.sign is not None else None
        if cell is None:
            return ""
        self.labels.add(cell)
        sign = squeeze(cell.text)
        return sign if sign in ("≥", "≤", ">", "<", ">=", "<=") else ""

    def _organisation(self, row_path: tuple[str, ...], column_path: tuple[str, ...]) -> str:
        label = (row_path or column_path or ("",))[-1]
        name = squeeze(without_number(label))
        if not name or is_total(name) or "汇总" in name:
            return self.context.organisation
        return name

    def value_facts(
        self, cell: Cell, row_path: tuple[str, ...], column_path: tuple[str, ...], hints: Hints, region: Region,
        organisation: str, own_label: bool,
    ) -> Iterator[Fact]:  # fmt: skip
        """Yield what a value cell says under its paths."""
        self.values.add(cell)
        filling = read_cell(cell.text)
        kind = kind_of(column_path) or kind_of(row_path[-1:]) or Kind.ACTUAL
        period = self._period(row_path, column_path, region)
        source = self._source(cell, region.bars)
        unit, origin = bind(filling.unit, hints) if filling.form is Form.FIGURE else ("", "")
        kind = kind_in(kind, "".join((*column_path, *row_path)), unit, period, self.context)
        base = Fact(
            row_path, column_path, organisation or self.context.organisation, period, kind, filling.form,
            filling.value, unit, cell.text.strip(), source, filling.hedge, region.caption or self.place.caption,
            origin, total=bool(row_path) and is_total(row_path[-1]),
        )  # fmt: skip
        if filling.form is Form.TEXT:
            yield from self._text(cell, base, own_label)
            return
        if filling.form is Form.FIGURE or column_path:
            yield base

    def _text(self, cell: Cell, base: Fact, own_label: bool) -> Iterator[Fact]:
        """Read the figures inside a cell of words; short words with one figure are the row's figure.

        Where the row has no label of its own (目标2：工业投资完成80亿元), the words name the measure.
        """
        if base.column_path and _CRITERIA.search(squeeze(base.column_path[-1])):
            yield base
            return
        figures = find_figures(cell.text)
        if own_label and len(figures) == 1 and len(squeeze(cell.text)) <= _SHORT:
            figure = figures[0]
            hedge = figure.hedge or cell.text.strip()[: figure.start]
            yield replace(base, form=Form.FIGURE, value=figure.value, unit=figure.unit, unit_from="cell", hedge=hedge)
            return
        if len(squeeze(cell.text)) <= 200 and (base.row_path or base.column_path):
            yield base
        for statement in statements(cell.text):
            yield self._stated(statement, cell, base)

    def _stated(self, statement: Statement, cell: Cell, base: Fact) -> Fact:
        kind = base.kind if base.kind is Kind.TARGET else statement.kind
        subject = (statement.subject,) if statement.subject else ()
        return Fact(
            (*subject, statement.measure), (), self.context.organisation, statement.period or base.period, kind,
            Form.FIGURE, statement.value, statement.unit, cell.text[statement.start : statement.end].strip(),
            replace(base.source, start=statement.start, end=statement.end), statement.hedge, base.caption, "cell",
        )  # fmt: skip

    def _form(self, region: Region) -> Iterator[Fact]:
        """Read rows that pair labels with values: 联系人 | 杨琛 | 联系电话 | …

        What is part of another pair (年初预算数 | 800 over 其中：财政拨款 | 600) goes under the label above it.
        """
        over: dict[int, str] = {}
        for row in region.rows:
            cells = [cell for cell in self.view.cells(row) if cell.row == row]
            if len(cells) == 1:
                self.values.add(cells[0])
                base = Fact((), (), self.context.organisation, self.context.year, Kind.ACTUAL, Form.TEXT, None, "",
                            cells[0].text.strip(), self._source(cells[0]))  # fmt: skip
                yield from (self._stated(s, cells[0], base) for s in statements(cells[0].text))
                continue
            inside = [cell for cell in cells if amount_inside(cell.text)]
            if len(inside) > 1 or (inside and len(inside) == sum(bool(cell.text.strip()) for cell in cells)):
                yield from self._amounts(row)
                continue
            yield from self._pairs(cells, region, self._side_label(row), over)

    def _amounts(self, row: int) -> Iterator[Fact]:
        """Read a row of cells that each hold a label and its amount, under the label on their left."""
        first, *rest = self.view.cells(row)
        above = () if amount_inside(first.text) else (one_line(first.text),)
        self.labels.update((first, *rest))
        for cell in (first, *rest):
            yield from self._inline(cell, (*above, one_line(cell.text)))

    def _side_label(self, row: int) -> tuple[str, ...]:
        """Return the label merged over several rows that stands before a row's pairs: 经纪公司 | 原先 | …"""
        cells = self.view.cells(row)
        first = cells[0] if cells else None
        if (
            first is None
            or first.rowspan < 2
            or len(cells) % 2 == 0
            or not first.text.strip()
            or self.view.is_figure(first)
        ):
            return ()
        self.labels.add(first)
        return (one_line(first.text),)

    def _pairs(self, cells: list[Cell], region: Region, side: Path, over: dict[int, str]) -> Iterator[Fact]:
        cells = [cell for cell in cells if not (side and cell in self.labels and cell.rowspan > 1)]
        index = 0
        while index + 1 < len(cells):
            label, value = cells[index], cells[index + 1]
            if not label.text.strip() or self.view.is_figure(label):
                index += 1
                continue
            twice = sum(cell.text.strip() == label.text.strip() for cell in cells[::2]) > 1
            part = is_of_which(label.text) or twice
            above = (over[label.column],) if part and label.column in over else ()
            path = (*side, *above, one_line(label.text))
            if not part:
                over[label.column] = one_line(label.text)
            self.labels.add(label)
            hints = Hints.of_columns((), region.unit or self.place.unit, self.place.caption, self.place.money).for_cell(
                (), path, ""
            )
            yield from self._inline(label, path)
            yield from self.value_facts(value, path, (), hints, region, "", True)
            index += 2

    def _inline(self, label: Cell, path: tuple[str, ...]) -> Iterator[Fact]:
        """Read an amount that stands inside its label cell: 按收入性质分:2030.12."""
        cut = label.text.replace("：", ":").rfind(":")
        head, tail = label.text[: max(cut, 0)], label.text[cut + 1 :]
        filling = read_cell(tail)
        if cut < 0 or filling.form is not Form.FIGURE or not head.strip():
            return
        own = (*path[:-1], one_line(head))
        unit, origin = bind(
            filling.unit, Hints.of_columns((), self.place.unit, "", self.place.money).for_cell((), path, "")
        )
        yield Fact(
            own, (), self.context.organisation, self.context.year, kind_of(own) or Kind.ACTUAL, Form.FIGURE,
            filling.value, unit, tail.strip(), self._source(label), filling.hedge, self.place.caption, origin,
        )  # fmt: skip

    def _period(self, row_path: tuple[str, ...], column_path: tuple[str, ...], region: Region) -> str:
        year = self.context.year
        return (
            year_of_label(column_path, year)
            or year_of_label(row_path[-1:], year)
            or year_of_label(row_path[:-1], "")
            or self._year_above(region)
            or year
        )

    def _year_above(self, region: Region) -> str:
        near = (*self.place.heading_path, *self.place.near[::-1], *region.bars, region.caption)
        return year_of_label(tuple(text for text in near if not unit_in(text)), "")

    def _source(self, cell: Cell, bars: tuple[str, ...] = ()) -> SourceRef:
        return SourceRef(self.block, (*self.place.heading_path, *bars), self.number, cell.row, cell.column)


def _unit_of_stub(path: tuple[str, ...]) -> str:
    """Return the unit that the label column's header states for its block: 经费控制情况（万元）."""
    return next((unit for label in reversed(path) if (unit := unit_in(label))), "")


def _columns_are_organisations(headers: dict[int, tuple[str, ...]]) -> bool:
    leaves = [path[-1] for path in headers.values() if path]
    hits = sum(is_organisation(leaf) and not is_total(leaf) for leaf in leaves)
    return len(leaves) > 1 and hits * 3 >= 2 * len(leaves)
