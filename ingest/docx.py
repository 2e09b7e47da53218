"""A .docx, read in order into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from ingest.errors import UnreadableFileError
from ingest.grid import place
from ingest.limits import bounded
from ingest.model import Block, Document, Table
from ingest.numbering import Numbering
from ingest.package import Package
from ingest.unread import RELATION, unread
from ingest.webpage import blocks_of_html
from ingest.wordml import Styles, W, attribute, paragraph_text

_CONTAINERS = frozenset(W + name for name in "sdt sdtContent customXml ins moveTo smartTag".split())
_APART = ("header", "footer", "footnotes", "endnotes")
_MAX_NESTING = 20


def read_docx(path: Path) -> Document:
    """Read a .docx; raises ``UnreadableFileError`` with a sentence for the user."""
    with Package.open(path) as package:
        main = package.main_part()
        related = package.related(main)
        styles = Styles.of(_optional(package, related, "styles"))
        reader = _Reader(
            styles, Numbering.of(_optional(package, related, "numbering"), styles), _Imported(package, main)
        )
        body = package.xml(main).find(W + "body")
        if body is None:
            raise UnreadableFileError(f"“{path.name}”里没有正文，请用 Word 打开并另存后再试。")
        reader.walk(body)
        reader.warnings += unread(body)
        apart = [text for kind in _APART for part in related.get(kind, []) for text in reader.loose(package.xml(part))]
    return bounded(Document(path.name, tuple(reader.blocks), tuple(apart), tuple(reader.warnings)))


def _optional(package: Package, related: dict[str, list[str]], kind: str) -> etree._Element | None:
    parts = related.get(kind)
    return package.xml(parts[0]) if parts else None


@dataclass(frozen=True, slots=True)
class _Imported:
    """The parts that a document takes in whole (``w:altChunk``, ECMA-376 part 1, 17.17.2.1)."""

    package: Package
    main: str

    def blocks(self, chunk: etree._Element) -> list[Block]:
        """Return the blocks of an HTML part; none for a part that is missing or of another kind."""
        part = self.package.by_id(self.main).get(chunk.get(RELATION) or "", "")
        return blocks_of_html(self.package.data(part)) if part.lower().endswith((".html", ".htm", ".xhtml")) else []


@dataclass(slots=True)
class _Nested:
    """A table inside a cell, and the cell's text after it."""

    element: etree._Element
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Walks a body in order, collecting blocks; nested tables follow the table that holds them."""

    styles: Styles
    numbering: Numbering
    imported: _Imported
    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tables: int = 0

    def walk(self, container: etree._Element, depth: int = 0) -> None:
        for child in container:
            if child.tag == W + "p":
                self._paragraph(child, depth)
            elif child.tag == W + "tbl":
                self._table(child, None, depth)
            elif child.tag == W + "altChunk":
                self._import(self.imported.blocks(child))
            elif child.tag in _CONTAINERS:
                self.walk(child, depth)

    def _import(self, blocks: list[Block]) -> None:
        if not blocks:
            self.warnings.append("文中有一段嵌入的文档没有读（不是网页格式），请把它的内容直接粘贴到正文后再读入")
        for block in blocks:
            if block.table is not None:
                self._add(block.table, self.tables, None)
                self.tables += 1
            else:
                self.blocks.append(Block(len(self.blocks), block.text, block.level))

    def _paragraph(self, paragraph: etree._Element, depth: int) -> None:
        read = paragraph_text(paragraph, self.styles.hidden)
        text = self.numbering.label(paragraph) + read.text
        if text.strip():
            self.blocks.append(Block(len(self.blocks), text.strip("\n"), self._level(paragraph)))
        if depth < _MAX_NESTING:
            for box in read.boxes:
                self.walk(box, depth + 1)

    def _level(self, paragraph: etree._Element) -> int:
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return 0
        own = attribute(properties.find(W + "outlineLvl"))
        if own is not None and own.isdecimal():
            return int(own) + 1 if int(own) < 9 else 0
        return self.styles.outline.get(attribute(properties.find(W + "pStyle")) or "", 0)

    def _table(self, element: etree._Element, inside: int | None, depth: int) -> None:
        nested: list[_Nested] = []
        number = self.tables
        self.tables += 1
        placed = place(element, lambda cell: self._cell_text(cell, nested))
        self.warnings += [f"第{number + 1}张表：{warning}" for warning in placed.warnings]
        self._add(placed.table, number, inside)
        if nested and depth >= _MAX_NESTING:
            self.warnings.append(f"第{number + 1}张表：嵌套超过 {_MAX_NESTING} 层，更深的表未读")
            return
        for inner in nested:
            self._table(inner.element, number, depth + 1)
            for text in inner.after:
                self.blocks.append(Block(len(self.blocks), text, inside=number))

    def _add(self, table: Table, number: int, inside: int | None) -> None:
        self.blocks.append(Block(len(self.blocks), table=table, table_number=number, inside=inside))

    def _cell_text(self, cell: etree._Element, nested: list[_Nested]) -> str:
        """Read a cell's text up to its first nested table; what follows that is a note after it."""
        lines: list[str] = []
        inner: _Nested | None = None
        for item in _cell_items(cell):
            if item.tag == W + "tbl":
                inner = _Nested(item)
                nested.append(inner)
                continue
            read = paragraph_text(item, self.styles.hidden)
            texts = [self.numbering.label(item) + read.text, *(t for box in read.boxes for t in self.loose(box))]
            if inner is None:
                lines += texts
            else:
                inner.after += [text for text in texts if text.strip()]
        return "\n".join(lines).strip("\n")

    def loose(self, element: etree._Element) -> list[str]:
        """Return the non-empty paragraphs anywhere below ``element``."""
        texts = (paragraph_text(p, self.styles.hidden).text for p in element.iter(W + "p"))
        return [text for text in texts if text.strip()]


def _cell_items(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in _CONTAINERS:
            yield from _cell_items(child)
