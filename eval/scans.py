"""How well scans are read: published pages drawn as a scanner would give them, held against their own text.

A figure is right when its cell has the text that the page's own characters say, wrong when it has another figure,
unclear when the program says that it can't be read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.stats import wilson
from ingest.model import Table
from ingest.pages.lattice import ruled_tables
from ingest.pages.page import Page
from ingest.pages.pdfium import opened, pages_of, rendered
from ingest.pages.scan import DPI, SURE, Image, read_image

#: Bounds that are tried; the lowest without a wrong figure is the one to take.
BOUNDS = (0.0, 0.8, 0.9, 0.95, 0.98, 0.99)
_FIGURE = re.compile(r"[-−]?[\d,]{1,20}(?:\.\d+)?%?")
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Setting:
    """How a page was scanned: dots per inch, degrees aslant, noise (standard deviation of 255), with a stamp."""

    name: str
    dpi: int = 200
    aslant: float = 0.0
    noise: float = 0.0
    stamp: bool = False


SETTINGS = (
    Setting("150 dpi", dpi=150), Setting("200 dpi"), Setting("300 dpi", dpi=300), Setting("斜1°", aslant=1.0),
    Setting("斜3°", aslant=-3.0), Setting("噪声", noise=18.0), Setting("盖章", stamp=True),
    Setting("150 dpi、斜2°、噪声、盖章", dpi=150, aslant=2.0, noise=12.0, stamp=True),
)  # fmt: skip


def measure_scans(pdfs: Sequence[Path], pages: int, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Return for each setting and bound the figures that were right, wrong and unclear, and the bound in use."""
    chosen = list(_chosen(pdfs, pages))
    found: dict[str, Any] = {"bound": SURE, "pages": len(chosen), "settings": {}}
    total = len(chosen) * len(SETTINGS)
    for number, setting in enumerate(SETTINGS):
        counts = {bound: Counter[str]() for bound in BOUNDS}
        for place, (pdf, page) in enumerate(chosen):
            reading = read_image(_scanned(pdf, page.number, setting))
            for bound in BOUNDS:
                counts[bound] += _judged(ruled_tables(page), ruled_tables(reading.page(page.number, bound)))
            progress("扫描件", number * len(chosen) + place + 1, total)
        found["settings"][setting.name] = {str(bound): _told(one) for bound, one in counts.items()}
    return found


def _chosen(pdfs: Iterable[Path], most: int) -> Iterator[tuple[Path, Page]]:
    """Yield pages with tables, evenly over each document."""
    for pdf in pdfs:
        with opened(pdf) as document:
            tabled = [page for page in pages_of(document) if ruled_tables(page)]
        step = max(1, len(tabled) // most)
        yield from ((pdf, page) for page in tabled[::step][:most])


def _scanned(pdf: Path, number: int, setting: Setting) -> Image:
    """Draw a page as a scanner would give it, at the dots per inch that the program reads."""
    from PIL import Image as Pictures

    with opened(pdf) as document:
        picture = Pictures.fromarray(rendered(document, number, setting.dpi))
    if setting.stamp:
        _stamp(picture)
    if setting.aslant:
        picture = picture.rotate(setting.aslant, fillcolor="white", resample=Pictures.Resampling.BICUBIC)
    scale = DPI / setting.dpi
    if scale != 1:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    data = np.asarray(picture, dtype=np.float64)
    if setting.noise:
        data = data + np.random.default_rng(_SEED).normal(0, setting.noise, data.shape)
    return np.clip(data, 0, 255).astype(np.uint8)


def _stamp(picture: Any) -> None:
    """Put a round red stamp over the middle of a page's figures."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    x, y, r = picture.width * 0.6, picture.height * 0.5, picture.width * 0.09
    draw.ellipse((x - r, y - r, x + r, y + r), outline=(220, 40, 40), width=max(3, int(r / 14)))
    draw.regular_polygon((x, y, r / 3), 5, fill=(220, 40, 40))


def _judged(truth: Sequence[Any], read: Sequence[Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    held = [_cells(one.table) for one in read]
    for one in truth:
        cells = _cells(one.table)
        mine = max(held, key=lambda other: len(cells.keys() & other.keys()), default={})
        for place, text in cells.items():
            if _FIGURE.fullmatch(text):
                said = mine.get(place, "")
                counts["right" if said == text else "unclear" if not _FIGURE.fullmatch(said) else "wrong"] += 1
    return counts


def _cells(table: Table) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): re.sub(r"\s", "", cell.text) for cell in table.cells}


def _told(counts: Counter[str]) -> dict[str, Any]:
    total = sum(counts.values())
    low, high = wilson(counts["right"], total)
    return {**{name: counts[name] for name in ("right", "wrong", "unclear")}, "interval": [low, high]}
