"""Characters to lines, and lines to text: what stands side by side is one line, whatever its base line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.pages.page import Box, Glyph, around
from ingest.wordml import LOWERED, RAISED, without_note_marks

#: Middles nearer than this share of a character's height are of one line; digits of another font sit a little off.
_ONE_LINE = 0.5
#: A gap of so many character heights parts two words: between figures and letters, and between Chinese characters.
_GAP, _WIDE_GAP = 0.35, 0.8
#: What ends a statement; and so many characters across a cell is narrow.
_DIGITS = frozenset("0123456789.,，．%％")
ENDS, _NARROW = "。；;：:！？", 5
#: A mark of a note is smaller than its line by this share, and stands so much higher.
_SMALL, _HIGH = 0.75, 0.12


@dataclass(frozen=True, slots=True)
class Line:
    """Characters side by side, from left to right."""

    glyphs: tuple[Glyph, ...]
    box: Box
    size: float

    @property
    def text(self) -> str:
        """Its text, words apart where they stand apart, marks of notes left out."""
        return without_note_marks("".join(_spaced(self))).strip()


def line_of(glyphs: Iterable[Glyph]) -> Line:
    """Return characters as one line; there must be one at least."""
    ordered = tuple(sorted(glyphs, key=lambda one: (one.box.left, one.box.right)))
    return Line(ordered, around(one.box for one in ordered), median(one.size for one in ordered))


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """Return the lines of characters, from top to bottom; blanks alone are no line."""
    rows: list[list[Glyph]] = []
    middle = size = 0.0
    for glyph in sorted(glyphs, key=lambda one: one.box.middle[1]):
        y = glyph.box.middle[1]
        if rows and y - middle <= _ONE_LINE * max(size, glyph.size):
            rows[-1].append(glyph)
            if glyph.size >= size:  # the largest characters say where a line is
                middle, size = (middle + y) / 2 if glyph.size == size else y, glyph.size
        else:
            rows.append([glyph])
            middle, size = y, glyph.size
    kept = (row for row in rows if any(not one.text.isspace() for one in row))
    return [line_of(_trimmed(row)) for row in kept]


def _trimmed(row: Sequence[Glyph]) -> list[Glyph]:
    """Drop the blanks before the first character and behind the last."""
    inked = [one for one in row if not one.text.isspace()]
    left, right = min(one.box.left for one in inked), max(one.box.right for one in inked)
    return [one for one in row if not one.text.isspace() or left < one.box.middle[0] < right]


def segments_of(line: Line, gap: float) -> list[Line]:
    """Cut a line where its characters stand more than ``gap`` of their height apart."""
    pieces: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in line.glyphs:
        if glyph.text.isspace():
            continue
        if last is None or glyph.box.left - last.box.right > gap * line.size:
            pieces.append([])
        pieces[-1].append(glyph)
        last = glyph
    return [line_of(piece) for piece in pieces]


def _spaced(line: Line) -> Iterable[str]:
    last: Glyph | None = None
    middle = median(one.box.middle[1] for one in line.glyphs)
    for glyph in line.glyphs:
        if last is not None and not last.text.isspace() and not glyph.text.isspace():
            gap = glyph.box.left - last.box.right
            if gap > (_WIDE_GAP if _is_wide(last) and _is_wide(glyph) else _GAP) * line.size:
                yield " "
        raised = glyph.size < _SMALL * line.size and middle - glyph.box.middle[1] > _HIGH * line.size
        yield f"{RAISED}{glyph.text}{LOWERED}" if raised else glyph.text
        last = glyph


def _is_wide(glyph: Glyph) -> bool:
    return glyph.text > "\u2e80"


def flowing(lines: Sequence[Line], width: float, inset: float) -> str:
    """Return the text of a cell ``width`` wide: a line that only ends for want of room goes on in the next.

    What stands on a line of its own although more would have fitted is kept apart by a line break.
    """
    said = ""
    before: Line | None = None
    for line in lines:
        text = line.text
        if before is not None:
            said += _between(before, line, width - inset, said, text)
        said += text
        before = line
    return said


def _between(before: Line, line: Line, room: float, said: str, text: str) -> str:
    if not said or not text:
        return ""
    word = line.glyphs[0].box.width if _is_cut_figure(said, text) else first_word(line)
    if before.box.width + word <= room and not _is_one_phrase(before, line, room):
        return "\n"
    return " " if said[-1].isascii() and said[-1].isalpha() and text[0].isascii() and text[0].isalpha() else ""


def _is_cut_figure(said: str, text: str) -> bool:
    """Tell whether a figure would go on in the next line: only one that fills its cell is broken, digit by digit."""
    return said[-1] in _DIGITS and text[0] in _DIGITS


def _is_one_phrase(before: Line, line: Line, room: float) -> bool:
    """Tell whether Chinese goes on in Chinese, broken early as programs do to balance a narrow cell's lines."""
    last, first = before.glyphs[-1], line.glyphs[0]
    if last.text in ENDS or not (_is_wide(last) and _is_wide(first)):
        return False
    return before.box.width >= room / 2 or room < _NARROW * before.size


def first_word(line: Line) -> float:
    """Return the width of what can't be parted at the beginning of a line: a figure, a word, one character."""
    first = line.glyphs[0]
    if _is_wide(first):
        return first.box.width
    end = first.box.right
    for glyph in line.glyphs:
        if glyph.text.isspace() or _is_wide(glyph):
            break
        end = glyph.box.right
    return end - first.box.left
