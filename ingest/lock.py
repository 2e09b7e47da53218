"""One owning process per store, with a lock that says who holds it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import StoreError

#: The mode of files that only their owner may read.
OWNER_ONLY = 0o600


class StoreLock:
    """The right to write to a store.  ``acquire`` raises ``StoreError`` naming who holds it."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "lock", mode=OWNER_ONLY)
        self._holder = folder / "lock.json"

    def acquire(self) -> None:
        """Take the lock, or say who has it; raises ``OSError`` where the folder can't be written to."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise StoreError(f"存储正被{self._who()}占用，请等它结束或关闭它后再试。") from error
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
        entry = {"pid": os.getpid(), "command": command, "since": datetime.now().strftime("%H:%M:%S")}
        try:
            handle = os.open(self._holder, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OWNER_ONLY)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False))
        except OSError:
            self._lock.release()
            raise

    def release(self) -> None:
        """Give the lock back; harmless when it isn't held."""
        if self._lock.is_locked:
            with suppress(FileNotFoundError):
                self._holder.unlink()
            self._lock.release()

    def _who(self) -> str:
        try:
            entry = json.loads(self._holder.read_text(encoding="utf-8"))
            return f"另一个进程（{entry['command']}，进程号 {entry['pid']}，{entry['since']} 起）"
        except (OSError, ValueError, KeyError, TypeError):
            return "另一个进程"
