"""Copies of originals that have pages to look at: a reviewer sees the page itself, even of an upload or an archive.

They lie in the store's folder under the digest of what they hold, for their owner alone: a report and its copy can't
come apart, and a copy goes with its report.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import IO

from ingest.errors import StoreError, UnreadableFileError, cause_of
from ingest.lock import OWNER_ONLY
from ingest.readers.kinds import has_pages

_FOLDER = "jixiao-originals"
_PART = ".part"
#: What copies are called, while they are written too: nothing else in the folder is ours.
_NAME = re.compile(r"[0-9a-f]{64}(?:\.part)?")


def keep(folder: Path, path: Path, digest: str) -> None:
    """Copy a file into a store's folder, if it has pages and still holds what was read; whole or not at all.

    Raises ``StoreError`` with a sentence where the folder can't be written to; a file that went meanwhile has no copy.
    """
    try:
        original = path.open("rb") if has_pages(path) else None
    except (OSError, UnreadableFileError):
        return
    if original is not None:
        with original:
            _keep(folder, original, path.name, digest)


def _keep(folder: Path, original: IO[bytes], name: str, digest: str) -> None:
    target = folder / _FOLDER / digest
    if target.exists():
        return
    part = target.with_suffix(_PART)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(original, file)
            file.flush()
            os.fsync(file.fileno())
        with part.open("rb") as file:
            same = file_digest(file, "sha256").hexdigest() == digest
        part.replace(target) if same else part.unlink()
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(f"“{name}”的原件没能留下副本：{cause_of(error)}，请处理后再读入一次。") from error


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
    with suppress(OSError):
        yield from (path for path in (folder / _FOLDER).iterdir() if _NAME.fullmatch(path.name))
