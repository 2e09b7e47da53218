"""The flattened text that converters make of a Word file, with its tables' cells behind tabs.

A row starts with an empty line and a tab, a cell with a tab; merged-away cells are empty, and how
far a cell spans is lost.  Spans are inferred from the rows below, so that headers keep their reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import UnreadableFileError, cant_open
from ingest.labels import HEADER_WORD, is_total, squeeze, years
from ingest.limits import MAX_CHARACTERS, bounded, too_long
from ingest.model import Block, Cell, Document, Form, Table
from ingest.numbers import read_cell
from ingest.package import MAX_FILE
from ingest.spans import Row, allocate

_BOOKMARK = re.compile(r"\[bookmark: [^\]\[]{0,200}\]")
_SIGNATURE = re.compile(r"签\s*[字章名]|盖\s*章|年\s+月\s+日")
_MAX_CELL = 20_000
#: Half of a text may be blank.
_MOST_READ = 2 * MAX_CHARACTERS


def read_text(path: Path) -> Document:
    """Read a flattened text; raises ``UnreadableFileError`` with a sentence for the user."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(f"“{path.name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分后再试。")
        data = path.read_bytes()
    except OSError as error:
        raise cant_open(path.name, error) from error
    text = _BOOKMARK.sub("", _decode(data, path.name)).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _MOST_READ:
        raise too_long(path.name)
    if not text.strip():
        raise UnreadableFileError(f"“{path.name}”里没有文字，请检查文件内容后再试。")
    blocks: list[Block] = []
    tables = 0
    for part in _parts(text):
        if isinstance(part, str):
            blocks += [Block(len(blocks) + i, line) for i, line in enumerate(filter(str.strip, part.split("\n")))]
        else:
            blocks.append(Block(len(blocks), table=_table(part), table_number=tables))
            tables += 1
    return bounded(Document(path.name, tuple(blocks)))


def _decode(data: bytes, name: str) -> str:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError(f"“{name}”不是文本文件，请用 Word 另存为 .docx 后再试。")
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(f"“{name}”的文字编码认不出来，请另存为 UTF-8 文本或 .docx 后再试。")


def _parts(text: str) -> list[str | list[Row]]:
    """Split into running text and tables (lists of rows of cell texts), in order."""
    pieces = re.split(r"(?:^|\n)[ \u3000]*\t", text)
    parts: list[str | list[Row]] = [pieces[0]] if pieces[0].strip() else []
    rows: list[Row] = []
    new_row = True
    for index, piece in enumerate(pieces[1:]):
        if new_row:
            rows.append([])
        cell, rest, new_row = _split_cell(piece, last=index == len(pieces) - 2)
        rows[-1].append(cell[:_MAX_CELL])
        if rest.strip():
            parts += [rows, rest]
            rows, new_row = [], True
    if rows:
        parts.append(rows)
    return parts


def _split_cell(piece: str, *, last: bool) -> tuple[str, str, bool]:
    """Return (the cell's text, the running text behind its table, whether a row ends here)."""
    row_ends = piece.endswith("\n") or last
    lead = re.match(r"\n*", piece)
    start = lead.end() if lead else 0
    head, gap, rest = piece[start:].partition("\n\n")
    if gap and rest.strip():
        if row_ends and not last and _SIGNATURE.search(rest) and not piece.endswith("\n\n\n\n"):
            return piece.strip("\n"), "", True
        return head.strip("\n"), rest, True
    if row_ends:
        return head.strip("\n"), "", True
    lines = head.split("\n")
    closing = next((i for i, line in enumerate(lines) if i and _opens_text(line)), None)
    if closing is not None:
        return "\n".join(lines[:closing]), "\n".join(lines[closing:]), True
    return head, "", False


def _opens_text(line: str) -> bool:
    return bool(re.match(r"\s{0,20}附\s{0,4}[件表]\s{0,4}\d", line))


@dataclass(slots=True)
class _Segment:
    """Rows that share one set of columns: header rows, then data rows, all of one width."""

    width: int
    rows: list[Row] = field(default_factory=list)
    headers: int = 0


def _table(rows: list[Row]) -> Table:
    segments = _segments(_rejoin(rows))
    width = max(segment.width for segment in segments)
    cells: list[Cell] = []
    top = 0
    for segment in segments:
        cells += _place(segment, top, width)
        top += len(segment.rows)
    return Table(top, width, tuple(cells))


def _rejoin(rows: list[Row]) -> list[Row]:
    """Mend rows that an empty line inside a cell cut in two: their widths add up to the table's."""
    joined: list[Row] = []
    for index, row in enumerate(rows):
        before = joined[-1] if joined else []
        wholes = {len(near[0]) for near in (joined[-2:-1], rows[index + 1 : index + 2]) if near}
        if before and before[0] == "" and row[0] != "" and len(before) + len(row) in wholes:
            joined[-1] = before + row
        else:
            joined.append(row)
    return joined


def _is_short_total(row: Row, width: int) -> bool:
    """Tell whether a row is a total whose label reaches over the columns of the labels above it."""
    return len(row) < width and is_total(row[0]) and _has_figure(row)


def _has_figure(row: Row) -> bool:
    return any(read_cell(cell).form is Form.FIGURE and not years(cell) for cell in row)


def _segments(rows: list[Row]) -> list[_Segment]:
    segments: list[_Segment] = []
    index = 0
    while index < len(rows):
        current = segments[-1] if segments else None
        row = rows[index]
        if current and len(row) > 1 and (len(row) == current.width or _is_short_total(row, current.width)):
            current.rows.append(row)
            index += 1
            continue
        block = _header_block(rows, index)
        width = len(rows[index + block]) if block else len(row)
        segments.append(_Segment(width, rows[index : index + max(block, 1)], block))
        index += max(block, 1)
    return segments


def _header_block(rows: list[Row], index: int) -> int:
    """Return how many rows from ``index`` are header rows over wider data rows, 0 for none."""
    count, widest = 0, 0
    while index + count < len(rows):
        row = rows[index + count]
        if len(row) == 1:
            return 0
        if _has_figure(row) or not _looks_like_header(row):
            return count if count and len(row) >= widest else 0
        widest = max(widest, len(row))
        count += 1
        if count > 6:
            return 0
    return 0


def _looks_like_header(row: Row) -> bool:
    filled = [squeeze(cell) for cell in row if cell.strip()]
    named = sum(bool(HEADER_WORD.search(cell)) and len(cell) <= 24 for cell in filled)
    return bool(filled) and named * 2 >= len(filled)


def _place(segment: _Segment, top: int, width: int) -> list[Cell]:
    """Give each cell its columns, lengthening cells over the merged-away ones below them."""
    open_cells: dict[int, Cell] = {}
    done: list[Cell] = []
    spans = _header_spans(segment)
    for offset, row in enumerate(segment.rows):
        starts = spans[offset] if offset < len(spans) else _even(row, segment.width)
        leading = True
        for text, (column, span) in zip(row, starts, strict=True):
            leading = leading and not text.strip()
            colspan = width - column if column + span == segment.width else span
            upper = open_cells.get(column)
            merged_away = text == "" and (leading or offset < segment.headers)
            if merged_away and upper is not None and upper.colspan == colspan and upper.text:
                open_cells[column] = Cell(upper.row, column, top + offset - upper.row + 1, colspan, upper.text)
                done[done.index(upper)] = open_cells[column]
            else:
                open_cells[column] = Cell(top + offset, column, 1, colspan, text)
                done.append(open_cells[column])
    return done


def _even(row: Row, width: int) -> list[tuple[int, int]]:
    last, missing = len(row) - 1, width - len(row)
    if missing and is_total(row[0]):
        return [(0, 1 + missing), *((i + missing, 1) for i in range(1, len(row)))]
    return [(i, 1 if i < last else 1 + missing) for i in range(len(row))]


def _header_spans(segment: _Segment) -> list[list[tuple[int, int]]]:
    spans: list[list[tuple[int, int]]] = []
    data = segment.rows[segment.headers :]
    numeric = [any(i < len(row) and _has_figure([row[i]]) for row in data[:20]) for i in range(segment.width)]
    below: list[str] | None = None
    for row in reversed(segment.rows[: segment.headers]):
        placed = allocate(row, segment.width, below, numeric)
        spans.append(placed)
        below = [""] * segment.width
        for text, (column, span) in zip(row, placed, strict=True):
            below[column : column + span] = [text] * span
    return spans[::-1]
