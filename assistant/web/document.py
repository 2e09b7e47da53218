"""A Word document that carries evidence: sentences with the words marked, tables with the cells shaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.index import sentence_around
from assistant.model import Citation
from assistant.web.excerpt import LONGEST_CITED, Excerpt, Grid, Lit, Span, cut, in_parts, rows_shown
from assistant.web.workbook import GONE, is_whole_row, xml_text
from ingest.labels import squeeze
from ingest.model import Cell
from ingest.store import Store

#: Citations of one answer shown with their evidence; the others are listed.
MOST_SHOWN = 12
#: Cells drawn in one document; beyond, evidence is given as lines of text.
_MOST_CELLS = 60_000
_LONGEST_LISTED = 80
_MOST_REPORTS = 20
_CHANGED = "（这份报告后来更新过，这里现在写的和引用时不一样，请核对）"
_FOOTER = "由绩效问答生成；每个数字的出处如上，请以原报告为准"
_GREY = RGBColor(0x59, 0x59, 0x59)


class EvidenceDocument:
    """A Word document being written; reports are read once, tables once for each group of citations."""

    def __init__(self, store: Store, title: str) -> None:
        self._store = store
        self.reports = {report.id: report for report in store.reports()}
        self.document = _blank_document(title)
        self._cells_left = _MOST_CELLS

    def heading(self, text: str, level: int) -> None:
        """Write a heading; level 0 is the title."""
        self.document.add_heading(" ".join(xml_text(text).split()), level)

    def data(self) -> bytes:
        """Return the finished file."""
        target = BytesIO()
        self.document.save(target)
        return target.getvalue()

    def names(self, ids: Iterable[str]) -> str:
        """Return the file names of reports by id, many of them shortened."""
        names = list(dict.fromkeys(self.reports[one].name if one in self.reports else GONE for one in ids))
        more = f" 等 {len(names)} 份" if len(names) > _MOST_REPORTS else ""
        return "、".join(names[:_MOST_REPORTS]) + more or "（没有）"

    def evidence(self, citations: Sequence[Citation], most: int = MOST_SHOWN) -> None:
        """Write citations with the words or the part of the table that they mean, the later ones as a list."""
        shown, others = citations[:most], citations[most:]
        for group in _by_table(shown):
            if group[0].table is not None and group[0].report in self.reports:
                self._table(group)
            else:
                for citation in group:
                    self._sentence(citation)
        if others:
            self.line(f"另有 {len(others)} 处出处：")
        for one in others:
            self.line(f"{self._where(one)}：{one.quoted(_LONGEST_LISTED)}", small=True)

    def _where(self, citation: Citation) -> str:
        report = self.reports.get(citation.report)
        return f"[{citation.n}] {report.name if report else GONE} › {citation.where}"

    def line(self, text: str, *, small: bool = False) -> Any:
        """Write a paragraph and return it."""
        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(xml_text(text))
        if small:
            run.font.size, run.font.color.rgb = Pt(9), _GREY
        return paragraph

    def _cite(self, citation: Citation) -> None:
        paragraph = self.line(self._where(citation), small=True)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)

    def _sentence(self, citation: Citation) -> None:
        """Write the sentence quoted, the words meant marked; what is gone is quoted as it was."""
        self._cite(citation)
        text, span, changed = citation.quote, (0, len(citation.quote)), False
        if citation.report in self.reports:
            found = self._store.blocks(citation.report, citation.block or 0, citation.block or 0)
            words = found[0][0].text if found else ""
            changed = not found or not _says_so_still(words, citation)
            if not changed and citation.start is not None and citation.end is not None:
                text, span = _sentence_of(words, (citation.start, citation.end))
        paragraph = self.line("")
        paragraph.paragraph_format.left_indent = Cm(0.75)
        for part, marked in in_parts(text, [span]):
            run = paragraph.add_run(xml_text(part))
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW if marked else None
        if changed:
            self.line(_CHANGED, small=True)

    def _table(self, group: Sequence[Citation]) -> None:
        """Write the citations of one table, then the part of it that holds their cells."""
        for citation in group:
            self._cite(citation)
        held = next(iter(self._store.tables(group[0].report, group[0].table)), None)
        grid = held.table.grid() if held else []
        lit, changed = _lit(grid, group)
        for one in changed:
            self.line(f"[{one.n}] {one.quoted(_LONGEST_LISTED)}{_CHANGED}", small=True)
        if held is None or not lit:
            return
        unit = f"　单位：{held.info.unit}" if held.info.unit else ""
        title = f"第{held.info.number + 1}张表　{' '.join(held.info.caption.split())}{unit}"
        self.line(title, small=True).paragraph_format.keep_with_next = True
        rows = rows_shown(held, lit)
        if not rows or len(rows) * held.table.columns > self._cells_left:
            for line in _as_lines(grid, lit):
                self.line(line, small=True)
            return
        self._cells_left -= len(rows) * held.table.columns
        self.document.element.body.insert_element_before(Excerpt(held, grid, rows, lit).element(), "w:sectPr")
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


def _by_table(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Group the citations of one table; a sentence stands by itself."""
    groups: dict[tuple[object, ...], list[Citation]] = {}
    for one in citations:
        key = (one.n,) if one.table is None else (one.report, one.table)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _as_lines(grid: Grid, cells: Iterable[Cell]) -> list[str]:
    """Return cited cells as text: the labels left of each, then its words."""
    written = []
    for cell in cells:
        beside = [" ".join(one.text.split()) for one in grid[cell.row][: cell.column] if one is not None]
        labels = dict.fromkeys(text for text in beside if text and not text[-1].isdecimal())
        path = " › ".join(cut(label, _LONGEST_LISTED) for label in list(labels)[-3:])
        written.append(f"第{cell.row + 1}行第{cell.column + 1}列 {path}：{cut(cell.text, LONGEST_CITED)}")
    return written


def _sentence_of(text: str, span: Span) -> tuple[str, Span]:
    """Return the sentence around some words and where they stand in it."""
    start, end = sentence_around(text, *span)
    start += len(text[start : span[0]]) - len(text[start : span[0]].lstrip())
    return text[start:end].rstrip(), (span[0] - start, span[1] - start)


def _blank_document(title: str) -> Any:
    """Return an empty document: A4 upright, Chinese fonts, the footer."""
    document = Document()
    document.core_properties.author, document.core_properties.title = "绩效问答", title
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
