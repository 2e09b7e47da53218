"""Pages in order to the pieces of a document: paragraphs joined over lines and pages, tables, heads and feet apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from ingest.labels import rank
from ingest.pages.aligned import aligned_tables
from ingest.pages.joining import goes_on
from ingest.pages.lattice import Ruled, ruled_tables
from ingest.pages.lines import ENDS, Line, first_word, lines_of
from ingest.pages.page import Box, Page, around

#: A head or foot stands on so many pages at the same height, within so many points.
_REPEATED, _SAME_HEIGHT = 3, 6.0
#: Heads and feet are among so many outermost lines, in the outer share of the page.
_OUTER_LINES, _OUTER_SHARE = 2, 0.14
#: A line in which the next word would not have fitted, to so many characters, goes on in the next; so does one that
#: ends in mid-sentence after this share of its room.
_SLACK, _NEARLY = 0.6, 0.7
#: A line that begins so many characters further right begins a paragraph.
_INDENT = 1.2
#: Lines of text proper, which say where its edges are, have so many characters at least.
_LONG = 15
#: Text that takes less of its page's width doesn't show where its lines end.
_WIDE = 0.5
#: Lines more than so many heights apart, or whose heights differ by more than this share, are no one paragraph.
_APART, _OTHER_SIZE = 2.6, 0.15
#: Notes are set so much smaller than the text, and begin with their mark.
_NOTE_SIZES = 0.5, 0.92
#: The rule over the notes takes such a share of a page's width.
_NOTE_RULE = 0.08, 0.45
_NOTE = re.compile(r"[\d①-⑳*＊\[［注]")
_PAGE_NUMBER = re.compile(
    r"[-—–－―_·\s]{0,6}\d{1,4}[-—–－―_·\s]{0,6}|第\s?\d{1,4}\s?页(?:[,，/\s]{0,3}共\s?\d{1,4}\s?页)?|\d{1,4}\s?/\s?\d{1,4}"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, the page that it begins on, and where it lies there."""

    text: str
    page: int
    box: Box


@dataclass(slots=True)
class Drawn:
    """A table, piece by piece with the page of each."""

    pieces: list[tuple[int, Ruled]]

    def goes_on_in(self, number: int, ruled: Ruled) -> bool:
        """Tell whether a table that begins a page is a piece of this one."""
        page, last = self.pieces[-1]
        return page == number - 1 and goes_on(self.pieces[0][1], last, ruled)


@dataclass(slots=True)
class Flow:
    """The pieces of a document in order, what stands apart, and the pages that hold no text."""

    pieces: list[Paragraph | Drawn] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    scans: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Content:
    page: Page
    lines: list[Line]
    tables: list[Ruled]


def flow_of(pages: Iterable[Page]) -> Flow:
    """Return what a document's pages hold, in reading order."""
    contents = [_content(page) for page in pages]
    flow = Flow(
        empty=[one.page.number for one in contents if not one.lines and not one.tables],
        scans={one.page.number for one in contents if one.page.is_scan},
    )
    repeated = _repeated(contents)
    said: set[str] = set()
    writer = _Writer(flow.pieces)
    for content in contents:
        kept = []
        for line in content.lines:
            key = _key(line)
            if _is_page_number(line, content.page) or (key in repeated and _is_outer(line, content) and key[0] in said):
                flow.apart.append(line.text)
            else:
                kept.append(line)
                said.add(key[0])
        notes = _notes(kept, content)
        flow.apart += [line.text for line in notes]
        writer.page(content.page.number, content.page.width, kept[: len(kept) - len(notes)], content.tables)
    writer.end()
    flow.apart = list(dict.fromkeys(flow.apart))
    return flow


def _content(page: Page) -> _Content:
    ruled = ruled_tables(page)
    loose = [one for one in page.glyphs if not any(table.box.holds(*one.box.middle) for table in ruled)]
    tables, lines = aligned_tables(lines_of(loose))
    return _Content(page, lines, sorted([*ruled, *tables], key=lambda one: one.box.top))


def _notes(lines: Sequence[Line], content: _Content) -> Sequence[Line]:
    """Return the notes at the foot of a page: under a short rule or smaller than the others, the first marked."""
    if len(lines) < 2:
        return []
    for ruling in content.page.rulings:
        if _parts_notes(ruling, content):
            below = [line for line in lines if line.box.top >= ruling.top]
            if below and len(below) < len(lines) and _NOTE.match(below[0].text):
                return below
    body = median(line.size for line in lines for _ in line.glyphs)
    first = len(lines)
    while first > 0 and _NOTE_SIZES[0] * body < lines[first - 1].size < _NOTE_SIZES[1] * body:
        first -= 1
    while first < len(lines) and not _NOTE.match(lines[first].glyphs[0].text):
        first += 1
    is_low = 0 < first < len(lines) and lines[first].box.top > content.page.height / 2
    return lines[first:] if is_low else []


def _parts_notes(ruling: Box, content: _Content) -> bool:
    """Tell whether a ruling is the short one over a page's notes: in its lower half, below every table."""
    page = content.page
    short = _NOTE_RULE[0] * page.width < ruling.width < _NOTE_RULE[1] * page.width and ruling.height < 3
    return short and ruling.top > page.height / 3 and all(table.box.bottom < ruling.top for table in content.tables)


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\s+", "", line.text), round(line.box.top / _SAME_HEIGHT)


def _repeated(contents: Sequence[_Content]) -> set[tuple[str, int]]:
    """Return the outermost lines that stand on several pages at the same height; units belong to their tables."""
    counted: Counter[tuple[str, int]] = Counter()
    for content in contents:
        counted.update({_key(line) for line in content.lines if _is_outer(line, content)})
    return {key for key, count in counted.items() if count >= _REPEATED and "单位" not in key[0]}


def _is_outer(line: Line, content: _Content) -> bool:
    edge = _OUTER_SHARE * content.page.height
    near = line.box.top < edge or line.box.bottom > content.page.height - edge
    outermost = (*content.lines[:_OUTER_LINES], *content.lines[-_OUTER_LINES:])
    return near and any(one is line for one in outermost)


def _is_page_number(line: Line, page: Page) -> bool:
    edge = _OUTER_SHARE * page.height
    outer = line.box.bottom < edge or line.box.top > page.height - edge
    return outer and _PAGE_NUMBER.fullmatch(line.text) is not None


class _Writer:
    """Joins lines to paragraphs, over the ends of pages too."""

    def __init__(self, pieces: list[Paragraph | Drawn]) -> None:
        self._pieces = pieces
        self._held: list[str] = []
        self._boxes: list[Box] = []  # of the lines held, as far as they stand on the first page of theirs
        self._page = 0
        self._last: Line | None = None
        self._edges = 0.0, float("inf")  # of the text, as the last page with whole lines of it shows them

    def page(self, number: int, width: float, lines: Sequence[Line], tables: Sequence[Ruled]) -> None:
        """Take the lines and tables of the next page, each from top to bottom."""
        long = [line for line in lines if len(line.text) >= _LONG]
        if long:
            left, right = min(line.box.left for line in long), max(line.box.right for line in long)
            self._edges = (left, right) if right - left > _WIDE * width else self._edges
        left, right = self._edges
        fresh = True
        for piece in _in_order(lines, tables):
            if isinstance(piece, Ruled):
                self.end()
                self._table(piece, number, fresh=fresh)
            else:
                self._line(piece, number, left, right, fresh=fresh)
            fresh = False

    def _table(self, ruled: Ruled, number: int, *, fresh: bool) -> None:
        """Take a table, as a piece of the one before where it begins its page and goes on from that."""
        last = self._pieces[-1] if self._pieces else None
        if fresh and isinstance(last, Drawn) and last.goes_on_in(number, ruled):
            last.pieces.append((number, ruled))
        else:
            self._pieces.append(Drawn([(number, ruled)]))

    def _line(self, line: Line, number: int, left: float, right: float, *, fresh: bool) -> None:
        if not self._goes_on(line, left, right, fresh=fresh):
            self.end()
            self._page = number
        if number == self._page:
            self._boxes.append(line.box)
        self._held.append(_glued(self._held, line.text))
        self._last = line

    def _goes_on(self, line: Line, left: float, right: float, *, fresh: bool) -> bool:
        """Tell whether a line goes on from the one before, which ended for want of room, or in mid-sentence."""
        last = self._last
        if last is None or line.box.left > left + _INDENT * line.size or _is_numbered(line.text):
            return False
        if abs(line.size - last.size) > _OTHER_SIZE * last.size:
            return False
        if not fresh and line.box.top - last.box.bottom > _APART * line.size:
            return False
        return last.box.right + first_word(line) > right - _SLACK * line.size or (
            last.box.right > left + _NEARLY * (right - left) and last.text[-1] not in ENDS
        )

    def end(self) -> None:
        """End the paragraph that is held."""
        if self._held:
            self._pieces.append(Paragraph("".join(self._held), self._page, around(self._boxes)))
        self._held, self._boxes, self._last = [], [], None


def _is_numbered(text: str) -> bool:
    """Tell whether a line begins a numbered paragraph; 0.94万元 is a figure."""
    return rank(text) > 0 and not re.match(r"\d{1,12}[.．]\d", text)


def _glued(held: Sequence[str], text: str) -> str:
    """Put a blank between two Latin words that the end of a line parted."""
    if held and held[-1][-1:].isascii() and held[-1][-1:].isalpha() and text[:1].isascii() and text[:1].isalpha():
        return f" {text}"
    return text


def _in_order(lines: Sequence[Line], tables: Sequence[Ruled]) -> Iterator[Line | Ruled]:
    placed: list[Line | Ruled] = [*lines, *tables]
    yield from sorted(placed, key=lambda one: one.box.top)
