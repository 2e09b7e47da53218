"""A page of an original as a picture, a place on it boxed: what a reviewer compares a figure with.

``python -m ingest.portrait FILE PAGE WHOLE [LEFT TOP RIGHT BOTTOM]`` draws one as PNG on its standard output, in a
process of its own with limits of time and memory: a file that took its reader down takes nothing with it here, either.
"""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UnreadableFileError
from ingest.model import Edges

_SECONDS, _BYTES = 20, 2 * 1024**3
#: Dots an inch: a page of A4 is 910 wide, its smallest print can be read.
_DPI = 110
_INCH = 72
#: So much of the page is shown above and below the place, in points.
_AROUND = 90.0
_FRAME, _MARGIN = 3, 2
_RED, _YELLOW = (200, 30, 30), (255, 236, 120)
_UNDRAWN = "“{name}”的原页没有画出来，请下载或打开原件对照。"

Image = NDArray[np.uint8]


def portrait(path: Path, page: int | None, edges: Edges | None, *, whole: bool = False) -> bytes:
    """Return a page, counted from 1 (none: of a picture), as PNG: the strip around a place, or all of it.

    Raises ``UnreadableFileError`` with a sentence where it can't be drawn.
    """
    place = [f"{edge:.1f}" for edge in edges] if edges is not None else []
    command = [sys.executable, "-P", "-m", "ingest.portrait", str(path), str(page or 0), str(int(whole)), *place]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, env=environment, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableFileError(_UNDRAWN.format(name=path.name)) from error
    if done.returncode or not done.stdout:
        raise UnreadableFileError(_UNDRAWN.format(name=path.name)) from ChildProcessError(done.stderr[-2000:])
    return done.stdout


def _drawn(path: Path, page: int, edges: Edges | None, *, whole: bool) -> bytes:
    image = _page(path, page) if page else _picture(path)
    if edges is not None:
        left, top, right, bottom = (round(edge * _DPI / _INCH) for edge in edges)
        _box(image, left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        if not whole:
            around = round(_AROUND * _DPI / _INCH)
            image = image[max(0, top - around) : bottom + around]
    return _png(image)


def _page(path: Path, number: int) -> Image:
    from ingest.pages.pdfium import opened, upright

    with opened(path) as document:
        found: Image = upright(document, number, _DPI)
        return found


def _picture(path: Path) -> Image:
    from ingest.readers.picture import image_of

    return image_of(path, _DPI).copy()


def _box(image: Image, left: int, top: int, right: int, bottom: int) -> None:
    """Tint a rectangle, as a marker would, and frame it; what lies beyond the page is cut off."""
    height, width = image.shape[:2]
    left, right = max(0, left), min(width, right)
    top, bottom = max(0, top), min(height, bottom)
    inner = image[top:bottom, left:right]
    np.minimum(inner, np.array(_YELLOW, dtype=np.uint8), out=inner)
    for edge in (inner[:_FRAME], inner[-_FRAME:], inner[:, :_FRAME], inner[:, -_FRAME:]):
        edge[...] = _RED


def _png(image: Image) -> bytes:
    from PIL import Image as Pictures

    held = BytesIO()
    Pictures.fromarray(image).save(held, "PNG", optimize=False)
    return held.getvalue()


def _main(arguments: list[str]) -> None:
    from ingest.apart import limit

    limit(_BYTES)
    path, page, whole, *place = arguments
    edges: Any = tuple(map(float, place)) or None
    sys.stdout.buffer.write(_drawn(Path(path), int(page), edges, whole=whole == "1"))


if __name__ == "__main__":
    _main(sys.argv[1:])
