"""A page of an original as a picture, a place on it boxed: what a reviewer compares a figure with.

``python -m ingest.portrait FILE PAGE SCAN WHOLE [LEFT TOP RIGHT BOTTOM]`` draws one as PNG on its standard output, in a
process of its own with limits of time and memory: a file that took its reader down takes nothing with it here, either.
"""

from __future__ import annotations

import os
import signal
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
#: Dots an inch: a page of A4 is 910 wide, its smallest print can be read; of larger pages the longer side is so long.
_DPI, _LONGEST = 110, 2_500
_INCH = 72
#: So much of the page is shown above and below the place, in points.
_AROUND = 90.0
_FRAME, _MARGIN = 3, 2
_RED, _YELLOW = (200, 30, 30), (255, 236, 120)
_UNDRAWN = "“{name}”的原页没有画出来，请下载或打开原件对照。"

Image = NDArray[np.uint8]


def portrait(
    path: Path, page: int | None, edges: Edges | None, *, is_scan: bool = False, whole: bool = False
) -> bytes:  # fmt: skip
    """Return a page, counted from 1 (none: of a picture), as PNG: the strip around a place, or all of it.

    A scan is set straight as it is for reading.  Raises ``UnreadableFileError`` with a sentence where that fails.
    """
    place = [f"{edge:.1f}" for edge in edges] if edges is not None else []
    how = (str(page or 0), str(int(is_scan)), str(int(whole)))
    command = [sys.executable, "-P", "-m", "ingest.portrait", str(path), *how, *place]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, env=environment, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableFileError(_UNDRAWN.format(name=path.name)) from error
    if done.returncode or not done.stdout:
        raise UnreadableFileError(_UNDRAWN.format(name=path.name)) from ChildProcessError(done.stderr[-2000:])
    return done.stdout


def _drawn(path: Path, page: int, edges: Edges | None, *, is_scan: bool, whole: bool) -> bytes:
    image, dots = _scan(path, page) if is_scan else _page(path, page)
    if edges is not None:
        left, top, right, bottom = (round(edge * dots) for edge in edges)
        _box(image, left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        if not whole:
            around = round(_AROUND * dots)
            image = image[max(0, top - around) : bottom + around]
    return _png(image)


def _page(path: Path, number: int) -> tuple[Image, float]:
    """Return a page, and how many dots a point has."""
    from ingest.pages.pdfium import opened, upright

    with opened(path, known=True) as document:
        found: tuple[Image, float] = upright(document, number, _DPI, _LONGEST)
        return found


def _scan(path: Path, number: int) -> tuple[Image, float]:
    """Return a page that was read by recognising it, straight, and how many dots a point has."""
    from PIL import Image as Pictures

    from ingest.pages.pdfium import opened, rendered
    from ingest.pages.scan import DPI, straightened
    from ingest.readers.picture import image_of

    if number:
        with opened(path, known=True) as document:
            image = rendered(document, number, DPI)
    else:
        image = image_of(path, DPI)
    straight = Pictures.fromarray(straightened(image))
    scale = min(_DPI / DPI, _LONGEST / max(straight.size))
    small = straight.resize((round(straight.width * scale), round(straight.height * scale)))
    return np.asarray(small, dtype=np.uint8).copy(), scale * DPI / _INCH


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
    if hasattr(signal, "setitimer"):  # whoever asked may be gone
        signal.setitimer(signal.ITIMER_REAL, 2 * _SECONDS)
    path, page, is_scan, whole, *place = arguments
    edges: Any = tuple(map(float, place)) or None
    sys.stdout.buffer.write(_drawn(Path(path), int(page), edges, is_scan=is_scan == "1", whole=whole == "1"))


if __name__ == "__main__":
    _main(sys.argv[1:])
