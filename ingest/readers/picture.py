"""A picture of a page (.png, .jpg): a scan, read by recognising its characters."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.errors import UnreadableFileError
from ingest.limits import bounded
from ingest.model import Document
from ingest.pages.flow import flow_of
from ingest.pages.scan import DPI, Image, can_recognise, recognised
from ingest.readers.pdf import MISSING, SCANNED, blocks_of_flow

#: A page at 600 dots per inch has 35 million; larger pictures are no scans of one.
_MOST_DOTS = 60_000_000
#: A page is read as one of A4 on its longer side, in inches.
_LONG_SIDE = 11.7
_TOO_LARGE = "“{name}”的点数过多，已拒绝读取；请按 300 dpi 重新扫描后再试。"


def read_picture(path: Path) -> Document:
    """Read a picture; raises ``UnreadableFileError`` with a sentence for the user."""
    if not can_recognise():
        raise UnreadableFileError(MISSING.format(name=path.name))
    flow = flow_of([recognised(image_of(path, DPI), 1)])
    blocks = [replace(block, origin=replace(block.origin, page=None)) for block in blocks_of_flow(flow) if block.origin]
    return bounded(Document(path.name, tuple(blocks), tuple(flow.apart), (SCANNED,)))


def image_of(path: Path, dpi: int) -> Image:
    """Return a picture (rows × columns × 3, RGB), as large as a page of A4 is at so many dots an inch.

    Raises ``UnreadableFileError`` with a sentence.
    """
    from PIL import Image as Pictures
    from PIL import UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is checked here
            with Pictures.open(path, formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
                if width * height > _MOST_DOTS:
                    raise UnreadableFileError(_TOO_LARGE.format(name=path.name))
                scale = _LONG_SIDE * dpi / max(width, height)
                plain = picture.convert("RGB")
                return np.asarray(plain.resize((round(width * scale), round(height * scale))), dtype=np.uint8)
    except Pictures.DecompressionBombError as error:
        raise UnreadableFileError(_TOO_LARGE.format(name=path.name)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableFileError(f"“{path.name}”已损坏或不是图片，请重新扫描后再试。") from error
