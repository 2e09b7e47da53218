"""Where uploads lie while they are read: a folder of the store's own, emptied at start and at end, bounded in size."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.usage import cant_write

_FOLDER = "uploads"
#: So many bytes of uploads may wait to be read; what comes on top is refused in a sentence.
MOST_WAITING = 2 * 1024**3
#: Uploads that were broken off, or that nobody reads, may be deleted after so many seconds.
ABANDONED = 3600
#: What is still being sent grows all the time.
BROKEN_OFF = 120
_log = logging.getLogger(__name__)


def uploads_of(store: Path) -> Path:
    """Return the folder of a store's uploads, from the root: so the page names them, and an event must."""
    return store.resolve() / _FOLDER


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """Make the folder anew, for its owner alone, and remove it afterwards.

    What a server that was killed left in it goes at the next start; the store's lock keeps a second one out.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise cant_write(error, folder) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_full(folder: Path) -> bool:
    """Tell whether no more uploads may come before those that wait are read; what nobody reads any more goes first."""
    if sum(_sizes(folder)) < MOST_WAITING:
        return False
    sweep(folder, ABANDONED)
    _sweep_broken_off(folder)
    return sum(_sizes(folder)) >= MOST_WAITING


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            yield path.stat().st_size if path.is_file() else 0
        except OSError:  # read and deleted meanwhile
            continue


def _sweep_broken_off(folder: Path) -> None:
    """Delete files that lie in the folder itself, as they do while they are sent, once none of them has grown for long.

    The first file of a request lies still while the others are sent.
    """
    oldest = time.time() - BROKEN_OFF
    if any(grown > oldest for grown in _last_growths(folder)):
        return
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):  # finished, and moved meanwhile
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()


def _last_growths(folder: Path) -> Iterator[float]:
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if path.is_file():
                yield path.stat().st_mtime


def sweep(folder: Path, seconds: float) -> None:
    """Delete what has lain in a folder of uploads for so long: files whose sending was broken off, or never read."""
    oldest = time.time() - seconds
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:  # another upload may have taken it away meanwhile
            _log.info("could not delete an upload: %s", error)
