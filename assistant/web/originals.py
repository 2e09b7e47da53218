"""The original's own page beside the table that is drawn from its cells: a picture with the place boxed."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import urlencode

from assistant.web.places import Spot, spot_of
from ingest.errors import StoreError, UnreadableFileError
from ingest.model import Edges, Origin
from ingest.portrait import portrait
from ingest.store import Store

#: The path of the pictures, below the site's.
PICTURE = "original.png"
#: So many pages are drawn at once, each in a process of its own; so many pictures are kept, of some 100 KB.
_AT_ONCE, _KEPT = 2, 64
_GONE = "这份报告没有留原件，或者出处变了，请重新提问后再看。"
_busy = BoundedSemaphore(_AT_ONCE)


def original_html(store: Store, spot: Spot, key: str, base: str) -> str:
    """Return what shows the original's page of a citation, folded unless it is a scan; nothing where there is none."""
    origin = _origin_of(store, spot)
    if origin is None or store.original(spot.report) is None:
        return ""
    page = origin.page_of(spot.row)
    where = f"原件第{page}页" if page else "原件"
    link = f"{base}{PICTURE}?{urlencode({'key': key})}"
    opened = " open" if origin.is_scan else ""
    return (
        f'<details class="jx-original"{opened}><summary>看{where}</summary>'
        f'<a href="{escape(link)}&amp;whole=1" target="_blank" rel="noopener" title="看整页">'
        f'<img loading="lazy" src="{escape(link)}" alt="{where}，出处加了框；点开看整页"></a></details>'
    )


def picture(store: Store, key: str, *, whole: bool) -> bytes:
    """Return the page that a citation's key points at, as PNG; raises ``JixiaoError`` with a sentence for none."""
    spot = spot_of(key)
    origin, path = _origin_of(store, spot), store.original(spot.report)
    if origin is None or path is None:
        raise StoreError(_GONE)
    row, column = (spot.row, spot.column) if spot.table is not None else (None, None)
    edges = store.edges(spot.report, spot.block or 0, row, column)
    return _drawn(path, origin.page_of(row), edges, whole)


@lru_cache(maxsize=_KEPT)
def _drawn(path: Path, page: int | None, edges: Edges | None, whole: bool) -> bytes:
    with _busy:
        try:
            return portrait(path, page, edges, whole=whole)
        except UnreadableFileError as error:
            raise UnreadableFileError(str(error).replace(path.name, "这份报告")) from error


def _origin_of(store: Store, spot: Spot) -> Origin | None:
    """Return where the block of a citation stands in the original, if that has pages."""
    found = store.blocks(spot.report, spot.block, spot.block) if spot.block is not None else []
    origin = found[0][0].origin if found else None
    return origin if origin is not None and (origin.page or origin.is_scan) else None
