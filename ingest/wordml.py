"""The text of WordprocessingML elements, as a reader of the printed page would see it.

Tracked changes count as accepted; hidden and struck-through text, note marks and fields' codes are left out.
The element names are those of ECMA-376 part 1, chapter 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_SKIPPED = frozenset(
    W + name
    for name in (
        "del moveFrom instrText delText footnoteReference endnoteReference commentReference rt rPr pPr tbl "
        "sdtPr sdtEndPr footnoteRef endnoteRef annotationRef"
    ).split()
)
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_RUN_PROPERTIES, _STYLE = W + "rPr", W + "rStyle"
_ALIGNED, _POSITION, _STRUCK = W + "vertAlign", W + "position", (W + "strike", W + "dstrike")
_TEXT_BOX = W + "txbxContent"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: What stands around a superscript run until its line is read: no text of a file keeps them.
RAISED, LOWERED = "\ue0f0", "\ue0f1"
#: A note's mark: a raised number or star that follows no letter (m² is a unit) is no part of the figure before it.
_NOTE_MARK = re.compile(rf"(?<![A-Za-z]){RAISED}[\[(（〔]?(?:\d{{1,2}}|注\d{{0,2}}|[①-⑳*＊†])[\])）〕]?{LOWERED}")
#: Symbols that forms use as ticks: (font, character code) → what is seen.
_SYMBOLS = {
    "F0FE": "☑", "F0FD": "☒", "F0A8": "□", "F06F": "□", "F0FC": "✓", "F0FB": "✗", "F052": "☑", "F0A3": "□",
    "F053": "☒", "F0B7": "·", "F0B3": "≥", "F0A3_SYMBOL": "≤",
}  # fmt: skip


def attribute(element: etree._Element | None, name: str = "val") -> str | None:
    """Return a ``w:`` attribute of an element that may be missing."""
    return None if element is None else element.get(W + name)


def is_on(element: etree._Element | None) -> bool:
    """Tell whether an on/off property is set (present and not 0/false/off)."""
    return element is not None and attribute(element) not in ("0", "false", "off", "none")


@dataclass(slots=True)
class Hidden:
    """The ids of the styles that hide their text (``w:vanish``), strike it through, or raise it as a note's mark."""

    styles: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()

    def hides(self, properties: etree._Element | None, paragraph_style: str | None) -> bool:
        """Tell whether the text of a run with these properties is hidden, by itself or by its style."""
        if properties is not None:
            own = properties.find(W + "vanish")
            if own is not None:
                return is_on(own)
            style = attribute(properties.find(W + "rStyle"))
            if style is not None and style in self.styles:
                return True
        return paragraph_style is not None and paragraph_style in self.styles


@dataclass(slots=True)
class ParagraphText:
    """A paragraph's own text, and the text boxes anchored in it."""

    text: str
    boxes: list[etree._Element] = field(default_factory=list)


def paragraph_text(paragraph: etree._Element, hidden: Hidden) -> ParagraphText:
    """Read one ``w:p``: its visible text, with tabs and line breaks, and its text boxes apart."""
    properties = paragraph.find(W + "pPr")
    style = attribute(properties.find(W + "pStyle")) if properties is not None else None
    boxes: list[etree._Element] = []
    pieces = list(_pieces(paragraph, hidden, style, boxes))
    return ParagraphText(without_note_marks("".join(pieces)), boxes)


def without_note_marks(text: str) -> str:
    """Drop raised notes' marks, which stand between ``RAISED`` and ``LOWERED``; other raised text stays."""
    if RAISED not in text:
        return text
    return _NOTE_MARK.sub("", text).replace(RAISED, "").replace(LOWERED, "")


def is_struck(properties: etree._Element | None, hidden: Hidden) -> bool:
    """Tell whether a run is struck through, by itself or by its style: an old figure, the new one behind it."""
    if properties is None:
        return False
    own = [properties.find(name) for name in _STRUCK]
    if any(one is not None for one in own):
        return any(map(is_on, own))
    return attribute(properties.find(_STYLE)) in hidden.struck


def _is_raised(properties: etree._Element | None, hidden: Hidden) -> bool:
    if properties is None:
        return False
    aligned = attribute(properties.find(_ALIGNED))
    if aligned is not None:
        return aligned == "superscript"
    position = attribute(properties.find(_POSITION)) or "0"
    return (position.isdecimal() and int(position) > 0) or attribute(properties.find(_STYLE)) in hidden.raised


def _pieces(element: etree._Element, hidden: Hidden, style: str | None, boxes: list[etree._Element]) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag in (W + "t", M + "t"):
            yield child.text or ""
        elif tag == W + "r":
            properties = child.find(_RUN_PROPERTIES)
            if hidden.hides(properties, style) or is_struck(properties, hidden):
                continue
            raised = _is_raised(properties, hidden)
            yield RAISED if raised else ""
            yield from _pieces(child, hidden, style, boxes)
            yield LOWERED if raised else ""
        elif tag == M + "f":
            yield from _fraction(child, hidden, style, boxes)
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag == W + "sym":
            yield _symbol(child)
        elif tag == _TEXT_BOX:
            boxes.append(child)
        elif tag == MC + "AlternateContent":
            yield from _pieces(_alternative(child), hidden, style, boxes)
        else:
            yield from _pieces(child, hidden, style, boxes)


def _fraction(element: etree._Element, hidden: Hidden, style: str | None, boxes: list[etree._Element]) -> Iterator[str]:
    """Read a fraction of an equation in a line: 470.00/480.00."""
    for number, part in enumerate((M + "num", M + "den")):
        yield "/" if number else ""
        for found in element.iterchildren(part):
            yield from _pieces(found, hidden, style, boxes)


def _alternative(element: etree._Element) -> etree._Element:
    """Choose one rendering of alternate content, so that its text isn't read twice."""
    choice = element.find(MC + "Choice")
    if choice is not None:
        return choice
    fallback = element.find(MC + "Fallback")
    return element if fallback is None else fallback


def _symbol(element: etree._Element) -> str:
    code = (attribute(element, "char") or "").upper()
    if attribute(element, "font") == "Symbol" and code == "F0A3":
        return "≤"
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    return chr(point) if 0x20 <= point < 0xE000 and not 0xD800 <= point <= 0xDFFF else ""


@dataclass(frozen=True, slots=True)
class Styles:
    """What the reader needs of a file's styles: hidden ones, heading ranks, numbering."""

    hidden: Hidden
    outline: dict[str, int]
    numbering: dict[str, tuple[str | None, int | None]]

    @classmethod
    def of(cls, root: etree._Element | None) -> Styles:
        """Read ``styles.xml`` (``None`` when the file has none), following ``basedOn``."""
        if root is None:
            return cls(Hidden(), {}, {})
        by_id = {attribute(style, "styleId") or "": style for style in root.iter(W + "style")}
        hidden, struck, raised, outline, numbering = set(), set(), set(), {}, {}
        for style_id in by_id:
            chain = _chain(style_id, by_id)
            if is_on(_inherited(chain, W + "vanish")):
                hidden.add(style_id)
            if any(is_on(_inherited(chain, name)) for name in _STRUCK):
                struck.add(style_id)
            if attribute(_inherited(chain, _ALIGNED)) == "superscript":
                raised.add(style_id)
            level = _outline_level(chain)
            if level is not None:
                outline[style_id] = level
            number = _style_numbering(chain)
            if number != (None, None):
                numbering[style_id] = number
        return cls(Hidden(frozenset(hidden), frozenset(struck), frozenset(raised)), outline, numbering)


def _chain(style_id: str, by_id: dict[str, etree._Element]) -> list[etree._Element]:
    chain: list[etree._Element] = []
    current: str | None = style_id
    while current in by_id and by_id[current] not in chain:
        style = by_id[current]
        chain.append(style)
        current = attribute(style.find(W + "basedOn"))
    return chain


def _inherited(chain: list[etree._Element], name: str) -> etree._Element | None:
    """Return a run property of a style, its own before those that it is based on."""
    found = (style.find(f"{_RUN_PROPERTIES}/{name}") for style in chain)
    return next((one for one in found if one is not None), None)


def _outline_level(chain: list[etree._Element]) -> int | None:
    for style in chain:
        level = attribute(style.find(f"{W}pPr/{W}outlineLvl"))
        if level is not None and level.isdecimal():
            return int(level) + 1 if int(level) < 9 else None
        name = (attribute(style.find(W + "name")) or "").lower()
        if name.startswith("heading ") and name[8:].isdecimal():
            return int(name[8:])
    return None


def _style_numbering(chain: list[etree._Element]) -> tuple[str | None, int | None]:
    number: str | None = None
    level: int | None = None
    for style in chain:
        properties = style.find(f"{W}pPr/{W}numPr")
        if properties is None:
            continue
        number = number or attribute(properties.find(W + "numId"))
        depth = attribute(properties.find(W + "ilvl"))
        if level is None and depth is not None and depth.isdecimal():
            level = int(depth)
    return number, level
