"""An HTML page as blocks: its paragraphs and tables in order.  Nothing is fetched, scripts and styles are no text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as parser

from ingest.grid import MAX_COLUMNS, MAX_PLACES
from ingest.model import Block, Cell, Table
from ingest.wordml import LOWERED, RAISED, without_note_marks

_SILENT = frozenset("script style head title template noscript iframe object embed svg s strike del".split())
_UNSEEN = re.compile(r"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|line-through", re.IGNORECASE)
_BREAKS = frozenset(
    "p div li br table tr td th h1 h2 h3 h4 h5 h6 section article ul ol dl dt dd pre center form blockquote".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAX_ROWS = 20_000
_MAX_DEPTH = 200

Piece = tuple[str, int] | Table


def blocks_of_html(data: bytes) -> list[Block]:
    """Return the blocks of a page, numbered from 0; none for what holds no page.

    The caller bounds ``data``.  Raises nothing: HTML is read as far as it goes.
    """
    root = page_of_html(data)
    return [] if root is None else blocks_of_page(root)


def page_of_html(data: bytes) -> etree._Element | None:
    """Return a page's root; ``None`` for what holds no page."""
    try:
        return parser.document_fromstring(
            data, parser=parser.HTMLParser(no_network=True, huge_tree=False, encoding=_charset(data))
        )
    except (etree.ParserError, ValueError):
        return None


def blocks_of_page(root: etree._Element) -> list[Block]:
    """Return the blocks of a page, or of a part of it, numbered from 0."""
    blocks: list[Block] = []
    tables = 0
    for piece in _pieces(root, 0):
        if isinstance(piece, Table):
            blocks.append(Block(len(blocks), table=piece, table_number=tables))
            tables += 1
        else:
            blocks.append(Block(len(blocks), piece[0], piece[1]))
    return blocks


def _charset(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _pieces(root: etree._Element, level: int) -> Iterator[Piece]:
    """Yield a page's paragraphs, with the rank of a heading, and its tables."""
    said: list[str] = []
    for piece in _walk(root, level, 0):
        if isinstance(piece, str):
            said.append(piece)
            continue
        text = _joined(said)
        if text:
            yield text, piece if isinstance(piece, int) else 0
        said = []
        if isinstance(piece, Table):
            yield piece
    if text := _joined(said):
        yield text, 0


def _walk(element: etree._Element, level: int, depth: int) -> Iterator[str | int | Table]:
    """Yield texts, tables, and where a paragraph ends the rank of its heading."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _SILENT or depth > _MAX_DEPTH or _UNSEEN.search(element.get("style") or ""):
        return
    if tag == "sup":  # a note's mark, unless it follows a letter (m²)
        yield f"{RAISED}{''.join(map(str, element.itertext()))}{LOWERED}"
        return
    if tag == "table" and not _is_layout(element):
        yield 0
        yield _table(element)
        return
    level = _HEADINGS.get(tag, level)
    if tag in _BREAKS:
        yield 0
    yield element.text or ""
    for child in element:
        yield from _walk(child, level, depth + 1)
        yield child.tail or ""
    if tag in _BREAKS:
        yield level


def _is_layout(table: etree._Element) -> bool:
    """Tell whether a table only says where things stand: others are inside, or it has one cell."""
    if next((inner for inner in table.iterdescendants("table")), None) is not None:
        return True
    return len(list(zip(table.iter("td", "th"), range(2), strict=False))) < 2


def _joined(said: list[str]) -> str:
    return " ".join(without_note_marks("".join(said)).split())


def _table(element: etree._Element) -> Table:
    """Place a table's cells on its grid by ``rowspan`` and ``colspan`` (HTML standard, 4.9.12)."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element][:_MAX_ROWS]
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            down, across = min(_span(cell, "rowspan"), len(rows) - number), _span(cell, "colspan")
            if column + across > MAX_COLUMNS or len(taken) + down * across > MAX_PLACES:
                break
            taken.update((r, c) for r in range(number, number + down) for c in range(column, column + across))
            cells.append(Cell(number, column, down, across, _cell_text(cell)))
            column += across
            width = max(width, column)
    return Table(len(rows), width, tuple(cells))


def _cell_text(cell: etree._Element) -> str:
    lines = [[""]]
    for piece in _walk(cell, 0, 0):
        if isinstance(piece, Table):
            lines.append([one.text for one in piece.cells])
        elif isinstance(piece, int):
            lines.append([])
        else:
            lines[-1].append(piece)
    return "\n".join(filter(None, (_joined(line) for line in lines)))


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return max(1, min(int(text), MAX_COLUMNS)) if text.isdecimal() and len(text) < 6 else 1
