"""The pages of a PDF, through PDFium: its characters with their places, and the lines that are drawn.

Nothing of a PDF is executed: PDFium is built without JavaScript, and no form, link or attachment is opened.
"""

from __future__ import annotations

import ctypes
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from math import hypot, pi
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest import watch
from ingest.errors import UnreadableFileError, cant_open
from ingest.package import MAX_FILE
from ingest.pages.page import Box, Glyph, Page

#: A page of a thousand-page budget holds some 800 characters; one of 100,000 is none that a person printed.
MAX_PAGES = 1_500
_MAX_GLYPHS = 100_000
_MAX_OBJECTS = 200_000
_MAX_SEGMENTS = 2_000
_MAX_DEPTH = 6
#: A filled rectangle so thin is a ruling, in points; a dot of less than that in both directions is none.
_THIN = 3.0
#: Quarters of a turn by which text may be set; anything between is a stamp or a watermark.
_SLANTED = 0.2
_INVISIBLE = 3
#: What one compressed part may unpack to, and all together: a page scanned at 600 dpi in colour has 105 million bytes.
_MOST_STREAM, _MOST_UNPACKED, _PIECE = 200_000_000, 2_000_000_000, 1_000_000
_STREAM = re.compile(rb"/FlateDecode[^\x00]{0,400}?stream\r?\n")
_TWICE = re.compile(rb"/FlateDecode\s{0,8}/(?:Flate|LZW)Decode|/LZWDecode\s{0,8}/(?:Flate|LZW)Decode")
#: Opening a document, and reading a page, take so long at the most.
_SECONDS_OPEN, _SECONDS_PAGE = 10, 8
#: A page's longer side is drawn with so many dots at most.
_MOST_DOTS = 8_000
#: The share of a Chinese character's height above its base line.
_ABOVE = 0.86
#: A character again within this share of its size is the same one printed twice; places are looked up by such steps.
_OVERPRINT, _STEP = 0.12, 6.0
_SCANNED = 0.5

Matrix = tuple[float, float, float, float, float, float]
Place = Callable[[float, float], tuple[float, float]]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)


@contextmanager
def opened(path: Path, *, known: bool = False) -> Iterator[Any]:
    """Open a PDF; raises ``UnreadableFileError`` with a sentence for one that can't be read.

    One that is ``known`` was read before: what its parts unpack to was looked at then.
    """
    if not known:
        _check_streams(path)
    watch.allow(_SECONDS_OPEN)
    try:
        document = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError, ValueError) as error:
        raise UnreadableFileError(_why(path.name, error)) from error
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableFileError(f"“{path.name}”有 {len(document)} 页，超过 {MAX_PAGES} 页的上限，请拆分后再试。")
        yield document
    finally:
        document.close()


def _why(name: str, error: Exception) -> str:
    if "password" in str(error).lower():
        return f"“{name}”已加密，请解除密码后再试。"
    return f"“{name}”已损坏或不是 PDF 文件，请重新获取原文件后再试。"


def _check_streams(path: Path) -> None:
    """Refuse a file one of whose compressed parts grows beyond measure, before anything unpacks it whole."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableFileError(f"“{path.name}”超过 {MAX_FILE // 1024**2} MB 的上限，请拆分后再试。")
        data = path.read_bytes()
    except OSError as error:
        raise cant_open(path.name, error) from error
    left = _MOST_UNPACKED
    for found in _STREAM.finditer(data):
        unpacked = _unpacked(memoryview(data)[found.end() :], min(left, _MOST_STREAM))
        left -= unpacked
        if unpacked >= _MOST_STREAM or left <= 0:
            raise UnreadableFileError(f"“{path.name}”解压后过大，已拒绝读取；请拆分后再试。")
    if _TWICE.search(data):
        raise UnreadableFileError(f"“{path.name}”的内容压缩了多层，已拒绝读取；请另存一次后再试。")


def _unpacked(data: memoryview, most: int) -> int:
    """Return how many bytes a Flate stream unpacks to, ``most`` at the most; 0 for another kind."""
    unpacker, count = zlib.decompressobj(), 0
    for start in range(0, len(data), _PIECE):
        piece: bytes | memoryview = data[start : start + _PIECE]
        while piece and count < most and not unpacker.eof:
            try:
                count += len(unpacker.decompress(piece, _PIECE))
            except zlib.error:
                return count
            piece = unpacker.unconsumed_tail
        if unpacker.eof or count >= most:
            break
    return count


def pages_of(document: Any) -> Iterator[Page]:
    """Yield a document's pages in order; a page that is damaged comes without content."""
    for index in range(len(document)):
        watch.allow(_SECONDS_PAGE)
        try:
            page = document[index]
        except pdfium.PdfiumError:
            yield Page(index + 1, 0.0, 0.0, (), ())
            continue
        try:
            yield _page(page, index + 1)
        finally:
            page.close()


def rendered(document: Any, number: int, dpi: int) -> Any:
    """Return a page, counted from 1, as a picture: rows × columns × 3, RGB."""
    page = document[number - 1]
    try:
        width, height = page.get_size()
        scale = min(dpi / 72, _MOST_DOTS / max(1.0, width, height))
        return page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()[:, :, :3].copy()
    finally:
        page.close()


def upright(document: Any, number: int, dpi: int, longest: int) -> tuple[Any, float]:
    """Return a page, counted from 1, as a picture (rows × columns × 3, RGB), turned as its text stands: as ``Page``.

    Beside it how many dots a point has: its longer side has no more than ``longest``.
    """
    page = document[number - 1]
    try:
        more = 90 * (_seen(page).quarters - page.get_rotation() // 90) % 360
        scale = min(dpi / 72, longest / max(1.0, *page.get_size()))
        drawn = page.render(scale=scale, rotation=more, rev_byteorder=True, prefer_bgrx=False)
        return drawn.to_numpy()[:, :, :3].copy(), scale
    finally:
        page.close()


class _Seen(NamedTuple):
    """What stands on a page in its own space; ``quarters`` of a turn, clockwise, set its text upright."""

    frame: Sequence[float]
    glyphs: Sequence[tuple[str, Sequence[float], float]]
    rulings: Sequence[Sequence[float]]
    pictured: float
    quarters: int


def _seen(page: Any) -> _Seen:
    frame = _frame(page)
    rulings, pictures = _drawn(page)
    pictured = sum(_shared(box, Box(*frame)) for box in pictures)
    glyphs, turn = _glyphs(page, frame, keep_invisible=pictured > _SCANNED)
    # Upright is how its text stands: a table set sideways may be on a page that is turned for it, or isn't.
    return _Seen(frame, glyphs, rulings, pictured, turn if glyphs else page.get_rotation() // 90)


def _frame(page: Any) -> tuple[float, float, float, float]:
    """Return what is shown of a page, in its own space: its crop box as far as it lies on the page."""
    crop, media = page.get_cropbox(), page.get_mediabox()
    left, bottom, right, top = (
        max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3])
    )  # fmt: skip
    return (left, bottom, right, top) if left < right and bottom < top else tuple(media)


def _page(page: Any, number: int) -> Page:
    frame, glyphs, rulings, pictured, quarters = _seen(page)
    place = _placing(frame, quarters)
    corners = [place(x, y) for x in (frame[0], frame[2]) for y in (frame[1], frame[3])]
    width, height = max(x for x, _ in corners), max(y for _, y in corners)
    seen = [Glyph(text, _boxed(box, place), size) for text, box, size in glyphs]
    inside = [one for one in seen if 0 <= one.box.middle[0] <= width and 0 <= one.box.middle[1] <= height]
    return Page(number, width, height, tuple(inside), tuple(_boxed(box, place) for box in rulings), min(1.0, pictured))


def _placing(frame: Sequence[float], quarters: int) -> Place:
    """Return what takes a point of the page's own space to where it is seen, the page turned clockwise."""
    left, bottom, right, top = frame
    return (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )[quarters]


def _boxed(box: Sequence[float], place: Place) -> Box:
    (a, b), (c, d) = place(box[0], box[1]), place(box[2], box[3])
    return Box(min(a, c), min(b, d), max(a, c), max(b, d))


def _shared(box: Box, frame: Box) -> float:
    """Return the share of the page's frame that a box covers, both in the page's own space (y upwards)."""
    across = min(box.right, frame.right) - max(box.left, frame.left)
    up = min(box.bottom, frame.bottom) - max(box.top, frame.top)
    return max(0.0, across) * max(0.0, up) / max(1.0, frame.width * frame.height)


def _glyphs(
    page: Any, frame: Sequence[float], *, keep_invisible: bool
) -> tuple[list[tuple[str, tuple[float, ...], float]], int]:
    """Return the characters (text, box, size) set in the page's main direction, and the quarters that it is turned by.

    Text that is set aslant, a watermark as a rule, is left out.  Invisible text is read where a scan lies over it only.
    """
    text = page.get_textpage()
    try:
        found = []
        turns: Counter[int] = Counter()
        for index in range(min(text.count_chars(), _MAX_GLYPHS)):
            letter = _letter(text, index, keep_invisible=keep_invisible)
            quarters = raw.FPDFText_GetCharAngle(text, index) / (pi / 2)
            if not letter or abs(quarters - round(quarters)) > _SLANTED:
                continue
            turn = -round(quarters) % 4  # PDFium counts clockwise
            turns[turn] += not letter.isspace()
            size = _size(text, index)
            found.append((turn, (letter, _em_box(text, index, turn, size), size)))
    finally:
        text.close()
    main = turns.most_common(1)[0][0] if turns else 0
    return _once([one for turn, one in found if turn == main]), main


def _letter(text: Any, index: int, *, keep_invisible: bool) -> str:
    """Return a character that is printed; empty for one that PDFium put between, or that nobody sees."""
    if raw.FPDFText_IsGenerated(text, index):
        return ""
    code = raw.FPDFText_GetUnicode(text, index)
    if code in (0xFFFE, 0xFFFF) or code < ord(" "):
        return ""
    if not keep_invisible:
        owner = raw.FPDFText_GetTextObject(text, index)
        if owner and raw.FPDFTextObj_GetTextRenderMode(owner) == _INVISIBLE:
            return ""
    return chr(code)


def _size(text: Any, index: int) -> float:
    """Return a character's height in points: the size of its font, scaled as it is set."""
    matrix = raw.FS_MATRIX()
    scale = hypot(matrix.c, matrix.d) if raw.FPDFText_GetMatrix(text, index, matrix) else 1.0
    return float(raw.FPDFText_GetFontSize(text, index)) * scale


def _em_box(text: Any, index: int, turn: int, size: float) -> tuple[float, ...]:
    """Return the box of a character on its base line, as wide as it advances and as high as its size.

    A font's own heights are no help: two fonts of one line may differ by half.
    """
    left, bottom, right, top = text.get_charbox(index, loose=True)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    up, down = _ABOVE * size, (1 - _ABOVE) * size
    if turn == 0:
        return left, y.value - down, right, y.value + up
    if turn == 2:
        return left, y.value - up, right, y.value + down
    if turn == 1:
        return x.value - up, bottom, x.value + down, top
    return x.value - down, bottom, x.value + up, top


def _once(glyphs: list[tuple[str, tuple[float, ...], float]]) -> list[tuple[str, tuple[float, ...], float]]:
    """Drop characters printed twice on the same place, as a shadow or for boldness."""
    seen: dict[tuple[str, int, int], list[tuple[float, ...]]] = defaultdict(list)
    kept = []
    for one in glyphs:
        text, box, size = one
        near = _OVERPRINT * size
        x, y = int(box[0] // _STEP), int(box[1] // _STEP)
        around = (other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in seen.get((text, x + i, y + j), ()))
        if not text.isspace() and any(abs(o[0] - box[0]) < near and abs(o[1] - box[1]) < near for o in around):
            continue
        seen[text, x, y].append(box)
        kept.append(one)
    return kept


def _drawn(page: Any) -> tuple[list[Box], list[Box]]:
    """Return the rulings and the pictures of a page, in its own space (``top`` is the lower edge there)."""
    rulings: list[Box] = []
    pictures: list[Box] = []
    left = _MAX_OBJECTS
    waiting = [(page, False, _UNIT, 0)]
    while waiting:
        holder, is_form, outer, depth = waiting.pop()
        count = raw.FPDFFormObj_CountObjects(holder) if is_form else raw.FPDFPage_CountObjects(holder)
        for index in range(min(count, left)):
            item = raw.FPDFFormObj_GetObject(holder, index) if is_form else raw.FPDFPage_GetObject(holder, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                rulings += _ruled(item, _times(_matrix(item), outer))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                pictures.append(_covered(_times(_matrix(item), outer)))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                waiting.append((item, True, _times(_matrix(item), outer), depth + 1))
        left -= min(count, left)
    return rulings, pictures


def _matrix(item: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _UNIT
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies ``inner``, then ``outer`` (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _covered(matrix: Matrix) -> Box:
    """Return where a picture lies: the unit square under its matrix."""
    corners = [_at(matrix, x, y) for x in (0, 1) for y in (0, 1)]
    return Box(
        min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)
    )


def _ruled(path: Any, matrix: Matrix) -> Iterator[Box]:
    """Yield a path's straight lines along the page's edges, and its thin filled rectangles."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    for points in _subpaths(path, matrix):
        if stroke.value:
            yield from _lines(points)
        elif fill.value and len(points) > 1:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            box = Box(min(xs), min(ys), max(xs), max(ys))
            if min(box.width, box.height) <= _THIN < max(box.width, box.height):
                yield box


def _lines(points: Sequence[tuple[float, float]]) -> Iterator[Box]:
    for (a, b), (c, d) in pairwise(points):
        if min(abs(a - c), abs(b - d)) < 1.0 <= max(abs(a - c), abs(b - d)):
            yield Box(min(a, c), min(b, d), max(a, c), max(b, d))


def _subpaths(path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """Yield the points of a path's pieces where they lie on the page; a curve ends a piece."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(raw.FPDFPath_CountSegments(path), _MAX_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = _at(matrix, x.value, y.value)
        if kind == raw.FPDF_SEGMENT_LINETO:
            points.append(here)
        else:
            if points:
                yield points
            points = [here]
        if raw.FPDFPathSegment_GetClose(segment):
            yield [*points, points[0]]
            points = [here]
    if len(points) > 1:
        yield points
