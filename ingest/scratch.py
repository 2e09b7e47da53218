"""Folders for the time of a reading: named after the process, so that what a killed one left is found and removed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "jixiao-"
#: No reading takes so many seconds.
_SPARED = 3600


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder that goes when it is left; what processes that are no more left of theirs goes before."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        yield Path(folder)


def _sweep(place: Path) -> None:
    for path in place.glob(f"{_PREFIX}*-*"):
        process = path.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):  # another's, or already gone
            old = time.time() - path.stat().st_mtime > _SPARED  # in another container its process can't be seen
            if old and process.isascii() and process.isdecimal() and not _runs(int(process)) and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    """Tell whether a process is there; one of another user's is."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # no process has a number so large
        return False
    except OSError:
        return True
    return True
