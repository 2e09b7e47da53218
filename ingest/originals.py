"""Copies of originals that have pages to look at: a reviewer sees the page itself, even of an upload or an archive.

They lie in the store's folder under the digest of what they hold, for their owner alone: a report and its copy can't
come apart, and a copy goes with its report.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path

from ingest.errors import StoreError, cause_of
from ingest.lock import OWNER_ONLY
from ingest.readers.kinds import has_pages

_FOLDER = "originals"
_PART = ".part"


def keep(folder: Path, path: Path, digest: str) -> None:
    """Copy a file into a store's folder, if it has pages and still holds what was read; whole or not at all.

    Raises ``StoreError`` with a sentence where the folder can't be written to.
    """
    if not has_pages(path):
        return
    target = folder / _FOLDER / digest
    if target.exists():
        return
    part = target.with_suffix(_PART)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
        with os.fdopen(handle, "wb") as file, path.open("rb") as original:
            shutil.copyfileobj(original, file)
            file.flush()
            os.fsync(file.fileno())
        with part.open("rb") as file:
            same = file_digest(file, "sha256").hexdigest() == digest
        part.replace(target) if same else part.unlink()
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(f"“{path.name}”的原件没能留下副本：{cause_of(error)}，请处理后再读入一次。") from error


def original(folder: Path, digest: str) -> Path | None:
    """Return the copy of what has a digest; none where none was kept."""
    found = folder / _FOLDER / digest
    return found if digest and found.is_file() else None


def drop(folder: Path, digests: Collection[str]) -> None:
    """Delete the copies of what was removed; what can't be deleted now goes with the next ``sweep``."""
    for digest in filter(None, digests):
        with suppress(OSError):
            (folder / _FOLDER / digest).unlink()


def sweep(folder: Path, digests: Collection[str]) -> None:
    """Delete the copies of what no report holds, as a writing that was killed leaves them.

    The caller has just taken the right to write: nothing is being kept meanwhile.
    """
    drop(folder, {path.name for path in _copies(folder)} - set(digests))


def _copies(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from (folder / _FOLDER).iterdir()
