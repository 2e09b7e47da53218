"""A conversation as a Word document: each question with its answer, and the evidence behind every figure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.feedback import Asked
from assistant.index import sentence_around
from assistant.model import Answer, Citation
from assistant.web.answer import badge
from assistant.web.table import heads_of
from assistant.web.workbook import FORMULA, GONE, is_whole_row, xml_text
from ingest.labels import squeeze
from ingest.model import Cell, StoredTable
from ingest.store import Store

#: Citations of one answer shown with their evidence; the others are listed.
MOST_SHOWN = 12
#: Rows shown on either side of a cited cell.
AROUND = 2
_MOST_COLUMNS = 30
_MOST_ROWS = 60
#: Cells drawn in one document; beyond, evidence is given as lines of text.
_MOST_CELLS = 60_000
_LONGEST_CELL = 300
_LONGEST_CITED = 3_000
_LONGEST_LISTED = 80
_MOST_REPORTS = 20
_CHANGED = "（这份报告后来更新过，这里现在写的和引用时不一样，请核对）"
_FOOTER = "由绩效问答生成；每个数字的出处如上，请以原报告为准"
_SHADE, _HEAD_SHADE = "FFF3A6", "EEF2F6"
_WIDTH = 9_638  # twips between the margins of an A4 page
_GREY = RGBColor(0x59, 0x59, 0x59)

Span = tuple[int, int]
Grid = list[list[Cell | None]]
Run = tuple[int, int, Cell | None]
#: Cited cells with the offsets of the words meant in each; none means all of a cell.
Lit = dict[Cell, list[Span]]


def conversation_document(turns: Sequence[Asked], store: Store, now: datetime | None = None) -> bytes:
    """Return a conversation as a .docx; the reports are looked up in ``store`` as they are now.

    A citation of a report that is gone, or that says something else by now, is said to be so in a line.
    """
    memo, target = _Memo(store), BytesIO()
    memo.opening(turns, now or datetime.now())
    for number, turn in enumerate(turns, 1):
        memo.turn(number, turn)
    memo.document.save(target)
    return target.getvalue()


class _Memo:
    """A Word document being written; reports are read once, tables once for each answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports = {report.id: report for report in store.reports()}
        self.document = _blank_document()
        self._cells_left = _MOST_CELLS

    def opening(self, turns: Sequence[Asked], now: datetime) -> None:
        self.document.add_heading("绩效问答记录", 0)
        self._line(f"时间：{now:%Y年%m月%d日 %H:%M}　　共 {len(turns)} 个问题")
        chosen = dict.fromkeys(report for turn in turns for report in turn.reports)
        everything = f"全部已载入的报告（现有 {len(self._reports)} 份）"
        self._line("提问范围：" + (self._names(chosen) if all(turn.reports for turn in turns) else everything))
        self._line("引到的报告：" + self._names(one.report for turn in turns for one in turn.answer.citations))

    def _names(self, ids: Iterable[str]) -> str:
        names = list(dict.fromkeys(self._reports[one].name if one in self._reports else GONE for one in ids))
        more = f" 等 {len(names)} 份" if len(names) > _MOST_REPORTS else ""
        return "、".join(names[:_MOST_REPORTS]) + more or "（没有）"

    def turn(self, number: int, turn: Asked) -> None:
        self.document.add_heading(f"{number}. {' '.join(xml_text(turn.question).split())}", 1)
        word = badge(turn.answer)
        if word:
            self._line(word).runs[0].bold = True
        formulas = (line for line in turn.answer.trace if line.startswith(FORMULA))
        for line in (*filter(str.strip, xml_text(turn.answer.text).splitlines()), *formulas):
            self._line(line)
        self._evidence(turn.answer)

    def _evidence(self, answer: Answer) -> None:
        shown, others = answer.citations[:MOST_SHOWN], answer.citations[MOST_SHOWN:]
        for group in _by_table(shown):
            if group[0].table is not None and group[0].report in self._reports:
                self._table(group)
            else:
                for citation in group:
                    self._sentence(citation)
        if others:
            self._line(f"另有 {len(others)} 处出处：")
        for one in others:
            self._line(f"{self._where(one)}：{_quoted(one)}", small=True)

    def _where(self, citation: Citation) -> str:
        report = self._reports.get(citation.report)
        return f"[{citation.n}] {report.name if report else GONE} › {citation.place}"

    def _line(self, text: str, *, small: bool = False) -> Any:
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(xml_text(text))
        if small:
            run.font.size, run.font.color.rgb = Pt(9), _GREY
        return paragraph

    def _cite(self, citation: Citation) -> None:
        paragraph = self._line(self._where(citation), small=True)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)

    def _sentence(self, citation: Citation) -> None:
        """Write the sentence quoted, the words meant marked; what is gone is quoted as it was."""
        self._cite(citation)
        text, span, changed = citation.quote, (0, len(citation.quote)), False
        if citation.report in self._reports:
            found = self._store.blocks(citation.report, citation.block or 0, citation.block or 0)
            words = found[0][0].text if found else ""
            changed = not found or not _says_so_still(words, citation)
            if not changed and citation.start is not None and citation.end is not None:
                text, span = _sentence_of(words, (citation.start, citation.end))
        paragraph = self._line("")
        paragraph.paragraph_format.left_indent = Cm(0.75)
        for part, marked in _marked(text, [span]):
            run = paragraph.add_run(xml_text(part))
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW if marked else None
        if changed:
            self._line(_CHANGED, small=True)

    def _table(self, group: Sequence[Citation]) -> None:
        """Write the citations of one table, then the part of it that holds their cells."""
        for citation in group:
            self._cite(citation)
        held = next(iter(self._store.tables(group[0].report, group[0].table)), None)
        grid = held.table.grid() if held else []
        lit, changed = _lit(grid, group)
        for one in changed:
            self._line(f"[{one.n}] {_quoted(one)}{_CHANGED}", small=True)
        if held is None or not lit:
            return
        unit = f"　单位：{held.info.unit}" if held.info.unit else ""
        title = f"第{held.info.number + 1}张表　{' '.join(held.info.caption.split())}{unit}"
        self._line(title, small=True).paragraph_format.keep_with_next = True
        rows = _rows_shown(held, lit)
        if not rows or len(rows) * held.table.columns > self._cells_left:
            for line in _as_lines(grid, lit):
                self._line(line, small=True)
            return
        self._cells_left -= len(rows) * held.table.columns
        self.document.element.body.insert_element_before(_Excerpt(held, grid, rows, lit).element(), "w:sectPr")
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)  # a document can't end in a table


def _lit(grid: Grid, citations: Iterable[Citation]) -> tuple[Lit, list[Citation]]:
    """Return the cited cells of a table, and the citations that it bears out no more."""
    lit: Lit = {}
    changed = []
    for one in citations:
        line = grid[one.row] if one.row is not None and one.row < len(grid) else []
        cell = line[one.column] if one.column is not None and one.column < len(line) else None
        if is_whole_row(one) and line:
            lit |= {own: lit.get(own, []) for own in line if own is not None and own.row == one.row}
        elif cell is None or not _says_so_still(cell.text, one):
            changed.append(one)
        else:
            span = [(one.start, one.end)] if one.start is not None and one.end is not None else []
            lit[cell] = lit.get(cell, []) + span
    return lit, changed


def _says_so_still(words: str, citation: Citation) -> bool:
    """Tell whether the words cited stand where they stood; a paragraph's without offsets were shortened."""
    quote = squeeze(citation.quote)
    if citation.start is None or citation.end is None:
        return citation.table is None or squeeze(words) == quote
    start, end = sentence_around(words, citation.start, citation.end)
    return quote in (squeeze(words[start:end]), squeeze(words[citation.start : citation.end]))


class _Excerpt:
    """Some rows of a table as a ``w:tbl``: merged cells merged, cited ones shaded.

    It is written element by element: python-docx looks the whole grid through for every cell it is asked for.
    A cell merged over rows that are left out begins again under the gap, so that its label isn't lost.
    """

    def __init__(self, held: StoredTable, grid: Grid, rows: Sequence[int], lit: Lit) -> None:
        self._held = held
        self._rows = rows
        self._lit = lit
        self._lines = _joined({row: _runs(grid[row]) for row in rows})
        self._heads = set(held.info.header_cells)
        self._widths = _widths(self._lines.values())
        self._size = 18 if len(self._widths) <= 8 else 15 if len(self._widths) <= 14 else 12  # half points

    def element(self) -> Any:
        table = OxmlElement("w:tbl")
        properties = _within(table, "w:tblPr")
        _within(properties, "w:tblStyle", val="TableGrid")
        _within(properties, "w:tblW", w=_WIDTH, type="dxa")
        _within(properties, "w:tblLayout", type="fixed")
        grid = _within(table, "w:tblGrid")
        for width in self._widths:
            _within(grid, "w:gridCol", w=width)
        previous = -1
        for row in self._rows:
            self._gap(table, row - previous - 1)
            self._row(table, row)
            previous = row
        self._gap(table, self._held.table.rows - 1 - previous)
        return table

    def _gap(self, table: Any, rows: int) -> None:
        if rows > 0:
            cell = self._cell(_within(table, "w:tr"), 0, len(self._widths))
            self._write(cell, [(f"… 略去 {rows} 行 …", False)], grey=True)

    def _row(self, table: Any, row: int) -> None:
        line = _within(table, "w:tr")
        _within(_within(line, "w:trPr"), "w:cantSplit")
        for start, end, cell in self._lines[row]:
            if cell is None:
                self._write(self._cell(line, start, end), [])
                continue
            goes_on = (start, end, cell) in self._lines.get(row - 1, ())
            begins = (start, end, cell) in self._lines.get(row + 1, ())
            merge = "continue" if goes_on else "restart" if begins else ""
            head = _HEAD_SHADE if (cell.row, cell.column) in self._heads else ""
            place = self._cell(line, start, end, merge, _SHADE if cell in self._lit else head)
            self._write(place, [] if goes_on else self._words(cell), bold=self._lit.get(cell) == [])

    def _words(self, cell: Cell) -> list[tuple[str, bool]]:
        """Return a cell's text in parts, each with whether it is meant; only a cited cell's is written at length."""
        spans = self._lit.get(cell)
        if spans is None:
            return [(_cut(cell.text, _LONGEST_CELL), False)]
        return _marked(cell.text, spans)

    def _cell(self, line: Any, start: int, end: int, merge: str = "", shade: str = "") -> Any:
        cell = _within(line, "w:tc")
        properties = _within(cell, "w:tcPr")
        _within(properties, "w:tcW", w=sum(self._widths[start:end]), type="dxa")
        if end - start > 1:
            _within(properties, "w:gridSpan", val=end - start)
        if merge:
            _within(properties, "w:vMerge", val=merge)
        if shade:
            _within(properties, "w:shd", val="clear", color="auto", fill=shade)
        return cell

    def _write(self, cell: Any, parts: Sequence[tuple[str, bool]], *, bold: bool = False, grey: bool = False) -> None:
        """Write a cell's one paragraph; words that are meant are bold and marked."""
        paragraph = _within(cell, "w:p")
        _within(_within(paragraph, "w:pPr"), "w:spacing", before=0, after=0)
        for text, marked in parts:
            run = _within(paragraph, "w:r")
            look = _within(run, "w:rPr")
            if bold or marked:
                _within(look, "w:b")
            if grey:
                _within(look, "w:color", val="7F7F7F")
            _within(look, "w:sz", val=self._size)
            if marked:
                _within(look, "w:highlight", val="yellow")
            run.text = xml_text(text)


def _within(parent: Any, name: str, **attributes: object) -> Any:
    """Append an element to another and return it."""
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    parent.append(element)
    return element


def _by_table(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Group the citations of one table; a sentence stands by itself."""
    groups: dict[tuple[object, ...], list[Citation]] = {}
    for one in citations:
        key = (one.n,) if one.table is None else (one.report, one.table)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _rows_shown(held: StoredTable, cells: Iterable[Cell]) -> list[int]:
    """Return the rows of an excerpt, none where the table is too wide or the cells are too far apart."""
    if held.table.columns > _MOST_COLUMNS:
        return []
    headers = set(held.info.header_cells)
    rows: set[int] = set()
    for cell in cells:
        rows.update(range(cell.row - AROUND, cell.row + min(cell.rowspan, AROUND + 1) + AROUND))
        rows.update(head.row for head in heads_of(held, cell) if (head.row, head.column) in headers)
    shown = sorted(row for row in rows if 0 <= row < held.table.rows)
    return shown if len(shown) <= _MOST_ROWS else []


def _runs(line: Sequence[Cell | None]) -> list[Run]:
    """Return a row's cells with their first column and the one after their last."""
    edges = [n for n in range(len(line)) if n == 0 or line[n] is not line[n - 1]]
    return [(start, end, line[start]) for start, end in itertools.pairwise([*edges, len(line)])]


def _joined(lines: Mapping[int, list[Run]]) -> dict[int, list[Run]]:
    """Count the columns anew, without those that no cell of these rows begins at: forms have many of them."""
    edges = sorted({edge for line in lines.values() for start, end, _ in line for edge in (start, end)})
    at = {edge: number for number, edge in enumerate(edges)}
    return {row: [(at[start], at[end], cell) for start, end, cell in line] for row, line in lines.items()}


def _widths(lines: Iterable[Sequence[Run]]) -> list[int]:
    """Share the page's width out among columns, by the longest text of each."""
    weights: dict[int, int] = {}
    for start, end, cell in (run for line in lines for run in line):
        length = min(14, len(cell.text.strip())) if cell is not None else 0
        for column in range(start, end):
            weights[column] = max(weights.get(column, 2), length // (end - start))
    return [max(1, _WIDTH * weights[column] // sum(weights.values())) for column in sorted(weights)]


def _as_lines(grid: Grid, cells: Iterable[Cell]) -> list[str]:
    """Return cited cells as text: the labels left of each, then its words."""
    written = []
    for cell in cells:
        beside = [" ".join(one.text.split()) for one in grid[cell.row][: cell.column] if one is not None]
        labels = dict.fromkeys(text for text in beside if text and not text[-1].isdecimal())
        path = " › ".join(_cut(label, _LONGEST_LISTED) for label in list(labels)[-3:])
        written.append(f"第{cell.row + 1}行第{cell.column + 1}列 {path}：{_cut(cell.text, _LONGEST_CITED)}")
    return written


def _sentence_of(text: str, span: Span) -> tuple[str, Span]:
    """Return the sentence around some words and where they stand in it."""
    start, end = sentence_around(text, *span)
    start += len(text[start : span[0]]) - len(text[start : span[0]].lstrip())
    return text[start:end].rstrip(), (span[0] - start, span[1] - start)


def _marked(text: str, spans: Iterable[Span]) -> list[tuple[str, bool]]:
    """Cut a text into parts, each with whether it lies in a span; of very long ones the middle is left out."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if end > max(start, at):
            parts += [(text[at : max(start, at)], False), (text[max(start, at) : end], True)]
            at = end
    parts.append((text[at:], False))
    half = _LONGEST_CITED // 2
    return [
        (part if len(part) <= _LONGEST_CITED else f"{part[:half]} …… {part[-half:]}", marked)
        for part, marked in parts
        if part
    ]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _quoted(citation: Citation) -> str:
    return f"“{_cut(' '.join(citation.quote.split()), _LONGEST_LISTED)}”"


def _blank_document() -> Any:
    """Return an empty document: A4 upright, Chinese fonts, the footer."""
    document = Document()
    document.core_properties.author, document.core_properties.title = "绩效问答", "绩效问答记录"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    for style, font, size in (("Normal", "宋体", 10.5), ("Title", "黑体", 20), ("Heading 1", "黑体", 13)):
        _set_font(document.styles[style], font, size)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    section.footer.paragraphs[0].add_run(_FOOTER).font.size = Pt(8)
    return document


def _set_font(style: Any, font: str, size: float) -> None:
    """Give a style its fonts; the theme's would win over them where a style names both."""
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    fonts = style.element.rPr.rFonts
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    fonts.set(qn("w:eastAsia"), font)
