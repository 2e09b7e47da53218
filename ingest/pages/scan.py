"""A picture of a page: turned straight, its lines found, its characters recognised with how sure that is.

Recognition is by RapidOCR (models of PaddleOCR inside its package, run by onnxruntime); nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pages.page import Box, Glyph, Page

Image = NDArray[np.uint8]

#: Pages are recognised at so many dots per inch.
DPI = 200
#: A figure that is recognised less surely than this is not read.  ``jixiao eval scans`` measures bounds: on the few
#: pages tried so far no figure was wrong at any of them, so this one is caution, not a bound that it chose.
SURE = 0.95
UNCLEAR = "（看不清）"
#: What is read in red where the page without its red ink has a text that shares so much of it is that text, spoilt.
_TOUCHING = 0.1
#: So much of a figure's box may a stamp's ink cover.
_INKED = 0.005
#: A page with so large a share of red has a stamp.
_STAMPED = 0.001
#: A line is so long at least, in dots, and a page is turned by so many degrees at most.
_LINE, _MOST_TURN = 60, 6.0
_FIGURE = re.compile(r"[\d０-９]")
_MOST_BOXES = 5_000

Read = tuple[Box, str, float]


def can_recognise() -> bool:
    """Tell whether what recognises characters is installed."""
    return _engine() is not None


@cache
def _engine() -> Any:
    try:
        import logging

        from rapidocr import RapidOCR
    except ImportError:
        return None
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen on a picture: lines of text with how sure each is, rulings, its size, all in points."""

    lines: tuple[Read, ...]
    rulings: tuple[Box, ...]
    width: float
    height: float

    def page(self, number: int, sure: float = SURE) -> Page:
        """Return it as a page, the figures that are less than ``sure`` told to be unclear."""
        glyphs = tuple(glyph for line in self.lines for glyph in _glyphs(*line, bound=sure))
        return Page(number, self.width, self.height, glyphs, self.rulings, 1.0, is_scan=True)


def recognised(image: Image, number: int) -> Page:
    """Return the page of a picture (rows × columns × 3, RGB, at ``DPI``); nothing of it where nothing can read it."""
    return read_image(image).page(number)


def read_image(image: Image) -> Reading:
    """Read a picture (rows × columns × 3, RGB, at ``DPI``)."""
    straight = straightened(image)
    stamp = _stamp(straight)
    plain = straight if stamp is None else _without_red(straight, stamp)
    found = _reading(plain)
    if stamp is not None:
        found = _merged(found, straight, stamp)
    scale = 72 / DPI
    lines = tuple((Box(*(edge * scale for edge in box)), text, sure) for box, text, sure in found)
    rulings = _rulings(_grey(plain), scale)
    height, width = straight.shape[:2]
    return Reading(lines, tuple(rulings), width * scale, height * scale)


def _reading(image: Image) -> list[Read]:
    engine = _engine()
    # What tells whether a line stands on its head takes 60 for 09: lines are read as the page lies.
    result = engine(image, use_cls=False) if engine is not None else None
    if result is None or result.boxes is None:
        return []
    found = []
    for corners, text, sure in list(zip(result.boxes, result.txts, result.scores, strict=True))[:_MOST_BOXES]:
        xs, ys = corners[:, 0], corners[:, 1]
        found.append((Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())), text, float(sure)))
    return found


def _merged(plain: list[Read], image: Image, stamp: NDArray[np.bool_]) -> list[Read]:
    """Return what a stamped page says without its red ink, and in red where it says nothing without: −1.30.

    A figure under the stamp may have lost a digit to it, however sure the rest is: it is not read.
    """
    red = [one for one in _reading(image) if not any(_overlap(one[0], other[0]) > _TOUCHING for other in plain)]
    return [(box, text, 0.0 if _covered(box, stamp) > _INKED else sure) for box, text, sure in plain] + red


def _covered(box: Box, stamp: NDArray[np.bool_]) -> float:
    """Return the share of a box that a stamp's ink covers."""
    inside = stamp[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1]
    return float(inside.mean()) if inside.size else 0.0


def _overlap(a: Box, b: Box) -> float:
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / max(1.0, min(a.width * a.height, b.width * b.height))


def _glyphs(box: Box, text: str, sure: float, bound: float) -> list[Glyph]:
    """Spread a line's characters over its box, Chinese ones twice as wide; an unsure figure is told to be unclear."""
    if sure < bound and _FIGURE.search(text):
        text = UNCLEAR
    weights = [2 if char > "\u2e80" else 1 for char in text]
    step = box.width / max(1, sum(weights))
    found, left = [], box.left
    for char, weight in zip(text, weights, strict=True):
        right = left + weight * step
        found.append(Glyph(char, Box(left, box.top, right, box.bottom), box.height))
        left = right
    return found


def _grey(image: Image) -> Image:
    import cv2

    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _stamp(image: Image) -> NDArray[np.bool_] | None:
    """Return where a page is red; ``None`` for one that has no stamp."""
    red, rest = image[:, :, 0].astype(np.int16), image[:, :, 1:].max(axis=2).astype(np.int16)
    stamp: NDArray[np.bool_] = (red - rest > 60) & (red > 120)
    return stamp if stamp.mean() >= _STAMPED else None


def _without_red(image: Image, stamp: NDArray[np.bool_]) -> Image:
    """Return a page without its stamps, as its red light shows it."""
    plain = image.copy()
    plain[:, :, 1] = plain[:, :, 2] = image[:, :, 0]
    plain[stamp] = 255
    return plain


def straightened(image: Image) -> Image:
    """Turn a page that lies a little aslant, by what most of its long lines say."""
    import cv2

    edges = cv2.Canny(_grey(image), 60, 180)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 1800, 200, minLineLength=image.shape[1] // 6, maxLineGap=12)
    if lines is None:
        return image
    turns = [np.degrees(np.arctan2(d - b, c - a)) for a, b, c, d in lines.reshape(-1, 4)]
    level = [turn for turn in turns if abs(turn) < _MOST_TURN]
    turn = float(np.median(level)) if len(level) > 2 else 0.0
    if abs(turn) < 0.1:
        return image
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=(255, 255, 255)), dtype=np.uint8)


def _rulings(grey: Image, scale: float) -> list[Box]:
    """Return the straight lines of a page: what stays of its ink under long thin openings (Serra 1982)."""
    import cv2

    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    found = []
    for shape in ((_LINE, 1), (1, _LINE)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        lines = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(lines)
        for left, top, width, height, _ in boxes[1:]:
            if min(width, height) <= _LINE / 3:
                found.append(Box(left * scale, top * scale, (left + width) * scale, (top + height) * scale))
    return found
