"""A file of what people said, one JSON object a line: appended to by threads, and perhaps edited by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class JsonLines:
    """Entries in a file, oldest first; a line that is no JSON object is left out when read and kept in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = threading.Lock()

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry down; raises ``OSError`` when the file can't be written to."""
        line = json.dumps(entry, ensure_ascii=False)
        with self._writing, self.path.open("a", encoding="utf-8") as target:
            target.write(line + "\n")

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries; none where there is no file yet."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry
