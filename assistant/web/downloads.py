"""Files made for one visitor, kept in memory until they are fetched: nothing is left on the disk."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

#: Files that wait at most; the oldest make room.
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Download:
    """A file's name and contents."""

    name: str
    data: bytes


class Downloads:
    """Hands a file out once, to whoever has its token."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Download] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, download: Download) -> str:
        """Keep a file; return its token."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._waiting[token] = download
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
        return token

    def take(self, token: str) -> Download | None:
        """Return a file and forget it; ``None`` when there is none of that token (any more)."""
        with self._lock:
            return self._waiting.pop(token, None)
