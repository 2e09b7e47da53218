"""What every reader is held to, whatever the format."""

from __future__ import annotations

from ingest.errors import UnreadableFileError
from ingest.model import Block, Document

#: Characters of a whole report; a thousand pages have about 800,000.
MAX_CHARACTERS = 2_000_000


def bounded(document: Document) -> Document:
    """Return a document as it is; raises ``UnreadableFileError`` with a sentence for one that is empty or too long."""
    if not any(block.text or block.table for block in document.blocks):
        raise UnreadableFileError(f"“{document.name}”里没有文字，请检查文件内容后再试。")
    if sum(map(_characters, document.blocks)) > MAX_CHARACTERS:
        raise too_long(document.name)
    return document


def too_long(name: str) -> UnreadableFileError:
    """Return the error of a file with more text than a report has."""
    return UnreadableFileError(f"“{name}”超过 {MAX_CHARACTERS // 10_000} 万字的上限，请拆分成几个文件后再试。")


def _characters(block: Block) -> int:
    cells = block.table.cells if block.table is not None else ()
    return len(block.text) + sum(len(cell.text) for cell in cells)
