"""The original's own page beside the table that is drawn from its cells: a picture with the place boxed."""

from __future__ import annotations

from html import escape
from pathlib import Path
from threading import BoundedSemaphore
from typing import NamedTuple
from urllib.parse import urlencode

from assistant.web.places import Spot, spot_of
from ingest.errors import StoreError, UnreadableFileError
from ingest.model import Edges, Origin
from ingest.portrait import portrait
from ingest.store import Store

#: The path of the pictures, below the site's.
PICTURE = "original.png"
#: So many pages are drawn at once, each in a process of its own; who waits longer than so many seconds is sent away.
_AT_ONCE, _PATIENCE = 2, 3.0
#: So many bytes of pictures are kept, most of 100 KB.
_MOST_KEPT = 32_000_000
_GONE = "这份报告没有留原件，或者出处变了，请重新提问后再看。"


class _View(NamedTuple):
    """What is drawn: a page of a file, the place boxed."""

    path: Path
    page: int | None
    edges: Edges | None
    is_scan: bool
    whole: bool


_BUSY = "正在画别的原页，请过几秒再点开看。"
_busy = BoundedSemaphore(_AT_ONCE)
_pictures: dict[_View, bytes | str] = {}


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
    found = _drawn(_View(path, origin.page_of(row), edges, origin.is_scan, whole))
    if isinstance(found, str):
        raise UnreadableFileError(found)
    return found


def _drawn(view: _View) -> bytes | str:
    """Return a picture, or the sentence that says why there is none; two at once, nobody waits long for his turn."""
    if (held := _pictures.get(view)) is not None:
        return held
    if not _busy.acquire(timeout=_PATIENCE):
        return _BUSY
    try:
        found: bytes | str = portrait(view.path, view.page, view.edges, is_scan=view.is_scan, whole=view.whole)
    except UnreadableFileError as error:
        found = str(error).replace(view.path.name, "这份报告")
    finally:
        _busy.release()
    _pictures[view] = found
    while len(_pictures) > 1 and sum(map(len, list(_pictures.values()))) > _MOST_KEPT:
        _pictures.pop(next(iter(_pictures)), None)
    return found


def _origin_of(store: Store, spot: Spot) -> Origin | None:
    """Return where the block of a citation stands in the original, if that has pages."""
    if spot.block is None or (spot.table is not None and not _holds(store, spot)):
        return None
    found = store.blocks(spot.report, spot.block, spot.block)
    origin = found[0][0].origin if found else None
    return origin if origin is not None and (origin.page or origin.is_scan) else None


def _holds(store: Store, spot: Spot) -> bool:
    """Tell whether the table of a citation still stands where it did."""
    try:
        return store.table(spot.report, spot.table or 0).block == spot.block
    except KeyError:
        return False
