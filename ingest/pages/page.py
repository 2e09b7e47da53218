"""What stands on a page, as a person sees it: points from its upper left corner, y downwards, upright."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: left < right, top < bottom, in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its height."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle: (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all; there must be one at least."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character where it is printed; ``size`` is that of its font, in points."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page, counted from 1: its characters, and its rulings as thin boxes."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rulings: tuple[Box, ...]
    pictured: float = 0.0  # the share of the page that pictures cover
    is_scan: bool = False  # its characters were recognised from a picture
