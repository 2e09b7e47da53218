"""Questions put to a report that is one table: its cells are found by the labels and values that the question names.

Such a report has nothing else that the question could be about, so what it says besides (who asks, what the
table is of) need not stand in a label.  Each axis must be named: a cell answers when the header above it and
something else in its row (a label, or a value that tells the rows apart) stand in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.arithmetic import Operand, Sheet
from assistant.citations import Citer
from assistant.compose import measure_name, shown
from assistant.lexicon import Lexicon
from assistant.lookup import Finder
from assistant.match import covered, leaves_out
from assistant.model import Answer, Entry, Evidence, Query, Status
from assistant.slots import without_comparison
from assistant.words import moments_in, with_moments
from ingest.labels import is_total, normalise, one_line, squeeze, without_number
from ingest.model import Cell, Fact, Form, Kind, SourceRef, StoredFact, StoredTable

_PUNCTUATION = re.compile(r"\W+")
_UNIT_NOTE = re.compile(r"[（(][^（()）]{0,4}[)）]\s*$")
_EVERY = re.compile(r"各|哪些|分别|所有|全部|都有|有哪几|哪几")
#: Asking for how much or when, which no label alone answers.
_AMOUNT = re.compile(r"多少|多大|多高|多长|几|金额|比例|什么时候|时间|日期|哪天")
_PER_CENT, _CHANGE = re.compile(r"百分之|比例|幅度|率"), "增减比例变动比例"
_NAMES = re.compile(r"哪|谁|什么|啥|名称|名字|叫|方式|类型")
_TOTAL_SAID = re.compile(r"合计|总计|总额|总数|总共|一共|小计|总(?=[^\u4e00-\u9fff]|[余金])")
#: A header under another that says only that its column has the amounts.
_AMOUNT_HEADER = re.compile(r"(?:账面)?(?:金额|余额|数额|数)")
#: Within so many characters a value follows the header it stands under: 利息率为4.75%.
_NEXT = 3
_LONG_TEXT = 24
_LEAST_NAMED = 0.33
_LEAST_OF_LABEL = 0.75
_MOST_CELLS = 15
_MOST_TEXT = 400


@dataclass(frozen=True, slots=True)
class _Target:
    """A cell that may answer, and the places of the question that its column and its row stand for."""

    cell: Cell
    column: frozenset[int]
    row: frozenset[int]
    label: bool
    under_its_name: bool
    total: bool

    @property
    def named(self) -> frozenset[int]:
        return self.column | self.row


class _Spotter:
    """Finds labels in one question."""

    def __init__(self, question: str, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.question = self.plain(question)
        self.scale = lexicon.weights(self.question)
        self._known: dict[str, frozenset[int]] = {}

    def plain(self, text: str) -> str:
        """Return a label or question as compared: canonical terms, one word for each moment, no punctuation."""
        short = normalise(_UNIT_NOTE.sub("", without_number(text)))
        return _PUNCTUATION.sub("", with_moments(self._lexicon.canonical(short))).replace("日期", "日")

    def spot(self, text: str) -> frozenset[int]:
        """Return the places of the question that a label stands for, none unless all that it names is there."""
        if text not in self._known:
            self._known[text] = self._spot(self.plain(text))
        return self._known[text]

    def _spot(self, label: str) -> frozenset[int]:
        if len(label) < 2:
            return frozenset()
        shared = self._shared(label)
        if shared:
            return shared
        own = covered(label, self.question) | {
            p for p, char in enumerate(label) if char.isascii() and char.isalpha() and char in self.question
        }
        scale = self._lexicon.weights(label)
        if leaves_out(scale, own) or moments_in(label) - moments_in(self.question):
            return frozenset()
        said = [1.0 if p in own else 0.0 for p in range(len(label))]
        if not moments_in(label) and sum(s * w for s, w in zip(said, scale, strict=True)) < _LEAST_OF_LABEL * sum(
            scale
        ):
            return frozenset()
        names = any(weight == 1.0 for weight in scale) or bool(moments_in(label))
        whole = len(label) > 3 and len(own) == len(label)
        return covered(self.question, label) if names or whole or label in self.question else frozenset()

    def _shared(self, label: str) -> frozenset[int]:
        """Return the places of a label that shares its end or beginning with another: 起始和终止日, 营业收入和成本."""
        if label in self.question:
            return frozenset()
        for size in range(1, min(5, len(label) - 1)):
            head, tail = re.escape(label[:-size]), re.escape(label[-size:])
            match = (
                re.search(rf"({head})(?:和|与|及|以及)\w{{1,8}}?({tail})", self.question)
                if len(label) - size > 1
                else None
            )
            match = match or (
                re.search(rf"({head})\w{{1,4}}(?:和|与|及|以及)({tail})", self.question)
                if size > 1 and len(label) - size > 1
                else None
            )
            if match:
                return frozenset((*range(*match.span(1)), *range(*match.span(2))))
        return frozenset()

    def literally(self, text: str) -> bool:
        """Tell whether a value stands in the question as it is."""
        return self.plain(text) in self.question

    def tells(self, cell: Cell, label: bool) -> frozenset[int]:
        """Return the places of the question by which a cell tells its row: a label's, a value's only in full."""
        return self.spot(cell.text) if _tells(cell) and (label or self.literally(cell.text)) else frozenset()

    def says(self, header: str, cell: Cell) -> bool:
        """Tell whether the question says that a column has a value: 利息率为4.75%."""
        value = self.plain(cell.text)
        place = self.question.find(value) if _tells(cell) else -1
        before = [p for p in self.spot(header) if p < place]
        return bool(before) and place - max(before) <= _NEXT

    def enough(self, places: frozenset[int]) -> bool:
        """Tell whether the places are a fair part of what the question names."""
        heavy = [p for p, weight in enumerate(self.scale) if weight == 1.0]
        return not heavy or sum(p in places for p in heavy) >= _LEAST_NAMED * len(heavy)


def in_one_table(
    query: Query, finder: Finder, citer: Citer, trace: Sequence[str], *, whole: bool = True
) -> Answer | None:
    """Answer from the cells of a one-table report that the question names, ``None`` when it names none.

    ``whole`` lets a question that names one axis alone have every cell of the row or column.
    """
    reports = finder.scope(query).reports
    if len(reports) != 1:
        return None
    tables = finder.index.tables(reports[0])
    said = [block.text for block, _ in finder.index.blocks(reports[0])]
    if len(tables) != 1 or sum(map(len, said)) > _MOST_TEXT:
        return None
    spotter = _Spotter(_asked(query.text), finder.lexicon)
    known = _values(reports[0], finder)
    chosen = _chosen(tables[0], spotter, whole and bool(_EVERY.search(query.text)), set(known), query.kind)
    if not chosen or len(chosen) > _MOST_CELLS:
        return None
    about = [covered(spotter.question, spotter.plain(text)) for text in said]
    if not spotter.enough(frozenset().union(*about, *(spotter.spot(cell.text) for cell in tables[0].table.cells))):
        return None
    changes = [t for t in chosen if any(p >= len(spotter.question) - len(_CHANGE) for p in t.column)]
    if changes and spotter.question.endswith(_CHANGE):
        chosen = changes
    return _written(chosen, tables[0], reports[0], known, citer, trace)


def cells_of(answer: Answer) -> set[tuple[int | None, int | None]]:
    """Return the places in tables that an answer cites."""
    return {(citation.row, citation.column) for citation in answer.citations}


def _values(report: str, finder: Finder) -> dict[tuple[int | None, int | None], Entry]:
    """Return (row, column) → what stands there, for every cell of values."""
    return {
        (e.stored.fact.source.row, e.stored.fact.source.column): e
        for e in finder.index.of_report(report)
        if e.stored.fact.source.start is None
    }


def _asked(text: str) -> str:
    """Return a question without the year it compares with, and with the name that headers give a change."""
    packed = squeeze(text)
    rest = without_comparison(packed)
    return rest + _CHANGE if rest != packed and _PER_CENT.search(packed) else packed


def _chosen(
    held: StoredTable, spotter: _Spotter, every: bool, filled: set[tuple[int | None, int | None]], kind: Kind | None
) -> list[_Target]:
    found = list(_targets(held, spotter, filled, kind))
    if not _TOTAL_SAID.search(spotter.question):
        found = [t for t in found if not t.total and not _in_total(t.cell, held)]
    targets = [t for t in found if t.under_its_name]
    named = [t for t in targets if t.row]
    if not [t for t in named if not t.label] and every:
        across = [t for t in found if t.row and not t.label and t.cell.column]
        if across and len({t.cell.row for t in across}) == 1:
            return across  # a whole row: 员工期初人数分别是多少
    if not named and (every or len({t.cell.row for t in targets}) == 1):
        named = [t for t in targets if t.column]
        if _AMOUNT.search(spotter.question):
            named = [t for t in named if any(char.isdigit() for char in t.cell.text)]
        if every and len({t.cell.column for t in named if not t.label}) > 1:
            return []  # 分别 is of the columns: no row is named
    kept = [t for t in named if not any(t.named < other.named for other in named)]
    values = [t for t in kept if not t.label]
    if values and not any(t.row for t in kept):
        return values  # every row of a column: the names come with the values
    asks_names = _NAMES.search(spotter.question) and not _AMOUNT.search(spotter.question)
    return kept if values or asks_names else []


def _targets(
    held: StoredTable, spotter: _Spotter, filled: set[tuple[int | None, int | None]], kind: Kind | None
) -> Iterable[_Target]:
    """Yield the cells that may answer, with what the question says of their headers and their rows.

    ``filled`` are the places of values: in a form without headers a label is no answer.
    """
    grid = held.table.grid()
    headers = set(held.info.header_cells)
    heading = {r for r, line in enumerate(grid) if _is_heading(line, headers)}
    period = _period(grid, heading)
    # Which of a row's values is asked for: of its kind, or under a header that is named.
    exact = kind is not None or any(spotter.spot(c.text) for r in heading for c in grid[r] if c is not None)
    spots = [places for c in held.table.cells if (places := spotter.spot(c.text))]
    conditions = {
        c.column for c in held.table.cells
        if c.row not in heading and any(spotter.says(h.text, c) for h in _above(grid, heading, c.row, c.column))
    }  # fmt: skip
    for r, line in enumerate(grid):
        if r in heading:
            continue
        held_in = list({id(c): c for c in line if c is not None}.values())
        cells: list[Cell] = [c for c in held_in if c.text.strip()]
        # A value that isn't filled in is what may be asked for, too: without it another row would answer.
        blank = [c for c in held_in if exact and not c.text.strip() and (c.row, c.column) in filled]
        values = [c for c in cells if (c.row, c.column) not in headers] + blank
        for cell in (*cells, *blank):
            above = _above(grid, heading, r, cell.column)
            label = (cell.row, cell.column) in headers
            before = _before(cell, cells)
            if before is not None and (not above or _pair(above[-1], cell, _above(grid, heading, r, before.column))):
                above = []  # a label and its value under one header, or under none
            own = next((c for c in reversed(above) if not _AMOUNT_HEADER.fullmatch(spotter.plain(c.text))), None)
            column = spotter.spot(own.text) if own is not None else frozenset()
            a_value = (cell.row, cell.column) in filled or len(cell.text) > _LONG_TEXT
            if not above and (label or before is None or not a_value or not spotter.spot(before.text)):
                continue
            if above and ((not column and label) or cell.column in conditions):
                continue
            if spotter.spot(cell.text) and not any(spotter.spot(cell.text) < other for other in spots):
                continue  # what the question names is not what it asks for
            upper = frozenset().union(*(spotter.spot(c.text) for c in above)) if column else column
            beside = _segment(cell, held_in if cell in blank else cells, headers, period)
            row = frozenset().union(*(spotter.tells(c, c is beside[0]) for c in beside if c is not cell))
            named = bool(column) or not above or sum(not spotter.spot(c.text) for c in values) == 1
            yield _Target(cell, upper, row, label, named, own is not None and is_total(own.text))


def _is_heading(line: Sequence[Cell | None], headers: set[tuple[int, int]]) -> bool:
    held = [c for c in line if c is not None and c.text.strip()]
    several = len({id(c) for c in held}) > 1 or len(line) == 1  # a title over all columns heads none of them
    return bool(held) and several and all((c.row, c.column) in headers for c in held)


def _period(grid: list[list[Cell | None]], heading: set[int]) -> int:
    """Return after how many columns the headers begin again, where two lists stand side by side; 0 for one list."""
    for r in heading:
        texts = list({id(c): (c.column, normalise(c.text)) for c in grid[r] if c is not None}.values())
        first: dict[str, int] = {}
        for column, text in texts:
            if text and text in first:
                period = column - first[text]
                leads = [t for c, t in texts if c % period == 0]
                if len(grid[r]) % period == 0 and len(set(leads)) == len(grid[r]) // period:
                    return period
            first.setdefault(text, column)
    return 0


def _above(grid: list[list[Cell | None]], heading: set[int], row: int, column: int) -> list[Cell]:
    """Return the header cells over a place, the topmost first: those of the nearest header rows."""
    r = row - 1
    while r >= 0 and r not in heading:
        r -= 1
    found: list[Cell] = []
    while r >= 0 and r in heading:
        cell = grid[r][column]
        if cell is not None and cell.text.strip() and all(cell is not c for c in found):
            found.append(cell)
        r -= 1
    return found[::-1]


def _pair(header: Cell, cell: Cell, before: Sequence[Cell]) -> bool:
    """Tell whether a header heads just a label and this value of it."""
    return bool(before) and before[-1] is header and header.colspan == 2 and cell.column == header.column + 1


def _before(cell: Cell, cells: Sequence[Cell]) -> Cell | None:
    """Return the cell right before another one in its row."""
    left = [c for c in cells if c.column < cell.column]
    return max(left, key=lambda c: c.column) if left else None


def _segment(cell: Cell, cells: Sequence[Cell], headers: set[tuple[int, int]], period: int) -> list[Cell]:
    """Return the cells of a row that go with a cell: two lists side by side are two segments."""
    if period:
        return [c for c in cells if c.column // period == cell.column // period]
    segments: list[list[Cell]] = [[]]
    for one in cells:
        label = (one.row, one.column) in headers
        if label and segments[-1] and (segments[-1][-1].row, segments[-1][-1].column) not in headers:
            segments.append([])
        segments[-1].append(one)
    return next(segment for segment in segments if any(one is cell for one in segment))


def _tells(cell: Cell) -> bool:
    """Tell whether a cell's text can tell rows apart: words, a date, a rate or an amount, no bare small number."""
    text = normalise(cell.text)
    return len(text) > 3 or re.search(r"[\u4e00-\u9fff]{2}|[A-Za-z]", text) is not None


def _in_total(cell: Cell, held: StoredTable) -> bool:
    return any(c.row == cell.row and is_total(c.text) for c in held.table.cells)


def _written(
    chosen: Sequence[_Target],
    held: StoredTable,
    report: str,
    known: dict[tuple[int | None, int | None], Entry],
    citer: Citer,
    trace: Sequence[str],
) -> Answer | None:
    sheet = Sheet(citer, list(trace))
    parts: list[str] = []
    for target in chosen:
        entry = known.get((target.cell.row, target.cell.column))
        if entry is not None and entry.stored.fact.form is Form.BLANK:
            continue
        if entry is not None and entry.stored.fact.form is Form.FIGURE:
            sheet.give(Operand((Evidence(entry, 1.0, 1.0, 1.0),)))
            parts.append(f"{measure_name(entry.stored.fact)}为{shown(entry.stored.fact)}")
            continue
        stored = entry.stored if entry is not None else _as_text(target.cell, held, report)
        citer.fact(stored)
        parts.append(f"{measure_name(stored.fact)}：{one_line(target.cell.text)}".lstrip("："))
    if not parts:
        return None
    sheet.trace.append("本报告只有一张表：按问句里出现的行名、列名和格里的字找到")
    text = "；".join(dict.fromkeys(parts))
    return Answer(Status.ANSWERED, text + "。", tuple(sheet.values), tuple(citer.citations), tuple(sheet.trace))


def _as_text(cell: Cell, held: StoredTable, report: str) -> StoredFact:
    """Return a label cell as a text that can be cited."""
    source = SourceRef(held.block, held.info.heading_path, held.info.number, cell.row, cell.column)
    fact = Fact((), (), "", "", Kind.ACTUAL, Form.TEXT, None, "", cell.text, source)
    return StoredFact(0, report, fact)
