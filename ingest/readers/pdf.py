"""A PDF, read page by page into blocks."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import UnreadableFileError
from ingest.limits import bounded
from ingest.model import Block, Document, Origin
from ingest.pages.flow import Drawn, Flow, flow_of
from ingest.pages.joining import joined
from ingest.pages.pdfium import opened, pages_of

_NAMED = 8


def read_pdf(path: Path) -> Document:
    """Read a PDF that has text; raises ``UnreadableFileError`` with a sentence for the user."""
    with opened(path) as document:
        flow = flow_of(pages_of(document))
    if not flow.pieces:
        raise UnreadableFileError(
            f"“{path.name}”里没有文字，多半是扫描件，暂不能读；请用原来的 Word 或 Excel 文件，或先做文字识别。"
        )
    return bounded(Document(path.name, tuple(_blocks(flow)), tuple(flow.apart), tuple(_warnings(flow))))


def _blocks(flow: Flow) -> list[Block]:
    blocks: list[Block] = []
    tables = 0
    for piece in flow.pieces:
        if isinstance(piece, Drawn):
            whole = joined(piece.pieces)
            origin = Origin(page=whole.pages[0][1], turns=whole.pages[1:])
            blocks.append(Block(len(blocks), table=whole.table, table_number=tables, origin=origin))
            tables += 1
        else:
            blocks.append(Block(len(blocks), piece.text, origin=Origin(page=piece.page)))
    return blocks


def _warnings(flow: Flow) -> list[str]:
    if not flow.empty:
        return []
    named = "、".join(str(page) for page in flow.empty[:_NAMED])
    more = f" 等 {len(flow.empty)} 页" if len(flow.empty) > _NAMED else ""
    return [f"第 {named}{more}页没有文字（空白页或扫描的图片），没有读"]
