"""A file of what people said, one JSON object a line: appended to by threads, and perhaps edited by hand."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import StoreError, cause_of

_OWNER_ONLY = 0o600


def _ends_a_line(file: BinaryIO) -> bool:
    """Tell whether what is written next begins a line; a last line by hand, or cut off, may lack its end."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


class JsonLines:
    """Entries in a file, oldest first; a line that is no JSON object is left out when read and kept in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = threading.Lock()

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry down, for its owner's eyes only; raises ``StoreError`` where the file can't be written to."""
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        try:
            with self._writing:
                handle = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_APPEND, _OWNER_ONLY)
                with os.fdopen(handle, "rb+") as target:
                    data = line.encode("utf-8", "replace")
                    target.write(data if _ends_a_line(target) else b"\n" + data)
        except OSError as error:
            raise StoreError(f"没能记进“{self.path.name}”：{cause_of(error)}。") from error

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries; none where there is no file yet."""
        if not self.path.exists():
            return
        # Not splitlines: what people write may hold U+2028, U+2029 and U+0085, which end no line of the file.
        for line in self.path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict):
                yield entry
