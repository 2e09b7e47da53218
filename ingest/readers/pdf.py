"""A PDF, read page by page into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import watch
from ingest.errors import UnreadableFileError
from ingest.limits import bounded
from ingest.model import Block, Document, Edges, Origin
from ingest.pages.flow import Drawn, Flow, flow_of
from ingest.pages.joining import joined
from ingest.pages.page import Box, Page
from ingest.pages.pdfium import opened, pages_of, rendered
from ingest.pages.scan import DPI, can_recognise, recognised

_NAMED = 8
#: A page of which pictures cover so much, and that has no text, is a scan; so many of a document are recognised.
_PICTURED, _MOST_SCANS = 0.3, 150
_SECONDS_SCAN = 120
#: What the tables and sentences of all pages together take after that.
_SECONDS_REST = 120
_NO_TEXT = "“{name}”里没有文字，也没有认出字来，请检查文件，或换清楚些的扫描件后再试。"
MISSING = (
    "“{name}”是扫描件或图片，要装上文字识别才能读：请运行 pip install 'jixiao[ocr]'（不用联网识别），"
    "或用原来的 Word、Excel 文件。"
)
SCANNED = "由扫描件识别，可能认错字，用前请对照原件；看不清的数没有读"


def read_pdf(path: Path) -> Document:
    """Read a PDF: its text, and the pages that are pictures; raises ``UnreadableFileError`` with a sentence."""
    with opened(path) as document:
        flow = flow_of(_pages(document))
    watch.allow(_SECONDS_REST)
    if not flow.pieces:
        raise UnreadableFileError((_NO_TEXT if can_recognise() else MISSING).format(name=path.name))
    return bounded(Document(path.name, tuple(blocks_of_flow(flow)), tuple(flow.apart), tuple(_warnings(flow))))


def _pages(document: Any) -> Iterator[Page]:
    """Yield the pages, those that are only a picture as they are recognised, as many as there is time for."""
    left = _MOST_SCANS
    for page in pages_of(document):
        if page.glyphs or page.pictured < _PICTURED or not left or not can_recognise():
            yield page
            continue
        left -= 1
        watch.allow(_SECONDS_SCAN)
        yield recognised(rendered(document, page.number, DPI), page.number)


def blocks_of_flow(flow: Flow) -> list[Block]:
    """Return the blocks of a document's pages."""
    blocks: list[Block] = []
    tables = 0
    for piece in flow.pieces:
        if isinstance(piece, Drawn):
            whole = joined(piece.pieces)
            page = whole.pages[0][1]
            places = tuple(
                (cell.row, cell.column, _edges(box)) for cell, box in zip(whole.table.cells, whole.boxes, strict=True)
            )
            origin = Origin(page=page, turns=whole.pages[1:], is_scan=page in flow.scans)
            blocks.append(Block(len(blocks), table=whole.table, table_number=tables, origin=origin, places=places))
            tables += 1
        else:
            origin = Origin(page=piece.page, is_scan=piece.page in flow.scans)
            blocks.append(Block(len(blocks), piece.text, origin=origin, places=((0, 0, _edges(piece.box)),)))
    return blocks


def _edges(box: Box) -> Edges:
    """Return a box as it is stored: to a tenth of a point."""
    left, top, right, bottom = (round(float(edge), 1) for edge in box)
    return left, top, right, bottom


def _warnings(flow: Flow) -> list[str]:
    found = [SCANNED] if flow.scans else []
    if flow.empty:
        named = "、".join(str(page) for page in flow.empty[:_NAMED])
        more = f" 等 {len(flow.empty)} 页" if len(flow.empty) > _NAMED else ""
        found.append(f"第 {named}{more}页没有文字（空白页或扫描的图片），没有读")
    return found
