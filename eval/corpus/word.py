"""Writing a report as a Word file: python-docx for the package, real merged cells for the tables."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from eval.corpus.sheet import Drawn, Sheet
from eval.corpus.story import Paragraph, Story

_EPOCH = (2020, 1, 1, 0, 0, 0)
_WIDTH = 9_000  # twentieths of a point


def write(story: Story, *, styled: bool) -> bytes:
    """Return the report as the bytes of a .docx; ``styled`` gives headings Word's heading styles."""
    word = Document()
    for block in story.blocks:
        if isinstance(block, Sheet):
            word.element.body.insert_element_before(_table(block), "w:sectPr")
            continue
        _paragraph(word, block, styled)
    return frozen(word)


def frozen(word: Word) -> bytes:
    """Save a document with fixed time stamps: the same bytes every time."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    word.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(zipfile.ZipInfo(info.filename, _EPOCH), source.read(info), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _paragraph(word: Word, block: Paragraph, styled: bool) -> None:
    if block.level and styled:
        word.add_heading(block.text, block.level)
    else:
        run = word.add_paragraph().add_run(block.text)
        run.bold = bool(block.level) or None


def _element(tag: str, **attributes: object) -> OxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _table(sheet: Sheet) -> OxmlElement:
    table, properties = _element("w:tbl"), _element("w:tblPr")
    properties.append(_element("w:tblStyle", val="TableGrid"))
    properties.append(_element("w:tblW", w=0, type="auto"))
    grid = _element("w:tblGrid")
    for _ in range(sheet.columns):
        grid.append(_element("w:gridCol", w=_WIDTH // sheet.columns))
    table.extend([properties, grid])
    for number in range(sheet.rows):
        row = _element("w:tr")
        covering = [d for d in sheet.drawn if d.row <= number < d.row + d.rowspan]
        row.extend(_cell(drawn, number, sheet.columns) for drawn in sorted(covering, key=lambda d: d.column))
        table.append(row)
    return table


def _cell(drawn: Drawn, row: int, columns: int) -> OxmlElement:
    """Return a row's piece of a cell: its content where it starts, a continuation mark below."""
    cell, properties = _element("w:tc"), _element("w:tcPr")
    properties.append(_element("w:tcW", w=_WIDTH // columns * drawn.colspan, type="dxa"))
    if drawn.colspan > 1:
        properties.append(_element("w:gridSpan", val=drawn.colspan))
    if drawn.rowspan > 1:
        properties.append(_element("w:vMerge", **({"val": "restart"} if row == drawn.row else {})))
    cell.append(properties)
    if row == drawn.row and drawn.box.nested is not None:
        cell.append(_table(drawn.box.nested))
    for line in drawn.box.text.split("\n") if row == drawn.row else [""]:
        cell.append(_line(line))
    return cell


def _line(text: str) -> OxmlElement:
    paragraph, run, words = _element("w:p"), _element("w:r"), _element("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    if text:
        paragraph.append(run)
    return paragraph
